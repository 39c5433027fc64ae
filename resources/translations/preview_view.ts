<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>PreviewModel</name>
    <message>
        <source>From</source>
        <translation>来自</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>有改动</translation>
    </message>
    <message>
        <source>In dispute</source>
        <translation>有分歧</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Quarantine</source>
        <translation>隔离</translation>
    </message>
    <message>
        <source>Other entries</source>
        <translation>其他</translation>
    </message>
</context>
<context>
    <name>PreviewView</name>
    <message>
        <source>What reading would change</source>
        <translation>读入后的变化</translation>
    </message>
    <message>
        <source>{who} withdraws very many records at once: {rows} will be shown as before until somebody confirms it. Ask there before reading.</source>
        <translation>{who}一次撤销大量记录：其中 {rows} 条读入后先照旧显示，待确认。读入前请先向对方核实。</translation>
    </message>
</context>
</TS>
