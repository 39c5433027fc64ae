"""Workbooks of invented people, built in memory for the tests of reading."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from desktop.casework.identity import check_character
from desktop.casework.ledgers.reading import read_ledger
from desktop.casework.ledgers.rows import LedgerReading, LedgerRow, PersonRow

REFERENCE = date(2020, 6, 7)
HEADINGS = (
    "序号", "现场编号", "姓名", "性别", "出生日期", "证件类型", "证件号码", "联系电话",
    "是否未成年", "到场时间", "离开时间", "介绍人(上线)", "加入时间", "交纳金额", "处置", "备注",
)  # fmt: skip
GOOD = "450923198504120019"


def number(region: int = 450923, born: str = "19850412", sequence: int = 1) -> str:
    """A good identity number of nobody."""
    first = f"{region:06d}{born}{sequence:03d}"
    return first + check_character(first)


def wide(digits: str) -> str:
    """The same digits in their full-width form."""
    return "".join(chr(ord(digit) + 0xFEE0) for digit in digits)


def person(**cells: Any) -> list[Any]:
    """One row under ``HEADINGS``; a keyword is a heading."""
    unknown = set(cells) - {heading.split("(")[0] for heading in HEADINGS}
    assert not unknown, unknown
    return [cells.get(heading.split("(")[0], "") for heading in HEADINGS]


def xlsx(*sheets: tuple[str, Sequence[Sequence[Any]]], then: Callable[[Any], None] | None = None) -> bytes:
    """A workbook of these sheets; ``then`` may do more to it."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False}) as book:
        formats = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": book.add_format({"num_format": "hh:mm"}),
        }
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    _write(sheet, row, column, cell, formats)
        if then:
            then(book)
    return output.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Any, formats: dict[str, Any]) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats["date"])
    elif hasattr(cell, "hour"):
        sheet.write_datetime(row, column, cell, formats["time"])
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell)


def people_xlsx(*rows: Sequence[Any], title: bool = True) -> bytes:
    """A register with a title row, the headings and these rows."""
    head: list[Sequence[Any]] = [["六月行动查获人员登记表"]] if title else []
    return xlsx(("查获人员登记表", [*head, HEADINGS, *rows]))


def read(folder: Path, data: bytes, kind: str = "people", name: str = "ledger.xlsx") -> LedgerReading:
    """Read bytes as a ledger file of that name."""
    path = folder / name
    path.write_bytes(data)
    return read_ledger(path, kind, reference=REFERENCE)


def people(folder: Path, *rows: Sequence[Any]) -> list[LedgerRow]:
    """Rows of a register through a workbook and back."""
    return read(folder, people_xlsx(*rows)).rows


def one(folder: Path, **cells: Any) -> tuple[PersonRow, set[str]]:
    """The record of one row and the codes of its flags, without their area."""
    (row,) = people(folder, person(**{"姓名": "莫测试"} | cells))
    assert isinstance(row.record, PersonRow)
    return row.record, codes(row)


def codes(row: LedgerRow) -> set[str]:
    """The codes of a row's flags without their area."""
    return {found.code.removeprefix("ledgers.") for found in row.flags}


def repack(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same zip with each member passed through ``change``; ``None`` drops it."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed is not None:
                new.writestr(name, changed)
    return output.getvalue()
