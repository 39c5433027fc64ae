<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>exchange</name>
    <message>
        <source>Looking at what is there</source>
        <translation>正在查看</translation>
    </message>
    <message>
        <source>What reading would bring</source>
        <translation>读入预览</translation>
    </message>
    <message>
        <source>Reading in</source>
        <translation>正在读入</translation>
    </message>
    <message>
        <source>What was read</source>
        <translation>读入结果</translation>
    </message>
    <message>
        <source>Writing and checking</source>
        <translation>正在写出并核对</translation>
    </message>
    <message>
        <source>What was written</source>
        <translation>写出结果</translation>
    </message>
    <message>
        <source>Reading in, then writing</source>
        <translation>正在读入，然后写出</translation>
    </message>
    <message>
        <source>What was read and written</source>
        <translation>读入和写出结果</translation>
    </message>
    <message>
        <source>Written and checked. Eject the stick, then pull it out.</source>
        <translation>已写入并核对，请弹出后拔出。</translation>
    </message>
    <message>
        <source>Written and checked.</source>
        <translation>已写入并核对。</translation>
    </message>
    <message>
        <source>{} entries would be new. Nothing has been changed yet.</source>
        <translation>读入后将新增 {} 条。目前没有改动任何内容。</translation>
    </message>
    <message>
        <source>Read in: {} entries are new.</source>
        <translation>读入完成，新增 {} 条。</translation>
    </message>
    <message>
        <source>{} do not count and go into quarantine.</source>
        <translation>另有 {} 条不计入，将予隔离。</translation>
    </message>
    <message>
        <source>{} files could not be read whole; see below.</source>
        <translation>有 {} 个文件不能完整读入，见下。</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>已停止，没有改动任何内容。</translation>
    </message>
    <message>
        <source>Stopped. What was written whole and checked is good; what was not was removed.</source>
        <translation>已停止。写完并核对过的文件有效，没有写完的已清除。</translation>
    </message>
    <message>
        <source>Nothing new but receipts. Nothing has been changed yet.</source>
        <translation>没有新增内容，只有对方的回执。目前没有改动任何内容。</translation>
    </message>
    <message>
        <source>{} unfinished files of a stick that was pulled out are passed over.</source>
        <translation>有 {} 个因中途拔出而未写完的文件，已略过。</translation>
    </message>
    <message>
        <source>{} records would come into dispute.</source>
        <translation>{} 条记录将出现分歧。</translation>
    </message>
    <message>
        <source>{} records of a mass withdrawal are shown as before until confirmed.</source>
        <translation>大批撤销的 {} 条记录先照旧显示，待确认。</translation>
    </message>
</context>
</TS>
