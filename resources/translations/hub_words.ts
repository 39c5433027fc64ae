<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>hub</name>
    <message>
        <source>Sending to the hub, {}</source>
        <translation>正在送往中转站，{}</translation>
    </message>
    <message>
        <source>Receiving from the hub, {}</source>
        <translation>正在从中转站接收，{}</translation>
    </message>
    <message>
        <source>Reading in what came from the hub</source>
        <translation>正在读入中转站送来的内容</translation>
    </message>
    <message>
        <source>Never exchanged yet.</source>
        <translation>还没有交换过。</translation>
    </message>
    <message>
        <source>Last exchange {}.</source>
        <translation>上次交换：{}。</translation>
    </message>
    <message>
        <source>{} bundles wait.</source>
        <translation>{} 个数据包待发。</translation>
    </message>
    <message>
        <source>Not tried again until you say so.</source>
        <translation>不再自动重试，可点“立即同步”。</translation>
    </message>
    <message>
        <source>Next in about {} min.</source>
        <translation>约 {} 分钟后再次交换。</translation>
    </message>
    <message>
        <source>Next in less than a minute.</source>
        <translation>一分钟内再次交换。</translation>
    </message>
    <message>
        <source>Hub reached</source>
        <translation>中转站已连通</translation>
    </message>
    <message>
        <source>Hub: exchanging</source>
        <translation>中转站：交换中</translation>
    </message>
    <message>
        <source>Hub out of reach</source>
        <translation>中转站连不上</translation>
    </message>
    <message>
        <source>Not our hub</source>
        <translation>不是本市中转站</translation>
    </message>
    <message>
        <source>Hub refuses</source>
        <translation>中转站拒绝</translation>
    </message>
    <message>
        <source>Hub: trouble here</source>
        <translation>中转站：本机有问题</translation>
    </message>
    <message>
        <source>Last new thing from it {}.</source>
        <translation>上次送来新内容：{}。</translation>
    </message>
    <message>
        <source>It has brought nothing new yet.</source>
        <translation>尚未送来新内容。</translation>
    </message>
    <message>
        <source>Hub: nothing new for {} d</source>
        <translation>中转站 {} 天无新内容</translation>
    </message>
    <message>
        <source>Hub: no contact for {} d</source>
        <translation>{} 天未连上中转站</translation>
    </message>
</context>
</TS>
