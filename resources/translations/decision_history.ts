<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>DecisionHistory</name>
    <message>
        <source>Earlier decisions of this record</source>
        <translation>这条记录以往的裁定</translation>
    </message>
</context>
<context>
    <name>decisions</name>
    <message>
        <source>{}: decided for {}</source>
        <translation>{}：裁定为 {}</translation>
    </message>
    <message>
        <source>Beside it stood: {}</source>
        <translation>当时另有：{}</translation>
    </message>
    <message>
        <source>Reason: {}</source>
        <translation>理由：{}</translation>
    </message>
</context>
</TS>
