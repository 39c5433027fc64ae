<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Preview</name>
    <message>
        <source>Smaller (Ctrl+-)</source>
        <translation>缩小（Ctrl+-）</translation>
    </message>
    <message>
        <source>Larger (Ctrl++)</source>
        <translation>放大（Ctrl++）</translation>
    </message>
    <message>
        <source>Fit width</source>
        <translation>适合宽度</translation>
    </message>
    <message>
        <source>As wide as there is room (Ctrl+9)</source>
        <translation>按窗口宽度显示（Ctrl+9）</translation>
    </message>
    <message>
        <source>Paper size (Ctrl+0)</source>
        <translation>按纸张实际大小显示（Ctrl+0）</translation>
    </message>
    <message>
        <source>Page before (Left)</source>
        <translation>上一页（←）</translation>
    </message>
    <message>
        <source>Page number</source>
        <translation>页码</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>第</translation>
    </message>
    <message>
        <source>Next page (Right)</source>
        <translation>下一页（→）</translation>
    </message>
    <message>
        <source>of {}</source>
        <translation>页&#x3000;共 {} 页</translation>
    </message>
    <message>
        <source>Page {} of {}</source>
        <translation>第 {} 页，共 {} 页</translation>
    </message>
</context>
</TS>
