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
        <source>Hub, sticks and folders</source>
        <translation>中转站、优盘和文件夹</translation>
    </message>
    <message>
        <source>Handover sheet…</source>
        <translation>交接单…</translation>
    </message>
    <message>
        <source>Check a sheet…</source>
        <translation>核对交接单…</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>No shared folder is exchanged by itself.</source>
        <translation>没有自动交换的共享文件夹。</translation>
    </message>
    <message>
        <source>Exchange the chosen folder by itself</source>
        <translation>自动交换所选文件夹</translation>
    </message>
    <message>
        <source>No longer by itself</source>
        <translation>停止自动交换</translation>
    </message>
    <message>
        <source>{} was plugged in. It can only be read.</source>
        <translation>{} 已插入，只能读取。</translation>
    </message>
    <message>
        <source>{} was plugged in.</source>
        <translation>{} 已插入。</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>弹出</translation>
    </message>
    <message>
        <source>Shared folder</source>
        <translation>共享文件夹</translation>
    </message>
    <message>
        <source>{} is exchanged by itself.</source>
        <translation>{} 正在自动交换。</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>暂不读入</translation>
    </message>
    <message>
        <source>Quarantine</source>
        <translation>隔离区</translation>
    </message>
    <message>
        <source>Read in and write</source>
        <translation>读入并写出</translation>
    </message>
</context>
</TS>
