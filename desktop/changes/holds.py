"""Mass changes that one bundle brings wait for an officer: what is shown waits, never the merge.

State, dump and digest hold the withdrawals as everywhere; only the rows of this file are shown as they were.
A person lifts a hold here, or their city confirms the entry for all. Local facts, never shared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection

from desktop.changes.journal import Journal
from desktop.changes.notes import remember_all
from desktop.changes.store import Changes, chunks, marks, note_changes
from desktop.models.schema import shared_tables
from desktop.wire.ids import row_bytes
from desktop.wire.roster import Roster

MOST_ROWS = 200
FEW_ROWS, ONE_IN = 20, 50
"""A bundle may withdraw so many rows of a group, but no more than one in so many of those that it has; up to
``FEW_ROWS`` whatever its share.
"""


class Held(msgspec.Struct, frozen=True):
    """An entry whose withdrawals are not shown yet: whose, since when (ms since 1970), how many rows."""

    entry: str
    device: str
    group: str
    at: int
    rows: int


def is_mass(withdrawn: int, rows: int) -> bool:
    """Is it too much at once that a bundle withdraws so many rows of a group that has ``rows``?"""
    if withdrawn <= FEW_ROWS:
        return False
    return withdrawn > MOST_ROWS or withdrawn * ONE_IN > rows


def hold_mass_change(journal: Journal, group: str, entries: Sequence[int], now: int) -> Changes:
    """Holds what these entries (their numbers) of a group withdraw, if that is too much at once."""
    conn = journal.connection
    rows = withdrawals(journal, group, entries)
    if not withdraws_too_much(conn, group, len(rows)):
        return {}
    numbers = {no for found in rows.values() for no in found}
    pairs = [(row, no) for row, found in rows.items() for no in found]
    remember_all(conn, "hold", ((no, now) for no in sorted(numbers)))
    remember_all(conn, "held_row", pairs)
    return _show(journal, rows)


def withdraws_too_much(conn: Connection, group: str, withdrawn: int, coming: int = 0) -> bool:
    """``is_mass`` of a group with what it has here and ``coming`` rows, which is counted only if need be."""
    return withdrawn > FEW_ROWS and is_mass(withdrawn, _rows_of(conn, group) + coming)


def withdrawals(journal: Journal, group: str, entries: Sequence[int]) -> dict[bytes, set[int]]:
    """The rows that these entries (their numbers) of a group withdraw, each with those entries.

    Those that do not count, or do something else, are passed over.
    """
    rows: dict[bytes, set[int]] = {}
    for no, body in journal.connection.exec_driver_sql(
        "SELECT e.no, e.body FROM json_each(?) k CROSS JOIN entry e ON e.no = k.value"
        " JOIN log l ON l.no = e.log WHERE e.verdict = 'applied' AND l.grp = ? AND instr(e.body, ?) > 0",
        (json.dumps(entries), group, b'["w",'),
    ).all():
        for operation in journal.store.operations(no, body):
            if operation[0] == "w" and operation[3] is not None:
                rows.setdefault(row_bytes(operation[2]), set()).add(no)
    return rows


def _rows_of(conn: Connection, group: str) -> int:
    """The rows that a group has, withdrawn ones too."""
    tables = [shared.table.name for shared in shared_tables().values()]
    counts = " + ".join(f'(SELECT count(*) FROM "{table}" WHERE grp = ?1)' for table in tables)
    return int(conn.exec_driver_sql(f"SELECT {counts}", (group,)).scalar_one())


def lift(journal: Journal, entries: Iterable[str] | None = None) -> Changes:
    """Shows what was held of these entries, or of all."""
    conn, wanted = journal.connection, None if entries is None else set(entries)
    numbers = {
        no
        for dot, no in conn.exec_driver_sql("SELECT e.id, e.no FROM hold h JOIN entry e ON e.no = h.entry")
        if wanted is None or dot.hex() in wanted
    }
    changes: Changes = {}
    for piece in chunks(sorted(numbers)):
        held = f"IN ({marks(len(piece))})"
        query = f"SELECT row FROM held_row WHERE entry {held}"
        rows = conn.exec_driver_sql(query, tuple(piece)).scalars().all()
        conn.exec_driver_sql(f"DELETE FROM held_row WHERE entry {held}", tuple(piece))
        conn.exec_driver_sql(f"DELETE FROM hold WHERE entry {held}", tuple(piece))
        note_changes(changes, _show(journal, rows))
    return changes


def lift_approved(journal: Journal) -> Changes:
    """Shows what the city of the author confirmed, and forgets what no longer counts."""
    rights = journal.rights()
    done = [
        dot.hex()
        for dot, verdict, device, group in journal.connection.exec_driver_sql(
            "SELECT e.id, e.verdict, l.device, l.grp FROM hold h JOIN entry e ON e.no = h.entry"
            " JOIN log l ON l.no = e.log"
        )
        if verdict != "applied" or _is_approved(rights, dot, device, group)
    ]
    return lift(journal, done) if done else {}


def approved(journal: Journal, numbers: Iterable[int]) -> set[int]:
    """Those of these entries that the city of their author confirmed: they are not held."""
    rights, found = journal.rights(), set()
    for piece in chunks(sorted(numbers)):
        query = (
            "SELECT e.no, e.id, l.device, l.grp FROM entry e JOIN log l ON l.no = e.log"
            f" WHERE e.no IN ({marks(len(piece))})"
        )
        for no, dot, device, group in journal.connection.exec_driver_sql(query, tuple(piece)):
            if _is_approved(rights, dot, device, group):
                found.add(no)
    return found


def _is_approved(rights: Roster, dot: bytes, device: str, group: str) -> bool:
    return rights.is_approved(dot.hex(), rights.author_office(device, group) or "")


def _show(journal: Journal, rows: Iterable[bytes]) -> Changes:
    changes: Changes = {}
    for piece in chunks(rows):
        query = (
            "SELECT DISTINCT r.row, p.grp, p.tbl FROM register r JOIN place p ON p.no = r.place"
            f" WHERE r.field = '' AND r.row IN ({marks(len(piece))})"
        )
        note_changes(changes, journal.store.show_again(query, piece))
    return changes


def holds(conn: Connection) -> list[Held]:
    """What is held, in the order it came."""
    return [
        Held(dot.hex(), device, group, at, rows)
        for dot, device, group, at, rows in conn.exec_driver_sql(
            "SELECT e.id, l.device, l.grp, h.at, (SELECT count(*) FROM held_row w WHERE w.entry = h.entry)"
            " FROM hold h JOIN entry e ON e.no = h.entry JOIN log l ON l.no = e.log ORDER BY h.entry"
        )
    ]
