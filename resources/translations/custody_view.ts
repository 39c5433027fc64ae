<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CustodyView</name>
    <message>
        <source>Custody</source>
        <translation>流转</translation>
    </message>
    <message>
        <source>Choose an item.</source>
        <translation>请选择一件物品。</translation>
    </message>
    <message>
        <source>Not moved yet.</source>
        <translation>尚未流转。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Taken in</source>
        <translation>取得</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>Withdraw this movement, with a reason</source>
        <translation>撤销这次流转（须写明理由）</translation>
    </message>
    <message>
        <source>Withdraw {}</source>
        <translation>撤销：{}</translation>
    </message>
</context>
</TS>
