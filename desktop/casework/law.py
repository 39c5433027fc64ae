"""The eight measures of 禁止传销条例 第十四条 and their limits, read from data. Knows no record."""

from __future__ import annotations

import tomllib
from functools import lru_cache

import msgspec

from desktop.errors import RESOURCES


class Measure(msgspec.Struct, frozen=True):
    """One item of 第十四条第一款. ``written``: 第二款 wants prior written approval of the principal head."""

    item: int
    zh: str
    en: str
    written: bool
    property: bool


class Measures(msgspec.Struct, frozen=True):
    """The measures with the limits that go with them (days are natural days, hours run through nights)."""

    law: str
    article: str
    paragraph: str
    version: str
    valid_from: str
    certainty: str
    period_days: int
    extension_days: int
    make_up_hours: int
    officers: int
    measure: list[Measure]

    def item(self, number: int) -> Measure | None:
        """The measure with this item number."""
        return next((found for found in self.measure if found.item == number), None)


@lru_cache(maxsize=1)
def measures() -> Measures:
    """The measures as the office's data has them."""
    with (RESOURCES / "codes" / "measures.toml").open("rb") as file:
        return msgspec.convert(tomllib.load(file), Measures)
