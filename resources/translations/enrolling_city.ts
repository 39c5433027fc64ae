<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CutStep</name>
    <message>
        <source>Cut a PC off</source>
        <translation>停用电脑</translation>
    </message>
    <message>
        <source>Cut it off and write the file</source>
        <translation>停用并写出文件</translation>
    </message>
    <message>
        <source>PC</source>
        <translation>电脑</translation>
    </message>
    <message>
        <source>File</source>
        <translation>停用文件</translation>
    </message>
    <message>
        <source>Where the file for the offices is written</source>
        <translation>停用文件写到何处</translation>
    </message>
    <message>
        <source>Every office accepts it like an answer; until then the PC still counts there.</source>
        <translation>各单位像接受答复一样接受此文件；在此之前，该电脑在那里仍有效。</translation>
    </message>
    <message>
        <source>cut.json</source>
        <translation>停用电脑.json</translation>
    </message>
    <message>
        <source>This is the PC, and it is to count no more</source>
        <translation>确认是这台电脑，今后不再采纳其内容</translation>
    </message>
    <message>
        <source>No other PC is granted.</source>
        <translation>没有其他已批准的电脑。</translation>
    </message>
    <message>
        <source>Choose the PC and confirm first</source>
        <translation>请先选定电脑并确认</translation>
    </message>
    <message>
        <source>Cutting off…</source>
        <translation>正在停用…</translation>
    </message>
    <message>
        <source>For a PC that was lost, stolen or retired. What is here of it stays. It cannot be undone.</source>
        <translation>用于丢失、被盗或报废的电脑。本机已收到的内容保留；停用不能撤回。</translation>
    </message>
    <message>
        <source>waits for the city&apos;s grant</source>
        <translation>待市局确认</translation>
    </message>
</context>
<context>
    <name>GrantStep</name>
    <message>
        <source>Grant a PC</source>
        <translation>批准入网</translation>
    </message>
    <message>
        <source>A granted PC reads what its office shares and writes in its office&apos;s name.</source>
        <translation>批准后，该电脑可读取其单位共享的内容，并以其单位名义写入。</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>申请文件</translation>
    </message>
    <message>
        <source>The request of the PC</source>
        <translation>该电脑的申请文件</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>答复文件</translation>
    </message>
    <message>
        <source>Where the answer is written</source>
        <translation>答复文件写到何处</translation>
    </message>
    <message>
        <source>Compared with that office by telephone: all sixteen are the same</source>
        <translation>已与该单位电话核对，16 位完全一致</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Compare the digits by telephone first</source>
        <translation>请先电话核对</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在核对…</translation>
    </message>
    <message>
        <source>Granting…</source>
        <translation>正在批准…</translation>
    </message>
    <message>
        <source>an office that is in no table</source>
        <translation>代码表中没有的单位</translation>
    </message>
    <message>
        <source>answer-{office}.json</source>
        <translation>入网答复-{office}.json</translation>
    </message>
    <message>
        <source>Grant it</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>{name} ({office}), by its own words “{claimed}”. The PC&apos;s number begins with:</source>
        <translation>{name}（{office}），自称“{claimed}”。该电脑编号前16位：</translation>
    </message>
</context>
<context>
    <name>RootStep</name>
    <message>
        <source>Make the city&apos;s root</source>
        <translation>建立全市根密钥</translation>
    </message>
    <message>
        <source>Whoever holds enough keys is the city. Give the files to different people, on sticks.</source>
        <translation>持有足够份额的人就能代表市局。份额文件请分人、分优盘保管。</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>建立</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥总数</translation>
    </message>
    <message>
        <source>Needed to sign</source>
        <translation>签名所需</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>存放位置</translation>
    </message>
    <message>
        <source>Where the key shares are written</source>
        <translation>密钥份额写到何处</translation>
    </message>
    <message>
        <source>On a stick if possible. The files are secret and must not stay on this PC.</source>
        <translation>最好直接写到优盘。份额文件须保密，不得留在本机。</translation>
    </message>
    <message>
        <source>Keep no key in the case file: every grant needs the shares</source>
        <translation>案件库内不留密钥：每次批准都须带来份额</translation>
    </message>
    <message>
        <source>Making the keys…</source>
        <translation>正在生成密钥…</translation>
    </message>
    <message>
        <source>Made, with {count} key shares. Every office will ask how the root begins:</source>
        <translation>已建立，写出 {count} 把密钥份额。各单位入网时会核对根指纹前16位，请抄下：</translation>
    </message>
</context>
</TS>
