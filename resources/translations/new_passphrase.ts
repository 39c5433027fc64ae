<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>NewPassphrase</name>
    <message>
        <source>At least {least} characters; a sentence of your own is best.</source>
        <translation>至少 {least} 个字符；自己编的一句话最好。</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>新口令</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再输一遍</translation>
    </message>
    <message>
        <source>Nobody can look it up for you. What helps then is the recovery sheet.</source>
        <translation>口令无法代查；忘记时只能靠恢复密钥页。</translation>
    </message>
    <message>
        <source>Please choose a passphrase.</source>
        <translation>请设定口令。</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
    <message>
        <source>Too short: {lacking} more characters.</source>
        <translation>太短，还差 {lacking} 个字符。</translation>
    </message>
    <message>
        <source>Good, as far as its pattern tells; birthdays and quotations cannot be seen.</source>
        <translation>从样式看不易猜中；是否用了生日、名言，程序看不出来。</translation>
    </message>
    <message>
        <source>Will do; a few more words make it much harder to guess.</source>
        <translation>可以使用；再加几个词会难猜得多。</translation>
    </message>
    <message>
        <source>Easily guessed: it repeats itself.</source>
        <translation>容易被猜中：重复的字符。</translation>
    </message>
    <message>
        <source>Easily guessed: it follows the keyboard or counts.</source>
        <translation>容易被猜中：连续的数字或键盘顺序。</translation>
    </message>
    <message>
        <source>Easily guessed: dates and telephone numbers are tried early.</source>
        <translation>容易被猜中：只有数字，日期、电话会最先被试。</translation>
    </message>
    <message>
        <source>Easily guessed: names and numbers of the office are tried first.</source>
        <translation>容易被猜中：单位、姓名、证号会最先被试。</translation>
    </message>
    <message>
        <source>Easily guessed: everybody tries this one first.</source>
        <translation>容易被猜中：这是人人先试的口令。</translation>
    </message>
</context>
</TS>
