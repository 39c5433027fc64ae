<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>PaperOut</name>
    <message>
        <source>Printing {}</source>
        <translation>正在打印：{}</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>存为 PDF</translation>
    </message>
    <message>
        <source>Written: {}</source>
        <translation>已写出：{}</translation>
    </message>
    <message>
        <source>{} pages were sent to the printer.</source>
        <translation>已送打印机，共 {} 页。</translation>
    </message>
    <message>
        <source>Printing was stopped.</source>
        <translation>已停止打印。</translation>
    </message>
</context>
</TS>
