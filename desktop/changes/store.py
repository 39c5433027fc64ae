"""The state in the file: folds entries into registers and projects rows. Local saves take the same path.

``fold`` is the only place that writes shared tables; a guard on the engine refuses every other write. Knows
the merge (``rows``) and the models, not who asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, event

from desktop.changes import rows
from desktop.changes.plain import Live, is_plain
from desktop.changes.projecting import projector
from desktop.changes.rows import Dot, RowState
from desktop.changes.stored import EACH_ROW as _EACH_ROW
from desktop.changes.stored import THIS_ROW as _THIS_ROW
from desktop.changes.stored import Numbers, Stored, packed
from desktop.models.schema import shared_tables
from desktop.wire.canonical import Value, written
from desktop.wire.entries import MARK, Operation
from desktop.wire.ids import row_bytes, row_text

_CHUNK = 500
_T = TypeVar("_T")


class Folding(NamedTuple):
    """An entry that counts: its local number, id, log (local number), group and operations."""

    no: int
    id: Dot
    log: int
    group: str
    operations: list[Operation]


Changes = dict[str, set[str]]
"""What a fold changed: row ids by kind (``person``, ``raid`` …)."""


def note_changes(into: Changes, more: Changes) -> None:
    """Adds changes to those told before."""
    for kind, ids in more.items():
        into.setdefault(kind, set()).update(ids)


class UnprojectedWrite(Exception):  # noqa: N818 - a bug that must not pass
    """Something tried to write a shared table past the log."""


def guard(engine: Engine) -> None:
    """Refuses every write to a shared table that does not come from :class:`Store`."""
    names = "|".join(sorted(shared.table.name for shared in shared_tables().values()))
    verb = r"(?:(?:INSERT|REPLACE)(?:\s+OR\s+\w+)?\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)"
    write = re.compile(
        rf"\b{verb}\s+(?:[\"`\[]?main[\"`\]]?\.)?[\"`\[]?(?:{names})\b", re.IGNORECASE | re.DOTALL
    )

    @event.listens_for(engine, "before_cursor_execute")
    def _refuse(conn: Connection, cursor: object, statement: str, *rest: object) -> None:
        if write.search(statement) and not conn.info.get("projecting"):
            raise UnprojectedWrite(statement[:40])


def chunks(items: Iterable[_T], size: int = _CHUNK) -> Iterator[list[_T]]:
    """``items`` in lists of at most ``size``."""
    rest = iter(items)
    while piece := list(islice(rest, size)):
        yield piece


def marks(count: int) -> str:
    """``?,?,…`` for an IN list."""
    return ",".join("?" * count)


_Touched = dict[bytes, list[tuple[int, Operation]]]
"""By row, what is done to it: the place of the entry among those folded, and the operation."""

_Places = dict[bytes, tuple[str, str]]
"""By row, its group and wire table."""

_NEW_REGISTER = "INSERT INTO register (row, field, dot, place, value) VALUES (?, ?, ?, ?, ?)"


def _gather(entries: Sequence[Folding]) -> tuple[_Touched, _Places]:
    touched: _Touched = {}
    places: _Places = {}
    for index, item in enumerate(entries):
        for operation in item.operations:
            if operation[0] in "cswx":
                key = row_bytes(operation[2])
                if key in touched:
                    touched[key].append((index, operation))
                else:
                    touched[key] = [(index, operation)]
                places[key] = (item.group, operation[1])
    return touched, places


def _by_place(keys: Iterable[bytes], places: _Places) -> dict[tuple[str, str], list[bytes]]:
    found: dict[tuple[str, str], list[bytes]] = {}
    for key in keys:
        found.setdefault(places[key], []).append(key)
    return found


class Store(Stored):
    """Folds entries on one connection, inside the caller's transaction."""

    def __init__(self, conn: Connection) -> None:
        super().__init__(conn)
        self._places: dict[tuple[str, str], int] = {}

    def fold(self, entries: Sequence[Folding], *, before: int | None = None) -> Changes:
        """Folds entries in the given order and projects the rows they touch.

        Besides those, every entry that counts is folded; when folding anew only those numbered below
        ``before``.
        """
        touched, places = _gather(entries)
        self._declare_clocks(entries)
        if touched:
            with self._projecting():
                self._fold(entries, touched, places, before)
        rows_of: dict[str, set[str]] = {}
        for (_, operation), *_ in touched.values():
            rows_of.setdefault(operation[1], set()).add(operation[2])
        changes: Changes = {}
        for table, found in rows_of.items():
            changes.setdefault(table.partition(".")[0], set()).update(found)
        return changes

    def _fold(
        self, entries: Sequence[Folding], touched: _Touched, places: _Places, before: int | None
    ) -> None:
        """New rows and plain corrections take a short way; the merge does the rest."""
        standing = self.standing(places)
        live, awaited = self.live(touched), self.awaited(touched)
        fresh: list[bytes] = []
        plain: list[bytes] = []
        rest: list[bytes] = []
        for key, done in touched.items():
            operation = done[0][1]
            way = rest
            if len(done) == 1 and key not in awaited:
                if operation[0] == "c" and key not in standing and key not in live:
                    way = fresh
                elif operation[0] == "s" and is_plain(operation, standing.get(key), live.get(key, {})):
                    way = plain
            way.append(key)
        self._insert_fresh(fresh, touched, places, entries)
        self._replace_plain(plain, touched, places, entries, live)
        created = {key: row.no for key, row in standing.items()}
        self._merge(rest, touched, places, entries, created, before)

    @contextmanager
    def _projecting(self) -> Iterator[None]:
        before = self._conn.info.get("projecting")
        self._conn.info["projecting"] = True
        try:
            yield
        finally:
            self._conn.info["projecting"] = before

    def place(self, group: str, table: str) -> int:
        """The local number of (group, table)."""
        key = (group, table)
        if key not in self._places:
            found = self._sql("SELECT no FROM place WHERE grp = ? AND tbl = ?", key).scalar()
            if found is None:
                found = self._sql("INSERT INTO place (grp, tbl) VALUES (?, ?) RETURNING no", key).scalar_one()
            self._places[key] = int(found)
        return self._places[key]

    def _many(self, statement: str, values: Collection[tuple[Any, ...]]) -> None:
        if values:
            self._conn.exec_driver_sql(statement, list(values))

    # what becomes of it

    def _insert_fresh(
        self, keys: list[bytes], touched: _Touched, places: _Places, entries: Sequence[Folding]
    ) -> None:
        """Rows that nobody wrote before: what the creation says is what stands."""
        for (group, table), some in _by_place(keys, places).items():
            # The place tells later which tables a group has.
            place = self.place(group, table)
            done = [(key, *touched[key][0]) for key in some]
            if table in shared_tables():
                columns = projector(table).columns
                self._many(
                    projector(table).insert,
                    [(key, group, entries[at].no, 0, 0, *columns(created[3])) for key, at, created in done],
                )
            else:
                foreign = [(key, place, entries[at].no) for key, at, _ in done]
                self._many("INSERT INTO foreign_row (row, place, dot) VALUES (?, ?, ?)", foreign)

    def _replace_plain(
        self,
        keys: list[bytes],
        touched: _Touched,
        places: _Places,
        entries: Sequence[Folding],
        live: Mapping[bytes, Live],
    ) -> None:
        """Corrections that replace all that is live: the registers' old values go, the new ones come."""
        gone: list[tuple[bytes, str]] = []
        come: list[tuple[Any, ...]] = []
        updates: dict[tuple[str, tuple[str, ...]], list[tuple[bytes, list[Value]]]] = {}
        for (group, table), some in _by_place(keys, places).items():
            place = self.place(group, table)
            for key in some:
                index, operation = touched[key][0]
                no, fields = entries[index].no, operation[3]
                if key in live:
                    gone += [(key, name) for name in fields if name in live[key]]
                for name, found in fields.items():
                    come.append((key, name, no, place, written(found[0]).decode()))
                values = [found[0] for found in fields.values()]
                updates.setdefault((table, tuple(fields)), []).append((key, values))
        self._many("DELETE FROM register WHERE row = ? AND field = ?", gone)
        self._many(_NEW_REGISTER, come)
        for (table, words), lines in updates.items():
            self._many(*projector(table).update(words, lines))

    def _merge(
        self,
        keys: list[bytes],
        touched: _Touched,
        places: _Places,
        entries: Sequence[Folding],
        created: dict[bytes, int],
        before: int | None,
    ) -> None:
        if not keys:
            return
        states, numbers = self.load(keys, created)
        order = {item.id: index for index, item in enumerate(entries)}
        self.number(numbers, {entries[index].no for key in keys for index, _ in touched[key]})
        replaced = {bytes.fromhex(dot) for key in keys for _, op in touched[key] for dot in _replaced(op)}
        known = self.folded(replaced - order.keys(), before)

        def folded_before(at: int) -> Callable[[Dot], bool]:
            return lambda dot: dot in known or order.get(dot, at) < at

        for key in keys:
            for index, operation in touched[key]:
                _apply(states[key], entries[index].id, operation, folded_before(index))
        self.save(states, numbers, places)

    def _declare_clocks(self, entries: Sequence[Folding]) -> None:
        """Ranges a PC declared off rank last from now on; rows holding such a value are shown anew."""
        for item in entries:
            for operation in item.operations:
                if operation[0] == "k":
                    span = (item.log, operation[1], operation[2])
                    self._sql("INSERT OR IGNORE INTO clock_off (log, first, last) VALUES (?, ?, ?)", span)
                    self.show_span_again(span)

    def show_span_again(self, span: tuple[int, int, int]) -> Changes:
        """Shows anew the rows that hold values of these entries (log, first, last number)."""
        return self.show_again(
            "SELECT DISTINCT r.row, p.grp, p.tbl FROM register r JOIN entry e ON e.no = r.dot"
            " JOIN place p ON p.no = r.place WHERE e.log = ? AND e.n BETWEEN ? AND ?",
            span,
        )

    def show_again(self, query: str, values: Sequence[Any]) -> Changes:
        """Projects rows anew: those the query names as (row, group, wire table)."""
        places = {row: (group, table) for row, group, table in self._sql(query, values)}
        with self._projecting():
            created = {key: row.no for key, row in self.standing(places).items()}
            states, numbers = self.load(list(places), created)
            self.save(states, numbers, places)
        changes: Changes = {}
        for row, (_, table) in places.items():
            changes.setdefault(table.partition(".")[0], set()).add(row_text(row))
        return changes

    def save(self, states: dict[bytes, RowState], numbers: Numbers, places: _Places) -> None:
        """Writes states back and projects them; what a mass change withdraws is shown once it is lifted."""
        held = self._held(states)
        registers, awaited, foreign = [], [], []
        lines: dict[str, list[tuple[Any, ...]]] = {}
        for key, state in states.items():
            group, table = places[key]
            place = self.place(group, table)
            for name, live in state.live.items():
                registers += [
                    (key, name, numbers.no(dot), place, written(v).decode()) for dot, v in live.items()
                ]
            awaited += [(key, name, over, place) for name, dots in state.awaited.items() for over in dots]
            if not state.creates:
                continue
            first = numbers.no(min(state.creates))
            shared = shared_tables().get(table)
            if shared is None:
                foreign.append((key, place, first))
            else:
                line = _projection(key, group, first, table, state, numbers)
                line = (*line[:3], rows.NOT_WITHDRAWN, *line[4:]) if key in held else line
                lines.setdefault(table, []).append(line)
        for table in ("register", "pending"):
            rows_of = "SELECT substr(?2, value, 16) FROM json_each(?1)"
            self._sql(f"DELETE FROM {table} WHERE row IN ({rows_of})", packed(states))
        self._many(_NEW_REGISTER, registers)
        self._many("INSERT INTO pending (row, field, over, place) VALUES (?, ?, ?, ?)", awaited)
        self._many("INSERT OR REPLACE INTO foreign_row (row, place, dot) VALUES (?, ?, ?)", foreign)
        for table, values in lines.items():
            self._many(projector(table).replace, values)

    def _held(self, keys: Collection[bytes]) -> set[bytes]:
        """Rows whose withdrawal waits for an officer; mostly there are none at all."""
        if self._sql("SELECT 1 FROM held_row LIMIT 1").first() is None:
            return set()
        query = f"SELECT h.row FROM {_EACH_ROW} held_row h ON h.row = {_THIS_ROW}"
        return set(self._sql(query, packed(keys)).scalars())

    def forget_group(self, group: str) -> None:
        """Drops the folded state of a group, so that it can be folded anew from its entries."""
        with self._projecting():
            for shared in shared_tables().values():
                self._empty(shared.table.name, group)
            self._sql("DELETE FROM clock_off WHERE log IN (SELECT no FROM log WHERE grp = ?)", (group,))
            for table in ("register", "pending", "foreign_row"):
                self._sql(
                    f"DELETE FROM {table} WHERE place IN (SELECT no FROM place WHERE grp = ?)", (group,)
                )

    def _empty(self, table: str, group: str) -> None:
        """Takes a group's rows out; a table that has no others is emptied at once, not row by row."""
        others = f'SELECT 1 FROM "{table}" WHERE grp < ? OR grp > ? LIMIT 1'
        if self._sql(others, (group, group)).first() is None:
            self._sql(f'DELETE FROM "{table}"')
        else:
            self._sql(f'DELETE FROM "{table}" WHERE grp = ?', (group,))


