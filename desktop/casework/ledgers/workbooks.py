"""Writes ledgers as xlsx: a template to fill in, a ledger of records, and the report of a reading.

Every text is written as text: nothing becomes a formula or a link, and nothing is kept in temporary files.
Knows rows and headings; knows no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from desktop.casefile.files import write_file
from desktop.casework.codes import code_table, usual_word
from desktop.casework.ledgers.headings import Kind, ledger_kinds
from desktop.casework.ledgers.limits import CELL_CHARACTERS
from desktop.casework.ledgers.rows import LedgerReading, Record
from desktop.casework.partial_dates import PartialDate
from desktop.errors import UserError

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""For every workbook this program writes: no temporary file, and text stays text."""
_TEMPLATE_ROWS = 500
_LISTS_SHEET = "代码"
_READ, _NOT_READ = "已读入", "未读入"
_SEVERITY = {"warning": "需核对", "info": "提示"}
_REPORT_COLUMNS = (
    ("工作表", 18),
    ("行", 6),
    ("列", 16),
    ("结果", 8),
    ("原因", 60),
    ("内容", 40),
    ("代码", 28),
)


def template_bytes(kind: str, records: Sequence[Record] = ()) -> bytes:
    """An xlsx ledger of this kind with its headings, drop-downs of the code tables, and these records.

    Read back, it gives the same records. Raises ``UserError`` for a kind that is none.
    """
    about = _kind(kind)
    output = BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        sheet = book.add_worksheet(about.title)
        fields = [field for field, column in about.columns.items() if column.type != "combined"]
        extra = list(dict.fromkeys(heading for record in records for heading in record.extra))
        _write_headings(book, sheet, about, fields, extra)
        _write_drop_downs(book, sheet, about, fields)
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for row, record in enumerate(records, 1):
            for column, value in enumerate(_cells(record, fields, extra)):
                if value:
                    sheet.write_string(row, column, value, text)
    return output.getvalue()


def write_template(kind: str, path: Path) -> None:
    """Write the empty template, whole or not at all. Raises ``UserError`` or ``OSError``."""
    write_file(path, template_bytes(kind))


def fate_report(reading: LedgerReading) -> bytes:
    """The fate of every row as xlsx: each flag, else that the row was read; refused rows; skipped sheets.

    It holds what stood in the cells, and so personal data: for the officer's own use.
    """
    output = BytesIO()
    with xlsxwriter.Workbook(output, OPTIONS) as book:
        sheet = book.add_worksheet("读取结果")
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        for column, (heading, width) in enumerate(_REPORT_COLUMNS):
            sheet.set_column(column, column, width, text)
            sheet.write_string(0, column, heading, bold)
        sheet.freeze_panes(1, 0)
        for row, line in enumerate(_report_lines(reading), 1):
            for column, value in enumerate(line):
                if isinstance(value, int):
                    sheet.write_number(row, column, value)
                else:
                    sheet.write_string(row, column, value[:CELL_CHARACTERS])
    return output.getvalue()


def _report_lines(reading: LedgerReading) -> list[tuple[str | int, ...]]:
    lines: list[tuple[str | int, ...]] = []
    for remark in reading.flags:
        fate = _SEVERITY[remark.severity]
        lines.append(
            (remark.sheet, remark.row, remark.column, fate, remark.reason_zh, remark.value or "", remark.code)
        )
    flagged = {(remark.sheet, remark.row) for remark in reading.flags}
    for good in reading.rows:
        if (good.sheet, good.row_number) not in flagged:
            lines.append((good.sheet, good.row_number, "", _READ, "", _named(good.record), ""))
    for row in reading.refused:
        lines.append((row.sheet, row.row, "", _NOT_READ, row.reason_zh, row.value or "", row.code))
    lines.sort(key=lambda line: (line[0], line[1]))
    return lines + [(s.sheet, 0, "", _NOT_READ, s.reason_zh, "", s.code) for s in reading.skipped_sheets]


def _named(record: Record) -> str:
    """What a row is about, so that whoever looks it up knows it again."""
    return getattr(record, "name", None) or ""


def _kind(kind: str) -> Kind:
    kinds = ledger_kinds()
    if kind not in kinds:
        raise UserError("ledgers.unknown_kind", kind=kind[:40], known="、".join(kinds))
    return kinds[kind]


def _write_headings(book: Any, sheet: Any, about: Kind, fields: list[str], extra: list[str]) -> None:
    bold = book.add_format(
        {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    )
    # Text format: Excel then keeps every digit of a long number and never makes a date of anything.
    text = book.add_format({"num_format": "@"})
    for column, heading in enumerate([about.columns[field].heading for field in fields] + extra):
        sheet.set_column(column, column, 22 if heading in ("证件号码", "执法证号") else 12, text)
        sheet.write_string(0, column, heading, bold)
    sheet.freeze_panes(1, 0)


def _write_drop_downs(book: Any, sheet: Any, about: Kind, fields: list[str]) -> None:
    """A list of choices on each column with a code table; other words stay allowed."""
    lists = book.add_worksheet(_LISTS_SHEET)
    lists.hide()
    for column, field in enumerate(fields):
        kind = about.columns[field].type
        if not kind.startswith("code:"):
            continue
        names = [usual_word(code) for code in code_table(kind[5:]).codes.values()]
        for row, name in enumerate(names):
            lists.write_string(row, column, name)
        place = xlsxwriter.utility.xl_col_to_name(column)
        source = f"='{_LISTS_SHEET}'!${place}$1:${place}${len(names)}"
        rule = {"validate": "list", "source": source, "error_type": "information", "ignore_blank": True}
        sheet.data_validation(1, column, _TEMPLATE_ROWS, column, rule)


def _cells(record: Record, fields: list[str], extra: list[str]) -> list[str]:
    return [_text(record, field) for field in fields] + [record.extra.get(heading, "") for heading in extra]


def _text(record: Record, field: str) -> str:
    """The cell of a field as it would be typed: money in 元, times in Beijing time, claims word for word."""
    if field in record.claimed:
        return record.claimed[field]
    if field == "id_number":
        return getattr(record, "id_number_claimed", None) or getattr(record, "id_number", None) or ""
    value = getattr(record, field, None)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "minutes")
    if isinstance(value, int) and field in ("paid", "value"):
        return f"{Decimal(value) / 100:f}"
    return str(value) if isinstance(value, PartialDate | int) else value
