<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>BulletinsPage</name>
    <message>
        <source>Bulletins</source>
        <translation>通报</translation>
    </message>
    <message>
        <source>Bulletins to the offices of the city or of a region stand here.</source>
        <translation>发给本市或区域各单位的舆情通报列在这里。</translation>
    </message>
    <message>
        <source>Choose a bulletin that this office has not signed for</source>
        <translation>请选择一件本单位未签收的通报</translation>
    </message>
</context>
</TS>
