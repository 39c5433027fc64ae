"""Every write that was ever made to a row: live ones, replaced ones, and those in quarantine.

Found from what is live, back along what each write says it replaced: all that counts is reached that way, and
a log of a million entries is not searched. Reads only. Knows the log and the merge, not what a field means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection

from desktop.changes.journal import Journal
from desktop.changes.rights import APPLIED, header_of
from desktop.changes.store import chunks, marks
from desktop.wire.canonical import Value
from desktop.wire.entries import MARK, Header, Line, Operation, parse_operations
from desktop.wire.faults import WireError

_ENTRIES = (
    "SELECT e.no, e.id, e.n, e.header, e.salt, e.body, e.verdict, l.id, l.device, l.grp, l.incarnation,"
    " EXISTS (SELECT 1 FROM clock_off c WHERE c.log = e.log AND e.n BETWEEN c.first AND c.last)"
    " FROM entry e JOIN log l ON l.no = e.log WHERE "
)


class Entry(NamedTuple):
    """An entry that writes to the row: where it stands, who wrote it, and whether it counts.

    ``header`` is ``None`` for one that is malformed; ``clock_off``: its PC declared its clock wrong.
    """

    no: int
    id: str
    n: int
    log: str
    device: str
    group: str
    incarnation: str
    header: Header | None
    verdict: str
    clock_off: bool


class Write(NamedTuple):
    """One write to a register: its value (of a withdrawal: the reason), and the writes it replaced.

    ``field`` is ``MARK`` for withdrawals; ``live``: nothing that counts replaced it; ``shown``: it is what
    stands in the record.
    """

    field: str
    value: Value
    replaced: tuple[str, ...]
    entry: Entry
    live: bool
    shown: bool


def history(conn: Connection, row: str) -> list[Write]:
    """All writes to a row, by field and then newest first; empty for a row that nobody wrote."""
    found = Journal(conn).store.state(row)
    live: dict[str, dict[str, Value]] = {}
    top: dict[str, str] = {}
    if found is not None:
        state, numbers = found
        for name in [*state.fields(), MARK]:
            values = state.values(name)
            live[name] = {dot.hex(): value for dot, value in values.items()}
            if values:
                top[name] = max(values, key=numbers.rank).hex()
        start = {dot.hex() for dot in state.creates} | {dot for values in live.values() for dot in values}
    else:
        start = set()
    writes: list[Write] = []
    for entry, operations in _entries(conn, row, start):
        for name, value, replaced in _writes(operations, row):
            counts = entry.verdict == APPLIED and entry.id in live.get(name, {})
            is_top = counts and top.get(name) == entry.id
            writes.append(Write(name, value, tuple(replaced), entry, counts, is_top))
    return sorted(writes, key=lambda write: (write.field, *_newest(write)))


def _newest(write: Write) -> tuple[int, str]:
    header = write.entry.header
    return (-header.stamp if header else 0, write.entry.id)


def _entries(conn: Connection, row: str, start: Iterable[str]) -> Iterator[tuple[Entry, list[Operation]]]:
    waiting, known = set(start), set[str]()
    while waiting:
        known |= waiting
        following: set[str] = set()
        for piece in chunks(sorted(waiting)):
            where = f"e.id IN ({marks(len(piece))})"
            for raw in conn.exec_driver_sql(_ENTRIES + where, tuple(map(bytes.fromhex, piece))).all():
                entry, operations = _entry(raw)
                following |= {dot for _, _, replaced in _writes(operations, row) for dot in replaced}
                yield entry, operations
        waiting = following - known
    where = "e.verdict <> 'applied' AND instr(e.body, ?)"
    for raw in conn.exec_driver_sql(_ENTRIES + where, (row.encode(),)).all():
        entry, operations = _entry(raw)
        if entry.id not in known:
            yield entry, operations


def _entry(raw: Any) -> tuple[Entry, list[Operation]]:
    no, dot, n, header, salt, body, verdict, log, device, group, incarnation, off = raw
    line = Line(header, salt.encode(), body)
    try:
        operations = [] if line.expunged else parse_operations(body)
    except WireError:
        operations = []
    entry = Entry(no, dot.hex(), n, log, device, group, incarnation, header_of(line), verdict, bool(off))
    return entry, operations


def _writes(operations: Iterable[Operation], row: str) -> Iterator[tuple[str, Value, list[str]]]:
    """Register, value, replaced writes, of each write to the row."""
    for operation in operations:
        if operation[0] not in "csw" or operation[2] != row:
            continue
        if operation[0] == "c":
            yield from ((name, value, []) for name, value in operation[3].items())
        elif operation[0] == "s":
            yield from ((name, value, over) for name, (value, *over) in operation[3].items())
        else:
            yield MARK, operation[3], operation[4]
