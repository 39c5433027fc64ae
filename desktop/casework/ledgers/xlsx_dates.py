"""Takes the date format off numbers that are no dates, in memory, before a library sees the workbook.

A telephone or identity number in a cell that is formatted as a time or a date occurs in ledgers, and the
library that reads workbooks breaks off on some of them. Only the copy in memory is changed, and only how such
a number is formatted.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

_VALUE = rb"<(?:\w+:)?v>\s*-?(?:\d{10,}|[\d.]+[eE]\+?\d)"
_HUGE = re.compile(_VALUE)
_CELL = re.compile(rb"(<(?:\w+:)?c)(\s[^<>]*)(>\s*" + _VALUE + rb")")
_STYLE = re.compile(rb"\ss\s*=\s*[\"']\d{1,9}[\"']")


def has_huge_numbers(block: bytes) -> bool:
    """Whether a piece of a sheet holds a number that lies beyond every date (10 digits, or an exponent)."""
    return _HUGE.search(block) is not None


def without_huge_dates(data: bytes, parts: set[str]) -> bytes:
    """The same workbook, these parts of it (small letters) without formats on huge numbers.

    For a file that was inspected: its real size is known to be within the limits.
    """
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename.lower() in parts:
                content = _CELL.sub(_unstyled, content)
            new.writestr(member.filename, content)
    return output.getvalue()


def _unstyled(cell: re.Match[bytes]) -> bytes:
    return cell.group(1) + _STYLE.sub(b"", cell.group(2)) + cell.group(3)
