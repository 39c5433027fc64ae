<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Entrance</name>
    <message>
        <source>Case management against pyramid selling</source>
        <translation>打击传销案件管理</translation>
    </message>
    <message>
        <source>State secrets must not be stored or processed in this system.</source>
        <translation>本系统不得存储、处理国家秘密</translation>
    </message>
</context>
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
