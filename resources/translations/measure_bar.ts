<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>MeasureBar</name>
    <message>
        <source>Record the approval</source>
        <translation>补办批准</translation>
    </message>
    <message>
        <source>No approval by the principal head stands behind this list.</source>
        <translation>这份清单没有主要负责人的批准。</translation>
    </message>
    <message>
        <source>Approved in writing</source>
        <translation>已书面批准</translation>
    </message>
    <message>
        <source>Approved by word</source>
        <translation>已口头批准</translation>
    </message>
    <message>
        <source>Done on the spot, approval made up in time</source>
        <translation>当场先行实施，已按时补办批准</translation>
    </message>
    <message>
        <source>Done on the spot, approval made up after the 24 hours</source>
        <translation>当场先行实施，超过 24 小时才补办批准</translation>
    </message>
    <message>
        <source>Done on the spot; the approval is to be made up within 24 hours.</source>
        <translation>当场先行实施，须在 24 小时内补办批准。</translation>
    </message>
    <message>
        <source>Done on the spot: the approval is due {}, in {} h {} min.</source>
        <translation>当场先行实施：须在 {} 前补办批准，还剩 {} 小时 {} 分。</translation>
    </message>
    <message>
        <source>Done on the spot: the approval was due {}, {} h {} min ago.</source>
        <translation>当场先行实施：应在 {} 前补办批准，已超过 {} 小时 {} 分。</translation>
    </message>
    <message>
        <source>No start is recorded: the period cannot be counted.</source>
        <translation>没有登记开始时间，期限无法计算。</translation>
    </message>
    <message>
        <source>Ended {}, {} days ago</source>
        <translation>期限 {} 届满，已超 {} 日</translation>
    </message>
    <message>
        <source>Ends today, {}</source>
        <translation>期限今日届满（{}）</translation>
    </message>
    <message>
        <source>Until {}, {} days left</source>
        <translation>期限至 {}，还剩 {} 日</translation>
    </message>
</context>
</TS>
