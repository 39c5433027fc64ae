<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>OversightNotes</name>
    <message>
        <source>City&apos;s comments and directives</source>
        <translation>市局批示、督办</translation>
    </message>
    <message>
        <source>Open the directive</source>
        <translation>打开督办事项</translation>
    </message>
</context>
<context>
    <name>oversight</name>
    <message>
        <source>due {}</source>
        <translation>期限 {}</translation>
    </message>
</context>
</TS>
