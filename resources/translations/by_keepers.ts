<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ByKeepers</name>
    <message>
        <source>Open with the keepers&apos; shares</source>
        <translation>用保管人份额打开</translation>
    </message>
    <message>
        <source>Open and set the new passphrase</source>
        <translation>打开并设定新口令</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>份额</translation>
    </message>
    <message>
        <source>Share files…</source>
        <translation>选取份额文件…</translation>
    </message>
    <message>
        <source>Or typed</source>
        <translation>或照纸面输入</translation>
    </message>
    <message>
        <source>The line that begins with AGE-SECRET-KEY-1, then Enter; spaces do not matter.</source>
        <translation>输入以 AGE-SECRET-KEY-1 开头的一行，按 Enter；空格不影响。</translation>
    </message>
    <message>
        <source>Looking whose shares it needs…</source>
        <translation>正在查看需要谁的份额…</translation>
    </message>
    <message>
        <source>Shares (*.txt);;All files (*)</source>
        <translation>份额 (*.txt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Share files</source>
        <translation>份额文件</translation>
    </message>
    <message>
        <source>typed</source>
        <translation>手工输入</translation>
    </message>
    <message>
        <source>share {} is here already</source>
        <translation>第 {} 份已经在此</translation>
    </message>
    <message>
        <source>share {}</source>
        <translation>第 {} 份</translation>
    </message>
    <message>
        <source>{have} of the {need} needed shares are here (any {need} of {keepers}).</source>
        <translation>需要 {need} 份，已有 {have} 份（共 {keepers} 份，任意 {need} 份合用）。</translation>
    </message>
    <message>
        <source>Opening the case file…</source>
        <translation>正在打开案件库…</translation>
    </message>
    <message>
        <source>Bring as many keepers of the city&apos;s recovery key as it takes. The new passphrase is for the officer who made the recovery sheet. It is noted in the audit and told at the next opening.</source>
        <translation>请凑齐所需的市级恢复密钥保管人份额。新口令设给制作恢复密钥页的那位人员；此事记入审计，下次打开时还会提示。</translation>
    </message>
</context>
</TS>
