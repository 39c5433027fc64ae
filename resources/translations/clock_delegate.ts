<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ClockDelegate</name>
    <message>
        <source>{}, {} days over</source>
        <translation>{}，已超 {} 日</translation>
    </message>
    <message>
        <source>{}, {} left</source>
        <translation>{}，剩 {} 日</translation>
    </message>
</context>
</TS>
