<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ConflictPanel</name>
    <message>
        <source>Show the numbers in full (this is noted)</source>
        <translation>显示完整号码（将留痕）</translation>
    </message>
    <message>
        <source>Open the record</source>
        <translation>查看记录</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Why (needed); Alt+Down shows earlier reasons</source>
        <translation>必填；按 Alt+↓ 选用以往的理由</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>裁定</translation>
    </message>
    <message>
        <source>Choose a disagreement in the list.</source>
        <translation>请在列表中选择一项分歧。</translation>
    </message>
    <message>
        <source>Choose all {} equal cases</source>
        <translation>一并选中相同的 {} 项</translation>
    </message>
    <message>
        <source>Decided: {}</source>
        <translation>已裁定，理由：{}</translation>
    </message>
    <message>
        <source>Choose a value first (its number is its key)</source>
        <translation>请先选定一项（可按数字键）</translation>
    </message>
    <message>
        <source>Say why first</source>
        <translation>请先填写理由</translation>
    </message>
    <message>
        <source>Decide (Ctrl+S)</source>
        <translation>裁定（Ctrl+S）</translation>
    </message>
    <message>
        <source>Decide anew</source>
        <translation>重新裁定</translation>
    </message>
    <message>
        <source>{}  another value</source>
        <translation>{}  其他内容</translation>
    </message>
    <message>
        <source>Choose all {} of minor weight</source>
        <translation>选定全部 {} 项次要分歧</translation>
    </message>
    <message>
        <source>Why (may be left out for this field)</source>
        <translation>理由（该项目可不填）</translation>
    </message>
    <message>
        <source>{}  merged by hand</source>
        <translation>{}&#x3000;人工合并</translation>
    </message>
</context>
</TS>
