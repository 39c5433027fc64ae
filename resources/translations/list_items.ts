<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Items</name>
    <message>
        <source>No items yet. Type them, paste them from Excel, or read the property ledger.</source>
        <translation>还没有物品。可以逐件登记、从 Excel 粘贴，或者读入物品台账。</translation>
    </message>
    <message>
        <source>{} lines</source>
        <translation>{} 项</translation>
    </message>
    <message>
        <source>cash {:,.2f} yuan ({})</source>
        <translation>现金 {:,.2f} 元（大写：{}）</translation>
    </message>
    <message>
        <source>Total: {}</source>
        <translation>合计：{}</translation>
    </message>
</context>
</TS>
