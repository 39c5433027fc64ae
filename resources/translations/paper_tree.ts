<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>PaperTree</name>
    <message>
        <source>Papers</source>
        <translation>文书</translation>
    </message>
    <message>
        <source>Blank forms</source>
        <translation>空白文书</translation>
    </message>
    <message>
        <source>In dispute</source>
        <translation>有分歧</translation>
    </message>
    <message>
        <source>Differs</source>
        <translation>不一致</translation>
    </message>
    <message>
        <source>{} missing</source>
        <translation>缺 {} 处</translation>
    </message>
    <message>
        <source>Complete</source>
        <translation>齐全</translation>
    </message>
    <message>
        <source>Numbered</source>
        <translation>已编号</translation>
    </message>
</context>
</TS>
