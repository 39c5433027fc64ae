<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>FilterHeader</name>
    <message>
        <source>Filter {}</source>
        <translation>筛选{}</translation>
    </message>
    <message>
        <source>filter</source>
        <translation>筛选</translation>
    </message>
</context>
<context>
    <name>ListView</name>
    <message>
        <source>{} rows match the filter</source>
        <translation>筛选出{}条</translation>
    </message>
    <message>
        <source>{} rows</source>
        <translation>共{}条</translation>
    </message>
    <message>
        <source>To Excel…</source>
        <translation>导出 Excel…</translation>
    </message>
    <message>
        <source>Write these rows to a workbook as they are shown; this is noted</source>
        <translation>按所见把这些行写成 Excel 工作簿（留痕）</translation>
    </message>
    <message>
        <source>Where the workbook is written</source>
        <translation>工作簿保存到</translation>
    </message>
    <message>
        <source>Written to the workbook.</source>
        <translation>已写入工作簿。</translation>
    </message>
</context>
</TS>
