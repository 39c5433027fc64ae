<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>JobStrip</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>The target disk does not respond. What you record is saved all the same.</source>
        <translation>目标盘没有响应。登记的内容照常保存。</translation>
    </message>
</context>
</TS>
