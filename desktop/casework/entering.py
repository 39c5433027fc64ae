"""People typed or pasted into a grid: the same reading as a ledger's, so that the same things are remarked.

A row is what was typed, by the field words of the people's ledger. Nothing typed is mended; what a good
identity number tells may fill cells that are empty. Pure; knows no window and no database.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO

import msgspec

from desktop.casework.codes import code_table
from desktop.casework.identity import check_resident_number
from desktop.casework.ledgers.drafts import SheetContext, draft_row
from desktop.casework.ledgers.headings import (
    LONGEST_HEADING,
    FoundColumn,
    Headings,
    fold_heading,
    ledger_kinds,
)
from desktop.casework.ledgers.people import finish_person
from desktop.casework.ledgers.people_list import check_people
from desktop.casework.ledgers.rows import LedgerReading, LedgerRow, PersonRow

KIND = "people"
MOST_ROWS = 5_000
"""As many rows as one grid takes; what is longer is a ledger and is read as one."""

_MOST_CELL = 2_000
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
        "sex": "" if sex is None else min((sex.name, *sex.synonyms), key=len),
        "birth": str(found.birth or ""),
        "household": found.place or "",
    }
    return {field: text for field, text in told.items() if text and not typed.get(field)}


def parse_paste(text: str, fields: Sequence[str], reference: date) -> list[dict[str, str]]:
    """What Excel or WPS copied, as typed rows. With a row of headings in it, columns go by their names, in
    any order; without one they are ``fields`` from the left. What is beyond ``MOST_ROWS`` is left out.
    """
    rows = _cells(text)
    headings = _headings(rows)
    places = headings or dict(enumerate(fields))
    if headings:
        rows = rows[1:]
    known = ledger_kinds()[KIND].columns
    found = [
        {
            str(places[index]): cell.strip()[:_MOST_CELL]
            for index, cell in enumerate(row)
            if places.get(index) in known and cell.strip()
        }
        for row in rows[:MOST_ROWS]
    ]
    return [row for row in found if row] if headings else found


def _headings(rows: list[list[str]]) -> dict[int, str]:
    """The field of each column when the first row is headings and nothing else; else empty."""
    words = ledger_kinds()[KIND].words()
    first = {index: cell for index, cell in enumerate(rows[0]) if cell.strip()} if rows else {}
    if len(first) < 2 or any(len(cell) > LONGEST_HEADING for cell in first.values()):
        return {}
    found = {index: words.get(fold_heading(cell)) for index, cell in first.items()}
    return {index: field for index, field in found.items() if field} if all(found.values()) else {}


def _cells(text: str) -> list[list[str]]:
    """Cells of a clipboard text: tabs between them, quoted where they hold tabs or line ends."""
    plain = text.replace("\0", "").rstrip("\r\n")
    try:
        return list(csv.reader(StringIO(plain, newline=""), delimiter="\t", strict=True))
    except csv.Error:
        return [line.split("\t") for line in plain.splitlines()]


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
