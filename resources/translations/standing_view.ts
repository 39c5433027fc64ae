<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>StandingModel</name>
    <message>
        <source>Office</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Records of</source>
        <translation>共享范围</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待送</translation>
    </message>
    <message>
        <source>Last receipt</source>
        <translation>上次回执</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
</context>
<context>
    <name>StandingView</name>
    <message>
        <source>Offices and what each lacks</source>
        <translation>各单位及其待送内容</translation>
    </message>
    <message>
        <source>Missing and in quarantine</source>
        <translation>缺失与隔离</translation>
    </message>
    <message>
        <source>Nobody else is enrolled yet. Whom records are shared with is listed here.</source>
        <translation>还没有其他已入网的电脑。入网后，与本局共享记录的单位会列在这里。</translation>
    </message>
    <message>
        <source>Nothing is missing, nothing is in quarantine.</source>
        <translation>没有缺失，没有隔离。</translation>
    </message>
    <message>
        <source>Entries not exchanged</source>
        <translation>未交换（条）</translation>
    </message>
    <message>
        <source>Last receipt</source>
        <translation>上次回执</translation>
    </message>
    <message>
        <source>Entries missing here</source>
        <translation>本机缺失（条）</translation>
    </message>
    <message>
        <source>In quarantine</source>
        <translation>隔离（条）</translation>
    </message>
    <message>
        <source>What was written counts as exchanged once a receipt has come back.</source>
        <translation>写出的内容收到对方回执后，才算交换完成。</translation>
    </message>
</context>
</TS>
