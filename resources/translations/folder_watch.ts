<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>FolderWatch</name>
    <message>
        <source>Waiting for the first visit</source>
        <translation>等待第一次交换</translation>
    </message>
    <message>
        <source>Exchanged: {new} entries are new, {files} files written.</source>
        <translation>已交换：新增 {new} 条，写出 {files} 个文件。</translation>
    </message>
    <message>
        <source>Nothing is waiting.</source>
        <translation>没有待交换的内容。</translation>
    </message>
</context>
</TS>
