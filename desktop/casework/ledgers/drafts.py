"""One row of a sheet to a draft record: every known column read by its type, every unknown one kept.

What a kind of ledger checks beyond single cells stands in its own module. Knows cells and headings.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from typing import Any

import msgspec

from desktop.casework.codes import code_table
from desktop.casework.ledgers.cells import (
    HIDDEN,
    LONGEST_TYPED,
    Read,
    is_rounded,
    read_count,
    read_date,
    read_decimal,
    read_moment,
    read_money,
    text_of,
)
from desktop.casework.ledgers.files import Cell
from desktop.casework.ledgers.flags import flag
from desktop.casework.ledgers.headings import FoundColumn, Headings, ledger_kinds
from desktop.casework.ledgers.rows import Flag
from desktop.casework.ledgers.xlsx_guard import Place

# A birth date typed without a year has none: only dates of the matter itself take the reference's year.
_YEAR_NEVER_ASSUMED = frozenset({"birth"})
_SHORT = 16
_COMBINED = {
    "id_document": (
        re.compile(
            r"([^\d\uff10-\uff19A-Za-z]*?)[\s:：/／、,，]*([\d\uff10-\uff19A-Za-z\uff38\uff58() ]{5,})"
        ),
        ("id_type", "id_number"),
    ),
    "family_contact": (
        re.compile(r"([^\d\uff10-\uff19]*?)[\s:：/／、,，]*([\d\uff10-\uff19+][\d\uff10-\uff19 －-]*)"),
        ("family_name", "family_phone"),
    ),
    "paid_shares": (re.compile(r"(.*?)\s*[/／]\s*(.*)"), ("paid", "shares")),
}


class Draft(msgspec.Struct):
    """A row while it is being read. ``values`` by field become the record."""

    sheet: str
    row_number: int
    headings: dict[str, str]
    values: dict[str, Any] = msgspec.field(default_factory=dict)
    claimed: dict[str, str] = msgspec.field(default_factory=dict)
    extra: dict[str, str] = msgspec.field(default_factory=dict)
    flags: list[Flag] = msgspec.field(default_factory=list)
    rounded: set[str] = msgspec.field(default_factory=set)

    def flag(self, field: str, code: str, value: str | None = None, other: int | None = None) -> None:
        """Add a remark of the closed set about a field of this row."""
        column = self.headings.get(field, "")
        self.flags.append(flag(self.sheet, self.row_number, column, code, value, other))

    def text(self, field: str) -> str | None:
        """The text of a field, or ``None``."""
        value = self.values.get(field)
        return value if isinstance(value, str) else None


class SheetContext(msgspec.Struct):
    """What the rows of one sheet have in common. ``merged`` tells the first row (from 0) of a merged cell."""

    sheet: str
    reference: date
    headings: Headings
    by_field: dict[str, str]
    merged: dict[Place, int]
    without_value: set[Place]
    errors: set[Place]
    unnamed: dict[int, str] = msgspec.field(default_factory=dict)


def draft_row(context: SheetContext, row: int, cells: list[Cell]) -> Draft:
    """The draft of one row; ``row`` counts from 0."""
    draft = Draft(context.sheet, row + 1, context.by_field)
    types = ledger_kinds()[context.headings.kind].columns
    for column in context.headings.columns:
        cell: Cell = cells[column.index] if column.index < len(cells) else ""
        if cell == "" or (type(cell) is str and not cell.strip()):
            _remark_empty(context, draft, row, column)
        elif column.field is None:
            draft.extra[column.name] = text_of(cell)
            if is_rounded(cell):
                code, text = "ledgers.number_rounded", draft.extra[column.name]
                draft.flags.append(flag(context.sheet, row + 1, column.heading, code, text))
        else:
            read_into(draft, column.field, types[column.field].type, cell, context.reference, column.factor)
    _keep_unnamed(context, draft, cells)
    if HIDDEN.search("".join(cell for cell in cells if type(cell) is str)):
        _flag_hidden(context, draft, cells)
    return draft


def _remark_empty(context: SheetContext, draft: Draft, row: int, column: FoundColumn) -> None:
    place = (row, column.index)
    if place in context.without_value:
        code, other = "ledgers.formula_without_value", None
    elif place in context.errors:
        code, other = "ledgers.error_value", None
    elif place in context.merged:
        code, other = "ledgers.merged_cell", context.merged[place] + 1
    else:
        return
    draft.flags.append(flag(context.sheet, row + 1, column.heading, code, other=other))


def _keep_unnamed(context: SheetContext, draft: Draft, cells: list[Cell]) -> None:
    """Cells under no heading belong to nobody's column but are kept, under the column's place."""
    named = context.unnamed
    for index, name in named.items():
        if index < len(cells) and (text := text_of(cells[index])):
            draft.extra[name] = text


def _flag_hidden(context: SheetContext, draft: Draft, cells: list[Cell]) -> None:
    for column in context.headings.columns:
        cell = cells[column.index] if column.index < len(cells) else ""
        if type(cell) is str and column.field != "id_number" and HIDDEN.search(cell):
            draft.flags.append(
                flag(context.sheet, draft.row_number, column.heading, "ledgers.hidden_characters")
            )


def read_into(draft: Draft, field: str, kind: str, cell: Cell, reference: date, factor: int = 1) -> None:
    """Read one cell by its type into a field of the draft; what cannot be read stays a claim, with a flag."""
    if kind == "combined":
        _read_combined(draft, field, text_of(cell), reference, factor)
        return
    if kind in ("text", "phone", "id_number") or kind.startswith("code:"):
        _read_text(draft, field, kind, cell)
        return
    found = _typed(field, kind, cell, reference, factor)
    text = text_of(cell)
    if found.value is None:
        draft.claimed[field] = text
    else:
        draft.values[field] = found.value
    if found.flag:
        draft.flag(field, found.flag, text)


def _typed(field: str, kind: str, cell: Cell, reference: date, factor: int) -> Read:
    if kind == "date":
        return read_date(cell, reference, assume_year=field not in _YEAR_NEVER_ASSUMED)
    if kind == "moment":
        return read_moment(cell, reference)
    if kind == "money":
        return read_money(cell, factor)
    if kind == "decimal":
        return read_decimal(cell)
    if kind == "count":
        return read_count(cell)
    raise ValueError(kind)


def _read_text(draft: Draft, field: str, kind: str, cell: Cell) -> None:
    text = text_of(cell)
    if len(text) <= _SHORT:
        text = sys.intern(text)  # a hundred thousand rows say 汉 and 居民身份证
    draft.values[field] = text
    if is_rounded(cell):
        draft.rounded.add(field)
        if kind != "id_number":
            draft.flag(field, "ledgers.number_rounded", text)
    if kind.startswith("code:"):
        code = code_table(kind[5:]).code_of(text)
        if code is None:
            draft.flag(field, "ledgers.code_unknown", text)
        else:
            draft.values[f"{field}_code"] = code


def _read_combined(draft: Draft, field: str, text: str, reference: date, factor: int) -> None:
    pattern, fields = _COMBINED[field]
    found = pattern.fullmatch(text) if len(text) <= 2 * LONGEST_TYPED else None
    if not found or any(target in draft.values for target in fields):
        draft.claimed[field] = text
        draft.flag(field, "ledgers.combined_unreadable", text)
        return
    types = ledger_kinds()["people"].columns
    for target, part in zip(fields, found.groups(), strict=True):
        if part.strip():
            read_into(draft, target, types[target].type, part.strip(), reference, factor)
