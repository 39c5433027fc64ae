<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>exchange</name>
    <message>
        <source>Other PCs of this office</source>
        <translation>本局其他电脑</translation>
    </message>
</context>
</TS>
