<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Wizard</name>
    <message>
        <source>Office</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>First officer</source>
        <translation>首位执法人员</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>存放位置</translation>
    </message>
    <message>
        <source>Recovery sheet</source>
        <translation>恢复密钥页</translation>
    </message>
    <message>
        <source>The office that works with this case file, for good: a PC belongs to one office.</source>
        <translation>使用本案件库的单位。一台电脑只能属于一个单位，建立后不能更改。</translation>
    </message>
    <message>
        <source>Whoever signs in first; others get passphrases of their own later.</source>
        <translation>第一位登录的执法人员；其他人员以后各设口令。</translation>
    </message>
    <message>
        <source>It opens the case file on this PC. It is kept nowhere, not even in the case file.</source>
        <translation>用来在本机打开案件库。口令不保存在任何地方，案件库中也没有。</translation>
    </message>
    <message>
        <source>All records will stand here, encrypted; copies are made as backups, never by hand.</source>
        <translation>全部记录加密存放于此；需要副本请用备份功能，不要自行复制。</translation>
    </message>
    <message>
        <source>Keep this sheet in one of the three ways; then the case file is ready.</source>
        <translation>请用三种方式之一留存此页，案件库即可使用。</translation>
    </message>
    <message>
        <source>The recovery sheet is not kept yet. Giving up removes the new, empty case file.</source>
        <translation>恢复密钥页还没有留存。放弃将删除刚建立的空案件库。</translation>
    </message>
    <message>
        <source>Give up and remove it</source>
        <translation>放弃并删除</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>正在删除…</translation>
    </message>
    <message>
        <source>New case file</source>
        <translation>新建案件库</translation>
    </message>
    <message>
        <source>Keep the recovery sheet first</source>
        <translation>请先留存恢复密钥页</translation>
    </message>
    <message>
        <source>Give up…</source>
        <translation>放弃…</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Finish and open</source>
        <translation>完成并打开</translation>
    </message>
    <message>
        <source>Make the case file</source>
        <translation>建立案件库</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Making keys and the case file…</source>
        <translation>正在生成密钥、建立案件库…</translation>
    </message>
</context>
</TS>
