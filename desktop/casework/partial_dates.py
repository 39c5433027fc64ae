"""Dates of which perhaps only the year or the month is known, and the ways in which people type dates.

Never invents a day, a month or a century: what is not said stays unsaid, what has two readings is told to the
caller as ambiguous. Knows no ledger, no database and no screen.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache, total_ordering
from typing import Any

import msgspec

FIRST_YEAR, LAST_YEAR = 1850, 2150
_CANONICAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@total_ordering
class PartialDate:
    """A year, a month of a year, or a day: ``2019``, ``2019-05``, ``2019-05-12``.

    Sorts by its text, so a year stands before its months and a month before its days; that is an order for
    lists. Whether one certainly came earlier is what ``surely_before`` tells.
    """

    __slots__ = ("day", "month", "year")
    year: int
    month: int | None
    day: int | None

    def __init__(self, year: int, month: int | None = None, day: int | None = None) -> None:
        """Raises ``ValueError`` for a date that does not exist or a day without a month."""
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError("year")
        if month is None and day is not None:
            raise ValueError("a day without a month")
        date(year, month or 1, day or 1)
        if month == 0 or day == 0:
            raise ValueError("zero")
        for name, value in (("year", year), ("month", month), ("day", day)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """From the canonical text. Raises ``ValueError`` for anything else."""
        found = _CANONICAL.fullmatch(text)
        if not found:
            raise ValueError("not a partial date")
        year, month, day = found.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None)

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The partial date that is this very day."""
        return cls(day.year, day.month, day.day)

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text

    def __repr__(self) -> str:
        return f"PartialDate({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartialDate) and str(self) == str(other)

    def __lt__(self, other: PartialDate) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    @property
    def full(self) -> date | None:
        """The day, when all of it is known."""
        if self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    @property
    def earliest(self) -> date:
        """The first day this can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day this can be."""
        if self.month is None:
            return date(self.year, 12, 31)
        if self.day is not None:
            return date(self.year, self.month, self.day)
        following = date(self.year + self.month // 12, self.month % 12 + 1, 1)
        return following - timedelta(days=1)

    def surely_before(self, other: PartialDate) -> bool:
        """Whether every day this can be is earlier than every day the other can be."""
        return self.latest < other.earliest

    def agrees_with(self, other: PartialDate) -> bool:
        """Whether both can be the same day: what one leaves open does not contradict the other."""
        return self.earliest <= other.latest and other.earliest <= self.latest


def encode_partial_date(value: Any) -> str:
    """``enc_hook`` for msgspec: the canonical text. Raises ``NotImplementedError`` for other types."""
    if isinstance(value, PartialDate):
        return str(value)
    raise NotImplementedError(type(value).__name__)


def decode_partial_date(kind: type, value: Any) -> PartialDate:
    """``dec_hook`` for msgspec. Raises ``ValueError`` for text that is no partial date."""
    if kind is PartialDate and isinstance(value, str):
        return PartialDate.parse(value)
    raise NotImplementedError(kind.__name__)


def whole_years(birth: date, at: date) -> int:
    """Age in whole years. A person born on 29 February turns a year older on 1 March of a common year."""
    return at.year - birth.year - ((at.month, at.day) < (birth.month, birth.day))


class DateFault(StrEnum):
    """Why typed text is not taken as a date."""

    AMBIGUOUS = "ambiguous"
    IMPOSSIBLE = "impossible"
    UNREADABLE = "unreadable"


class TypedDate(msgspec.Struct, frozen=True):
    """What was typed: a date, or why it is none. ``year_assumed``: the year came from the reference."""

    value: PartialDate | None = None
    fault: DateFault | None = None
    year_assumed: bool = False
    serial: bool = False


_SEPARATED = re.compile(r"(\d{1,4})([-/.])(\d{1,2})(?:\2(\d{1,4}))?", re.ASCII)
_CHINESE = re.compile(r"(?:(\d{1,4})年)?(?:(\d{1,2})月(?:份)?)?(?:(\d{1,2})[日号])?", re.ASCII)
_MIDNIGHT = re.compile(r"(.*?\d)[T ]+0{1,2}:00(?::00(?:\.0+)?)?", re.ASCII)
_TO_DASH = str.maketrans({"－": "-", "—": "-", "–": "-", "−": "-", "／": "/", "．": ".", "。": "."})  # noqa: RUF001
_SERIAL_EPOCH = date(1899, 12, 30)
_LONGEST = 60
_LAST_SERIAL = 73_050  # 2099-12-31


def typed_date(text: str, *, assume_year: int | None = None) -> TypedDate:
    """Read a date as people type it.

    Accepts 2020-06-07, 2020/6/7, 2020.6.7, 2020年6月7日, 20200607, 6月7日 or 0607 or 6/7 (these three only
    with ``assume_year``), Excel's serial number of five digits, and the partial 2019-05, 2019年5月, 201905,
    2019, 2019年. A year of two digits and 15/05/20 are ambiguous.
    """
    return _typed_date(text, assume_year) if len(text) <= _LONGEST else _unreadable()


@lru_cache(maxsize=4096)
def _typed_date(text: str, assume_year: int | None) -> TypedDate:
    plain = unicodedata.normalize("NFKC", text.strip().translate(_TO_DASH))
    midnight = _MIDNIGHT.fullmatch(plain)
    plain = re.sub(r"\s+", "", midnight.group(1) if midnight else plain)
    if plain.isascii() and plain.isdigit():
        return _digits(plain, assume_year)
    if found := _SEPARATED.fullmatch(plain):
        return _separated(found, assume_year)
    if plain and (found := _CHINESE.fullmatch(plain)):
        year, month, day = found.groups()
        if year is None:
            return _without_year(month, day, assume_year)
        if len(year) != 4:
            return TypedDate(fault=DateFault.AMBIGUOUS)
        return _built(year, month, day) if month or not day else TypedDate(fault=DateFault.UNREADABLE)
    return TypedDate(fault=DateFault.UNREADABLE)


def _built(year: str, month: str | None, day: str | None, *, assumed: bool = False) -> TypedDate:
    try:
        value = PartialDate(int(year), int(month) if month else None, int(day) if day else None)
    except ValueError:
        return TypedDate(fault=DateFault.IMPOSSIBLE)
    return TypedDate(value=value, year_assumed=assumed)


def _without_year(month: str | None, day: str | None, assume_year: int | None) -> TypedDate:
    if month is None or day is None:
        return TypedDate(fault=DateFault.UNREADABLE)
    if assume_year is None:
        return TypedDate(fault=DateFault.AMBIGUOUS)
    return _built(str(assume_year), month, day, assumed=True)


def _separated(found: re.Match[str], assume_year: int | None) -> TypedDate:
    first, separator, second, third = found.groups()
    if len(first) == 4:
        return _built(first, second, third) if third is None or len(third) <= 2 else _unreadable()
    if len(first) == 3 or (third is None and separator == "."):
        return _unreadable()
    if third is None:
        return _without_year(first, second, assume_year)
    return TypedDate(fault=DateFault.AMBIGUOUS)


def _unreadable() -> TypedDate:
    return TypedDate(fault=DateFault.UNREADABLE)


def _digits(plain: str, assume_year: int | None) -> TypedDate:
    if len(plain) == 8:
        return _built(plain[:4], plain[4:6], plain[6:])
    if len(plain) == 6:
        return _six_digits(plain)
    if len(plain) == 5 and int(plain) <= _LAST_SERIAL:
        return TypedDate(value=PartialDate.of(_SERIAL_EPOCH + timedelta(days=int(plain))), serial=True)
    if len(plain) == 4:
        if 1900 <= int(plain) <= 2099:
            return _built(plain, None, None)
        return _without_year(plain[:2], plain[2:], assume_year)
    return _unreadable()


def _six_digits(plain: str) -> TypedDate:
    """YYYYMM, unless the same digits can be read as a day with a year of two digits."""
    month = _built(plain[:4], plain[4:], None) if 1900 <= int(plain[:4]) <= 2099 else _unreadable()
    short = _built(f"20{plain[:2]}", plain[2:4], plain[4:])
    if short.value is not None:
        return TypedDate(fault=DateFault.AMBIGUOUS)
    return month if month.value or month.fault is DateFault.IMPOSSIBLE else _unreadable()
