<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>EntryGrid</name>
    <message>
        <source>People being entered</source>
        <translation>正在录入的人员</translation>
    </message>
</context>
<context>
    <name>EntryModel</name>
    <message>
        <source>Remarks</source>
        <translation>提示</translation>
    </message>
</context>
</TS>
