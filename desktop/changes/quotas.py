"""How much of this file may be filled by those who are not entitled: bounded by author, and all together.

What is refused is no part of the file: it was never told to be here, and comes again once its author is
granted, or released. Nothing by an enrolled PC that was not cut off is ever refused. Knows the log's tables.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from desktop.changes.pen import get_setting, put_setting
from desktop.changes.store import chunks, marks
from desktop.wire import canonical
from desktop.wire.roster import Roster
from desktop.wire.statements import Statement

AUTHOR_ENTRIES, AUTHOR_BYTES = 10_000, 16 << 20
"""In quarantine, by one author that is a stranger or was cut off."""

STRANGERS_ENTRIES, STRANGERS_BYTES = 50_000, 64 << 20
"""In quarantine, by all strangers together: keys cost nothing."""

IDLE_STATEMENTS, IDLE_BYTES = 1_000, 1 << 20
"""Statements that no key of a trusted set signed."""

_REFUSED = "refused"
_MOST_TOLD = 100


class Refused(msgspec.Struct, frozen=True):
    """How many entries of a device were refused the last time, and when (ms since 1970)."""

    device: str
    entries: int
    at: int


def has_room(conn: Connection, device: str, *, entitled: bool) -> bool:
    """Whether what an author has in quarantine is within bounds."""
    count, size = _used(conn, "l.device = ? AND e.verdict <> 'applied'", device)
    if count > AUTHOR_ENTRIES or size > AUTHOR_BYTES:
        return False
    if entitled:
        return True
    count, size = _used(conn, "e.verdict = ? AND e.verdict <> 'applied'", "no_grant")
    return count <= STRANGERS_ENTRIES and size <= STRANGERS_BYTES


def _used(conn: Connection, where: str, value: str) -> tuple[int, int]:
    count, size = conn.exec_driver_sql(
        "SELECT count(*), coalesce(sum(length(e.header) + length(e.body)), 0)"
        f" FROM entry e JOIN log l ON l.no = e.log WHERE {where}",
        (value,),
    ).one()
    return int(count), int(size)


def drop(conn: Connection, device: str, fresh: range) -> int:
    """Takes those of the new entries out that have no effect; notes how many for the report."""
    gone = list(
        conn.exec_driver_sql(
            "SELECT no FROM entry WHERE no >= ? AND no < ? AND verdict <> 'applied'",
            (fresh.start, fresh.stop),
        ).scalars()
    )
    for piece in chunks(gone):
        for table, column in (("head", "entry"), ("voucher", "entry"), ("ghost", "entry"), ("entry", "no")):
            conn.exec_driver_sql(f"DELETE FROM {table} WHERE {column} IN ({marks(len(piece))})", tuple(piece))
    conn.exec_driver_sql(
        "DELETE FROM log WHERE device = ? AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.log = log.no)",
        (device,),
    )
    if gone:
        told = {found.device: found for found in refused(conn)}
        told[device] = Refused(device, len(gone), time.time_ns() // 1_000_000)
        newest = sorted(told.values(), key=lambda found: -found.at)[:_MOST_TOLD]
        put_setting(
            conn, _REFUSED, canonical.encode([[found.device, found.entries, found.at] for found in newest])
        )
    return len(gone)


def refused(conn: Connection) -> list[Refused]:
    """Whose entries were refused, the latest first."""
    return [Refused(*found) for found in canonical.decode(get_setting(conn, _REFUSED) or b"[]")]


class Idle:
    """Counts statements that no key of a trusted set signed."""

    def __init__(self, held: Iterable[Statement], rights: Roster) -> None:
        self._held = held
        self._rights = rights
        self._count: int | None = None
        self._size = 0

    def has_room_for(self, statement: Statement) -> bool:
        """Whether a statement, lean already, may be kept; one with a good signature always may."""
        if not self._is_idle(statement):
            return True
        if self._count is None:
            idle = [one for one in self._held if self._is_idle(one)]
            self._count, self._size = len(idle), sum(len(one.text()) for one in idle)
        if self._count >= IDLE_STATEMENTS or self._size + len(statement.text()) > IDLE_BYTES:
            return False
        self._count, self._size = self._count + 1, self._size + len(statement.text())
        return True

    def _is_idle(self, statement: Statement) -> bool:
        return not statement.signatures or self._rights.signers_of(statement) is None
