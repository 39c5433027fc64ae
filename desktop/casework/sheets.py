"""A list as an Excel workbook, exactly as it is shown: the same columns, order, filters and masks.

Text is written as text, whatever it looks like; the workbook is made in memory and nothing is left beside it.
Templates and the report of a reading are in ``ledgers.workbooks``. Knows lists; knows no window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import xlsxwriter
from sqlalchemy import Connection

from desktop.casework.ledgers.limits import CELL_CHARACTERS
from desktop.casework.ledgers.workbooks import OPTIONS
from desktop.casework.listing import Column, Line, Query, keys, lines, shown
from desktop.casework.lists.columns import listing_of
from desktop.casework.lists.showing import code_label
from desktop.changes.store import chunks
from desktop.errors import UserError

ROWS = 100_000
"""More would not fit into the memory of an office PC at once."""

_ID_BYTES = 16
_PIXELS_OF_A_CHARACTER = 7
_EXACT = 10**15  # Excel keeps fifteen digits of a number
_NUMBERS = {"count": "0", "money": "0.00"}

Watch = Callable[[int, int], None]
"""Told after each page how many lines are done, of how many; it may raise ``Cancelled``."""


def query_workbook(
    conn: Connection,
    query: Query,
    *,
    language: str = "zh",
    limit: int | None = None,
    revealed: bool = False,
    watch: Watch | None = None,
) -> bytes:
    """The lines of a list as xlsx, ``limit`` of them at most; numbers stay masked unless ``revealed``.

    Whoever reveals writes the audit first. Raises ``UserError``, also for a list that is too long.
    """
    listing = listing_of(query)
    columns = listing.columns
    ids = _ids(conn, query, limit)
    output = BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        sheet = book.add_worksheet(code_label("record_kinds", listing.kind, language))
        formats = _headings(book, sheet, columns, language)
        for row, line in enumerate(_watched(conn, query, ids, watch), 1):
            _write(sheet, row, line, columns, formats, language, revealed)
        sheet.autofilter(0, 0, max(len(ids), 1), len(columns) - 1)
    return output.getvalue()


def _ids(conn: Connection, query: Query, limit: int | None) -> list[bytes]:
    found = keys(conn, query)
    count = len(found) // _ID_BYTES
    if limit is not None:
        count = min(count, limit)
    if count > ROWS:
        raise UserError("lists.too_many_rows", rows=f"{count:,}", limit=f"{ROWS:,}")
    return [found[at : at + _ID_BYTES] for at in range(0, count * _ID_BYTES, _ID_BYTES)]


def _watched(conn: Connection, query: Query, ids: list[bytes], watch: Watch | None) -> Iterator[Line]:
    done = 0
    for piece in chunks(ids):
        yield from lines(conn, query, piece)
        done += len(piece)
        if watch is not None:
            watch(done, len(ids))


def _headings(book: Any, sheet: Any, columns: tuple[Column, ...], language: str) -> dict[str, Any]:
    """Writes the headings; returns the format of each kind of number."""
    bold = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width / _PIXELS_OF_A_CHARACTER, text)
        sheet.write_string(0, place, column.zh if language == "zh" else column.en, bold)
    sheet.freeze_panes(1, sum(column.frozen for column in columns))
    return {kind: book.add_format({"num_format": about}) for kind, about in _NUMBERS.items()}


def _write(
    sheet: Any,
    row: int,
    line: Line,
    columns: tuple[Column, ...],
    formats: dict[str, Any],
    language: str,
    revealed: bool,
) -> None:
    for place, (column, value) in enumerate(zip(columns, line.cells, strict=True)):
        text = shown(column, value, language, revealed=revealed)
        if not text:
            continue
        if column.kind in formats and type(value) is int and abs(value) < _EXACT:
            sheet.write_number(row, place, float(text), formats[column.kind])
        else:
            sheet.write_string(row, place, text[:CELL_CHARACTERS])
