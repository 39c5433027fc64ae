<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Entrance</name>
    <message>
        <source>Case management against pyramid selling</source>
        <translation>打击传销案件管理</translation>
    </message>
    <message>
        <source>State secrets must not be stored or processed in this system.</source>
        <translation>本系统不得存储、处理国家秘密</translation>
    </message>
</context>
</TS>
