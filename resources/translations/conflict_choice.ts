<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>conflicts</name>
    <message>
        <source>{} (that PC&apos;s clock was declared wrong)</source>
        <translation>{}（该电脑已声明时钟不准）</translation>
    </message>
</context>
</TS>
