"""Reads a ledger file: picks the sheets by their headings and tells the fate of every row.

Nothing is half read: an error leaves nothing behind, and the file is never written. Knows no database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from pathlib import Path

import msgspec

from desktop.casework.ledgers.cells import text_of
from desktop.casework.ledgers.drafts import Draft, SheetContext, draft_row
from desktop.casework.ledgers.files import Book, Cell, RawSheet, nothing_unseen, open_book
from desktop.casework.ledgers.flags import flag
from desktop.casework.ledgers.headings import (
    LONGEST_HEADING,
    SEARCHED_ROWS,
    Headings,
    column_letters,
    find_headings,
    fold_heading,
    ledger_kinds,
)
from desktop.casework.ledgers.others import (
    check_items,
    check_officers,
    finish_amr_officer,
    finish_item,
    finish_officer,
)
from desktop.casework.ledgers.people import finish_person
from desktop.casework.ledgers.people_list import check_people
from desktop.casework.ledgers.rows import (
    AmrOfficerRow,
    Flag,
    LedgerReading,
    LedgerRow,
    OfficerRow,
    PersonRow,
    PropertyRow,
    Record,
    Refusal,
    SkippedSheet,
    refusal,
    skipped,
)
from desktop.casework.ledgers.xlsx_guard import Place
from desktop.errors import UserError

_TOTAL = re.compile(r"(?:总计|合计|小计|共计|总数|累计)(?:[:：]?[\d.,]*(?:人|件|元|项|名)?)?")
_MERGED_PLACES = 1_000_000


class KindReader(msgspec.Struct, frozen=True):
    """How rows of a kind become records: the Struct, the check of one row, the check of the whole list."""

    record: type[Record]
    finish: Callable[[Draft, date], None]
    check: Callable[[list[Draft]], None]


KINDS: dict[str, KindReader] = {
    "people": KindReader(PersonRow, finish_person, check_people),
    "property": KindReader(PropertyRow, finish_item, check_items),
    "officers": KindReader(OfficerRow, finish_officer, check_officers),
    "amr_officers": KindReader(AmrOfficerRow, finish_amr_officer, check_officers),
}


class _Outcome(msgspec.Struct):
    """What has been gathered so far."""

    drafts: list[Draft] = msgspec.field(default_factory=list)
    flags: list[Flag] = msgspec.field(default_factory=list)
    refused: list[Refusal] = msgspec.field(default_factory=list)
    sheets: list[str] = msgspec.field(default_factory=list)
    unknown: list[str] = msgspec.field(default_factory=list)


def read_ledger(path: Path, kind: str, *, reference: date) -> LedgerReading:
    """Read the ledger of ``kind`` from an xlsx, xls, CSV or tab separated file.

    ``reference`` is the day of the action: times without a day are of it, dates without a year of its year,
    and ages are reckoned at it. Raises ``UserError`` when nothing can be read: not there, not a workbook,
    damaged, encrypted, too large, wrong extension, no such headings, no such kind.
    """
    if kind not in KINDS:
        raise UserError("ledgers.unknown_kind", kind=kind[:40], known="、".join(KINDS))
    book = open_book(path)
    found, passed = _choose(book, kind)
    if not found:
        raise _no_headings(kind)
    outcome = _Outcome()
    if book.macros:
        outcome.flags.append(flag(found[0][0].name, 0, "", "ledgers.macros_ignored"))
    for sheet, headings in found:
        _read_sheet(sheet, _context(sheet, headings, reference), outcome)
    if not outcome.drafts:
        raise UserError("ledgers.no_rows", label=ledger_kinds()[kind].title, kind=kind)
    return _reading(kind, outcome, passed)


def read_rows(rows: Sequence[list[Cell]], headings: Headings, reference: date) -> LedgerReading:
    """Read rows that stand in no file, under headings whose ``last_row`` is -1 where the rows have none.

    A flag about a column that is not there names that column all the same.
    """
    sheet = RawSheet("", lambda: iter(rows), [], nothing_unseen)
    context = _context(sheet, headings, reference)
    columns = ledger_kinds()[headings.kind].columns
    context.by_field = {field: about.heading for field, about in columns.items()} | context.by_field
    outcome = _Outcome()
    _read_sheet(sheet, context, outcome)
    return _reading(headings.kind, outcome, [])


def _reading(kind: str, outcome: _Outcome, passed: list[SkippedSheet]) -> LedgerReading:
    KINDS[kind].check(outcome.drafts)
    rows = _rows(outcome.drafts, KINDS[kind].record)
    flags = outcome.flags + [found for row in rows for found in row.flags]
    return LedgerReading(
        kind, "、".join(outcome.sheets), rows, flags, outcome.refused, passed, outcome.unknown
    )


def _choose(book: Book, kind: str) -> tuple[list[tuple[RawSheet, Headings]], list[SkippedSheet]]:
    found: list[tuple[RawSheet, Headings]] = []
    passed = list(book.skipped)
    for sheet in book.sheets:
        first = list(islice(sheet.rows(), SEARCHED_ROWS))
        headings = find_headings(first)
        if headings is not None and headings.kind == kind:
            found.append((sheet, headings))
        elif headings is not None:
            passed.append(skipped(sheet.name, "ledgers.sheet_other_kind"))
        elif any(text_of(cell) for row in first for cell in row):
            passed.append(skipped(sheet.name, "ledgers.sheet_without_headings"))
        else:
            passed.append(skipped(sheet.name, "ledgers.sheet_empty"))
    return found, passed


def _no_headings(kind: str) -> UserError:
    about = ledger_kinds()[kind]
    needed = [about.columns[field].heading for field in about.required]
    choice = " / ".join(about.columns[field].heading for field in about.any_of)
    return UserError("ledgers.no_headings", label=about.title, kind=kind, needed="、".join([*needed, choice]))


def _read_sheet(sheet: RawSheet, context: SheetContext, outcome: _Outcome) -> None:
    headings = context.headings
    outcome.sheets.append(sheet.name)
    outcome.flags += [flag(sheet.name, 0, heading, "ledgers.column_twice") for heading in headings.twice]
    unnamed_seen: set[str] = set()
    sequence = next((column.index for column in headings.columns if column.field == "sequence"), None)
    named = {column.index: fold_heading(column.heading) for column in headings.columns}
    finish = KINDS[headings.kind].finish
    for number, cells in _without_tail(islice(enumerate(sheet.rows()), headings.last_row + 1, None)):
        if reason := _no_record(cells, sequence, named):
            text = " ".join(filter(None, map(text_of, cells)))[:200]
            outcome.refused.append(refusal(sheet.name, number + 1, reason, text or None))
            continue
        _name_the_unnamed(context, cells)
        draft = draft_row(context, number, cells)
        if _is_one_cell(cells):
            draft.flag("name", "ledgers.one_cell_row")
        finish(draft, context.reference)
        unnamed_seen.update(draft.extra)
        outcome.drafts.append(draft)
    unknown = [column.name for column in headings.columns if column.field is None]
    outcome.unknown += unknown + [name for name in context.unnamed.values() if name in unnamed_seen]


def _context(sheet: RawSheet, headings: Headings, reference: date) -> SheetContext:
    by_field = {column.field: column.heading for column in headings.columns if column.field}
    without_value, errors = sheet.unseen()
    merged = _merged_below(sheet.merged, headings.last_row)
    return SheetContext(sheet.name, reference, headings, by_field, merged, without_value, errors)


def _merged_below(merged: list[tuple[Place, Place]], last_heading_row: int) -> dict[Place, int]:
    """Every place below the headings that a merged cell covers without being its first row."""
    covered: dict[Place, int] = {}
    for (top, left), (bottom, right) in merged:
        if top <= last_heading_row or (bottom - top) * (right - left + 1) > _MERGED_PLACES - len(covered):
            continue
        for row in range(top + 1, bottom + 1):
            for column in range(left, right + 1):
                covered[row, column] = top
    return covered


def _without_tail(rows: Iterator[tuple[int, list[Cell]]]) -> Iterator[tuple[int, list[Cell]]]:
    """The same rows without the empty ones at the end, which are only where the sheet was once formatted."""
    waiting: list[tuple[int, list[Cell]]] = []
    for number, cells in rows:
        if _filled(cells):
            yield from chain(waiting, [(number, cells)])
            waiting = []
        else:
            waiting.append((number, []))


def _filled(cells: list[Cell]) -> bool:
    return any(cell != "" and not (type(cell) is str and not cell.strip()) for cell in cells)


def _no_record(cells: list[Cell], sequence: int | None, named: dict[int, str]) -> str | None:
    """Why a row is no record, or ``None``: empty, a bare number, totals, or the headings again.

    ``sequence`` is the place of the sequence numbers, ``named`` the folded headings by place.
    """
    if not _filled(cells):
        return "ledgers.row_empty"
    texts = [text_of(cell) for cell in cells]
    first = next(text for text in texts if text)
    if len(first) <= LONGEST_HEADING and _TOTAL.fullmatch("".join(first.split())):
        return "ledgers.row_total"
    filled = {index for index, text in enumerate(texts) if text}
    if sequence is not None and filled == {sequence} and texts[sequence].isdigit():
        return "ledgers.row_only_number"
    return "ledgers.row_headings_again" if _are_headings(texts, filled, named) else None


def _are_headings(texts: list[str], filled: set[int], named: dict[int, str]) -> bool:
    """Whether a row repeats the headings, as the top of each printed page does."""
    return len(filled) >= 3 and all(
        index in named and len(texts[index]) <= LONGEST_HEADING and fold_heading(texts[index]) == named[index]
        for index in filled
    )


def _is_one_cell(cells: list[Cell]) -> bool:
    return sum(bool(text_of(cell)) for cell in cells) == 1


def _name_the_unnamed(context: SheetContext, cells: list[Cell]) -> None:
    """Give a name to each filled column that has no heading, the first time a row shows one."""
    named = {column.index for column in context.headings.columns}
    for index, cell in enumerate(cells):
        if index not in named and index not in context.unnamed and text_of(cell):
            context.unnamed[index] = f"第{column_letters(index)}列"


def _rows(drafts: list[Draft], record: type[Record]) -> list[LedgerRow]:
    """The rows of the drafts. Takes each draft off the list, so that a long ledger is not held twice."""
    drafts.reverse()
    return [_row(drafts.pop(), record) for _ in range(len(drafts))]


def _row(draft: Draft, record: type[Record]) -> LedgerRow:
    made = record(**draft.values, claimed=draft.claimed, extra=draft.extra)
    return LedgerRow(draft.sheet, draft.row_number, made, tuple(draft.flags))
