"""What people type for days and times, as the acts want it: ``0315``, ``+7``, ``t``, ``今天``, ``2330``.

Nobody is forced through a calendar. Times are China's (+08:00); knows no screen.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from desktop.casework.ledgers.cells import BEIJING, Moment, read_moment
from desktop.casework.partial_dates import typed_date

_DAYS = {"T": 0, "今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "明天": 1, "明日": 1, "前天": -2, "后天": 2}
_OFFSET = re.compile(r"[+-]\d{1,4}", re.ASCII)
_NOW = {"N", "现在", "此刻"}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


def _relative(plain: str, today: date) -> date | None:
    if plain in _DAYS:
        return today + timedelta(days=_DAYS[plain])
    return today + timedelta(days=int(plain)) if _OFFSET.fullmatch(plain) else None


def typed_day(text: str, today: date) -> str | None:
    """A day as ``2020-06-07`` (or partial, ``2020-06``); ``None`` when it cannot be read."""
    relative = _relative(_plain(text), today)
    if relative is not None:
        return relative.isoformat()
    found = typed_date(text, assume_year=today.year).value
    return None if found is None else str(found)


def typed_moment(text: str, now: datetime) -> str | None:
    """A time as ``2020-06-07T09:20+08:00``; a clock alone is of today. ``None`` when it cannot be read.

    ``now`` has its offset.
    """
    local = now.astimezone(BEIJING)
    plain = _plain(text)
    if plain in _NOW:
        return local.isoformat(timespec="minutes")
    if (whole := _iso(plain)) is not None:
        return whole
    first, _, rest = plain.partition(" ")
    day = _relative(first, local.date()) or (_whole_day(first, local.year) if rest else None)
    found = read_moment(text if day is None else rest, day or local.date()).value
    if not isinstance(found, Moment):
        return None
    return found.at(day or local.date()).isoformat(timespec="minutes")


def _iso(plain: str) -> str | None:
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        return None
    return found.isoformat(timespec="minutes") if found.tzinfo is not None else None


def _whole_day(text: str, year: int) -> date | None:
    found = typed_date(text, assume_year=year).value
    return None if found is None else found.full


def shown_moment(text: str | None) -> str:
    """A time as people read it in Beijing, ``2020-06-07 09:20``; text that is no time as it stands."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return text or ""
    if found.tzinfo is None:
        return text or ""
    return found.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
