<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Restoring</name>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>A backup becomes a case file of its own in a new folder; nothing is overwritten.</source>
        <translation>备份将恢复为新文件夹中的一个案件库，不覆盖任何内容。</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Where it is</source>
        <translation>备份位置</translation>
    </message>
    <message>
        <source>The folder with the backups, or the case file</source>
        <translation>存放备份的文件夹，或案件库文件夹</translation>
    </message>
    <message>
        <source>A case file, its folder “backups”, or one backup itself.</source>
        <translation>案件库文件夹、其中的 backups 文件夹，或某一份备份均可。</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份时间</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>恢复到</translation>
    </message>
    <message>
        <source>An empty folder for the restored case file</source>
        <translation>存放恢复后案件库的空文件夹</translation>
    </message>
    <message>
        <source>A folder that is not there yet, or is empty.</source>
        <translation>须是尚不存在的或空的文件夹。</translation>
    </message>
    <message>
        <source>restored</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>no backup there</source>
        <translation>此处没有备份</translation>
    </message>
    <message>
        <source>There is no backup in this folder.</source>
        <translation>此文件夹中没有备份。</translation>
    </message>
    <message>
        <source>Copying and checking…</source>
        <translation>正在复制…</translation>
    </message>
</context>
</TS>
