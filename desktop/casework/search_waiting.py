"""What waits to be indexed, told from the log itself: no row that changed is ever missed.

An index is behind by the entries after its mark (their local number), by entries that were judged anew or
changed since (a trigger notes them in the transaction of the change: cuts, grants, releases, filled gaps),
and by rows set aside because a slice was full. Knows the log's tables, not how rows are indexed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from desktop.changes.store import chunks, marks
from desktop.models.schema import shared_tables
from desktop.wire.entries import Operation, parse_operations
from desktop.wire.faults import WireError
from desktop.wire.ids import row_bytes

VERSION = 4
"""Raised whenever the searched fields or the way words are cut change: every file is then indexed anew."""

_ROWS = 100
_ENTRIES = 500

Rows = dict[bytes, str]
"""Kinds by row id."""


class Standing(NamedTuple):
    """How far an index is. ``entry``: the mark. ``doc``: the last number given to a row in the index;
    ``dead``: how many of these numbers lead nowhere since their row changed.
    """

    version: int = 0
    entry: int = 0
    doc: int = 0
    dead: int = 0


def load(conn: Connection) -> Standing:
    """How far the index is. Nowhere when it is of another version, or when an entry lost its payload (0 is
    among the noted ones): then the index has to be made anew, without those words.
    """
    found = Standing(**dict(_sql(conn, _STANDING).all()))
    return found if found.version == VERSION else Standing()


def save(conn: Connection, standing: Standing) -> None:
    """Keeps how far the index is, in the transaction that brought it there."""
    values = list(standing._asdict().items())
    conn.exec_driver_sql("INSERT OR REPLACE INTO search_state (name, value) VALUES (?, ?)", values)


def behind(conn: Connection) -> int:
    """About how many entries and rows wait; 0 when the index is complete."""
    noted = "(SELECT count(*) FROM search_again) + (SELECT count(*) FROM search_row)"
    last = "(SELECT coalesce(max(no), 0) FROM entry)"
    return int(_sql(conn, f"SELECT {noted} + {last}").scalar_one()) - load(conn).entry


def take(conn: Connection, standing: Standing) -> tuple[Rows, Standing] | None:
    """Takes the next rows off what waits, some at a time; ``None`` when nothing does."""
    rows: Rows = dict(_sql(conn, "SELECT row, kind FROM search_row LIMIT ?", _ROWS).all())
    if rows:
        _sql(conn, f"DELETE FROM search_row WHERE row IN ({marks(len(rows))})", *rows)  # noqa: S608
        return rows, standing
    if noted := _gather(_noted(conn)):
        _sql(conn, f"DELETE FROM search_again WHERE no IN ({marks(len(noted))})", *(e.no for e in noted))  # noqa: S608
        return _set_aside(conn, noted), standing
    if fresh := _gather(_after(conn, standing)):
        return _set_aside(conn, fresh), standing._replace(entry=fresh[-1].no)
    return None


def waiting(conn: Connection, standing: Standing) -> Iterator[Rows]:
    """All rows that the index may not know as they are now, some at a time, perhaps more than once."""
    if not _sql(conn, _ANYTHING, standing.entry).scalar():
        return
    yield from map(dict, chunks(_sql(conn, "SELECT row, kind FROM search_row")))
    for entries in (_noted(conn), _after(conn, standing)):
        while some := _gather(entries):
            rows: Rows = {}
            for entry in some:
                rows |= entry.rows
                for first, last in entry.clocks:
                    rows |= dict(_sql(conn, _CLOCKS, entry.log, first, last).all())
            yield rows


def note(conn: Connection, changes: Mapping[str, Collection[str]]) -> None:
    """Rows, by kind, that changed without a new entry: an upgrade knows what old ones say of them."""
    lines = [(row_bytes(row), kind) for kind, rows in changes.items() for row in rows]
    if lines:
        conn.exec_driver_sql("INSERT OR IGNORE INTO search_row (row, kind) VALUES (?, ?)", lines)


def forget(conn: Connection) -> None:
    """Nothing is noted any more: the index starts over, at no entry."""
    _sql(conn, "DELETE FROM search_row")
    _sql(conn, "DELETE FROM search_again")
    save(conn, Standing(VERSION))


class _Entry(NamedTuple):
    """An entry's rows of kinds we know, and the numbers of its log whose clock it declares wrong."""

    no: int
    log: int
    rows: Rows
    clocks: list[tuple[int, int]]


