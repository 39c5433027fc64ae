<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>HubSetting</name>
    <message>
        <source>City hub</source>
        <translation>市级中转站</translation>
    </message>
    <message>
        <source>While no hub is on, this program makes no network connection. With one on it connects to this address alone, whenever it can be reached. The hub cannot read what passes through it.</source>
        <translation>未启用中转站时，本程序不作任何网络连接。启用后，只连接这一个地址，能连上就自动交换。经过中转站的内容，中转站读不了。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>https://host:port, as the city tells it</source>
        <translation>https://主机:端口，由市局告知</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>证书指纹</translation>
    </message>
    <message>
        <source>SHA-256 of the hub&apos;s certificate, 64 hexadecimal digits. Ask the city by telephone.</source>
        <translation>中转站证书的 SHA-256，64 位十六进制数字。请电话向市局核对。</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Only where the way out is by a proxy: http://host:port</source>
        <translation>只在必须经代理出网时填写：http://主机:端口</translation>
    </message>
    <message>
        <source>Exchange with this hub whenever it can be reached</source>
        <translation>能连上时自动与这个中转站交换</translation>
    </message>
    <message>
        <source>Keeping…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source> days</source>
        <translation> 天</translation>
    </message>
    <message>
        <source>Say it when nothing new came for</source>
        <translation>多久没有新内容时提示</translation>
    </message>
</context>
</TS>
