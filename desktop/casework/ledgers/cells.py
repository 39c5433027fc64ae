"""One cell to one typed value: text, date, time, money, quantity. What cannot be read stays as written.

Each reader returns the value and the code of a flag, or ``None``; nothing is guessed. Knows no ledger.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import msgspec

from desktop.casework.ledgers.files import Cell
from desktop.casework.partial_dates import DateFault, PartialDate, TypedDate, typed_date

BEIJING = timezone(timedelta(hours=8))

_DATE_FLAGS = {
    DateFault.AMBIGUOUS: "ledgers.date_ambiguous",
    DateFault.IMPOSSIBLE: "ledgers.date_impossible",
    DateFault.UNREADABLE: "ledgers.date_unreadable",
}
_CLOCK = re.compile(
    r"(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})秒?|分)?|(\d{1,2})[时点]|(\d{1,2})(\d{2})", re.ASCII
)
_DATE_AND_CLOCK = re.compile(r"(.*?[\d日号])(?:[ T]+|(?<=[日号]))(\d{1,2}[:时点].*)", re.ASCII)
_FULL_WIDTH_COLON = str.maketrans({"：": ":"})
_MONEY = re.compile(r"[¥￥]?(-?\d+(?:,\d{3})*(?:\.\d+)?)(万)?(?:元|块|圆)?(?:整|正)?", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?", re.ASCII)
# Longer texts are no date, time, amount or number; normalising and matching them could take very long.
LONGEST_TYPED = 60
_LARGEST = Decimal(10) ** 13
_ROUNDED = 1e15
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Read(msgspec.Struct, frozen=True):
    """A value, or none and the code of the flag that says why; both when the value needs a remark."""

    value: object = None
    flag: str | None = None


_NOTHING = Read()


def text_of(cell: Cell) -> str:
    """The cell as text, without white space around it. Numbers as a person sees them, dates in ISO form."""
    if type(cell) is str:
        return cell.strip()
    if type(cell) is bool:
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _ROUNDED else repr(cell).upper()
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, time):
        return _minute(cell).isoformat("minutes")
    return str(cell)


def is_rounded(cell: Cell) -> bool:
    """Whether Excel holds this as a number too long to be exact: digits are lost."""
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _ROUNDED


def read_date(cell: Cell, reference: date, *, assume_year: bool) -> Read:
    """A date, perhaps a partial one. ``assume_year``: 6月7日 is of the reference's year."""
    if isinstance(cell, date):
        return _impossible() if not 1850 <= cell.year <= 2150 else Read(PartialDate.of(cell))
    if isinstance(cell, time | timedelta | bool):
        return Read(flag="ledgers.date_unreadable")
    text = text_of(int(cell)) if isinstance(cell, float) and 10_000 < cell < 100_000 else text_of(cell)
    if not text:
        return _NOTHING
    found = typed_date(text, assume_year=reference.year if assume_year else None)
    return Read(found.value, _date_flag(found))


def _impossible() -> Read:
    return Read(flag="ledgers.date_impossible")


def _date_flag(found: TypedDate) -> str | None:
    if found.fault is not None:
        return _DATE_FLAGS[found.fault]
    if found.year_assumed:
        return "ledgers.year_assumed"
    return "ledgers.date_from_serial" if found.serial else None


class Moment(msgspec.Struct, frozen=True):
    """A time of day, with its day when the cell told it."""

    clock: time
    day: date | None = None

    def at(self, reference: date) -> datetime:
        """In Beijing time, on its own day or the reference date."""
        return datetime.combine(self.day or reference, self.clock, BEIJING)


def read_moment(cell: Cell, reference: date) -> Read:
    """A time (09:20, 9:20, 0920, 9时20分, a fraction of a day) or a date with a time: a ``Moment``."""
    if isinstance(cell, datetime):
        rounded = cell + timedelta(seconds=30)
        return Read(Moment(rounded.time().replace(second=0, microsecond=0, tzinfo=None), rounded.date()))
    if isinstance(cell, time):
        return Read(Moment(_minute(cell)))
    if isinstance(cell, timedelta):
        return _clock_of_days(cell / timedelta(days=1))
    if isinstance(cell, float) and 0 <= cell < 1:
        return _clock_of_days(cell)
    if isinstance(cell, float) and 10_000 < cell < 100_000 and not cell.is_integer():
        return read_moment(datetime(1899, 12, 30) + timedelta(days=cell), reference)  # noqa: DTZ001 - a naive cell
    text = text_of(cell)
    if len(text) > LONGEST_TYPED:
        return Read(flag="ledgers.time_unreadable")
    return _typed_moment(text, reference) if text else _NOTHING


