<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>PropertyPage</name>
    <message>
        <source>Property</source>
        <translation>涉案财物</translation>
    </message>
    <message>
        <source>Seal or seize</source>
        <translation>查封、扣押</translation>
    </message>
    <message>
        <source>No property list yet. Sealing or seizing begins one.</source>
        <translation>还没有清单。查封或扣押时开列清单。</translation>
    </message>
    <message>
        <source>Custody</source>
        <translation>流转</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>物品</translation>
    </message>
    <message>
        <source>List</source>
        <translation>清单</translation>
    </message>
    <message>
        <source>All raids</source>
        <translation>全部行动</translation>
    </message>
    <message>
        <source>Papers</source>
        <translation>文书</translation>
    </message>
    <message>
        <source>Add items</source>
        <translation>补登物品</translation>
    </message>
    <message>
        <source>Read ledger</source>
        <translation>读入台账</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>流转</translation>
    </message>
    <message>
        <source>Attach photo</source>
        <translation>附照片</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>First choose a list above</source>
        <translation>请先在上面选择一份清单</translation>
    </message>
    <message>
        <source>First choose an item</source>
        <translation>请先选择物品</translation>
    </message>
    <message>
        <source>Recorded: {} entries.</source>
        <translation>已登记 {} 条。</translation>
    </message>
    <message>
        <source>Attach to the item</source>
        <translation>选择要附到物品的文件</translation>
    </message>
    <message>
        <source>Pictures and documents (*)</source>
        <translation>图片和文件 (*)</translation>
    </message>
    <message>
        <source>{} files attached.</source>
        <translation>已附 {} 个文件。</translation>
    </message>
</context>
</TS>
