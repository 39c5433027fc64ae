<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ReceiptsView</name>
    <message>
        <source>not proven: the issuer it names did not write it</source>
        <translation>无法证明：所称的发布单位不是写入它的单位</translation>
    </message>
    <message>
        <source>Issued by {} to {}</source>
        <translation>{} 发布，通报范围：{}</translation>
    </message>
    <message>
        <source>Signed for: {} of {} offices</source>
        <translation>已签收：{} / {} 个单位</translation>
    </message>
    <message>
        <source>Not signed for: {} offices</source>
        <translation>未签收：{} 个单位</translation>
    </message>
</context>
</TS>
