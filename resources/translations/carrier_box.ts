<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CarrierBox</name>
    <message>
        <source>Stick or folder</source>
        <translation>U盘或文件夹</translation>
    </message>
    <message>
        <source>Plug in a stick: it appears here by itself. Or choose a folder.</source>
        <translation>插入U盘后会自动列出，也可以选择文件夹。</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>其他文件夹…</translation>
    </message>
    <message>
        <source>What is written is for</source>
        <translation>写给</translation>
    </message>
    <message>
        <source>{name} (read only)</source>
        <translation>{name}（只读）</translation>
    </message>
    <message>
        <source>{name} ({free} free)</source>
        <translation>{name}（可用 {free}）</translation>
    </message>
    <message>
        <source>Offices that share records with this one are listed here.</source>
        <translation>与本局共享记录的单位会列在这里。</translation>
    </message>
</context>
</TS>
