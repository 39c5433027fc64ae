<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ConflictsView</name>
    <message>
        <source>Disagreements to decide</source>
        <translation>待裁定的分歧</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>裁定记录</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>裁定记录</translation>
    </message>
    <message>
        <source>{} decided.</source>
        <translation>已裁定 {} 项。</translation>
    </message>
    <message>
        <source>There is nothing to decide. What two PCs wrote differently is kept and stands here.</source>
        <translation>没有需要裁定的分歧。两台电脑对同一项写了不同内容时，各方的内容都会保留，并列在这里等待裁定。</translation>
    </message>
    <message>
        <source>These differ in different ways; only equal ones are decided together.</source>
        <translation>所选各项的分歧不同，只有相同的分歧才能一并裁定。</translation>
    </message>
</context>
</TS>
