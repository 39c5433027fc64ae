"""Working days: the week, its holidays, and the days worked in their stead (调休), read from data.

The day after the one counted from is the first. A year whose notice is not in the data is counted by the week
alone. Knows no record.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from desktop.errors import RESOURCES

LONGEST = 400
"""More working days than this are no term that anybody sets."""

_SATURDAY = 5


class Term(NamedTuple):
    """The last day of a term. ``known`` is False when a year it runs through is not in the data."""

    last: date
    known: bool


class _Year(NamedTuple):
    off: frozenset[date]
    on: frozenset[date]


def working_days_after(day: date, count: int) -> Term:
    """The day on which ``count`` (1 to ``LONGEST``) working days after ``day`` end.

    Raises ``ValueError`` for another count.
    """
    if not 1 <= count <= LONGEST:
        raise ValueError("no term")
    known = True
    while count:
        day += timedelta(days=1)
        known = known and day.year in _years()
        count -= is_working(day)
    return Term(day, known)


def is_working(day: date) -> bool:
    """Whether offices work on a day."""
    year = _years().get(day.year)
    if year is not None and day in year.off:
        return False
    return day.weekday() < _SATURDAY or (year is not None and day in year.on)


@lru_cache(maxsize=1)
def _years() -> dict[int, _Year]:
    with (RESOURCES / "codes" / "working_days.toml").open("rb") as file:
        data = tomllib.load(file)["year"]
    return {
        int(year): _Year(
            frozenset(_days(int(year), about.get("off", []))),
            frozenset(_days(int(year), about.get("on", []))),
        )
        for year, about in data.items()
    }


def _days(year: int, texts: list[str]) -> Iterator[date]:
    for text in texts:
        first, _, last = text.partition("..")
        day, end = (date.fromisoformat(f"{year}-{one}") for one in (first, last or first))
        while day <= end:
            yield day
            day += timedelta(days=1)
