<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Program</name>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>With the city&apos;s recovery key a new passphrase was set on {}. It is in the audit.</source>
        <translation>本案件库于 {} 用市级恢复密钥设了新口令，查阅记录中有载。</translation>
    </message>
</context>
</TS>