@lru_cache(maxsize=4096)
def _typed_moment(text: str, reference: date) -> Read:
    plain = unicodedata.normalize("NFKC", text.translate(_FULL_WIDTH_COLON)).strip()
    both = _DATE_AND_CLOCK.fullmatch(plain)
    if not both:
        clock = _typed_clock("".join(plain.split()))
        return Read(Moment(clock)) if clock else Read(flag="ledgers.time_unreadable")
    clock = _typed_clock("".join(both.group(2).split()))
    day = typed_date(both.group(1), assume_year=reference.year)
    if clock is None or day.value is None or day.value.full is None:
        return Read(flag="ledgers.time_unreadable")
    return Read(Moment(clock, day.value.full), _date_flag(day))


def _typed_clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if not found:
        return None
    hour, minute, second, full_hour, short_hour, short_minute = found.groups()
    try:
        return time(int(hour or full_hour or short_hour), int(minute or short_minute or 0), int(second or 0))
    except ValueError:
        return None


def _clock_of_days(fraction: float) -> Read:
    minutes = round(fraction * 24 * 60)
    if not 0 <= minutes < 24 * 60:
        return Read(flag="ledgers.time_unreadable")
    return Read(Moment(time(minutes // 60, minutes % 60)))


def _minute(clock: time) -> time:
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
    minutes = round(seconds / 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def read_money(cell: Cell, factor: int = 1) -> Read:
    """An amount in 分. ``factor`` is 10,000 under a heading in 万元. Parts of a 分 are not money."""
    text = text_of(cell)
    if not text:
        return _NOTHING
    found = _MONEY.fullmatch(_compact(text)) if len(text) <= LONGEST_TYPED else None
    if not found or is_rounded(cell) or isinstance(cell, bool):
        return Read(flag="ledgers.money_unreadable")
    amount = Decimal(found.group(1).replace(",", "")) * (10_000 if found.group(2) else factor)
    fen = amount * 100
    if fen != fen.to_integral_value() or abs(fen) > _LARGEST:
        return Read(flag="ledgers.money_unreadable")
    return Read(int(fen))


def read_decimal(cell: Cell) -> Read:
    """A quantity as a decimal string without exponent or needless zeros."""
    text = text_of(cell)
    if not text:
        return _NOTHING
    plain = _compact(text)
    try:
        number = (
            Decimal(plain.replace(",", ""))
            if len(plain) <= LONGEST_TYPED and _NUMBER.fullmatch(plain)
            else None
        )
    except InvalidOperation:
        number = None
    if number is None or is_rounded(cell) or abs(number) > _LARGEST:
        return Read(flag="ledgers.number_unreadable")
    plain = f"{number:f}"
    return Read(plain.rstrip("0").rstrip(".") if "." in plain else plain)


def read_count(cell: Cell) -> Read:
    """A whole number of people or things, not negative."""
    found = read_decimal(cell)
    if isinstance(found.value, str) and not found.value.isdigit():
        return Read(flag="ledgers.number_unreadable")
    return Read(int(found.value)) if isinstance(found.value, str) else found


def _compact(text: str) -> str:
    """Without white space, NFKC; too long a text is not money and not a number, and is left alone."""
    if len(text) > LONGEST_TYPED:
        return text
    return "".join(unicodedata.normalize("NFKC", text).split())


_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(?:0\d{2,3})?\d{7,8}(?:-\d{1,6})?|400\d{7}", re.ASCII)


def is_phone(text: str) -> bool:
    """Whether this is a Chinese mobile or fixed number, or several of them."""
    if len(text) > 2 * LONGEST_TYPED:
        return False
    parts = [part for part in re.split(r"[/,;、，；]|\s{2,}", text) if part.strip()]
    return bool(parts) and all(_is_one_phone(part) for part in parts)


@lru_cache(maxsize=1024)
def _is_one_phone(text: str) -> bool:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    bare = plain.replace("-", "").replace("(", "").replace(")", "")
    return bool(_MOBILE.fullmatch(bare) or _LANDLINE.fullmatch(plain) or _LANDLINE.fullmatch(bare))
