<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ChoiceEditor</name>
    <message>
        <source>Choose one of the list</source>
        <translation>请从列表中选择</translation>
    </message>
</context>
<context>
    <name>RecordsEditor</name>
    <message>
        <source>Take off</source>
        <translation>移去</translation>
    </message>
    <message>
        <source>Take off {}</source>
        <translation>移去{}</translation>
    </message>
</context>
</TS>