_ANYTHING = (
    "SELECT EXISTS (SELECT 1 FROM search_row) OR EXISTS (SELECT 1 FROM search_again)"
    " OR EXISTS (SELECT 1 FROM entry WHERE no > ?)"
)
_STANDING = (
    "SELECT name, value FROM search_state UNION ALL SELECT 'version', 0 FROM search_again WHERE no = 0"
)
_CLOCKS = (
    "SELECT DISTINCT r.row, substr(p.tbl, 1, instr(p.tbl, '.') - 1) FROM register r"
    " JOIN entry e ON e.no = r.dot JOIN place p ON p.no = r.place WHERE e.log = ? AND e.n BETWEEN ? AND ?"
)
"""Rows that may show another value once a PC has declared its clock wrong, or once that no longer counts; no
operation names them.
"""


def _noted(conn: Connection) -> Iterator[_Entry]:
    """Whatever became of a noted entry, the rows it names may have changed."""
    query = "SELECT e.no, e.log, e.body FROM search_again a JOIN entry e ON e.no = a.no ORDER BY a.no"
    return _entries(_sql(conn, query))


def _after(conn: Connection, standing: Standing) -> Iterator[_Entry]:
    """What an entry in quarantine names has not changed; it is noted when that ends."""
    body = "CASE verdict WHEN 'applied' THEN body ELSE x'' END"
    query = f"SELECT no, log, {body} FROM entry WHERE no > ? ORDER BY no"  # noqa: S608
    return _entries(_sql(conn, query, standing.entry))


def _entries(result: Any) -> Iterator[_Entry]:
    with result:
        for no, log, body in result:
            operations = _operations(body)
            clocks = [(op[1], op[2]) for op in operations if op[0] == "k"]
            yield _Entry(no, log, dict(_named(operations)), clocks)


def _operations(body_untrusted: bytes) -> list[Operation]:
    try:
        return parse_operations(body_untrusted) if body_untrusted else []
    except WireError:
        return []


def _named(operations: Iterable[Operation]) -> Iterator[tuple[bytes, str]]:
    known = shared_tables()
    for operation in operations:
        if operation[0] in "csw" and operation[1] in known:
            yield row_bytes(operation[2]), known[operation[1]].kind


def _gather(entries: Iterator[_Entry]) -> list[_Entry]:
    """The next entries, until they name enough rows."""
    found: list[_Entry] = []
    count = 0
    for entry in entries:
        found.append(entry)
        count += len(entry.rows)
        if count >= _ROWS or len(found) >= _ENTRIES:
            break
    return found


def _set_aside(conn: Connection, entries: list[_Entry]) -> Rows:
    """The rows of some entries; those beyond one slice's wait on."""
    rows: Rows = {}
    for entry in entries:
        rows |= entry.rows
        for first, last in entry.clocks:
            _sql(conn, f"INSERT OR IGNORE INTO search_row (row, kind) {_CLOCKS}", entry.log, first, last)
    beyond = list(rows.items())[_ROWS:]
    if beyond:
        conn.exec_driver_sql("INSERT OR IGNORE INTO search_row (row, kind) VALUES (?, ?)", beyond)
    return dict(list(rows.items())[:_ROWS])


def _sql(conn: Connection, statement: str, *values: Any) -> Any:
    return conn.exec_driver_sql(statement, values)
