<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>conflicts</name>
    <message>
        <source>{} and {} more alike</source>
        <translation>{}，及另外 {} 项相同的分歧</translation>
    </message>
    <message>
        <source>decided so</source>
        <translation>已裁定为此</translation>
    </message>
    <message>
        <source>Always the later</source>
        <translation>一律以较晚登记的为准</translation>
    </message>
    <message>
        <source>Always what was written on this PC</source>
        <translation>一律以本机登记的为准</translation>
    </message>
    <message>
        <source>Always what was written on another PC</source>
        <translation>一律以其他电脑登记的为准</translation>
    </message>
    <message>
        <source>{}: decides {}, leaves {}</source>
        <translation>{}：裁定 {} 项，保留 {} 项</translation>
    </message>
    <message>
        <source>{} minor disagreements</source>
        <translation>{} 项次要分歧</translation>
    </message>
    <message>
        <source>Fields that no paper and no time limit rests on</source>
        <translation>不涉及文书和法定期限的项目</translation>
    </message>
</context>
</TS>
