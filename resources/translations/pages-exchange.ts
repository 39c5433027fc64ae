<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ExchangePage</name>
    <message>
        <source>Exchange</source>
        <translation>同步</translation>
    </message>
    <message>
        <source>Enrolment…</source>
        <translation>入网…</translation>
    </message>
    <message>
        <source>Exchange both ways</source>
        <translation>一键交换</translation>
    </message>
    <message>
        <source>Bundles</source>
        <translation>数据包</translation>
    </message>
    <message>
        <source>Read in</source>
        <translation>读入</translation>
    </message>
    <message>
        <source>Look at what is there</source>
        <translation>预览读入</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>写出</translation>
    </message>
    <message>
        <source>Sticks and folders</source>
        <translation>U盘和文件夹</translation>
    </message>
    <message>
        <source>Disagreements</source>
        <translation>分歧</translation>
    </message>
    <message>
        <source>This PC is not enrolled yet</source>
        <translation>本机尚未入网</translation>
    </message>
    <message>
        <source>Something is being read or written</source>
        <translation>正在读写，请稍候</translation>
    </message>
    <message>
        <source>Choose a stick or a folder first</source>
        <translation>请先选择U盘或文件夹</translation>
    </message>
    <message>
        <source>Choose at least one office to write for</source>
        <translation>请至少选择一个接收单位</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>暂不读入</translation>
    </message>
</context>
</TS>
