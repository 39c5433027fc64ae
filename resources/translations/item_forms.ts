<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AddItemsForm</name>
    <message>
        <source>Add items</source>
        <translation>补登物品</translation>
    </message>
    <message>
        <source>How many more</source>
        <translation>再加几件</translation>
    </message>
    <message>
        <source>Add as many like this row (Ctrl+D)</source>
        <translation>件同类，再加（Ctrl+D）</translation>
    </message>
    <message>
        <source>Paste from Excel or WPS with Ctrl+V. A number at the end of the note counts on.</source>
        <translation>可从 Excel、WPS 粘贴（Ctrl+V）。备注末尾的编号自动递增。</translation>
    </message>
</context>
<context>
    <name>MoveForm</name>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Move {}</source>
        <translation>流转：{}</translation>
    </message>
    <message>
        <source>Move {} items: {}…</source>
        <translation>流转 {} 件：{}等</translation>
    </message>
</context>
</TS>
