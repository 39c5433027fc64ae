<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>PaperView</name>
    <message>
        <source>Choose a paper on the left to see the page that prints.</source>
        <translation>在左边选择文书，这里显示将要打印的页面。</translation>
    </message>
    <message>
        <source>Laying out…</source>
        <translation>正在排版…</translation>
    </message>
    <message>
        <source>The records this paper prints are in dispute: see on the right.</source>
        <translation>所印内容有尚未裁定的分歧，见右侧说明。</translation>
    </message>
</context>
</TS>
