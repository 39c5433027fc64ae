<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>KeepersStep</name>
    <message>
        <source>Name the keepers of lost case files</source>
        <translation>指定遗失口令时的保管人</translation>
    </message>
    <message>
        <source>When all passphrases of an office are lost, these keepers open its case file together. Every case file of the city is sealed to them once it has read what this PC writes next.</source>
        <translation>某单位口令全部遗失时，由这些保管人合用份额打开其案件库。全市各案件库在读入本机下一次写出的内容后，即封给他们。</translation>
    </message>
    <message>
        <source>Name them and write the shares</source>
        <translation>指定并写出份额</translation>
    </message>
    <message>
        <source>Keepers</source>
        <translation>保管人</translation>
    </message>
    <message>
        <source>Needed to open</source>
        <translation>几人合用</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Where the shares are written</source>
        <translation>份额写到哪里</translation>
    </message>
    <message>
        <source>On a stick if possible. The files are secret and must not stay on this PC.</source>
        <translation>最好直接写到优盘。份额文件须保密，不得留在本机。</translation>
    </message>
    <message>
        <source>Share files</source>
        <translation>份额文件</translation>
    </message>
    <message>
        <source>Making the shares…</source>
        <translation>正在制作份额…</translation>
    </message>
    <message>
        <source>Give each share to another person; never keep them together. {need} of {keepers} open.</source>
        <translation>每份交一位保管人，不要同放一处。{keepers} 份中任意 {need} 份合用即可打开。</translation>
    </message>
    <message>
        <source>{keepers} keepers are named already, {need} of whom open. New ones take their place; older backups and copies still open with the shares of now.</source>
        <translation>已指定 {keepers} 位保管人，{need} 人合用。新指定的取代他们；此前的备份和拷贝仍只能用现在这套份额打开。</translation>
    </message>
</context>
</TS>
