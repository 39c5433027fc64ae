<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>DevicesModel</name>
    <message>
        <source>Office</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>PC</source>
        <translation>电脑</translation>
    </message>
    <message>
        <source>Number begins with</source>
        <translation>编号开头</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Waits for the city&apos;s grant</source>
        <translation>待市局确认</translation>
    </message>
    <message>
        <source>Granted</source>
        <translation>已入网</translation>
    </message>
</context>
<context>
    <name>DevicesStep</name>
    <message>
        <source>PCs of this network</source>
        <translation>入网电脑</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>PCs</source>
        <translation>电脑</translation>
    </message>
    <message>
        <source>As far as this PC has heard: granted by the city, or vouched for by their office meanwhile.</source>
        <translation>以本机已收到的为准：由市局批准，或暂由本单位担保。</translation>
    </message>
</context>
<context>
    <name>VouchStep</name>
    <message>
        <source>Vouch for a second PC</source>
        <translation>为第二台电脑担保</translation>
    </message>
    <message>
        <source>For a night without the city. Until the city grants it, that PC reads and writes what this office shares with its city, and nothing else; everywhere it is marked as waiting. Send its request to the city as soon as possible. A voucher cannot be taken back here: the city cuts the PC off.</source>
        <translation>用于市局一时不能批准的夜间。市局确认之前，那台电脑只能读写本单位与市局共享的内容，并处处标明待市局确认。请尽快把它的申请报市局。担保在这里不能收回，只能由市局停用那台电脑。</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>申请</translation>
    </message>
    <message>
        <source>The request of the PC</source>
        <translation>那台电脑的申请文件</translation>
    </message>
    <message>
        <source>Voucher</source>
        <translation>担保文件</translation>
    </message>
    <message>
        <source>Where the voucher is written</source>
        <translation>担保文件写到哪里</translation>
    </message>
    <message>
        <source>That PC accepts it like the city&apos;s answer.</source>
        <translation>那台电脑像接受市局答复一样接受它。</translation>
    </message>
    <message>
        <source>Compared with that PC&apos;s screen: all sixteen are the same</source>
        <translation>已与那台电脑屏幕核对：十六位完全一致</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Vouch for it</source>
        <translation>担保</translation>
    </message>
    <message>
        <source>Compare the digits first</source>
        <translation>请先核对号码</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Vouching…</source>
        <translation>正在担保…</translation>
    </message>
    <message>
        <source>Office {office}, by its own words “{claimed}”. The PC&apos;s number begins with:</source>
        <translation>单位 {office}，自称“{claimed}”。该电脑编号的开头是：</translation>
    </message>
    <message>
        <source>voucher.json</source>
        <translation>担保.json</translation>
    </message>
</context>
</TS>
