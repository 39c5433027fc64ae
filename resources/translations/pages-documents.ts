<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>DocumentsPage</name>
    <message>
        <source>Documents</source>
        <translation>文书</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Issued documents</source>
        <translation>已制发文书</translation>
    </message>
    <message>
        <source>Print together</source>
        <translation>批量打印</translation>
    </message>
    <message>
        <source>Give a number</source>
        <translation>制发文号</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>存为 PDF</translation>
    </message>
    <message>
        <source>First choose a paper on the tab Print</source>
        <translation>请先在“打印”页选择文书</translation>
    </message>
    <message>
        <source>First choose a raid on the tab Print</source>
        <translation>请先在“打印”页选择现场行动</translation>
    </message>
</context>
<context>
    <name>IssuedTab</name>
    <message>
        <source>No document is issued yet. A paper gets its number on the first tab.</source>
        <translation>还没有制发文书。在“打印”页选择文书后制发文号。</translation>
    </message>
    <message>
        <source>See the page as it would print now</source>
        <translation>查看现在打印的页面</translation>
    </message>
    <message>
        <source>It is not known here what this document printed.</source>
        <translation>无法比对：本机不知道这份文书当时印了什么。</translation>
    </message>
    <message>
        <source>Void: this number is not used again.</source>
        <translation>已作废，此号不再使用。</translation>
    </message>
    <message>
        <source>Agrees with the records.</source>
        <translation>与现有记录一致。</translation>
    </message>
</context>
<context>
    <name>PrintTab</name>
    <message>
        <source>No raid is recorded yet. Blank forms can be printed.</source>
        <translation>还没有登记现场行动；可以先打印空白文书。</translation>
    </message>
</context>
</TS>
