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
</context>
</TS>
