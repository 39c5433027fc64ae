"""Are the tables what the log says? The state is folded anew beside the stored one, and compared.

The rows are dealt into parts, so that memory stays the same however long the log is: for each part the log is
read once more. The state is folded into temporary tables, which take the names of the stored ones on this
connection; they lie in memory, and go again. Knows the merge and the models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from desktop.changes.findings import Finding, differing, hexed, row_named
from desktop.changes.proving_log import LogProof
from desktop.changes.rights import APPLIED
from desktop.changes.store import Folding, Store
from desktop.models import exchange
from desktop.models.schema import SharedTable, shared_tables
from desktop.wire.canonical import kept
from desktop.wire.ids import row_bytes

_PART_ENTRIES = 200_000
_PART_BYTES = 64 << 20
_PAGE = 2000
_FOLDED = 1000

_STATE: tuple[Table, ...] = (
    exchange.register,
    exchange.pending,
    exchange.foreign_row,
    exchange.place,
    exchange.clock_off,
    exchange.ghost,
)
"""Tables that are folded from the log, the shared ones apart."""

_EMPTIED = ("register", "pending", "foreign_row")
_PLACED = "LEFT JOIN {0}.place p ON p.no = s.place"
_COMPARED = {
    "register": (3, "s.row, s.field, s.dot, p.grp, p.tbl, s.value", "", "s.row, s.field, s.dot"),
    # A replaced write that came, but wrote nothing there, is awaited or not by the order of arrival: it says
    # nothing any more. One that was expunged awaits itself.
    "pending": (
        3,
        "s.row, s.field, s.over, p.grp, p.tbl",
        "WHERE NOT EXISTS (SELECT 1 FROM main.entry e"
        " WHERE e.id = s.over AND e.verdict = 'applied' AND e.salt <> '-')",
        "s.row, s.field, s.over",
    ),
    "foreign_row": (1, "s.row, p.grp, p.tbl, s.dot", "", "s.row"),
}


class StateProof:
    """Folds the log anew and compares, part by part."""

    def __init__(
        self, conn: Connection, log: LogProof, turn: Callable[[float], None] = lambda _: None
    ) -> None:
        self._conn = conn
        self._log = log
        self._turn = turn
        self._passed = 0
        self._parts = 1 + max(log.entries // _PART_ENTRIES, log.payload // _PART_BYTES)
        self._all = log.entries * self._parts

    def findings(self) -> Iterator[Finding]:
        """Rows, registers, awaited writes, unknown rows, clock ranges and places that differ."""
        with self._scratch():
            store = Store(self._conn)
            clocks = sorted(self._log.clocks)
            for span in clocks:
                self._conn.exec_driver_sql("INSERT INTO temp.clock_off VALUES (?, ?, ?)", span)
            for ghost in self._log.ghosts.items():
                self._conn.exec_driver_sql("INSERT INTO temp.ghost VALUES (?, ?)", ghost)
            stored = self._conn.exec_driver_sql(
                "SELECT log, first, last FROM main.clock_off ORDER BY log, first, last"
            ).all()
            for log, first, last in differing(stored, clocks, 3):
                yield {"finding": "clock", "log": log, "first": first, "last": last}
            for part in range(self._parts):
                for batch in self._batches(part):
                    store.fold(batch, before=batch[0].no)
                yield from self._compared(part)
                self._empty()
            yield from self._places()

    @contextmanager
    def _scratch(self) -> Iterator[None]:
        """Temporary tables that stand before the stored ones."""
        sql = self._conn.exec_driver_sql
        locked = sql("PRAGMA query_only").scalar()
        sql("PRAGMA query_only = OFF")
        tables = [*_STATE, *(shared.table for shared in shared_tables().values())]
        made: list[str] = []
        try:
            for table in tables:
                words = str(CreateTable(table).compile(dialect=sqlite.dialect()))
                sql(words.replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1))
                made.append(table.name)
            yield
        finally:
            for name in made:
                sql(f'DROP TABLE temp."{name}"')
            sql(f"PRAGMA query_only = {int(locked or 0)}")

    def _empty(self) -> None:
        for name in (*_EMPTIED, *(shared.table.name for shared in shared_tables().values())):
            self._conn.exec_driver_sql(f'DELETE FROM temp."{name}"')

    def _mine(self, key: Any, part: int) -> bool:
        """The parts are drawn by a hash that differs in each process: nobody can choose ids for one part."""
        return self._parts == 1 or hash(key) % self._parts == part

    # folding

    def _batches(self, part: int) -> Iterator[list[Folding]]:
        batch: list[Folding] = []
        for no, dot, log, group, body in self._applied():
            operations = [
                item
                for item in kept(body if body.startswith(b"[") else self._log.ghosts.get(no, b"[]"))
                if item[0] in "cswx" and self._mine(row_bytes(item[2]), part)
            ]
            if operations:
                batch.append(Folding(no, dot, log, group, operations))
            if len(batch) == _FOLDED:
                yield batch
                batch = []
        if batch:
            yield batch

    def _applied(self) -> Iterator[Any]:
        """Entries that count, in the order of this file's numbers."""
        query = (
            "SELECT e.no, e.id, e.log, l.grp, e.body, e.verdict FROM main.entry e"
            " CROSS JOIN main.log l ON l.no = e.log WHERE e.no > ? ORDER BY e.no LIMIT ?"
        )
        last = -(1 << 62)
        while page := self._conn.exec_driver_sql(query, (last, _PAGE)).all():
            for no, dot, log, group, body, verdict in page:
                if self._log.otherwise.get(no, verdict) == APPLIED:
                    yield no, dot, log, group, body
            last = page[-1][0]
            self._passed += len(page)
            self._turn(self._passed / self._all)

    # comparing

    def _compared(self, part: int) -> Iterator[Finding]:
        for shared in shared_tables().values():
            for (key,) in differing(
                self._stored(shared, "main", part), self._stored(shared, "temp", part), 1
            ):
                yield {"finding": "row", "kind": shared.kind, "id": row_named(key)}
        for name, (key_size, columns, where, order) in _COMPARED.items():
            one, other = (
                self._mine_of(
                    f"SELECT {columns} FROM {schema}.{name} s {_PLACED.format(schema)} {where}"
                    f" ORDER BY {order}",
                    part,
                )
                for schema in ("main", "temp")
            )
            for row, *rest in differing(one, other, key_size):
                found: Finding = {"finding": name, "id": row_named(row)}
                if rest:
                    found |= {"field": str(rest[0]), "write": self._dot(name, rest[1])}
                yield found

    def _dot(self, table: str, cell: Any) -> str:
        if table == "register":
            query = "SELECT id FROM main.entry WHERE no = ?"
            cell = self._conn.exec_driver_sql(query, (cell,)).scalar() or cell
        return hexed(cell)

    def _stored(self, shared: SharedTable, schema: str, part: int) -> Iterator[Any]:
        columns = ["id", *(column.name for column in shared.table.columns if column.name != "id")]
        names = ", ".join(f'"{name}"' for name in columns)
        return self._mine_of(f'SELECT {names} FROM {schema}."{shared.table.name}" ORDER BY id', part)

    def _mine_of(self, query: str, part: int) -> Iterator[Any]:
        for page in self._conn.exec_driver_sql(query).partitions(_PAGE):
            for row in page:
                if self._mine(row[0], part):
                    yield row

    def _places(self) -> Iterator[Finding]:
        """Each place that is needed is there; others are those of entries that do not count any more."""
        query = "SELECT no, grp, tbl FROM {}.place ORDER BY no"
        stored = self._conn.exec_driver_sql(query.format("main")).all()
        needed = {(grp, tbl) for _, grp, tbl in self._conn.exec_driver_sql(query.format("temp"))}
        for count, (no, group, table) in enumerate(stored, 1):
            if no != count or ((group, table) not in needed and not self._named(group, table)):
                yield {"finding": "place", "no": no, "group": str(group), "table": str(table)}
        for group, table in sorted(needed - {(grp, tbl) for _, grp, tbl in stored}):
            yield {"finding": "place", "no": None, "group": group, "table": table}

    def _named(self, group: Any, table: Any) -> bool:
        """Whether an entry of the group names the table; an expunged one may have."""
        if not isinstance(table, str):
            return False
        found = self._conn.exec_driver_sql(
            "SELECT 1 FROM main.entry e JOIN main.log l ON l.no = e.log WHERE l.grp = ?"
            " AND (instr(e.body, ?) OR e.salt = '-') LIMIT 1",
            (group, f'"{table}"'.encode()),
        ).first()
        return found is not None
