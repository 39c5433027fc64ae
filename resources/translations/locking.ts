<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>IdleLock</name>
    <message>
        <source>Locked. What is still being written is finished first.</source>
        <translation>已锁定。正在写入的内容先写完。</translation>
    </message>
</context>
</TS>
