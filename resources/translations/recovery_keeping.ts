<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>RecoveryKeeping</name>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>存为 PDF…</translation>
    </message>
    <message>
        <source>Last two groups</source>
        <translation>末两组</translation>
    </message>
    <message>
        <source>Copied by hand? Type the last {count} characters as you wrote them.</source>
        <translation>手工抄录的，请照抄件输入最后 {count} 个字符。</translation>
    </message>
    <message>
        <source>This sheet opens the case file when a passphrase is forgotten. It is shown only now.</source>
        <translation>忘记口令时凭此页打开案件库。此页只在现在显示。</translation>
    </message>
    <message>
        <source>Whoever holds it and the file can read everything: seal it, lock it away from the PC.</source>
        <translation>持有此页和案件库的人可以读到全部内容：请密封，并与电脑分开锁存。</translation>
    </message>
    <message>
        <source>Recovery sheet</source>
        <translation>恢复密钥页</translation>
    </message>
    <message>
        <source>Handed to the printer: take it from there at once.</source>
        <translation>已交打印机，请立即取走。</translation>
    </message>
    <message>
        <source>Save the recovery sheet</source>
        <translation>保存恢复密钥页</translation>
    </message>
    <message>
        <source>recovery sheet</source>
        <translation>恢复密钥页</translation>
    </message>
    <message>
        <source>Not into the case file itself: choose another place.</source>
        <translation>不能存入案件库文件夹内，请另选位置。</translation>
    </message>
    <message>
        <source>Saved: print it, lock it away, then delete that file.</source>
        <translation>已保存。请打印并锁存，然后删除该文件。</translation>
    </message>
    <message>
        <source>The same as on the sheet.</source>
        <translation>与页上一致。</translation>
    </message>
    <message>
        <source>Not the same as on the sheet.</source>
        <translation>与页上不一致，请核对。</translation>
    </message>
</context>
</TS>
