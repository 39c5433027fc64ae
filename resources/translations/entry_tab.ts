<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>EntryTab</name>
    <message>
        <source>Record all</source>
        <translation>全部登记</translation>
    </message>
    <message>
        <source>Record everybody in the grid (Ctrl+S)</source>
        <translation>登记表中全部人员（Ctrl+S）</translation>
    </message>
    <message>
        <source>Read a ledger…</source>
        <translation>读取台账…</translation>
    </message>
    <message>
        <source>Enter next cell · Ctrl+V paste from Excel · Ctrl+D fill down · Ctrl+Delete take a row out</source>
        <translation>回车 下一格 · Ctrl+V 从 Excel 粘贴 · Ctrl+D 向下填充 · Ctrl+Delete 移去本行</translation>
    </message>
    <message>
        <source>{} people, {} with remarks</source>
        <translation>{}人，其中{}人有提示</translation>
    </message>
    <message>
        <source>Row {}: {}</source>
        <translation>第{}行：{}</translation>
    </message>
    <message>
        <source>Draft kept {}</source>
        <translation>草稿已存 {}</translation>
    </message>
    <message>
        <source>{} people were recorded.</source>
        <translation>已登记{}人。</translation>
    </message>
    <message>
        <source>Read a ledger of people</source>
        <translation>读取人员台账</translation>
    </message>
    <message>
        <source>Choose a raid on the left first, or record one.</source>
        <translation>请先在左边选择或登记行动</translation>
    </message>
</context>
</TS>
