<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>EvidenceStep</name>
    <message>
        <source>Export evidence</source>
        <translation>导出证据</translation>
    </message>
    <message>
        <source>A folder and a .tar of it: the signed log lines of this record, the statements that say who signed, a summary. Anybody checks it without this program.</source>
        <translation>写出一个文件夹和同名 .tar：本记录经签名的日志行、说明由谁签名的声明、摘要。任何人不用本程序即可核验。</translation>
    </message>
    <message>
        <source>Note it and export</source>
        <translation>留痕并导出</translation>
    </message>
    <message>
        <source>evidence-{kind}-{id}</source>
        <translation>证据-{kind}-{id}</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Noted in the audit, as every export is.</source>
        <translation>同其他导出一样记入查阅记录。</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新文件夹</translation>
    </message>
    <message>
        <source>In which folder?</source>
        <translation>放在哪个文件夹里？</translation>
    </message>
    <message>
        <source>Nothing that is there is overwritten.</source>
        <translation>不覆盖已有内容。</translation>
    </message>
    <message>
        <source>With the attached files themselves</source>
        <translation>附上附件原件</translation>
    </message>
    <message>
        <source>Also in full what was written together with other records</source>
        <translation>与其他记录一并写下的条目也列全文</translation>
    </message>
    <message>
        <source>Several people in one entry, as in a roster: the entry can be shown whole or not at all. Shown whole, the recipient also reads the others. Not shown, it is counted and its fingerprint stands there, so that the rest can be checked all the same.</source>
        <translation>一条日志写有几个人的（如名册），只能整条列出或整条不列。列全文，收件人也会看到其他人的内容；不列，则写明条数、只留凭据，其余部分照样可以核验。</translation>
    </message>
    <message>
        <source>Noting it in the audit…</source>
        <translation>正在记入查阅记录…</translation>
    </message>
    <message>
        <source>Writing the evidence…</source>
        <translation>正在写出证据…</translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation>已停止，没有写出任何内容。</translation>
    </message>
    <message>
        <source>{} attached files</source>
        <translation>附件 {} 个</translation>
    </message>
    <message>
        <source>, {} are not here</source>
        <translation>，另有 {} 个不在本机</translation>
    </message>
    <message>
        <source>In the folder: {}</source>
        <translation>文件夹：{}</translation>
    </message>
    <message>
        <source>The same, packed: {}</source>
        <translation>同一内容的压缩包：{}</translation>
    </message>
    <message>
        <source>Entries in full: {shown}; only as fingerprints: {withheld}; signatures above them: {heads}</source>
        <translation>列全文 {shown} 条，只留凭据 {withheld} 条，链头签名 {heads} 个</translation>
    </message>
    <message>
        <source>How the recipient checks it: in the folder, with a shell and openssl 3 or newer, run</source>
        <translation>收件人怎样核验：在该文件夹中，用 sh 和 openssl 3.0 以上运行</translation>
    </message>
    <message>
        <source>The last line says VERIFIED. INSTRUCTIONS.txt tells every step, also by hand.</source>
        <translation>末行为“核验通过 VERIFIED”。每一步（包括手工计算）见 INSTRUCTIONS.txt。</translation>
    </message>
    <message>
        <source>Then the step that matters most: compare the network with the city by telephone or letter:</source>
        <translation>最要紧的一步：用电话或公函向市局核对网络编号：</translation>
    </message>
    <message>
        <source>Tell the recipient apart from the folder what SHA256SUMS comes to:</source>
        <translation>请另行告知收件人 SHA256SUMS 的哈希值：</translation>
    </message>
    <message>
        <source>Export again, in full…</source>
        <translation>列全文再导出一份…</translation>
    </message>
    <message>
        <source>{entries} entries were withheld: each also writes to other records ({records} in all). In full, the recipient would read those too.</source>
        <translation>{entries} 条未列全文：同时写有其他记录（共 {records} 条）。列全文，收件人也会看到那些记录。</translation>
    </message>
    <message>
        <source>Mind: the folder also holds the content of {} other records.</source>
        <translation>注意：文件夹中还有其他 {} 条记录的内容，会一并交出。</translation>
    </message>
    <message>
        <source>Exported, with nothing withheld.</source>
        <translation>已导出，没有未列全文的内容。</translation>
    </message>
    <message>
        <source>-in-full</source>
        <translation>-全文</translation>
    </message>
</context>
</TS>
