<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>FolderPage</name>
    <message>
        <source>Folder</source>
        <translation>存放位置</translation>
    </message>
    <message>
        <source>A new or empty folder for the case file</source>
        <translation>存放案件库的新文件夹或空文件夹</translation>
    </message>
    <message>
        <source>A new or empty folder on this PC&apos;s own disk; not a stick, not a network share.</source>
        <translation>本机硬盘上新的或空的文件夹；不要放在优盘或网络共享中。</translation>
    </message>
    <message>
        <source>Please give the whole path.</source>
        <translation>请填写完整路径。</translation>
    </message>
</context>
<context>
    <name>OfficePage</name>
    <message>
        <source>Regions</source>
        <translation>行政区划</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>行政区划</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Authority</source>
        <translation>单位类别</translation>
    </message>
    <message>
        <source>Office id</source>
        <translation>单位代码</translation>
    </message>
    <message>
        <source>Six figures of the region; police with -ga behind, as 450923-ga.</source>
        <translation>六位行政区划代码；公安加 -ga，如 450923-ga。</translation>
    </message>
    <message>
        <source>Printed name</source>
        <translation>单位全称</translation>
    </message>
    <message>
        <source>As it stands at the head of documents.</source>
        <translation>文书上印制的名称。</translation>
    </message>
    <message>
        <source>Short name</source>
        <translation>文号简称</translation>
    </message>
    <message>
        <source>What document numbers begin with, as 博市监.</source>
        <translation>文号开头的简称，如 博市监。</translation>
    </message>
</context>
<context>
    <name>OfficerPage</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Credential no.</source>
        <translation>执法证号</translation>
    </message>
    <message>
        <source>The number of the enforcement credential.</source>
        <translation>行政执法证件上的编号。</translation>
    </message>
</context>
</TS>
