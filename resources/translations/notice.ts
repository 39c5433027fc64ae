<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Notice</name>
    <message>
        <source>What can be done about it</source>
        <translation>可以怎么办</translation>
    </message>
</context>
</TS>
