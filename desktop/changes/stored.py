"""What the file holds of rows: creations, registers, awaited writes; read for many rows at a time.

Reads only. Knows the models and the merge's states, not who folds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection

from desktop.changes.plain import Standing
from desktop.changes.rows import Dot, RowState
from desktop.models.schema import shared_tables
from desktop.wire.canonical import Value, kept
from desktop.wire.entries import Operation
from desktop.wire.ids import row_bytes, row_text

_RANK = (
    "e.no, e.id, e.stamp,"
    " EXISTS (SELECT 1 FROM clock_off c WHERE c.log = e.log AND e.n BETWEEN c.first AND c.last)"
    " OR EXISTS (SELECT 1 FROM clock_said c WHERE c.log = e.log AND e.n BETWEEN c.first AND c.last)"
)
"""Number, id, stamp, and whether the PC, or its city, declared its clock wrong at the time."""

EACH_ROW = "json_each(?1) k CROSS JOIN"
THIS_ROW = "substr(?2, k.value, 16)"
_THIS_DOT = "substr(?2, k.value, 32)"


def packed(keys: Collection[bytes]) -> tuple[str, bytes]:
    """Keys of one length as two values to bind: where each begins, for ``json_each``, and all in a row.

    ``substr(?2, value, length)`` is one key. Binding hundreds of marks costs more than finding the rows.
    """
    joined = b"".join(keys)
    return _beginnings(len(keys), len(joined) // max(1, len(keys))), joined


@lru_cache(maxsize=64)
def _beginnings(count: int, length: int) -> str:
    return json.dumps([1 + length * place for place in range(count)])


class Numbers:
    """Local numbers and ranks of writes, by their ids."""

    def __init__(self) -> None:
        self._no: dict[Dot, int] = {}
        self._rank: dict[Dot, tuple[bool, int, Dot]] = {}
        self._dot: dict[int, Dot] = {}

    def add(self, no: int, dot: Dot, stamp: int, off: int) -> None:
        """Learns a write; ``off`` is true when its PC declared its clock wrong at the time."""
        self._no[dot], self._dot[no] = no, dot
        self._rank[dot] = (not off, stamp, dot)

    def no(self, dot: Dot) -> int:
        """The local number of a write."""
        return self._no[dot]

    def dot(self, no: int) -> Dot:
        """The id of a local number."""
        return self._dot[no]

    def rank(self, dot: Dot) -> tuple[bool, int, Dot]:
        """Clock not declared off, stamp, id: which of several live values is shown."""
        return self._rank[dot]


class Stored:
    """Reads the folded state on one connection."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def _sql(self, statement: str, values: Sequence[Any] = ()) -> Any:
        return self._conn.exec_driver_sql(statement, tuple(values))

    def operations(self, no: int, body: bytes) -> list[Operation]:
        """What an entry that counts does; of an expunged one, what an order left of it."""
        if body[:1] in (b"[", "["):  # text only where somebody altered it; that is told by the report
            found: list[Operation] = kept(body)
            return found
        left = self._sql("SELECT operations FROM ghost WHERE entry = ?", (no,)).scalar_one()
        return list(kept(left))

    def standing(self, places: dict[bytes, tuple[str, str]]) -> dict[bytes, Standing]:
        """Rows that are there; those of unknown tables are never called undisturbed."""
        by_table: dict[str | None, list[bytes]] = {}
        for key, (_, table) in places.items():
            by_table.setdefault(table if table in shared_tables() else None, []).append(key)
        found: dict[bytes, Standing] = {}
        for wire, keys in by_table.items():
            for row, no, dot, undisturbed in self._sql(_standing_query(wire), packed(keys)):
                found[row] = Standing(no, dot, bool(undisturbed))
        return found

    def live(self, keys: Collection[bytes]) -> dict[bytes, dict[str, set[Dot]]]:
        """The writes in registers, by row and field."""
        found: dict[bytes, dict[str, set[Dot]]] = {}
        query = (
            f"SELECT r.row, r.field, e.id FROM {EACH_ROW} register r ON r.row = {THIS_ROW}"
            " JOIN entry e ON e.no = r.dot"
        )
        for row, name, dot in self._sql(query, packed(keys)):
            found.setdefault(row, {}).setdefault(name, set()).add(dot)
        return found

    def awaited(self, keys: Collection[bytes]) -> set[bytes]:
        """Rows with writes that were replaced before they arrived; mostly there are none at all."""
        if self._sql("SELECT 1 FROM pending LIMIT 1").first() is None:
            return set()
        query = f"SELECT p.row FROM {EACH_ROW} pending p ON p.row = {THIS_ROW}"
        return set(self._sql(query, packed(keys)).scalars())

    def folded(self, dots: Collection[Dot], before: int | None) -> set[Dot]:
        """Those of the writes whose entries are folded; ``before``: only entries numbered below it are."""
        query = f"SELECT e.id, e.no FROM {EACH_ROW} entry e ON e.id = {_THIS_DOT} WHERE e.verdict = 'applied'"
        return {dot for dot, no in self._sql(query, packed(dots)) if before is None or no < before}

    def number(self, numbers: Numbers, nos: Iterable[int]) -> None:
        """Learns the writes with these local numbers."""
        query = f"SELECT {_RANK} FROM json_each(?) k CROSS JOIN entry e ON e.no = k.value"
        for found in self._sql(query, (json.dumps(sorted(nos)),)):
            numbers.add(*found)

    def load(self, keys: Sequence[bytes], created: dict[bytes, int]) -> tuple[dict[bytes, RowState], Numbers]:
        """The states of rows, with local number and rank of every write in them."""
        numbers = Numbers()
        states = {key: RowState() for key in keys}
        self._load_creations(states, {key: created[key] for key in keys if key in created}, numbers)
        self._load_registers(states, numbers)
        query = f"SELECT p.row, p.field, p.over FROM {EACH_ROW} pending p ON p.row = {THIS_ROW}"
        for row, name, over in self._sql(query, packed(states)):
            states[row].live.setdefault(name, {})
            states[row].awaited.setdefault(name, set()).add(over)
        return states, numbers

    def _load_creations(
        self, states: dict[bytes, RowState], created: dict[bytes, int], numbers: Numbers
    ) -> None:
        query = f"SELECT {_RANK}, e.body FROM json_each(?) k CROSS JOIN entry e ON e.no = k.value"
        bodies: dict[int, dict[str, dict[str, Value]]] = {}
        for no, dot, stamp, off, body in self._sql(query, (json.dumps(sorted({*created.values()})),)):
            numbers.add(no, dot, stamp, off)
            bodies[no] = {op[2]: op[3] for op in self.operations(no, body) if op[0] == "c"}
        for key, no in created.items():
            states[key].creates[numbers.dot(no)] = bodies[no].get(row_text(key), {})

    def _load_registers(self, states: dict[bytes, RowState], numbers: Numbers) -> None:
        query = (
            f"SELECT r.row, r.field, r.value, {_RANK} FROM {EACH_ROW} register r ON r.row = {THIS_ROW}"
            " JOIN entry e ON e.no = r.dot"
        )
        for row, name, value, no, dot, stamp, off in self._sql(query, packed(states)):
            numbers.add(no, dot, stamp, off)
            states[row].live.setdefault(name, {})[dot] = kept(value.encode())

    def state(self, row: str) -> tuple[RowState, Numbers] | None:
        """The merge state of one row; ``None`` when nothing was ever written to it."""
        key = row_bytes(row)
        no = self._sql(_creation_query(), (key,)).scalar()
        states, numbers = self.load([key], {} if no is None else {key: no})
        found = states[key]
        return (found, numbers) if found.creates or found.live else None


@cache
def _standing_query(wire: str | None) -> str:
    """For the rows of one shared table, or of all unknown ones: row, creation, undisturbed."""
    if wire is None:
        source, row, undisturbed = "foreign_row", "row", "0"
    else:
        source, row = f'"{shared_tables()[wire].table.name}"', "id"
        undisturbed = "s.withdrawn = 0 AND s.conflicts = 0"
    return (
        f"SELECT s.{row}, e.no, e.id, {undisturbed} FROM {EACH_ROW} {source} s ON s.{row} = {THIS_ROW}"
        " JOIN entry e ON e.no = s.dot"
    )


@cache
def _creation_query() -> str:
    """The number of a row's creation, in whichever table it stands."""
    tables = [shared.table.name for shared in shared_tables().values()]
    queries = [f'SELECT dot FROM "{name}" WHERE id = ?1' for name in tables]
    return " UNION ALL ".join([*queries, "SELECT dot FROM foreign_row WHERE row = ?1"])
