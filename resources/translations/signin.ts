<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>SignIn</name>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Forgot the passphrase…</source>
        <translation>忘记口令…</translation>
    </message>
    <message>
        <source>Open with the printed recovery key and choose a new passphrase</source>
        <translation>用打印的恢复密钥打开，并另设口令</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Asking the system&apos;s vault; you may type meanwhile.</source>
        <translation>正在询问系统密码库，您可以先输入口令。</translation>
    </message>
    <message>
        <source>Please type your passphrase.</source>
        <translation>请输入口令。</translation>
    </message>
    <message>
        <source>The system&apos;s vault is not available; nothing was remembered.</source>
        <translation>系统密码库不可用，本机没有记住口令。</translation>
    </message>
    <message>
        <source>Opening the case file…</source>
        <translation>正在打开案件库…</translation>
    </message>
    <message>
        <source>restored</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Restored from the backup of {when}; what was recorded since then may be missing.</source>
        <translation>已从 {when} 的备份恢复；此后登记的内容可能缺失，请核对。</translation>
    </message>
    <message>
        <source>Looking for the newest sound backup…</source>
        <translation>正在查找最近的完好备份…</translation>
    </message>
    <message>
        <source>Restore the newest backup beside it and open that</source>
        <translation>恢复最近的备份（另建文件夹）并打开</translation>
    </message>
    <message>
        <source>Still opening: a large file or an unclean end is checked first.</source>
        <translation>仍在打开：案件库较大或上次没有正常关闭，正在先行核对。</translation>
    </message>
    <message>
        <source>Remember on this PC</source>
        <translation>在本机记住</translation>
    </message>
    <message>
        <source>The system&apos;s vault keeps a key of its own, never the passphrase</source>
        <translation>由系统密码库保管另一把钥匙，不保存口令</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>All passphrases lost: shares of the city&apos;s keepers…</source>
        <translation>口令全部遗失：市局保管人份额…</translation>
    </message>
    <message>
        <source>Keepers whom the city has named open together, and a new passphrase is chosen</source>
        <translation>由市局指定的几位保管人合用份额打开，并设定新口令</translation>
    </message>
</context>
</TS>
