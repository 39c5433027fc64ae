"""People typed or pasted into a grid: the same reading as a ledger's, so that the same things are remarked.

A row is what was typed, by the field words of the people's ledger. Nothing typed is mended; what a good
identity number tells may fill cells that are empty. Pure; knows no window and no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from desktop.casework.clipboard import pasted_cells
from desktop.casework.codes import code_table, usual_word
from desktop.casework.identity import check_resident_number
from desktop.casework.ledgers.drafts import SheetContext, draft_row
from desktop.casework.ledgers.headings import (
    FoundColumn,
    Headings,
    find_headings,
    ledger_kinds,
    single_row,
)
from desktop.casework.ledgers.people import finish_person
from desktop.casework.ledgers.people_list import check_people
from desktop.casework.ledgers.rows import LedgerReading, LedgerRow, PersonRow
from desktop.errors import UserError

KIND = "people"
MOST_ROWS = 5_000
"""As many rows as one grid takes; what is longer is a ledger and is read as one."""

ENTERED = {
    field: column.heading for field, column in ledger_kinds()[KIND].columns.items() if field != "sequence"
}
"""What can stand in a row, by its heading: all that a ledger of people may hold but the running number."""

_TITLE_ROWS = 3
Typed = Mapping[str, str]


class Remarks(msgspec.Struct, frozen=True):
    """What there is to say about a typed row: reasons by field, in both languages."""

    zh: dict[str, str]
    en: dict[str, str]

    def said(self, language: str) -> dict[str, str]:
        """The reasons in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


def read_typed(rows: Sequence[Typed], reference: date) -> LedgerReading:
    """Reads typed rows as a ledger of people; row numbers count from 1.

    ``reference`` is the day of the action, as for a ledger.
    """
    fields = list(dict.fromkeys(field for row in rows for field in row))
    context = _context(fields, reference)
    drafts = [
        draft_row(context, number, [row.get(field, "") for field in fields])
        for number, row in enumerate(rows)
    ]
    for draft in drafts:
        finish_person(draft, reference)
    check_people(drafts)
    read = [
        LedgerRow(
            draft.sheet,
            draft.row_number,
            PersonRow(**draft.values, claimed=draft.claimed, extra=draft.extra),
            tuple(draft.flags),
        )
        for draft in drafts
    ]
    return LedgerReading(KIND, "", read, [flag for row in read for flag in row.flags], [], [], [])


def remarks(reading: LedgerReading) -> list[Remarks]:
    """What there is to say about each row of a reading, by field."""
    fields = {column.heading: field for field, column in ledger_kinds()[KIND].columns.items()}
    found = []
    for row in reading.rows:
        said = Remarks({}, {})
        for flag in row.flags:
            field = fields.get(flag.column, "")
            said.zh[field] = "；".join(part for part in (said.zh.get(field), flag.reason_zh) if part)
            said.en[field] = "; ".join(part for part in (said.en.get(field), flag.reason_en) if part)
        found.append(said)
    return found


def told_by_number(typed: Typed, reference: date) -> dict[str, str]:
    """What a good resident's number tells of sex, birth and place, for cells in which nothing is typed."""
    found = check_resident_number(typed.get("id_number", ""), today=reference)
    if found.number is None:
        return {}
    sex = code_table("sex").codes.get(found.sex or "")
    told = {
        "sex": "" if sex is None else usual_word(sex),
        "birth": str(found.birth or ""),
        "household": found.place or "",
    }
    return {field: text for field, text in told.items() if text and not typed.get(field)}


def parse_paste(text_untrusted: str, fields: Sequence[str], reference: date) -> list[dict[str, str]]:
    """What Excel or WPS copied, as typed rows. With a row of headings in it, columns go by their names, in
    any order; without one they are ``fields`` from the left. Columns under headings nobody knows go into the
    note, with their heading.

    Raises ``UserError``: ``ledgers.pasted_too_many``, ``ledgers.pasted_too_wide`` (no heading, and more cells
    than fields), and those beyond the limits of a ledger.
    """
    cells = pasted_cells(text_untrusted)
    headings = _headings(cells)
    rows = cells if headings is None else cells[headings.last_row + 1 :]
    if len(rows) > MOST_ROWS:
        raise UserError("ledgers.pasted_too_many", limit=MOST_ROWS)
    if headings is None:
        return [_by_place(row, fields) for row in rows]
    return [typed for row in rows if (typed := _by_headings(row, headings))]


def _by_place(row: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    if any(cell.strip() for cell in row[len(fields) :]):
        raise UserError("ledgers.pasted_too_wide", columns=len(row))
    return {
        field: cell.strip() for field, cell in zip(fields, row, strict=False) if field in ENTERED and cell
    }


def _by_headings(row: Sequence[str], headings: Headings) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in headings.columns:
        cell = row[column.index].strip() if column.index < len(row) else ""
        if cell and column.field in ENTERED:
            found[column.field] = cell
    for column in headings.columns:
        cell = row[column.index].strip() if column.index < len(row) else ""
        if cell and column.field is None:
            note = found.get("note")
            found["note"] = "；".join(part for part in (note, f"{column.name}：{cell}") if part)
    return found


def _headings(cells: list[list[str]]) -> Headings | None:
    """Headings in the first rows, below nothing but a title; ``None`` where the first row is a person."""
    found = find_headings(cells[:_TITLE_ROWS], [KIND])
    if found is not None:
        # A person above a row of headings is no second row of headings.
        lower = single_row(KIND, found.last_row, [cell.strip() for cell in cells[found.last_row]])
        found = lower if lower.known >= found.known else found
        if all(sum(map(bool, row)) <= 1 for row in cells[: found.first_row]):
            return found
    return _first_row(cells[0]) if cells else None


def _first_row(cells: list[str]) -> Headings | None:
    """The first row as headings where at least two, and half of what it holds, are known as such.

    A lone word must be the very heading of a column.
    """
    first = [cell.strip() for cell in cells]
    found, count = single_row(KIND, 0, first), sum(map(bool, first))
    if count == 1:
        headings = {column.heading for column in ledger_kinds()[KIND].columns.values()}
        return found if headings & set(first) else None
    return found if found.known >= 2 and 2 * found.known >= count else None


def _context(fields: Sequence[str], reference: date) -> SheetContext:
    columns = ledger_kinds()[KIND].columns
    found = tuple(
        FoundColumn(index, columns[field].heading, columns[field].heading, field)
        for index, field in enumerate(fields)
    )
    return SheetContext(
        sheet="",
        reference=reference,
        headings=Headings(KIND, 0, 0, found),
        by_field={field: column.heading for field, column in columns.items()},
        merged={},
        without_value=set(),
        errors=set(),
    )
