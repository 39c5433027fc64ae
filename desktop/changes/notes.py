"""This file's own notes: settings, bundles read, which bundle brought which entries.

No signature speaks for them, so each row carries a seal, a hash over its cells: an altered one shows in the
integrity report. (Who can write the file can seal anew; what was exchanged is proved by signatures, not by
these.) Knows the tables, not what the notes mean.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sqlalchemy import Connection

NOTES: dict[str, tuple[str, ...]] = {
    "setting": ("key", "value"),
    "bundle": ("sha256", "outcome", "at"),
    "arrival": ("first", "last", "bundle", "sender", "at"),
}
"""Tables of notes with the columns that their seals cover, in order."""

_REMEMBER = {
    table: f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}, seal)"
    f" VALUES ({', '.join('?' * len(columns))}, ?)"
    for table, columns in NOTES.items()
}


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


def seal(table: str, cells: tuple[str | bytes | int, ...]) -> bytes:
    """The hash over a row of notes."""
    found = hashlib.sha256(table.encode())
    for cell in cells:
        raw = cell if isinstance(cell, bytes) else str(cell).encode()
        found.update(b"\n%d:" % len(raw) + raw)
    return found.digest()


def remember(conn: Connection, table: str, *cells: str | bytes | int) -> None:
    """Writes a note with its seal, in place of one with the same key."""
    conn.exec_driver_sql(_REMEMBER[table], (*cells, seal(table, cells)))


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
