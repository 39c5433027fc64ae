<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>GroupsEditor</name>
    <message>
        <source>First group</source>
        <translation>第一组</translation>
    </message>
    <message>
        <source>Line {} has no name</source>
        <translation>第{}行没有名称</translation>
    </message>
</context>
<context>
    <name>ThingsEditor</name>
    <message>
        <source>Line {} has no name</source>
        <translation>第{}行没有名称</translation>
    </message>
</context>
</TS>
