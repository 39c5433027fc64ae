<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>NarrativeView</name>
    <message>
        <source>Text to compare {}</source>
        <translation>对照文字{}</translation>
    </message>
    <message>
        <source>Begin merging with this text</source>
        <translation>以这一份为底稿合并</translation>
    </message>
    <message>
        <source>Which text stands here {}</source>
        <translation>此处显示哪一份{}</translation>
    </message>
    <message>
        <source>Value {}</source>
        <translation>第{}项</translation>
    </message>
</context>
</TS>
