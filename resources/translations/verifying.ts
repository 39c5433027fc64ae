<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>VerifyStep</name>
    <message>
        <source>Check that the case file is sound</source>
        <translation>完整性核验</translation>
    </message>
    <message>
        <source>Every entry, signature, table and attachment is computed again. Nothing is changed; you may go on working meanwhile.</source>
        <translation>逐条重算条目、签名、各表和附件。不改动任何内容，期间可以继续工作。</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>开始核验</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>What does not hold</source>
        <translation>不符之处</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>存为 PDF…</translation>
    </message>
    <message>
        <source>Save as text…</source>
        <translation>存为文本…</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>文本 (*.txt)</translation>
    </message>
    <message>
        <source>Checking entries, signatures, tables and attachments…</source>
        <translation>正在核验条目、签名、各表和附件…</translation>
    </message>
    <message>
        <source>Stopped. Nothing is known of the rest.</source>
        <translation>已停止，其余部分是否完好尚不清楚。</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>再次核验</translation>
    </message>
    <message>
        <source>integrity-{date}</source>
        <translation>完整性核验-{date}</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Written: {}</source>
        <translation>已写出：{}</translation>
    </message>
</context>
</TS>
