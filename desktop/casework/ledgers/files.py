"""From a file to plain sheets of cells: which format it is, whether it is safe, and its rows one by one.

The file is read once into memory and never written; no temporary file is made. Knows no ledger.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import msgspec
import python_calamine

from desktop.casework.ledgers.limits import FILE_BYTES, MEGABYTE, check_cell, check_extent
from desktop.casework.ledgers.rows import SkippedSheet, skipped
from desktop.casework.ledgers.text_tables import decode_text, text_rows
from desktop.casework.ledgers.xls_guard import inspect_xls
from desktop.casework.ledgers.xlsx_dates import without_huge_dates
from desktop.casework.ledgers.xlsx_guard import Place, inspect_xlsx, unseen_values
from desktop.errors import UserError, environment_error

T = TypeVar("T")
Cell = str | int | float | bool | datetime | date | time | timedelta

_ZIP, _CFB = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXTENSIONS = {
    "xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm"},
    "xls": {".xls", ".xlt"},
    "text": {".csv", ".tsv", ".txt"},
}


class RawSheet(msgspec.Struct):
    """One sheet: its rows from the first row of the sheet on; places are (row, column) from 0.

    ``unseen`` tells the places of formulas without a saved result, and of error values; it may take a while,
    so it is asked only of a sheet that is read.
    """

    name: str
    rows: Callable[[], Iterator[list[Cell]]]
    merged: list[tuple[Place, Place]]
    unseen: Callable[[], tuple[set[Place], set[Place]]]


class Book(msgspec.Struct):
    """The readable sheets of a file, those that are not read and why, and whether it holds macros."""

    sheets: list[RawSheet]
    skipped: list[SkippedSheet]
    macros: bool


def open_book(path: Path) -> Book:
    """Open a ledger file. Raises ``UserError``: not there, not a workbook, damaged, encrypted, too large."""
    data_untrusted = _bytes(path)
    kind = _format(data_untrusted)
    # An xlsx with a password is a container of the xls kind: that is said before the extension is.
    macros = inspect_xls(data_untrusted) if kind == "xls" else False
    if path.suffix.lower() not in _EXTENSIONS[kind]:
        raise UserError("ledgers.wrong_extension", extension=path.suffix[:12], found=kind)
    if kind == "text":
        return _text_book(data_untrusted, path.stem)
    if kind == "xls":
        return _workbook(data_untrusted, macros, has_unseen=False)
    facts = inspect_xlsx(data_untrusted)
    if facts.huge:
        data_untrusted = without_huge_dates(data_untrusted, facts.huge)
    return _workbook(data_untrusted, facts.macros, has_unseen=True)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read() if size <= FILE_BYTES else b""
    except IsADirectoryError as error:
        raise UserError("ledgers.not_a_workbook") from error
    except OSError as error:
        raise environment_error(error) or UserError("ledgers.not_a_workbook") from error
    if size > FILE_BYTES:
        raise UserError("ledgers.too_big", limit=FILE_BYTES // MEGABYTE)
    return data


def _format(data_untrusted: bytes) -> str:
    if data_untrusted.startswith(_ZIP):
        return "xlsx"
    if data_untrusted.startswith(_CFB):
        return "xls"
    head = data_untrusted[:4096]
    binary = b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (
        not data_untrusted
        or binary
        or head.lstrip()[:5].lower() in (b"<html", b"<!doc", b"<?xml", b"%pdf-", b"{\\rtf")
    ):
        raise UserError("ledgers.not_a_workbook")
    return "text"


def _text_book(data_untrusted: bytes, name: str) -> Book:
    text = decode_text(data_untrusted)
    for _ in text_rows(text):
        pass  # the limits are tried on every row before one is used

    def rows() -> Iterator[list[Cell]]:
        for row in text_rows(text):
            yield list(row)

    return Book([RawSheet(name, rows, [], nothing_unseen)], [], macros=False)


def nothing_unseen() -> tuple[set[Place], set[Place]]:
    """For rows that have no formulas and no error values."""
    return set(), set()


def _workbook(data_untrusted: bytes, macros: bool, *, has_unseen: bool) -> Book:
    book = _calamine(lambda: python_calamine.CalamineWorkbook.from_filelike(BytesIO(data_untrusted)))
    sheets: list[RawSheet] = []
    passed: list[SkippedSheet] = []
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            passed.append(skipped(meta.name, "ledgers.sheet_macro"))
        elif meta.visible != python_calamine.SheetVisibleEnum.Visible:
            passed.append(skipped(meta.name, "ledgers.sheet_hidden"))
        else:
            sheets.append(_sheet(book, meta.name, data_untrusted, has_unseen))
    return Book(sheets, passed, macros)


def _sheet(
    book: python_calamine.CalamineWorkbook, name: str, data_untrusted: bytes, has_unseen: bool
) -> RawSheet:
    sheet = _calamine(lambda: book.get_sheet_by_name(name))
    check_extent(sheet.total_height, sheet.total_width)

    def rows() -> Iterator[list[Cell]]:
        # The library starts at the first used column but at the first row.
        before: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
        for number, row in enumerate(_guarded(sheet.iter_rows()), 1):
            for cell in row:
                if type(cell) is str and len(cell) > 1000:
                    check_cell(cell, number)
            yield before + row

    def unseen() -> tuple[set[Place], set[Place]]:
        return unseen_values(data_untrusted, name)

    merged = _calamine(lambda: sheet.merged_cell_ranges) or []
    return RawSheet(name, rows, merged, unseen if has_unseen else nothing_unseen)


def _guarded(rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    """The same rows; where the library breaks off inside one, that is told as a fault of a cell."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:
            raise UserError("ledgers.unreadable_cell") from error
        yield row


def _calamine(call: Callable[[], T]) -> T:
    """Run a call of the library; whatever it raises on foreign bytes means the file is damaged.

    A panic inside the library arrives as a ``BaseException`` of its own.
    """
    try:
        return call()
    except python_calamine.PasswordError as error:
        raise UserError("ledgers.encrypted") from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        raise UserError("ledgers.damaged") from error
