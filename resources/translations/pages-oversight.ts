<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>OversightPage</name>
    <message>
        <source>Directives</source>
        <translation>督办</translation>
    </message>
    <message>
        <source>What the city wants done, by when, and what was answered stands here.</source>
        <translation>市局要求办理的事项、期限和反馈情况列在这里。</translation>
    </message>
    <message>
        <source>What the city notes on a record stands here.</source>
        <translation>市局对各条记录的批示、意见列在这里。</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>批示意见</translation>
    </message>
    <message>
        <source>No office below this city is enrolled yet</source>
        <translation>本市还没有下属单位入网</translation>
    </message>
</context>
</TS>
