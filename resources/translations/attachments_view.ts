<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AttachmentModel</name>
    <message>
        <source>Attachment</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Records of</source>
        <translation>所属记录</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>{} % have arrived, the rest is asked for</source>
        <translation>已到 {}%，其余已索取</translation>
    </message>
    <message>
        <source>Asked for; comes with the next exchanges</source>
        <translation>已索取，随下几次交换送达</translation>
    </message>
    <message>
        <source>Comes by itself with the next exchanges</source>
        <translation>将随下几次交换自动送达</translation>
    </message>
    <message>
        <source>Not asked for</source>
        <translation>未索取</translation>
    </message>
</context>
<context>
    <name>AttachmentsView</name>
    <message>
        <source>Attachments that are not here</source>
        <translation>不在本机的附件</translation>
    </message>
    <message>
        <source>All attachments that records name are here.</source>
        <translation>记录里提到的附件都已在本机。</translation>
    </message>
    <message>
        <source>Attachments up to this size come by themselves</source>
        <translation>不超过此大小的附件自动收取</translation>
    </message>
    <message>
        <source>Fetch this one</source>
        <translation>索取这个</translation>
    </message>
    <message>
        <source>Fetch all</source>
        <translation>全部索取</translation>
    </message>
    <message>
        <source>It is asked for already</source>
        <translation>已经索取</translation>
    </message>
    <message>
        <source>Choose an attachment first</source>
        <translation>请先选择附件</translation>
    </message>
    <message>
        <source>Everything is asked for</source>
        <translation>已全部索取</translation>
    </message>
</context>
</TS>