def _apply(state: RowState, dot: Dot, operation: Operation, folded: Callable[[Dot], bool]) -> None:
    if operation[0] == "c":
        rows.create(state, dot, operation[3])
    elif operation[0] == "s":
        for name, (value, *over) in operation[3].items():
            rows.replace(state, dot, name, value, map(bytes.fromhex, over), folded)
    elif operation[0] == "x":
        for name, over in operation[3].items():
            rows.vanish(state, dot, name, map(bytes.fromhex, over), folded)
    else:
        mark = [operation[3], operation[5]]
        rows.replace(state, dot, MARK, mark, map(bytes.fromhex, operation[4]), folded)


def _replaced(operation: Operation) -> list[str]:
    if operation[0] == "s":
        return [dot for _, *over in operation[3].values() for dot in over]
    if operation[0] == "x":
        return [dot for over in operation[3].values() for dot in over]
    return operation[4] if operation[0] == "w" else []


def _projection(
    key: bytes, group: str, no: int, table: str, state: RowState, numbers: Numbers
) -> tuple[Any, ...]:
    live = {name: state.values(name) for name in state.fields()}
    conflicts = sum(map(rows.in_conflict, live.values()))
    shown = {name: rows.shown(values, numbers.rank) for name, values in live.items()}
    return (key, group, no, rows.withdrawal(state), conflicts, *projector(table).columns(shown))
