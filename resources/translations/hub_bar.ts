<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>HubBar</name>
    <message>
        <source>City hub</source>
        <translation>市级中转站</translation>
    </message>
    <message>
        <source>Exchange now</source>
        <translation>立即同步</translation>
    </message>
    <message>
        <source>Hub…</source>
        <translation>中转站…</translation>
    </message>
    <message>
        <source>Where the hub is; turn it on or off</source>
        <translation>中转站的地址；启用或停用</translation>
    </message>
</context>
</TS>
