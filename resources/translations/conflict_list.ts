<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ConflictModel</name>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>各方内容</translation>
    </message>
    <message>
        <source>To decide</source>
        <translation>由谁裁定</translation>
    </message>
    <message>
        <source>other office</source>
        <translation>其他单位</translation>
    </message>
    <message>
        <source>here</source>
        <translation>本局</translation>
    </message>
</context>
<context>
    <name>PastModel</name>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>裁定为</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>By</source>
        <translation>裁定人</translation>
    </message>
</context>
</TS>
