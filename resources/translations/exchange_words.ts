<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>exchange</name>
    <message>
        <source>with a time ahead of this PC&apos;s clock</source>
        <translation>（时间晚于本机时钟）</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>{} min ago</source>
        <translation>{}分钟前</translation>
    </message>
    <message>
        <source>{} h ago</source>
        <translation>{}小时前</translation>
    </message>
    <message>
        <source>{} d ago</source>
        <translation>{}天前</translation>
    </message>
    <message>
        <source>Not enrolled: nothing is exchanged yet</source>
        <translation>本机未入网，尚未交换</translation>
    </message>
    <message>
        <source>{} entries not exchanged</source>
        <translation>未交换 {} 条</translation>
    </message>
    <message>
        <source>Nothing waits to be exchanged</source>
        <translation>没有待交换内容</translation>
    </message>
    <message>
        <source>no receipt yet</source>
        <translation>尚无回执</translation>
    </message>
    <message>
        <source>last receipt {}</source>
        <translation>上次回执 {}</translation>
    </message>
    <message>
        <source>{} in quarantine</source>
        <translation>隔离 {} 条</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>In sync</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>No receipt yet</source>
        <translation>尚无回执</translation>
    </message>
    <message>
        <source>Waiting to be sent</source>
        <translation>待送</translation>
    </message>
    <message>
        <source>{} attachments missing there</source>
        <translation>对方缺附件 {} 个</translation>
    </message>
    <message>
        <source>Has everything</source>
        <translation>对方已收齐</translation>
    </message>
    <message>
        <source>{count} entries of {office} have not arrived (no. {first} to {last}).</source>
        <translation>{office}有 {count} 条尚未收到（第 {first} 至 {last} 条）。</translation>
    </message>
    <message>
        <source>Known for {} days; asked for each time a stick is written.</source>
        <translation>已发现 {} 天，每次写出时都会向对方索要。</translation>
    </message>
    <message>
        <source>{count} entries of {party} are in quarantine.</source>
        <translation>来自{party}的 {count} 条被隔离。</translation>
    </message>
    <message>
        <source>Read in</source>
        <translation>已读入</translation>
    </message>
    <message>
        <source>Can be read in</source>
        <translation>可以读入</translation>
    </message>
    <message>
        <source>Read before</source>
        <translation>以前读过</translation>
    </message>
    <message>
        <source>last receipt of the city {}</source>
        <translation>上次市局回执 {}</translation>
    </message>
    <message>
        <source>{} records can only be shown by a newer version. They are kept and passed on.</source>
        <translation>有 {} 条记录需要新版本程序才能显示，已留存并照常转送。</translation>
    </message>
    <message>
        <source>Breaks the format</source>
        <translation>格式不合</translation>
    </message>
    <message>
        <source>PC not enrolled</source>
        <translation>电脑未入网</translation>
    </message>
    <message>
        <source>Not its offices</source>
        <translation>不属于其范围</translation>
    </message>
    <message>
        <source>Another office&apos;s record</source>
        <translation>改动他人记录</translation>
    </message>
    <message>
        <source>Only a city may</source>
        <translation>仅市局可建</translation>
    </message>
    <message>
        <source>PC was cut off</source>
        <translation>电脑已停用</translation>
    </message>
    <message>
        <source>Content not here</source>
        <translation>内容未到</translation>
    </message>
    <message>
        <source>Needs a newer version</source>
        <translation>需要新版本</translation>
    </message>
    <message>
        <source>{party}: what it writes counts within its office alone.</source>
        <translation>{party}：所写内容目前只在本单位组内作数。</translation>
    </message>
    <message>
        <source>By its own words: {name}.</source>
        <translation>自称：{name}。</translation>
    </message>
    <message>
        <source>This PC waits for the city&apos;s grant. Until then what it writes counts within this office alone.</source>
        <translation>本机由本单位另一台电脑担保，待市局确认；在此之前所写内容只在本单位组内作数。</translation>
    </message>
    <message>
        <source>No PC enrolled there yet</source>
        <translation>尚无入网电脑</translation>
    </message>
    <message>
        <source>{} entries of this PC are held apart for now</source>
        <translation>本机 {} 条暂时单独存放，未计入</translation>
    </message>
    <message>
        <source>Held apart for now</source>
        <translation>暂时单独存放</translation>
    </message>
</context>
</TS>
