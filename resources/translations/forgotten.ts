<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Forgotten</name>
    <message>
        <source>Open with the recovery key</source>
        <translation>用恢复密钥打开</translation>
    </message>
    <message>
        <source>Take the sealed recovery sheet of this case file and type its key, or scan its code.</source>
        <translation>请取出本案件库封存的恢复密钥页，照样输入密钥，或用扫码枪扫描页上的二维码。</translation>
    </message>
    <message>
        <source>Open and set the new passphrase</source>
        <translation>打开并设新口令</translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation>恢复密钥</translation>
    </message>
    <message>
        <source>Nine groups; spaces, hyphens and capitals do not matter, O counts as 0, I and L as 1.</source>
        <translation>共九组；空格、连字符、大小写不论，字母O按0计，I和L按1计。</translation>
    </message>
    <message>
        <source>Typed without mistake.</source>
        <translation>输入无误。</translation>
    </message>
    <message>
        <source>Opening the case file…</source>
        <translation>正在打开案件库…</translation>
    </message>
</context>
</TS>
