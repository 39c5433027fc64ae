<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>OriginView</name>
    <message>
        <source>Withdrawal</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>{} (needs a newer version)</source>
        <translation>{}（需要新版本）</translation>
    </message>
    <message>
        <source>(taken back)</source>
        <translation>（已收回撤销）</translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation>（清空）</translation>
    </message>
    <message>
        <source>beside it, to be decided</source>
        <translation>与之并存，待裁定</translation>
    </message>
    <message>
        <source>replaced</source>
        <translation>已替换</translation>
    </message>
    <message>
        <source>does not count: {}</source>
        <translation>不计：{}</translation>
    </message>
    <message>
        <source>the program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>time unknown</source>
        <translation>时间不明</translation>
    </message>
    <message>
        <source> (clock declared wrong)</source>
        <translation>（该机声明时钟有误）</translation>
    </message>
    <message>
        <source>written on this PC</source>
        <translation>本机所写</translation>
    </message>
    <message>
        <source>how it came was not noted</source>
        <translation>来源未记</translation>
    </message>
    <message>
        <source>came in bundle {}</source>
        <translation>数据包 {} 带来</translation>
    </message>
    <message>
        <source>Decided, because: {}</source>
        <translation>裁定理由：{}</translation>
    </message>
    <message>
        <source>Entry {}, number {}</source>
        <translation>条目 {}，第 {} 条</translation>
    </message>
    <message>
        <source>PC {}</source>
        <translation>电脑 {}</translation>
    </message>
    <message>
        <source>Bundle {}</source>
        <translation>数据包 {}</translation>
    </message>
    <message>
        <source>Head {} under key {}</source>
        <translation>链头 {}，密钥 {}</translation>
    </message>
    <message>
        <source>not signed yet</source>
        <translation>尚未签名</translation>
    </message>
    <message>
        <source>signed by head {}</source>
        <translation>已由第 {} 条链头签名</translation>
    </message>
</context>
</TS>
