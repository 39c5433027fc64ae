<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ReportModel</name>
    <message>
        <source>From / to</source>
        <translation>来自 / 写给</translation>
    </message>
    <message>
        <source>Records of</source>
        <translation>共享范围</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Known</source>
        <translation>已有</translation>
    </message>
    <message>
        <source>Quarantine</source>
        <translation>隔离</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>{} (some do not count)</source>
        <translation>{}（部分不计入）</translation>
    </message>
    <message>
        <source>{} files are for others</source>
        <translation>{} 个文件不是发给本机的</translation>
    </message>
    <message>
        <source>Written and checked, {}</source>
        <translation>已写入并核对，{}</translation>
    </message>
    <message>
        <source>for {} PCs</source>
        <translation>写给 {} 台电脑</translation>
    </message>
    <message>
        <source>{} files are known already: read before, or written here</source>
        <translation>{} 个文件以前读过，或由本机写出</translation>
    </message>
    <message>
        <source>(unknown) {}</source>
        <translation>（不详）{}</translation>
    </message>
</context>
</TS>
