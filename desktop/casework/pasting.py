"""Rows pasted into the grid of people, and one row while it is typed: the same checks as a ledger's.

Headings are found by name in any order; without them the columns are those the grid shows. Nothing is mended:
what a good number says and the row leaves blank is offered, not written. Knows no window and no database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

import msgspec

from desktop.casework.acts.people import Found
from desktop.casework.clipboard import pasted_cells
from desktop.casework.codes import code_table, usual_word
from desktop.casework.identity import IdentityNumber, check_resident_number
from desktop.casework.importing import found_of
from desktop.casework.ledgers.drafts import Draft, read_into
from desktop.casework.ledgers.files import Cell
from desktop.casework.ledgers.headings import (
    FoundColumn,
    Headings,
    column_letters,
    find_headings,
    ledger_kinds,
    single_row,
)
from desktop.casework.ledgers.people import finish_person
from desktop.casework.ledgers.reading import read_rows
from desktop.casework.ledgers.rows import Flag, LedgerRow, PersonRow, Refusal, Severity
from desktop.casework.listing import LISTINGS
from desktop.casework.printing_words import BEIJING
from desktop.errors import message

_KIND = "people"
_TITLE_ROWS = 3
_WORD_OF = {"upline_claimed": "upline"}
_FIELD_OF = {"upline": "upline_claimed", "presence_note": "note"}
_COMPUTED = frozenset({"age", "flags", "raid"})
_FROM_NUMBER = "lists.from_number"

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        column.word: {"upline": "upline_claimed", "note": "presence_note"}.get(column.word, column.word)
        for column in LISTINGS["people"].columns
        if column.word not in _COMPUTED
    }
)
"""The field of ``Found`` that each column of the list of people is typed into."""


class CellFlag(msgspec.Struct, frozen=True):
    """A remark about one cell, for the officer's own screen.

    ``column`` is a word of the list of people, or the heading of a column nobody knows. ``value`` is what
    stood there. ``fill`` is what may be filled in: the identity number says it and the cell is blank.
    """

    column: str
    code: str
    severity: Severity
    zh: str
    en: str
    value: str | None = None
    fill: str | None = None


class PastedRow(msgspec.Struct, frozen=True):
    """One pasted row by its number in what was pasted, as the input of ``people.add``, with its flags.

    ``found.ledger_row`` is that number too, and an upline in the same paste is named by it. ``refused`` says
    why a row (totals, the headings once more) is no person; then ``found`` is empty.
    """

    row: int
    found: Found
    flags: tuple[CellFlag, ...]
    refused: Refusal | None = None


def parse_paste(text_untrusted: str, columns: Sequence[str], reference: date) -> list[PastedRow]:
    """The rows of a table from the clipboard of Excel or WPS, checked as a ledger is, empty ones left out.

    ``columns`` are the words of the visible columns, used where the text has no headings. ``reference`` is
    the day of the raid. Raises ``UserError`` beyond the limits of a ledger.
    """
    cells = pasted_cells(text_untrusted)
    headings = _headings(cells) or _shown(columns)
    reading = read_rows([list(row) for row in cells], headings, reference)
    words = _words(headings)
    made = [_pasted(row, words, reference) for row in reading.rows]
    made += [
        PastedRow(refused.row, Found(), (), refused)
        for refused in reading.refused
        if refused.code != "ledgers.row_empty"
    ]
    return sorted(made, key=lambda row: row.row)


def check_row(found: Found, reference: date) -> list[CellFlag]:
    """What is to be said of one row while it is typed, with what its number offers for blank cells."""
    draft = Draft("", 0, {field: _WORD_OF.get(field, field) for field in ledger_kinds()[_KIND].columns})
    types = ledger_kinds()[_KIND].columns
    for field, cell in _typed(found):
        read_into(draft, field, types[field].type, cell, reference)
    finish_person(draft, reference)
    return [_cell_flag(flag, flag.column) for flag in draft.flags] + _offers(found, reference)


def filled(found: Found, flags: Sequence[CellFlag]) -> Found:
    """The row with everything its flags offer."""
    return msgspec.structs.replace(found, **{FIELDS[flag.column]: flag.fill for flag in flags if flag.fill})


# headings


def _headings(cells: list[list[str]]) -> Headings | None:
    """Headings in the first rows, below nothing but a title; ``None`` where the first row is a person."""
    found = find_headings(cells[:_TITLE_ROWS], [_KIND])
    if found is not None:
        # A person above a row of headings is no second row of headings.
        lower = single_row(_KIND, found.last_row, [cell.strip() for cell in cells[found.last_row]])
        found = lower if lower.known >= found.known else found
        if all(sum(map(bool, row)) <= 1 for row in cells[: found.first_row]):
            return found
    return _first_row(cells[0]) if cells else None


def _first_row(cells: list[str]) -> Headings | None:
    """The first row as headings where at least two, and half of what it holds, are known as such.

    A lone word must be the very heading of a column.
    """
    first = [cell.strip() for cell in cells]
    found, count = single_row(_KIND, 0, first), sum(map(bool, first))
    if count == 1:
        about = ledger_kinds()[_KIND].columns
        return (
            found
            if any(about[column.field].heading in first for column in found.columns if column.field)
            else None
        )
    return found if found.known >= 2 and 2 * found.known >= count else None


def _shown(columns: Sequence[str]) -> Headings:
    """The columns of the grid as headings above the first row; computed and unknown ones keep their cells."""
    about = ledger_kinds()[_KIND].columns
    listed = {column.word: column.zh for column in LISTINGS["people"].columns}
    made: list[FoundColumn] = []
    for index, word in enumerate(columns):
        field = _FIELD_OF.get(word, word)
        known = field if field in about and field not in {column.field for column in made} else None
        heading = about[field].heading if known else listed.get(word, f"第{column_letters(index)}列")
        made.append(FoundColumn(index, heading, heading, known))
    return Headings(_KIND, -1, -1, tuple(made))


def _words(headings: Headings) -> dict[str, str]:
    """From a heading, as flags name it, to the word of the column."""
    found = {about.heading: field for field, about in ledger_kinds()[_KIND].columns.items()}
    found |= {column.heading: column.field for column in headings.columns if column.field}
    return {heading: _WORD_OF.get(field, field) for heading, field in found.items()}


# rows


def _pasted(row: LedgerRow, words: Mapping[str, str], reference: date) -> PastedRow:
    record = row.record
    if not isinstance(record, PersonRow):
        raise TypeError(type(record).__name__)
    found = msgspec.structs.replace(found_of(row, record), upline_row=record.upline_row)
    flags = [_cell_flag(flag, words.get(flag.column, flag.column)) for flag in row.flags]
    return PastedRow(row.row_number, found, (*flags, *_offers(found, reference)))


def _cell_flag(flag: Flag, column: str) -> CellFlag:
    return CellFlag(column, flag.code, flag.severity, flag.reason_zh, flag.reason_en, flag.value)


def _typed(found: Found) -> Iterator[tuple[str, Cell]]:
    """The cells of a row as a ledger would hold them."""
    known = ledger_kinds()[_KIND].columns
    for name, value in msgspec.structs.asdict(found).items():
        field = _FIELD_OF.get(name, name)
        if value is None or field not in known or name == "note":
            continue
        if field in ("arrived_at", "left_at"):
            yield field, _local(value)
        elif field == "paid":
            yield field, str(Decimal(value).scaleb(-2))
        else:
            yield field, value
    if found.id_number is None and found.id_number_claimed is not None:
        yield "id_number", found.id_number_claimed


def _local(text: str) -> Cell:
    """A recorded time as a cell of a workbook, which knows no offset; other text as it was typed."""
    try:
        found = datetime.fromisoformat(text)
        return text if found.tzinfo is None else found.astimezone(BEIJING).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return text


def _offers(found: Found, reference: date) -> list[CellFlag]:
    """Sex, birth date and county that a good number says, where the row leaves them blank."""
    number = check_resident_number(found.id_number or found.id_number_claimed or "", today=reference)
    if number.number is None:
        return []
    sentences = message(_FROM_NUMBER, "zh"), message(_FROM_NUMBER, "en")
    return [
        CellFlag(column, _FROM_NUMBER, "info", *sentences, None, says)
        for column, says in _said(number).items()
        if says and not getattr(found, column)
    ]


def _said(number: IdentityNumber) -> dict[str, str | None]:
    sex = code_table("sex").codes.get(number.sex or "")
    return {
        "sex": None if sex is None else usual_word(sex),
        "birth": None if number.birth is None else str(number.birth),
        "household": number.place,
    }
