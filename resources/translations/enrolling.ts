<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AcceptStep</name>
    <message>
        <source>Accept the city&apos;s answer</source>
        <translation>接受入网答复</translation>
    </message>
    <message>
        <source>The first answer that is accepted decides whom this PC trusts, for good.</source>
        <translation>第一次接受的答复决定本机信任哪个网络，以后不能更改。</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>答复文件</translation>
    </message>
    <message>
        <source>The city&apos;s answer</source>
        <translation>市局的答复文件</translation>
    </message>
    <message>
        <source>Compared with the city by telephone: all sixteen are the same</source>
        <translation>已与市局电话核对，16 位完全一致</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Accept it</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Compare the digits by telephone first</source>
        <translation>请先电话核对</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在核对…</translation>
    </message>
    <message>
        <source>Accepting…</source>
        <translation>正在接受…</translation>
    </message>
    <message>
        <source>The root of this network begins with:</source>
        <translation>该网络的根指纹前16位：</translation>
    </message>
</context>
<context>
    <name>RequestStep</name>
    <message>
        <source>Ask to be enrolled</source>
        <translation>申请入网</translation>
    </message>
    <message>
        <source>Writes a file for the city: public keys and the office&apos;s name, nothing of any case.</source>
        <translation>生成交给市局的申请文件：只有公钥和单位名称，没有案件内容。</translation>
    </message>
    <message>
        <source>Write the request</source>
        <translation>写出申请</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>申请文件</translation>
    </message>
    <message>
        <source>Where the request is written</source>
        <translation>申请文件写到何处</translation>
    </message>
    <message>
        <source>request-{office}.json</source>
        <translation>入网申请-{office}.json</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>正在写出…</translation>
    </message>
    <message>
        <source>Written. When the city grants this PC it will ask how its number begins:</source>
        <translation>已写出。市局批准时会电话核对本机编号的前16位：</translation>
    </message>
</context>
</TS>
