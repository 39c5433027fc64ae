<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Enrolling</name>
    <message>
        <source>Ask to be enrolled…</source>
        <translation>申请入网…</translation>
    </message>
    <message>
        <source>The request is written.</source>
        <translation>申请已写出，请交市局。</translation>
    </message>
    <message>
        <source>Accept the city&apos;s answer…</source>
        <translation>接受入网答复…</translation>
    </message>
    <message>
        <source>Accepted: this PC belongs to the city&apos;s network.</source>
        <translation>已接受，本机已入网。</translation>
    </message>
    <message>
        <source>Make the city&apos;s root…</source>
        <translation>建立全市根密钥…</translation>
    </message>
    <message>
        <source>The city&apos;s root is made.</source>
        <translation>全市根密钥已建立。</translation>
    </message>
    <message>
        <source>Grant a PC…</source>
        <translation>批准入网…</translation>
    </message>
    <message>
        <source>Granted; hand the answer to that office.</source>
        <translation>已批准，请把答复文件交给该单位。</translation>
    </message>
    <message>
        <source>Cut a PC off…</source>
        <translation>停用电脑…</translation>
    </message>
    <message>
        <source>Cut off; hand the file to every office, to be accepted like an answer.</source>
        <translation>已停用，请把停用文件交各单位，像接受答复一样接受。</translation>
    </message>
    <message>
        <source>Vouch for a second PC…</source>
        <translation>为第二台电脑担保…</translation>
    </message>
    <message>
        <source>Vouched for; hand the file to that PC, and its request to the city.</source>
        <translation>已担保；文件交给那台电脑，它的申请报市局。</translation>
    </message>
    <message>
        <source>PCs of this network…</source>
        <translation>入网电脑…</translation>
    </message>
    <message>
        <source>Name the keepers of lost case files…</source>
        <translation>指定遗失口令时的保管人…</translation>
    </message>
    <message>
        <source>The keepers are named; exchange with every office, so that its case file is sealed to them.</source>
        <translation>已指定保管人；请与各单位交换，其案件库随即封给他们。</translation>
    </message>
</context>
</TS>
