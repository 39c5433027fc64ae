"""Tables in text files: CSV and tab separated, UTF-8 (with or without mark), UTF-16 with mark, GB18030.

Every cell stays text: what looks like a formula or a number is not interpreted. Knows no ledger.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from desktop.casework.ledgers.limits import CELL_CHARACTERS, COLUMNS, check_cell, check_extent
from desktop.errors import UserError

_SEPARATORS = ",\t;"
_SAMPLE_LINES = 40


def decode_text(data_untrusted: bytes) -> str:
    """The text of a file. Raises ``UserError`` when it is no text in a known encoding."""
    if data_untrusted.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data_untrusted:
        raise UserError("ledgers.not_a_workbook")
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data_untrusted.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError("ledgers.encoding")


def text_rows(text: str) -> Iterator[list[str]]:
    """The rows of a table in text, the separator found by looking at the first lines.

    Raises ``UserError`` beyond the limits of ``limits``, and for an unfinished quoted cell at the end.
    """
    csv.field_size_limit(max(csv.field_size_limit(), 4 * CELL_CHARACTERS))
    reader = csv.reader(StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        for number, row in enumerate(reader, 1):
            check_extent(number, len(row) if len(row) > COLUMNS else 0)
            if max(map(len, row), default=0) > CELL_CHARACTERS:
                check_cell(max(row, key=len), number)
            yield row
    except csv.Error as error:
        raise UserError("ledgers.damaged") from error


def _separator(text: str) -> str:
    """The separator that most lines at the head of the text share in equal number."""
    lines = text[:200_000].splitlines()[:_SAMPLE_LINES]
    return max(_SEPARATORS, key=lambda mark: sum(line.count(mark) for line in lines))
