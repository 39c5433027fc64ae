<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>RecordsPage</name>
    <message>
        <source>Leads</source>
        <translation>线索</translation>
    </message>
    <message>
        <source>Reports of grid workers, complaints and notices from elsewhere belong here.</source>
        <translation>网格员摸排、投诉举报和其他单位转来的线索登记在这里。</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>案件</translation>
    </message>
    <message>
        <source>A case that was filed belongs here; it begins from a lead.</source>
        <translation>已立案的案件登记在这里，可由线索转入。</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>People found at raids are listed here.</source>
        <translation>行动中查获的人员列在这里。</translation>
    </message>
    <message>
        <source>Officers</source>
        <translation>执法人员</translation>
    </message>
    <message>
        <source>The officers of this office with their credentials, and those of the police who join.</source>
        <translation>本单位执法人员及证件号，以及参加行动的公安人员。</translation>
    </message>
</context>
</TS>
