<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>conflicts</name>
    <message>
        <source>{} and {} more alike</source>
        <translation>{}，及另外 {} 项相同的分歧</translation>
    </message>
    <message>
        <source>decided so</source>
        <translation>已裁定为此</translation>
    </message>
</context>
</TS>
