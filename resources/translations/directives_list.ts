<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>DirectivesList</name>
    <message>
        <source>Directives that are open</source>
        <translation>未办结的督办事项</translation>
    </message>
</context>
<context>
    <name>oversight</name>
    <message>
        <source>due {}</source>
        <translation>期限 {}</translation>
    </message>
    <message>
        <source>due {}, {} days over</source>
        <translation>期限 {}，已逾期 {} 天</translation>
    </message>
    <message>
        <source>due {}, today</source>
        <translation>期限 {}，今天到期</translation>
    </message>
    <message>
        <source>due {}, {} days left</source>
        <translation>期限 {}，还剩 {} 天</translation>
    </message>
</context>
</TS>
