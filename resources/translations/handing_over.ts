<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>HandingOver</name>
    <message>
        <source>Check against a handover sheet</source>
        <translation>与交接单核对</translation>
    </message>
    <message>
        <source>Scan the QR code, or enter the first 16 digits:</source>
        <translation>扫描二维码，或输入前16位校验码：</translation>
    </message>
    <message>
        <source>Reading what is there</source>
        <translation>正在读取其中的文件</translation>
    </message>
    <message>
        <source>Handover sheet {}</source>
        <translation>交接单 {}</translation>
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
        <source>The {} files fit the sheet: none is missing, added or changed.</source>
        <translation>{} 个文件与交接单一致：不缺、不多、未改动。</translation>
    </message>
    <message>
        <source>The files fit the sheet, but {} of them are damaged.</source>
        <translation>文件与交接单一致，但其中 {} 个已损坏。</translation>
    </message>
    <message>
        <source>The files do not fit the sheet: do not sign, and have them written again.</source>
        <translation>文件与交接单不一致：请勿签收，请对方重新写入。</translation>
    </message>
</context>
</TS>
