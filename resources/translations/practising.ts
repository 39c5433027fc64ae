<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Practice</name>
    <message>
        <source>Practice city</source>
        <translation>练习城市</translation>
    </message>
    <message>
        <source>One raid with 93 people, from the lead to the stick and the city; everything is invented.</source>
        <translation>一次查获93人的行动，从线索、登记、文书到优盘、市局读入；内容均为虚构。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Looking for the practice city…</source>
        <translation>正在查找练习城市…</translation>
    </message>
</context>
</TS>
