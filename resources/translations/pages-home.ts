<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>HomePage</name>
    <message>
        <source>Today</source>
        <translation>工作台</translation>
    </message>
    <message>
        <source>Record a raid</source>
        <translation>登记行动</translation>
    </message>
    <message>
        <source>Open a lead</source>
        <translation>登记线索</translation>
    </message>
    <message>
        <source>To be looked at</source>
        <translation>需要处理</translation>
    </message>
    <message>
        <source>Begun and not recorded</source>
        <translation>未登记的草稿</translation>
    </message>
    <message>
        <source>Nothing is missing and no time limit is running out.</source>
        <translation>没有缺项，也没有将要到期的期限。</translation>
    </message>
    <message>
        <source>Forms that you begin and leave are kept here.</source>
        <translation>已开始填写、尚未登记的内容保存在这里。</translation>
    </message>
    <message>
        <source>and {} more</source>
        <translation>另有{}项</translation>
    </message>
    <message>
        <source>Directives</source>
        <translation>督办</translation>
    </message>
</context>
</TS>
