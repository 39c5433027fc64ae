<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>DetailPanel</name>
    <message>
        <source>What the entry would do</source>
        <translation>条目的内容</translation>
    </message>
    <message>
        <source>Choose an entry to see what it would do.</source>
        <translation>选择一条，查看其内容。</translation>
    </message>
    <message>
        <source>Records of: {}</source>
        <translation>所属记录：{}</translation>
    </message>
    <message>
        <source>Entry {entry}, no. {number} of its log</source>
        <translation>条目 {entry}，日志第 {number} 条</translation>
    </message>
    <message>
        <source>Its content cannot be read.</source>
        <translation>内容无法读出。</translation>
    </message>
    <message>
        <source>{} more lines are not shown.</source>
        <translation>另有 {} 行未列出。</translation>
    </message>
</context>
<context>
    <name>QuarantineView</name>
    <message>
        <source>In quarantine</source>
        <translation>隔离区</translation>
    </message>
    <message>
        <source>Nothing is in quarantine. What comes from a PC that is not enrolled or was cut off, or breaks the rules, is kept here and does not count.</source>
        <translation>隔离区是空的。未入网或已停用的电脑写来的、不符合规则的内容，会原样留存在这里，不计入。</translation>
    </message>
    <message>
        <source>Mass changes that wait to be shown</source>
        <translation>暂缓显示的大批变更</translation>
    </message>
    <message>
        <source>Let the chosen entries count…</source>
        <translation>放行所选条目…</translation>
    </message>
    <message>
        <source>Confirm for the whole city…</source>
        <translation>为全市确认…</translation>
    </message>
    <message>
        <source>Show them on this PC…</source>
        <translation>在本机显示…</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Written by</source>
        <translation>写入的电脑</translation>
    </message>
    <message>
        <source>So many records were withdrawn at once that somebody must say it was meant.</source>
        <translation>一次撤销的记录过多，须有人确认确系有意。</translation>
    </message>
    <message>
        <source>All reasons</source>
        <translation>全部原因</translation>
    </message>
    <message>
        <source>All PCs</source>
        <translation>全部电脑</translation>
    </message>
    <message>
        <source>Choose entries first</source>
        <translation>请先选择条目</translation>
    </message>
    <message>
        <source>Only entries of a PC of this city that was cut off can be let count</source>
        <translation>只有本市已停用电脑所写的条目可以放行</translation>
    </message>
    <message>
        <source>Choose a mass change first</source>
        <translation>请先选择一项大批变更</translation>
    </message>
    <message>
        <source>Released. The file is for the offices; it goes along with the next exchange too.</source>
        <translation>已放行。文件发给各单位；也会随下一次交换送达。</translation>
    </message>
    <message>
        <source>Confirmed. The file is for the offices; it goes along with the next exchange too.</source>
        <translation>已确认。文件发给各单位；也会随下一次交换送达。</translation>
    </message>
    <message>
        <source>Shown on this PC.</source>
        <translation>已在本机显示。</translation>
    </message>
</context>
</TS>
