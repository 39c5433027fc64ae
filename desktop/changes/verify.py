"""The integrity report: statements, chains, heads, verdicts and projected rows are computed again.

Reads only; the state is folded anew on an in-memory copy of the log. Knows the log and the merge.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from desktop.changes.journal import Journal
from desktop.changes.outline import groups
from desktop.changes.store import marks
from desktop.models import exchange
from desktop.models.schema import metadata, shared_tables
from desktop.wire.entries import Line, LogDescription, entry_id
from desktop.wire.faults import WireError
from desktop.wire.ids import device_id, row_text
from desktop.wire.signatures import Head
from desktop.wire.statements import parse_statement

_COPIED_ROWS = 2000
_COPIED = ("log", "entry", "head", "statement", "setting", "held_row")
Finding = dict[str, Any]


def verify(conn: Connection) -> Iterator[Finding]:
    """Everything that does not hold, each finding naming its record. Nothing found is a sound file."""
    yield from _statements(conn)
    yield from _chains(conn)
    yield from _heads(conn)
    yield from _projection(conn)


def _statements(conn: Connection) -> Iterator[Finding]:
    for found, body, signatures in conn.exec_driver_sql("SELECT id, body, signatures FROM statement"):
        try:
            good = parse_statement(f"{body}\t{signatures}".encode()).id == found
        except WireError:
            good = False
        if not good:
            yield {"finding": "statement", "id": found}


def _chains(conn: Connection) -> Iterator[Finding]:
    for no, found, device, group, incarnation, resumed, signing, age in conn.exec_driver_sql(
        "SELECT no, id, device, grp, incarnation, resumed, signing_key, age_key FROM log ORDER BY no"
    ).all():
        description = LogDescription(device, group, incarnation, resumed)
        if description.id() != found or device_id(signing, age) != device:
            yield {"finding": "log", "id": found}
            continue
        for dot, n, previous, header, salt, body in conn.exec_driver_sql(
            "SELECT id, n, previous, header, salt, body FROM entry WHERE log = ?", (no,)
        ):
            line = Line(header, salt.encode(), body)
            if entry_id(found, previous.hex(), line) != dot.hex():
                yield {"finding": "entry", "id": dot.hex(), "log": found, "n": n}


def _heads(conn: Connection) -> Iterator[Finding]:
    root = Journal(conn).root()
    if root is None:
        return
    for log, n, dot, signature, key in conn.exec_driver_sql(
        "SELECT l.id, h.n, e.id, h.signature, l.signing_key FROM head h"
        " LEFT JOIN entry e ON e.no = h.entry JOIN log l ON l.no = h.log"
    ):
        if dot is None or not Head(log, n, dot.hex(), signature).verifies(root, key):
            yield {"finding": "head", "log": log, "n": n}


def _projection(conn: Connection) -> Iterator[Finding]:
    copy = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with copy.begin() as mirror:
            metadata.create_all(mirror)
            for name in _COPIED:
                _copy(conn, mirror, name)
            before: dict[bytes, str] = dict(mirror.exec_driver_sql("SELECT id, verdict FROM entry").all())
            journal = Journal(mirror)
            mirror.exec_driver_sql("UPDATE entry SET verdict = 'unjudged'")
            journal.judge_all()
            for dot, verdict in mirror.exec_driver_sql("SELECT id, verdict FROM entry"):
                if before[dot] != verdict:
                    yield {"finding": "verdict", "id": dot.hex(), "is": before[dot], "should_be": verdict}
            yield from _compare_rows(conn, mirror)
            yield from _compare_registers(conn, mirror)
    finally:
        copy.dispose()


def _copy(source: Connection, target: Connection, name: str) -> None:
    """Copies a table some rows at a time: a log may be larger than what should lie in memory twice."""
    columns = [column.name for column in metadata.tables[name].columns]
    names, places = ", ".join(columns), marks(len(columns))
    for rows in source.exec_driver_sql(f"SELECT {names} FROM {name}").partitions(_COPIED_ROWS):
        target.exec_driver_sql(
            f"INSERT INTO {name} ({names}) VALUES ({places})", [tuple(row) for row in rows]
        )


def _compare_rows(conn: Connection, mirror: Connection) -> Iterator[Finding]:
    for shared in shared_tables().values():
        names = ", ".join(f'"{column.name}"' for column in shared.table.columns if column.name != "dot")
        query = f'SELECT {names} FROM "{shared.table.name}" ORDER BY id'
        place = [column.name for column in shared.table.columns if column.name != "dot"].index("id")
        stored = {row[place]: tuple(row) for row in conn.exec_driver_sql(query)}
        rebuilt = {row[place]: tuple(row) for row in mirror.exec_driver_sql(query)}
        for key in sorted(stored.keys() | rebuilt.keys()):
            if stored.get(key) != rebuilt.get(key):
                yield {"finding": "row", "kind": shared.kind, "id": row_text(key)}


def _compare_registers(conn: Connection, mirror: Connection) -> Iterator[Finding]:
    query = (
        f"SELECT r.row, r.field, e.id, r.value FROM {exchange.register.name} r JOIN entry e ON e.no = r.dot"
    )
    stored = {tuple(row) for row in conn.exec_driver_sql(query)}
    rebuilt = {tuple(row) for row in mirror.exec_driver_sql(query)}
    for row, field, dot, _ in sorted(stored ^ rebuilt):
        yield {"finding": "register", "id": row_text(row), "field": field, "write": dot.hex()}


def summary(conn: Connection) -> dict[str, Any]:
    """Counts that go with the report."""
    count = conn.exec_driver_sql
    return {
        "groups": groups(conn),
        "logs": count("SELECT count(*) FROM log").scalar(),
        "entries": count("SELECT count(*) FROM entry").scalar(),
        "applied": count("SELECT count(*) FROM entry WHERE verdict = 'applied'").scalar(),
        "heads": count("SELECT count(*) FROM head").scalar(),
        "statements": count("SELECT count(*) FROM statement").scalar(),
    }
