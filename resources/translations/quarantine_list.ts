<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>MassModel</name>
    <message>
        <source>Since</source>
        <translation>暂缓自</translation>
    </message>
    <message>
        <source>Written by</source>
        <translation>写入的电脑</translation>
    </message>
    <message>
        <source>Records of</source>
        <translation>所属记录</translation>
    </message>
    <message>
        <source>Records withdrawn</source>
        <translation>撤销记录数</translation>
    </message>
</context>
<context>
    <name>QuarantineModel</name>
    <message>
        <source>When, by its clock</source>
        <translation>时间（按其时钟）</translation>
    </message>
    <message>
        <source>Written by</source>
        <translation>写入的电脑</translation>
    </message>
    <message>
        <source>Officer, as stated</source>
        <translation>所称人员</translation>
    </message>
    <message>
        <source>Act</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录数</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>WrittenModel</name>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>栏目</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>写入的内容</translation>
    </message>
</context>
</TS>
