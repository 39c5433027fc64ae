<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>where</name>
    <message>
        <source>In sync.</source>
        <translation>已同步。</translation>
    </message>
    <message>
        <source>{office}: {count} PCs, receipt {ago}</source>
        <translation>{office}：{count} 台电脑，回执 {ago}</translation>
    </message>
    <message>
        <source>Stick {label}, written {ago}</source>
        <translation>优盘 {label}，{ago}写入</translation>
    </message>
</context>
</TS>
