<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Cleaning</name>
    <message>
        <source>Something was expunged by order. Older backups, sticks and papers still hold it.</source>
        <translation>有内容按命令清除。以前的备份、优盘和打印件中仍有，请一并处理。</translation>
    </message>
</context>
</TS>
