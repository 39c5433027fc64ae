"""What a file holds: stretches of logs, gaps, digests and the dump.

Reads only. Knows the log and the merge, not bundles and not screens.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from desktop.changes import rows
from desktop.changes.journal import Journal
from desktop.changes.rows import RowState
from desktop.changes.store import chunks
from desktop.models.schema import shared_tables
from desktop.wire import canonical
from desktop.wire.entries import MARK
from desktop.wire.hashing import digest
from desktop.wire.ids import row_text

Segment = tuple[int, int, str]
"""First number, last number, id of the last entry: a stretch without a gap, down from one tip."""


class GroupDigest(NamedTuple):
    """Set-hashes of what went in (applied entries, statements) and what came out (live writes), in hex."""

    inputs: str
    outputs: str


def groups(conn: Connection) -> list[str]:
    """Groups this file holds entries of, sorted."""
    return list(conn.exec_driver_sql("SELECT DISTINCT grp FROM log ORDER BY grp").scalars())


def segments(conn: Connection, group: str) -> dict[str, list[Segment]]:
    """For each log of a group its stretches; more than one means a gap or a fork."""
    found: dict[str, list[Segment]] = {}
    for log, log_id in conn.exec_driver_sql(
        "SELECT no, id FROM log WHERE grp = ? ORDER BY id", (group,)
    ).all():
        starts = conn.exec_driver_sql(
            "SELECT e.n FROM entry e LEFT JOIN entry p ON p.id = e.previous AND p.log = e.log"
            " WHERE e.log = ? AND p.no IS NULL ORDER BY e.n",
            (log,),
        ).scalars()
        tips = conn.exec_driver_sql(
            # The plus keeps the planner from looking a whole log through for each entry.
            "SELECT e.n, e.id FROM entry e LEFT JOIN entry c ON c.previous = e.id AND +c.log = e.log"
            " WHERE e.log = ? AND c.no IS NULL ORDER BY e.n, e.id",
            (log,),
        ).all()
        first = list(starts)
        if _one_after_the_other(first, [n for n, _ in tips]):
            pairs = zip(first, tips, strict=True)
            found[log_id] = [(start, n, dot.hex()) for start, (n, dot) in pairs]
        elif tips:
            found[log_id] = [(_reach(conn, log, n, dot), n, dot.hex()) for n, dot in tips]
    return found


def _one_after_the_other(starts: list[int], tips: list[int]) -> bool:
    """Whether each stretch ends before the next begins: then each tip belongs to the start in its place.

    In a fork one branch may have a gap, and as many starts as tips say nothing of which belong together.
    """
    return len(starts) == len(tips) and all(tip < start for tip, start in zip(tips, starts[1:], strict=False))


def _reach(conn: Connection, log: int, n: int, tip: bytes) -> int:
    found = conn.exec_driver_sql(
        "WITH RECURSIVE back(n, previous) AS (SELECT n, previous FROM entry WHERE id = ?"
        " UNION ALL SELECT e.n, e.previous FROM entry e JOIN back b ON e.id = b.previous WHERE e.log = ?)"
        " SELECT min(n) FROM back",
        (tip, log),
    ).scalar()
    return int(found if found is not None else n)


def gaps(
    conn: Connection, group: str, own: Mapping[str, list[Segment]] | None = None
) -> list[tuple[str, int, int]]:
    """Numbers known to exist and not here: (log, first, last). ``own`` are the segments, when known.

    Beside another branch of a fork only the number before a stretch is known to lack.
    """
    missing = []
    for log, parts in (segments(conn, group) if own is None else own).items():
        reached = 0
        for first, last, _ in sorted(parts):
            if first > 1:
                missing.append((log, min(reached + 1, first - 1), first - 1))
            reached = max(reached, last)
    return missing


def root_of_statements(conn: Connection) -> str:
    """One hash over the set of statements that enough keys of a trusted set signed."""
    ids = conn.exec_driver_sql("SELECT id FROM statement WHERE signed = 1 ORDER BY id").scalars().all()
    return digest("statements", " ".join(ids))


class Shown(NamedTuple):
    """One row as the merge has it: wire table, id, shown values, live writes, withdrawal, conflicts."""

    table: str
    row: str
    values: dict[str, Any]
    live: dict[str, list[str]]
    withdrawn: int
    conflicts: dict[str, list[Any]]


def shown_rows(conn: Connection, group: str) -> Iterator[Shown]:
    """Every row of a group from its merge state, by table and id; unknown tables and fields included."""
    store = Journal(conn).store
    places = conn.exec_driver_sql("SELECT no, tbl FROM place WHERE grp = ? ORDER BY tbl", (group,)).all()
    for place, table in places:
        shared = shared_tables().get(table)
        if shared is None:
            query, values = "SELECT row, dot FROM foreign_row WHERE place = ? ORDER BY row", (place,)
        else:
            query = f'SELECT id, dot FROM "{shared.table.name}" WHERE grp = ? ORDER BY id'
            values = (group,)
        for piece in chunks(conn.exec_driver_sql(query, values).all()):
            created = {row: dot for row, dot in piece}  # noqa: C416 - rows of a result, not pairs
            states, numbers = store.load(list(created), created)
            for key, state in states.items():
                yield _shown(table, row_text(key), state, numbers.rank)


def _shown(table: str, row: str, state: RowState, rank: rows.Rank) -> Shown:
    names = state.fields()
    live = {name: sorted(dot.hex() for dot in state.values(name)) for name in [*names, MARK]}
    conflicts = {
        name: [value for _, value in sorted(state.values(name).items())]
        for name in names
        if rows.in_conflict(state.values(name))
    }
    values = {name: rows.shown(state.values(name), rank) for name in names}
    return Shown(table, row, values, live, rows.withdrawal(state), conflicts)


def group_digest(conn: Connection, group: str, shown: Iterator[Shown] | None = None) -> GroupDigest:
    """The digest of a group. Alarm iff two files have equal inputs and different outputs."""
    inputs = int(root_of_statements(conn), 16)
    for dot in conn.exec_driver_sql(
        "SELECT e.id FROM entry e JOIN log l ON l.no = e.log WHERE l.grp = ? AND e.verdict = 'applied'",
        (group,),
    ).scalars():
        inputs += int.from_bytes(dot, "big")
    outputs = sum(_weight(row) for row in (shown_rows(conn, group) if shown is None else shown))
    return GroupDigest(f"{inputs % (1 << 256):064x}", f"{outputs % (1 << 256):064x}")


def _weight(row: Shown) -> int:
    text = canonical.encode([row.table, row.row, [[name, *dots] for name, dots in sorted(row.live.items())]])
    return int.from_bytes(hashlib.sha256(text).digest(), "big")


def dump(conn: Connection, only: str | None = None) -> Iterator[str]:
    """Every shared row, then conflicts, then digests: lines that are equal in files that agree on a group."""
    wanted = [group for group in groups(conn) if only in (None, group)]
    conflicts: list[dict[str, Any]] = []
    digests: list[dict[str, Any]] = []
    for group in wanted:
        weights = 0
        for row in shown_rows(conn, group):
            weights += _weight(row)
            values = {name: value for name, value in row.values.items() if value is not None}
            yield _text(
                {
                    "group": group,
                    "table": row.table,
                    "id": row.row,
                    "withdrawn": row.withdrawn,
                    "values": values,
                }
            )
            conflicts += [
                {"group": group, "conflict": row.table, "id": row.row, "field": name, "values": found}
                for name, found in row.conflicts.items()
            ]
        found = group_digest(conn, group, iter(()))
        digests.append({"digest": group, "inputs": found.inputs, "outputs": f"{weights % (1 << 256):064x}"})
    yield from map(_text, conflicts)
    yield from map(_text, digests)


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
