"""Invented people for benchmarks, the same for the same seed: typical fields of a register of people found.

Names come up as often as real ones (``names.toml``). Knows no database.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from desktop.casework.acts.people import Found

SEED = 20200607
_EDUCATION = ("小学", "初中", "高中", "中专", "大专", "本科")
_STREETS = ("人民中路", "兴隆街", "南州大道", "文化路", "朝阳巷", "解放东路")


@cache
def _names() -> tuple[dict[str, float], dict[str, float]]:
    """Weights of surnames and of given names."""
    found = tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8"))
    rest = found["given_rest"]
    made = [one + other for one in rest["first"] for other in rest["second"] if one != other]
    given = dict.fromkeys(made, rest["per_mille"] / len(made)) | _weights(found["given"])
    return _weights(found["surnames"]), given


def _weights(table: dict[str, str]) -> dict[str, float]:
    return {name: float(share) for share, names in table.items() for name in names.split()}


def names(count: int, seed: int = SEED) -> list[str]:
    """Full names, each drawn by the frequency of its surname and given name."""
    surnames, given = _names()
    source = random.Random(seed)
    firsts = source.choices(list(surnames), list(surnames.values()), k=count)
    seconds = source.choices(list(given), list(given.values()), k=count)
    return [one + other for one, other in zip(firsts, seconds, strict=True)]


def people(count: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """The fields of ``count`` people: ten each, about 190 bytes."""
    source = random.Random(seed + 1)
    for name in names(count, seed):
        year, month, day = source.randint(1955, 2003), source.randint(1, 12), source.randint(1, 28)
        region = f"4509{source.randint(0, 99):02d}"
        yield {
            "name": name,
            "sex": source.choice(("男", "女")),
            "birth": f"{year}-{month:02d}-{day:02d}",
            "id_type": "居民身份证",
            "id_number": f"{region}{year}{month:02d}{day:02d}{source.randint(0, 9999):04d}",
            "ethnic_group": source.choice(("汉", "汉", "汉", "壮", "瑶")),
            "household": f"广西玉林市{source.choice(_STREETS)}{source.randint(1, 300)}号",
            "address": f"百业中心附近出租屋{source.randint(1, 40)}栋{source.randint(101, 1204)}",
            "phone": f"1{source.randint(3_000_000_000, 9_999_999_999)}",
            "education": source.choice(_EDUCATION),
        }


def found_people(count: int, seed: int = SEED) -> list[Found]:
    """The same people as found at a raid: ten fields of the person, six of their presence."""
    return [
        Found(
            **fields,
            site_number=f"A{number:03d}",
            arrived_at="2020-06-07T09:20+08:00",
            upline_claimed="梁某军",
            paid=6_980_000,
            role="参与人员",
            disposition="教育遣散",
        )
        for number, fields in enumerate(people(count, seed), 1)
    ]
