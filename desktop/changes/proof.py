"""What proves an entry: the stretch of its log from it up to the nearest head above it in its branch.

Reads only. Knows the log, not records and not bundles.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from desktop.wire.entries import Line, LogDescription
from desktop.wire.runs import RunStart
from desktop.wire.signatures import Head

_BACK = (
    "WITH RECURSIVE back(no, n, id, previous, header, salt, body) AS ("
    " SELECT no, n, id, previous, header, salt, body FROM entry WHERE no = ?1"
    " UNION ALL SELECT e.no, e.n, e.id, e.previous, e.header, e.salt, e.body FROM entry e"
    " JOIN back b ON e.id = b.previous WHERE b.n > ?2)"
    " SELECT no, n, id, previous, header, salt, body FROM back ORDER BY n"
)


class Proved(NamedTuple):
    """One entry of a stretch: this file's number of it, its number in the log, its id, its line."""

    no: int
    n: int
    id: str
    line: Line


class Stretch(NamedTuple):
    """Entries that follow each other, first ones first; the head signs the last."""

    start: RunStart
    entries: list[Proved]
    head: Head


def stretch_of(conn: Connection, no: int) -> Stretch | None:
    """The stretch from an entry (this file's number) to the head that proves it; ``None`` without one."""
    log, n, *description, signing, age = conn.exec_driver_sql(
        "SELECT e.log, e.n, l.device, l.grp, l.incarnation, l.resumed, l.signing_key, l.age_key"
        " FROM entry e JOIN log l ON l.no = e.log WHERE e.no = ?",
        (no,),
    ).one()
    heads = "SELECT entry, n, signature FROM head WHERE log = ? AND n >= ? ORDER BY n"
    for last, number, signature in conn.exec_driver_sql(heads, (log, n)).all():
        found = conn.exec_driver_sql(_BACK, (last, n)).all()
        # Of a forked log a head may be that of the other branch.
        if found and found[0][0] == no:
            entries = [
                Proved(own, at, dot.hex(), Line(header, salt.encode(), body))
                for own, at, dot, _, header, salt, body in found
            ]
            start = RunStart(LogDescription(*description), signing, age, n, found[0][3].hex())
            return Stretch(start, entries, Head(start.log.id(), number, entries[-1].id, signature))
    return None
