"""Invented people in any number: surnames and given names about as frequent as in the country, nobody real.

The weights are rough shares from the yearly name reports of the Ministry of Public Security, as remembered.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from desktop.casework.identity import check_character


def _weights(text: str) -> dict[str, float]:
    return {word: float(weight) for word, weight in re.findall(r"(\D+?)([\d.]+) ?", text)}


SURNAMES = _weights(
    "王72 李72 张68 刘54 陈45 杨31 黄22 赵23 吴20 周21 徐17 孙15 马13 朱13 胡13 郭12 何12 林12 罗10 "
    "高10 梁9 郑9 谢8 宋8 唐7 许7 邓6 冯6 韩6 曹6 曾6 彭6 肖6 蔡5 潘5 田5 董5 袁5 于5 余5 叶5 蒋5 "
    "杜5 苏5 魏5 程5 吕5 丁4 沈4 任4 姚4 卢4 傅3 钟4 姜4 崔3 谭3 廖3 范3 汪3 陆3 金3 石3 戴3 贾3 "
    "韦3 夏3 邱3 方3 侯3 邹3 熊3 孟2 秦2 白2 江2 阎2 薛2 尹2 段2 雷2 黎2 史2 龙2 陶2 贺2 顾2 毛2 "
    "郝2 龚2 邵2 万2 覃2 莫2 农1 蒙1 庞1 解1 单1 区1 仇0.3 查0.3 朴0.3 盖0.2 欧阳0.8 尉迟0.05 "
    "万俟0.02"
)
SINGLE = _weights(
    "伟20 敏14 静13 丽13 强12 磊11 洋9 艳9 勇9 军9 杰8 娟8 涛8 超7 明7 霞7 平6 刚6 芳6 鹏6 辉6 玲6 "
    "波5 娜5 乐1 行0.2 𬍛0.1 䶮0.1"
)
FIRST = "秀建志国文玉海春小晓红桂淑俊永明子金雨佳梓浩宇欣思婷雪美爱丽凤兰新立世德光兴家永成庆长"
LAST = "英华兰珍芳平军强伟杰明霞梅丽萍红琴花玲娟涵轩怡宇豪辰妍诺然萱睿博瑶琪林龙飞生祥福贵荣"
COUNTIES = ("450923", "450900", "450921", "450922", "440881", "420984", "510184", "430525")
STREETS = ("人民中路", "兴隆街", "百业中心", "江滨路", "南州大道", "文昌巷")
TOWNS = ("博白县博白镇", "博白县龙潭镇", "陆川县温泉镇", "兴业县石南镇", "化州市河西街道")


def people(count: int, seed: int = 0) -> Iterator[dict[str, str]]:
    """``count`` people as the input of ``people.add``: name, number, phone, address, and some with a note."""
    chance = random.Random(seed)
    names = chance.choices(list(SURNAMES), list(SURNAMES.values()), k=count)
    singles = chance.choices(list(SINGLE), list(SINGLE.values()), k=count)
    for surname, single in zip(names, singles, strict=True):
        given = single if chance.random() < 0.15 else chance.choice(FIRST) + chance.choice(LAST)
        place = f"{chance.choice(TOWNS)}{chance.choice(STREETS)}{chance.randrange(1, 400)}号"
        person = {
            "name": surname + given,
            "id_number": identity_number(chance),
            "phone": f"1{chance.choice('3578')}{chance.randrange(10**9):09d}",
            "address": f"{place}{chance.randrange(1, 12)}单元{chance.randrange(101, 2904)}室",
        }
        if chance.random() < 0.1:
            person["note"] = f"持有手机{chance.randrange(1, 4)}部，自称在{chance.choice(STREETS)}听课"
        yield person


def identity_number(chance: random.Random) -> str:
    """A number that passes the check, of a random day and a high sequence number."""
    born = f"{chance.randrange(1950, 2003)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    head = f"{chance.choice(COUNTIES)}{born}9{chance.randrange(100):02d}"
    return head + check_character(head)
