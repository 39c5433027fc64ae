<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ChangePassphrase</name>
    <message>
        <source>Change the passphrase</source>
        <translation>修改口令</translation>
    </message>
    <message>
        <source>Of whoever is signed in now. Backups made before keep the old one.</source>
        <translation>修改当前登录人员的口令。以前的备份仍用旧口令。</translation>
    </message>
    <message>
        <source>Change it</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>Passphrase now</source>
        <translation>现口令</translation>
    </message>
    <message>
        <source>Changing…</source>
        <translation>正在修改…</translation>
    </message>
</context>
<context>
    <name>NewRecoverySheet</name>
    <message>
        <source>New recovery sheet</source>
        <translation>新的恢复密钥页</translation>
    </message>
    <message>
        <source>The sheet printed before opens nothing any more. Have the printer ready before you begin.</source>
        <translation>生成后，以前的恢复密钥页即作废。开始前请备好打印机。</translation>
    </message>
    <message>
        <source>Make a new one</source>
        <translation>生成新的</translation>
    </message>
    <message>
        <source>Making the key…</source>
        <translation>正在生成密钥…</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Keep the recovery sheet first</source>
        <translation>请先留存恢复密钥页</translation>
    </message>
    <message>
        <source>Keep the new sheet first: the old one is void already.</source>
        <translation>请先留存新的恢复密钥页：旧页已经作废。</translation>
    </message>
</context>
<context>
    <name>OfficerPassphrase</name>
    <message>
        <source>Passphrase for another officer</source>
        <translation>为其他人员设口令</translation>
    </message>
    <message>
        <source>The officer types it; whoever opens the case file with it acts under that name.</source>
        <translation>由该人员自己输入；用此口令打开案件库的操作都记在其名下。</translation>
    </message>
    <message>
        <source>Set it</source>
        <translation>设定</translation>
    </message>
    <message>
        <source>Officer</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Every officer on record has a passphrase. Record the officer first.</source>
        <translation>已登记的人员都有口令。请先登记该人员。</translation>
    </message>
    <message>
        <source>Setting…</source>
        <translation>正在设定…</translation>
    </message>
</context>
</TS>
