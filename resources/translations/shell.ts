<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Shell</name>
    <message>
        <source>Officer</source>
        <translation>执法人员</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>State secrets must not be stored or processed in this system</source>
        <translation>本系统不得存储、处理国家秘密</translation>
    </message>
    <message>
        <source>Find or do anything</source>
        <translation>查找或执行</translation>
    </message>
    <message>
        <source>Go to {}</source>
        <translation>转到{}</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>Draft kept {}</source>
        <translation>草稿已存 {}</translation>
    </message>
    <message>
        <source>Recorded. Still missing: {}</source>
        <translation>已登记。仍缺：{}</translation>
    </message>
    <message>
        <source>Recorded.</source>
        <translation>已登记。</translation>
    </message>
</context>
</TS>
