"""Looks through an old xls file (OLE container, BIFF records) before a library may parse it.

Counts what each sheet reaches to, so that one cell in a far corner cannot cost gigabytes, and tells an
encrypted file from a damaged one. Knows only the container and the record headers it needs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from desktop.casework.ledgers.limits import check_cells, check_extent
from desktop.errors import UserError

_FREE = 0xFFFFFFFA  # this and above: end of chain, free, table sectors
_BOF = {0x0009, 0x0209, 0x0409, 0x0809}
_FILEPASS = 0x002F
# Records of one cell with a value: row and column are their first two numbers.
_CELL_RECORDS = {
    0x0006,
    0x0203,
    0x0204,
    0x0205,
    0x00D6,
    0x00FD,
    0x027E,
    0x0206,
    0x0406,
    0x0002,
    0x0003,
    0x0004,
}
_MULTIPLE_NUMBERS = 0x00BD
_MACRO_STORAGE = "_VBA_PROJECT_CUR"


def inspect_xls(data_untrusted: bytes) -> bool:
    """Check an xls file against the limits; whether it holds macros.

    Raises ``UserError``: encrypted, damaged, no workbook inside, or too large.
    """
    try:
        container = _Container(data_untrusted)
        entries = container.entries()
        if "EncryptedPackage" in entries:
            raise UserError("ledgers.encrypted")
        name = next((name for name in ("Workbook", "Book") if name in entries), None)
        if name is None:
            raise UserError("ledgers.not_a_workbook")
        _check_records(container.stream(*entries[name]))
    except (struct.error, IndexError, ValueError) as error:
        raise UserError("ledgers.damaged") from error
    return _MACRO_STORAGE in entries


def _check_records(stream: bytes) -> None:
    rows = columns = spanned = 0
    for kind, body in _records(stream):
        if kind == _FILEPASS:
            raise UserError("ledgers.encrypted")
        if kind in _BOF:
            spanned += rows * columns
            rows = columns = 0
        elif kind in _CELL_RECORDS and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind == _MULTIPLE_NUMBERS and len(body) >= 6:
            row, last = struct.unpack_from("<H", body)[0], struct.unpack_from("<H", body, len(body) - 2)[0]
            rows, columns = max(rows, row + 1), max(columns, last + 1)
        check_extent(rows, columns)
        check_cells(spanned + rows * columns)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


class _Container:
    """An OLE compound file: its directory and its streams. Raises what ``inspect_xls`` makes a sentence."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("sector size")
        self._size = 1 << shift
        directory, _, self._cutoff, mini_table, _, difat_first = struct.unpack_from("<6I", data, 48)
        self._table = self._sector_table(difat_first)
        self._directory = self._chain(directory)
        mini_bytes = self._chain(mini_table) if mini_table < _FREE else b""
        self._mini_table = struct.unpack(f"<{len(mini_bytes) // 4}I", mini_bytes)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._data):
            raise ValueError("sector beyond the file")
        return self._data[start : start + self._size].ljust(self._size, b"\0")

    def _sector_table(self, difat: int) -> tuple[int, ...]:
        numbers = [number for number in struct.unpack_from("<109I", self._data, 76) if number < _FREE]
        seen: set[int] = set()
        while difat < _FREE and difat not in seen:
            seen.add(difat)
            more = struct.unpack(f"<{self._size // 4}I", self._sector(difat))
            numbers += [number for number in more[:-1] if number < _FREE]
            difat = more[-1]
        if len(numbers) * self._size > len(self._data):
            raise ValueError("table larger than the file")
        joined = b"".join(self._sector(number) for number in numbers)
        return struct.unpack(f"<{len(joined) // 4}I", joined)

    def _chain(self, number: int) -> bytes:
        parts: list[bytes] = []
        while number < _FREE:
            if len(parts) * self._size > len(self._data):
                raise ValueError("endless chain")
            parts.append(self._sector(number))
            number = self._table[number]
        return b"".join(parts)

    def entries(self) -> dict[str, tuple[int, int]]:
        """Name → first sector and size of every stream and storage."""
        found: dict[str, tuple[int, int]] = {}
        for at in range(0, len(self._directory), 128):
            entry = self._directory[at : at + 128]
            length = struct.unpack_from("<H", entry, 64)[0]
            if 2 <= length <= 64 and entry[66]:
                name = entry[: length - 2].decode("utf-16-le", "replace")
                found.setdefault(name, struct.unpack_from("<II", entry, 116))
        return found

    def stream(self, first: int, size: int) -> bytes:
        """The bytes of a stream, from the small-stream area when it is small."""
        if size >= self._cutoff:
            return self._chain(first)[:size]
        root_first = struct.unpack_from("<I", self._directory, 116)[0]
        area = self._chain(root_first)
        parts: list[bytes] = []
        while first < _FREE:
            if len(parts) > len(self._mini_table):
                raise ValueError("endless chain")
            parts.append(area[first * 64 : first * 64 + 64])
            first = self._mini_table[first]
        return b"".join(parts)[:size]
