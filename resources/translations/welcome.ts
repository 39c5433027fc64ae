<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Welcome</name>
    <message>
        <source>Case files</source>
        <translation>案件库</translation>
    </message>
    <message>
        <source>Case files opened last</source>
        <translation>最近打开的案件库</translation>
    </message>
    <message>
        <source>No case file was opened on this PC yet.
Make one for your office, or try the practice city.</source>
        <translation>本机还没有打开过案件库。
请为本单位新建一个，或先打开练习城市试用。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Take off the list</source>
        <translation>从列表移除</translation>
    </message>
    <message>
        <source>Takes it off this list (Delete); the case file itself stays as it is</source>
        <translation>只从此列表移除（Delete 键），案件库本身不受影响</translation>
    </message>
    <message>
        <source>Open another folder…</source>
        <translation>打开其他文件夹…</translation>
    </message>
    <message>
        <source>Make a new case file…</source>
        <translation>新建案件库…</translation>
    </message>
    <message>
        <source>Restore a backup…</source>
        <translation>恢复备份…</translation>
    </message>
    <message>
        <source>Open the practice city</source>
        <translation>打开练习城市</translation>
    </message>
    <message>
        <source>A county and a city with invented records, to try everything; made once in half a minute</source>
        <translation>一县一市，记录均为虚构，可随意练习；第一次生成约需半分钟</translation>
    </message>
    <message>
        <source>{name} (not there now)</source>
        <translation>{name}（现在找不到）</translation>
    </message>
    <message>
        <source>The folder of the case file</source>
        <translation>案件库文件夹</translation>
    </message>
</context>
</TS>
