<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Shares</name>
    <message>
        <source>Key shares</source>
        <translation>密钥份额文件</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>{count} key shares are needed.</source>
        <translation>需要带来 {count} 把密钥份额。</translation>
    </message>
</context>
</TS>
