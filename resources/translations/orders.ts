<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ApproveStep</name>
    <message>
        <source>approval.json</source>
        <translation>确认大批变更.json</translation>
    </message>
    <message>
        <source>Confirm mass changes</source>
        <translation>确认大批变更</translation>
    </message>
    <message>
        <source>{} withdrawn records will be shown as withdrawn at every PC of the city that hears of it, this one too. It cannot be taken back; single records can be recorded anew.</source>
        <translation>{} 条记录的撤销将在本市收到确认的每一台电脑上显示出来，包括本机。确认之后不能收回；个别记录可以重新登记。</translation>
    </message>
    <message>
        <source>I have asked there, and the withdrawals are meant</source>
        <translation>已向写入单位核实，确系有意撤销</translation>
    </message>
    <message>
        <source>Confirm them and write the file</source>
        <translation>确认并写出文件</translation>
    </message>
</context>
<context>
    <name>CityOrder</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Where the file for the offices is written</source>
        <translation>发给各单位的文件写到哪里</translation>
    </message>
    <message>
        <source>Every office accepts it like an answer; it goes along with the next exchange too.</source>
        <translation>各单位像接受答复一样接受它；也会随下一次交换送达。</translation>
    </message>
    <message>
        <source>My passphrase</source>
        <translation>本人口令</translation>
    </message>
    <message>
        <source>Of whoever is signed in: it lets the keys kept here sign.</source>
        <translation>当前登录人员的口令，用于动用本库留存的密钥签署。</translation>
    </message>
    <message>
        <source>{need} different keys must sign: {kept} kept in this case file, {brought} brought.</source>
        <translation>须有 {need} 把不同的密钥签署：本案件库留存 {kept} 把，另需带来 {brought} 份密钥份额。</translation>
    </message>
    <message>
        <source>Signing…</source>
        <translation>正在签署…</translation>
    </message>
</context>
<context>
    <name>LiftStep</name>
    <message>
        <source>Show mass changes here</source>
        <translation>在本机显示大批变更</translation>
    </message>
    <message>
        <source>{} withdrawn records will be shown as withdrawn on this PC. Other PCs decide for themselves. They cannot be held back again here.</source>
        <translation>{} 条记录的撤销将在本机显示出来，其他电脑各自决定。显示之后在本机不能再暂缓。</translation>
    </message>
    <message>
        <source>I have asked there, and the withdrawals are meant</source>
        <translation>已向写入单位核实，确系有意撤销</translation>
    </message>
    <message>
        <source>Show them here</source>
        <translation>在本机显示</translation>
    </message>
    <message>
        <source>Showing them…</source>
        <translation>正在显示…</translation>
    </message>
</context>
<context>
    <name>OrderStep</name>
    <message>
        <source>What is chosen</source>
        <translation>所选内容</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Kept in the audit of this case file; numbers are blotted out.</source>
        <translation>记入本案件库的查阅记录；其中的长号码会隐去。</translation>
    </message>
    <message>
        <source>Confirm first</source>
        <translation>请先勾选确认</translation>
    </message>
</context>
<context>
    <name>ReleaseStep</name>
    <message>
        <source>release.json</source>
        <translation>放行.json</translation>
    </message>
    <message>
        <source>Let entries count again</source>
        <translation>放行隔离的条目</translation>
    </message>
    <message>
        <source>{} entries that a cut PC wrote will count at every PC that hears of it, as if it had not been cut before them. What they say is shown, and may stand beside other values as a disagreement. It cannot be taken back.</source>
        <translation>已停用电脑所写的 {} 条将在收到放行的每一台电脑上重新作数，如同停用不及于它们。其内容会显示出来，与别的值不同的会成为分歧。放行之后不能收回。</translation>
    </message>
    <message>
        <source>I have looked at what they say, and they are to count</source>
        <translation>内容已看过，确认应当作数</translation>
    </message>
    <message>
        <source>Release them and write the file</source>
        <translation>放行并写出文件</translation>
    </message>
</context>
</TS>
