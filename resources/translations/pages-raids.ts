<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Figures</name>
    <message>
        <source>Found</source>
        <translation>在场</translation>
    </message>
    <message>
        <source>Without disposition</source>
        <translation>未处置</translation>
    </message>
    <message>
        <source>Minors</source>
        <translation>未成年</translation>
    </message>
    <message>
        <source>Over eight hours</source>
        <translation>超过8小时</translation>
    </message>
    <message>
        <source>To be checked</source>
        <translation>待核对</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>物品</translation>
    </message>
    <message>
        <source>Cash seized (yuan)</source>
        <translation>扣押现金（元）</translation>
    </message>
</context>
<context>
    <name>RaidsPage</name>
    <message>
        <source>Raids</source>
        <translation>行动</translation>
    </message>
    <message>
        <source>Record a raid</source>
        <translation>登记行动</translation>
    </message>
    <message>
        <source>No raid is recorded yet.</source>
        <translation>尚未登记行动。</translation>
    </message>
    <message>
        <source>No officers are assigned yet.</source>
        <translation>尚未编组。</translation>
    </message>
    <message>
        <source>Assign officers</source>
        <translation>编组</translation>
    </message>
    <message>
        <source>Register</source>
        <translation>名册</translation>
    </message>
    <message>
        <source>Enter people</source>
        <translation>录入</translation>
    </message>
    <message>
        <source>Teams</source>
        <translation>编组</translation>
    </message>
    <message>
        <source>The raid</source>
        <translation>行动信息</translation>
    </message>
    <message>
        <source>Site record</source>
        <translation>现场笔录</translation>
    </message>
    <message>
        <source>Register of people</source>
        <translation>人员登记表</translation>
    </message>
    <message>
        <source>The page that prints</source>
        <translation>预览打印页</translation>
    </message>
    <message>
        <source>Choose a raid on the left first, or record one.</source>
        <translation>请先在左边选择或登记行动</translation>
    </message>
</context>
<context>
    <name>Register</name>
    <message>
        <source>Nobody is registered yet. Type them on the tab Enter people, or read the ledger.</source>
        <translation>尚未登记人员。请在“录入”页填写，或读取台账。</translation>
    </message>
    <message>
        <source>At the raid</source>
        <translation>在场情况</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Keys: </source>
        <translation>按键：</translation>
    </message>
    <message>
        <source>   0 none   Ctrl+Z undo</source>
        <translation>   0 清除   Ctrl+Z 撤回</translation>
    </message>
</context>
</TS>
