<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>BatchView</name>
    <message>
        <source>Papers to print</source>
        <translation>待打印文书</translation>
    </message>
    <message>
        <source>Save as one PDF…</source>
        <translation>存为一个 PDF…</translation>
    </message>
    <message>
        <source>Back (Esc)</source>
        <translation>返回（Esc）</translation>
    </message>
    <message>
        <source>Print together</source>
        <translation>批量打印</translation>
    </message>
    <message>
        <source>In dispute: decide it, or print this paper by itself with a reason</source>
        <translation>有尚未裁定的分歧：请先裁定，或单独写明理由打印</translation>
    </message>
    <message>
        <source>{} of {} papers lack something: {}.</source>
        <translation>{1} 份中有 {0} 份缺内容：{2}。</translation>
    </message>
    <message>
        <source> It can be written on the paper by hand.</source>
        <translation>可打印后手写。</translation>
    </message>
    <message>
        <source>{} papers, nothing missing.</source>
        <translation>共 {} 份，应填内容齐全。</translation>
    </message>
    <message>
        <source>{} ({})</source>
        <translation>{}（{} 处）</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>lacks {}</source>
        <translation>缺：{}</translation>
    </message>
    <message>
        <source>No paper is chosen.</source>
        <translation>没有勾选文书。</translation>
    </message>
    <message>
        <source>Laying out…</source>
        <translation>正在排版…</translation>
    </message>
    <message>
        <source>Print {} papers</source>
        <translation>打印 {} 份</translation>
    </message>
    <message>
        <source>{} pages in order (Ctrl+P)</source>
        <translation>按顺序共 {} 页（Ctrl+P）</translation>
    </message>
    <message>
        <source>No pages yet</source>
        <translation>页面尚未排好</translation>
    </message>
    <message>
        <source>Papers of a raid</source>
        <translation>行动文书</translation>
    </message>
</context>
</TS>
