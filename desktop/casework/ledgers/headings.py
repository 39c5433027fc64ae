"""Finds the headings of a ledger in a sheet: by name, in any order and position, in one row or two.

Which headings there are is data (``resources/codes/ledger_headings.toml``). Knows cells, no file format.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from desktop.errors import RESOURCES

SEARCHED_ROWS = 40
LONGEST_HEADING = 60
_TEN_THOUSAND = re.compile(r"万元")
_BRACKETS = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]")


class Column(msgspec.Struct, frozen=True):
    """A column that a kind of ledger can have."""

    heading: str
    type: str
    synonyms: tuple[str, ...] = ()


class Kind(msgspec.Struct, frozen=True):
    """A kind of ledger: its columns by field, and what a sheet must show to be one."""

    title: str
    title_en: str
    source: str
    certainty: str
    required: tuple[str, ...]
    any_of: tuple[str, ...]
    columns: dict[str, Column]

    def words(self) -> dict[str, str]:
        """Folded heading → field."""
        found: dict[str, str] = {}
        for field, column in self.columns.items():
            found.setdefault(fold_heading(column.heading), field)
        for field, column in self.columns.items():
            for word in column.synonyms:
                found.setdefault(fold_heading(word), field)
        return found


class FoundColumn(msgspec.Struct, frozen=True):
    """A column of a sheet: where it stands (from 0), its heading as written, and the field it means.

    ``field`` is ``None`` for a column nobody knows. ``name`` is the heading, made the only one of its sheet.
    ``factor`` is 10,000 where the heading counts in 万元.
    """

    index: int
    heading: str
    name: str
    field: str | None
    factor: int = 1


class Headings(msgspec.Struct, frozen=True):
    """The headings of one sheet: the rows they take (from 0) and the columns."""

    kind: str
    first_row: int
    last_row: int
    columns: tuple[FoundColumn, ...]
    twice: tuple[str, ...] = ()

    @property
    def known(self) -> int:
        """How many columns are known."""
        return sum(column.field is not None for column in self.columns)


@lru_cache(maxsize=1)
def ledger_kinds() -> dict[str, Kind]:
    """All kinds of ledgers, in the order of the file."""
    with (RESOURCES / "codes" / "ledger_headings.toml").open("rb") as file:
        return msgspec.convert(tomllib.load(file), dict[str, Kind])


@lru_cache(maxsize=32)
def _words(kind: str) -> dict[str, str]:
    return ledger_kinds()[kind].words()


@lru_cache(maxsize=4096)
def fold_heading(text: str) -> str:
    """The form in which two spellings of a heading are compared: letters, digits and characters only."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in plain if letter.isalnum())


def find_headings(rows: Sequence[Sequence[object]], kinds: Sequence[str] | None = None) -> Headings | None:
    """The best headings in the first rows of a sheet, of whatever kind shows most columns; or ``None``.

    Of two finds with as many columns the earlier and simpler one is taken.
    """
    best: Headings | None = None
    for at in range(min(len(rows), SEARCHED_ROWS)):
        top = [_text(cell) for cell in rows[at]]
        below = [_text(cell) for cell in rows[at + 1]] if at + 1 < len(rows) else []
        if sum(map(bool, top)) == 0:
            continue
        for kind in kinds or ledger_kinds():
            for found in (single_row(kind, at, top), _double(kind, at, top, below)):
                if found and _is_enough(found) and (best is None or found.known > best.known):
                    best = found
    return best


def _text(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _field(kind: str, heading: str) -> str | None:
    """The field of a heading; its bracketed part, a unit or a hint, may be left out."""
    if not heading or len(heading) > LONGEST_HEADING:
        return None
    words = _words(kind)
    plain = unicodedata.normalize("NFKC", heading)
    return words.get(fold_heading(plain)) or words.get(fold_heading(_BRACKETS.sub("", plain)))


def single_row(kind: str, at: int, top: list[str]) -> Headings:
    """One row as headings of a kind, whether they are enough or not."""
    return _headings(kind, at, at, [(heading, _field(kind, heading)) for heading in top])


def _double(kind: str, at: int, top: list[str], below: list[str]) -> Headings | None:
    """Two rows of headings: 家属 over 姓名 and 电话, 序号 over nothing. Merged cells hold text only once.

    A single text over a row of headings is its title.
    """
    if not any(below) or sum(map(bool, top)) < 2:
        return None
    width = max(len(top), len(below))
    top, below = top + [""] * (width - len(top)), below + [""] * (width - len(below))
    pairs: list[tuple[str, str | None]] = []
    group = ""
    for over, under in zip(top, below, strict=True):
        group = over or (group if under else "")
        pairs.append(_pair(kind, group, over, under))
    return _headings(kind, at, at + 1, pairs)


def _pair(kind: str, group: str, over: str, under: str) -> tuple[str, str | None]:
    if not under:
        return over, _field(kind, over)
    joined = _field(kind, group + under)
    if joined is None and (alone := _field(kind, under)):
        return under, alone
    return group + under, joined


def _headings(kind: str, first: int, last: int, pairs: list[tuple[str, str | None]]) -> Headings:
    taken: set[str] = set()
    names: set[str] = set()
    twice: list[str] = []
    columns: list[FoundColumn] = []
    for index, (heading, field) in enumerate(pairs):
        if field in taken:
            twice.append(heading)
            field = None
        if field is not None:
            taken.add(field)
        if heading:
            factor = 10_000 if _TEN_THOUSAND.search(heading) else 1
            name = heading if heading not in names else f"{heading}（{column_letters(index)}列）"
            names.add(name)
            columns.append(FoundColumn(index, heading, name, field, factor))
    return Headings(kind, first, last, tuple(columns), tuple(twice))


def column_letters(index: int) -> str:
    """The letters of a column, as a workbook shows them; 0 is A."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def _is_enough(found: Headings) -> bool:
    kind = ledger_kinds()[found.kind]
    fields = {column.field for column in found.columns}
    return all(field in fields for field in kind.required) and any(field in fields for field in kind.any_of)
