<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CountEditor</name>
    <message>
        <source>A whole number</source>
        <translation>请填整数</translation>
    </message>
</context>
<context>
    <name>DayEditor</name>
    <message>
        <source>20200607 · 0607 · t for today</source>
        <translation>20200607 · 0607 · t 表示今天</translation>
    </message>
    <message>
        <source>This day cannot be read. Type 0607 or 2020-06-07.</source>
        <translation>日期无法识别，请填 0607 或 2020-06-07。</translation>
    </message>
</context>
<context>
    <name>DecimalEditor</name>
    <message>
        <source>A number, such as 2 or 1.5</source>
        <translation>请填数字，如 2 或 1.5</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>Needed</source>
        <translation>必填</translation>
    </message>
</context>
<context>
    <name>FileEditor</name>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
</context>
<context>
    <name>MomentEditor</name>
    <message>
        <source>0920 · t 0920 · 0607 0920 · n for now</source>
        <translation>0920 · t 0920 · 0607 0920 · n 表示现在</translation>
    </message>
    <message>
        <source>This time cannot be read. Type 0920, or 2020-06-07 09:20.</source>
        <translation>时间无法识别，请填 0920 或 2020-06-07 09:20。</translation>
    </message>
</context>
<context>
    <name>MoneyEditor</name>
    <message>
        <source>An amount in yuan, with at most two decimals</source>
        <translation>请填以元为单位的金额，最多两位小数</translation>
    </message>
</context>
</TS>
