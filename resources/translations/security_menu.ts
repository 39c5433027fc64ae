<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Security</name>
    <message>
        <source>Change my passphrase…</source>
        <translation>修改口令…</translation>
    </message>
    <message>
        <source>Passphrase for another officer…</source>
        <translation>为其他人员设口令…</translation>
    </message>
    <message>
        <source>New recovery sheet…</source>
        <translation>新的恢复密钥页…</translation>
    </message>
    <message>
        <source>Remember on this PC</source>
        <translation>在本机记住</translation>
    </message>
    <message>
        <source>Lock when idle</source>
        <translation>闲置后锁定</translation>
    </message>
    <message>
        <source>after {minutes} minutes</source>
        <translation>{minutes} 分钟后</translation>
    </message>
    <message>
        <source>The passphrase is changed.</source>
        <translation>口令已修改。</translation>
    </message>
    <message>
        <source>The officer can sign in with it from now on.</source>
        <translation>该人员今后可用此口令登录。</translation>
    </message>
    <message>
        <source>The new recovery sheet is in force; destroy the old one.</source>
        <translation>新的恢复密钥页已生效，请销毁旧页。</translation>
    </message>
    <message>
        <source>The system&apos;s vault is not available; nothing was remembered.</source>
        <translation>系统密码库不可用，本机没有记住口令。</translation>
    </message>
    <message>
        <source>This PC opens the case file without a passphrase from now on.</source>
        <translation>本机今后打开案件库不再询问口令。</translation>
    </message>
    <message>
        <source>This PC asks for the passphrase again.</source>
        <translation>本机今后打开案件库须输入口令。</translation>
    </message>
    <message>
        <source>Check integrity…</source>
        <translation>完整性核验…</translation>
    </message>
</context>
</TS>
