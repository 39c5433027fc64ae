"""This file's own notes: settings, bundles read, lists received, which bundle brought which entries.

No signature speaks for them, so each row carries a seal, a hash over its cells: an altered one shows in the
integrity report. (Who can write the file can seal anew; what was exchanged is proved by signatures, not by
these.) Knows the tables, not what the notes mean.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

NOTES: dict[str, tuple[str, ...]] = {
    "setting": ("key", "value"),
    "bundle": ("sha256", "outcome", "at"),
    "have": ("device", "grp", "incarnation", "counter", "passed", "body"),
    "have_blob": ("device", "grp", "incarnation", "sha256"),
    "arrival": ("first", "last", "bundle", "sender", "at"),
    "hold": ("entry", "at"),
    "held_row": ("row", "entry"),
    "carried": ("sha256", "stick", "grp", "at", "holds"),
}
"""Tables of notes with the columns that their seals cover, in order."""

_REMEMBER = {
    table: f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}, seal)"
    f" VALUES ({', '.join('?' * len(columns))}, ?)"
    for table, columns in NOTES.items()
}


Cell = str | bytes | int | None


class Arrival(NamedTuple):
    """Entries numbered ``first`` to ``last`` in this file came in one bundle.

    ``bundle`` is the SHA-256 that the file's name claimed, ``sender`` the PC that wrote the file, ``at`` when
    it was read here (ms since 1970); ``whole`` when the file was read to its clean end under that hash.
    """

    first: int
    last: int
    bundle: str
    sender: str
    at: int
    whole: bool


def seal(table: str, cells: tuple[Cell, ...]) -> bytes:
    """The hash over a row of notes."""
    found = hashlib.sha256(table.encode())
    for cell in cells:
        raw = cell if isinstance(cell, bytes) else b"" if cell is None else str(cell).encode()
        found.update(b"\n%d:" % (-1 if cell is None else len(raw)) + raw)
    return found.digest()


def remember(conn: Connection, table: str, *cells: Cell) -> None:
    """Writes a note with its seal, in place of one with the same key."""
    conn.exec_driver_sql(_REMEMBER[table], (*cells, seal(table, cells)))


def remember_all(conn: Connection, table: str, rows: Iterable[tuple[Cell, ...]]) -> None:
    """Writes notes of one table with their seals."""
    if values := [(*cells, seal(table, cells)) for cells in rows]:
        conn.exec_driver_sql(_REMEMBER[table], values)


def seal_lists(conn: Connection, device: str, group: str) -> None:
    """Seals the have-lists of a device's hands anew, after what is noted of them changed."""
    query = f"SELECT {', '.join(NOTES['have'])} FROM have WHERE device = ? AND grp = ?"
    for row in conn.exec_driver_sql(query, (device, group)).all():
        conn.exec_driver_sql(
            "UPDATE have SET seal = ? WHERE device = ? AND grp = ? AND incarnation = ?",
            (seal("have", tuple(row)), *row[:3]),
        )


def note_arrival(conn: Connection, after: int, bundle: str, sender: str, at: int) -> None:
    """Notes that the entries numbered above ``after`` came in a bundle: one row for each stretch of them."""
    last = conn.exec_driver_sql("SELECT max(no) FROM entry").scalar() or 0
    if last <= after:
        return
    before = conn.exec_driver_sql(
        "SELECT first, at FROM arrival WHERE last = ? AND bundle = ? AND sender = ?", (after, bundle, sender)
    ).first()
    first, moment = before or (after + 1, at)
    remember(conn, "arrival", first, last, bundle, sender, moment)


def arrival_of(conn: Connection, no: int) -> Arrival | None:
    """In which bundle an entry came; ``None`` for what was written here, or came before this was noted."""
    found = conn.exec_driver_sql(
        "SELECT a.first, a.last, a.bundle, a.sender, a.at, b.sha256 IS NOT NULL FROM arrival a"
        " LEFT JOIN bundle b ON b.sha256 = a.bundle WHERE a.first <= ? ORDER BY a.first DESC LIMIT 1",
        (no,),
    ).first()
    if found is None or found[1] < no:
        return None
    first, last, bundle, sender, at, whole = found
    return Arrival(first, last, bundle, sender, at, bool(whole))
