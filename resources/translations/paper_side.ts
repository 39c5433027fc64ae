<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>GapTree</name>
    <message>
        <source>What is missing</source>
        <translation>未填内容</translation>
    </message>
    <message>
        <source>{} ({})</source>
        <translation>{}（{} 处）</translation>
    </message>
    <message>
        <source>{}: click or press Enter to fill it in</source>
        <translation>{}：单击或按回车键补填</translation>
    </message>
</context>
<context>
    <name>PaperSide</name>
    <message>
        <source>Go to the disagreement</source>
        <translation>去裁定</translation>
    </message>
    <message>
        <source>Why it cannot wait</source>
        <translation>时限紧迫的理由</translation>
    </message>
    <message>
        <source>Show it marked as disputed</source>
        <translation>标注“有争议”后显示</translation>
    </message>
    <message>
        <source>No number yet</source>
        <translation>尚未编号</translation>
    </message>
    <message>
        <source>Issued {}</source>
        <translation>制发时间：{}</translation>
    </message>
    <message>
        <source>Issue anew…</source>
        <translation>重新制发…</translation>
    </message>
    <message>
        <source>Give it a number…</source>
        <translation>制发文号…</translation>
    </message>
    <message>
        <source>Not settled: {}. </source>
        <translation>尚未裁定：{}。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>This paper is printed only when that is decided.</source>
        <translation>裁定之前，这份文书不能打印。</translation>
    </message>
    <message>
        <source>Decide first; a paper that cannot wait is printed marked as disputed, with a reason.</source>
        <translation>请先裁定；时限紧迫的，写明理由，标注“有争议”后打印。</translation>
    </message>
    <message>
        <source>The page is marked as disputed.</source>
        <translation>本页已标注“有争议”。</translation>
    </message>
    <message>
        <source>{} missing</source>
        <translation>缺 {} 处</translation>
    </message>
    <message>
        <source>Nothing missing</source>
        <translation>应填内容齐全</translation>
    </message>
    <message>
        <source>By hand on the page: {}</source>
        <translation>打印后手写：{}</translation>
    </message>
    <message>
        <source>The fonts lack {}: 〓 is printed, to be written by hand.</source>
        <translation>本机字库缺少“{}”，印为〓，请手写补正。</translation>
    </message>
    <message>
        <source>{} invisible control characters are left out.</source>
        <translation>有 {} 个不可见的控制字符，未打印。</translation>
    </message>
</context>
<context>
    <name>papers</name>
    <message>
        <source>withdrawn or not</source>
        <translation>是否撤销</translation>
    </message>
    <message>
        <source>{} corrected</source>
        <translation>更正 {} 条</translation>
    </message>
    <message>
        <source>{} added</source>
        <translation>新增 {} 条</translation>
    </message>
    <message>
        <source>{} withdrawn</source>
        <translation>撤销 {} 条</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Differs from the records: since it was issued {}.</source>
        <translation>与文书不一致：制发后{}。</translation>
    </message>
</context>
</TS>
