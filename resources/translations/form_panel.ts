<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>FormPanel</name>
    <message>
        <source>Record</source>
        <translation>登记</translation>
    </message>
    <message>
        <source>Record (Ctrl+S)</source>
        <translation>登记（Ctrl+S）</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close (Esc); what was typed is kept as a draft</source>
        <translation>关闭（Esc），已填内容存为草稿</translation>
    </message>
    <message>
        <source>What you typed before is here again.</source>
        <translation>已恢复上次未登记的内容。</translation>
    </message>
</context>
</TS>
