<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>LedgerPanel</name>
    <message>
        <source>Choose a ledger (xlsx, xls or CSV). First you see what becomes of each row.</source>
        <translation>请选择台账（xlsx、xls 或 CSV）。读入前先显示每一行的去向。</translation>
    </message>
    <message>
        <source>Choose a ledger…</source>
        <translation>选择台账…</translation>
    </message>
    <message>
        <source>Read it in</source>
        <translation>读入</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Remarks about the ledger</source>
        <translation>台账核对结果</translation>
    </message>
    <message>
        <source>Choose a ledger</source>
        <translation>选择台账</translation>
    </message>
    <message>
        <source>Ledgers (*.xlsx *.xlsm *.xls *.csv *.txt)</source>
        <translation>台账 (*.xlsx *.xlsm *.xls *.csv *.txt)</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>{rows} rows would be read in, {flags} remarks, {refused} rows not taken in.</source>
        <translation>可读入{rows}行，提示{flags}条，不读入{refused}行。</translation>
    </message>
    <message>
        <source>Columns kept as they are: {}</source>
        <translation>原样保留的栏：{}</translation>
    </message>
    <message>
        <source>Read in. The remarks stay with their rows.</source>
        <translation>已读入，提示随记录保留。</translation>
    </message>
</context>
<context>
    <name>RemarksModel</name>
    <message>
        <source>Sheet</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>栏</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>What it says</source>
        <translation>原文</translation>
    </message>
    <message>
        <source>Not taken in: {}</source>
        <translation>未读入：{}</translation>
    </message>
</context>
</TS>
