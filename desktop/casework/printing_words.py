"""Values of records as printed forms want them: local times, sums in yuan, names of codes.

Knows no record and no form.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from desktop.casework.codes import code_table
from desktop.casework.ledgers.headings import ledger_kinds

BEIJING = timezone(timedelta(hours=8))
"""The one legal time of the country."""

_VERBATIM = "（原文）"
_DERIVED = frozenset({"id_place"})
"""What the reading of a ledger works out by itself: nobody claimed it, so no form prints it."""
_CASH_UNITS = frozenset({"元", "人民币元", "圆"})


def local_time(text: str) -> str:
    """``2020-06-07T01:20+00:00`` → ``2020-06-07T09:20``; dates, partial dates and other text unchanged."""
    if "T" not in text:
        return text
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            found = found.astimezone(BEIJING).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return text
    return found.isoformat(timespec="minutes")


def local_day(text: str) -> str:
    """The day of :func:`local_time`: ``2020-06-07``; text that is no time unchanged."""
    found = local_time(text)
    return found[:10] if found[10:11] == "T" else found


def days_after(day: str, days: int) -> str:
    """The last of ``days`` natural days of which ``day`` is the first; "" where that cannot be said."""
    try:
        first = datetime.strptime(day, "%Y-%m-%d")  # noqa: DTZ007 - a day has no offset
        return (first + timedelta(days=days - 1)).date().isoformat() if days > 0 else ""
    except (ValueError, OverflowError):
        return ""


def yuan(cents: int | None) -> str:
    """A sum in 分 as yuan: 6980000 → 69800元, 50 → 0.50元; "" for none."""
    if cents is None:
        return ""
    amount = f"{Decimal(cents).scaleb(-2):f}"
    return f"{amount.removesuffix('.00')}元"


def cash(unit: str, quantity: str) -> str:
    """The sum of a line of cash in yuan, as a decimal text; "" for a line that is not cash.

    Lists of cash state the sum in capitals (大写金额), so the sum goes to the form apart from the quantity.
    """
    if unit.strip() not in _CASH_UNITS:
        return ""
    try:
        amount = Decimal(quantity)
    except InvalidOperation:
        return ""
    return f"{amount:f}" if amount.is_finite() else ""


def code_name(table: str, text: str) -> str:
    """The name of a code (``111`` → 居民身份证); text that is no code of the table unchanged."""
    found = code_table(table).codes.get(text)
    return text if found is None else found.name


class Besides:
    """What a ledger said that no field holds: by the word of its column, or by a heading nobody knows.

    ``kind`` is the kind of ledger; a word with （原文） holds what stood in a cell that could not be read.
    """

    def __init__(self, kind: str, pairs: dict[str, str]) -> None:
        self._columns = ledger_kinds()[kind].columns
        self._pairs = dict(pairs)

    def take(self, word: str) -> str:
        """What was said under a column, each only once; "" for nothing."""
        names = [word, word + _VERBATIM]
        if word in self._columns:
            names.append(self._columns[word].heading)
        found = [self._pairs.pop(name, "") for name in names]
        return next(filter(None, found), "")

    def rest(self) -> list[str]:
        """What was said and not taken, with its heading."""
        return [
            f"{self._heading(name)}：{text}" for name, text in self._pairs.items() if name not in _DERIVED
        ]

    def unknown(self) -> list[str]:
        """As :meth:`rest`, but only what was said under headings nobody knows."""
        known = self._columns.keys() | {column.heading for column in self._columns.values()}
        names = [name for name in self._pairs if name.removesuffix(_VERBATIM) not in known | _DERIVED]
        return [f"{name}：{self._pairs[name]}" for name in names]

    def _heading(self, name: str) -> str:
        column = self._columns.get(name.removesuffix(_VERBATIM))
        return name if column is None else column.heading
