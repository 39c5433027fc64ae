<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>RecordPanel</name>
    <message>
        <source>Correct</source>
        <translation>更正</translation>
    </message>
    <message>
        <source>Attach</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Choose a record in the list</source>
        <translation>请在列表中选择一条记录</translation>
    </message>
    <message>
        <source>Records of this kind are only appended: withdraw and record anew</source>
        <translation>这类记录只能追加；如有错误，请撤销后重新登记</translation>
    </message>
    <message>
        <source>Correct this record</source>
        <translation>更正这条记录</translation>
    </message>
    <message>
        <source>Reinstate</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>Withdrawn by somebody who had not seen all of it: to be decided</source>
        <translation>撤销人当时未见到全部内容，待裁定</translation>
    </message>
    <message>
        <source>{} fields are in dispute: to be decided</source>
        <translation>有{}项内容存在分歧，待裁定</translation>
    </message>
    <message>
        <source>Attachment</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Show in full: {}</source>
        <translation>显示全部：{}</translation>
    </message>
    <message>
        <source>Show in full; this is noted</source>
        <translation>显示全部（将记录查看）</translation>
    </message>
    <message>
        <source>(not arrived yet)</source>
        <translation>（尚未收到）</translation>
    </message>
    <message>
        <source>History</source>
        <translation>来历</translation>
    </message>
    <message>
        <source>Who wrote each value, where and when, and what proves it</source>
        <translation>每一项由何人、何机、何时所写，由什么证明</translation>
    </message>
    <message>
        <source>{} fields need a newer version to be shown</source>
        <translation>另有 {} 项需要新版本程序才能显示</translation>
    </message>
    <message>
        <source>Export evidence…</source>
        <translation>导出证据…</translation>
    </message>
    <message>
        <source>A folder by which anybody can check who wrote this record</source>
        <translation>写出一个文件夹，任何人可据以核验本记录由谁写下</translation>
    </message>
</context>
</TS>
