"""Runs to send: stretches of logs with the heads that prove them, as lines.

Reads only, and holds numbers until lines are asked for: a log may be longer than memory. Knows the log, not
who lacks what and not bundles.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from desktop.wire.canonical import MAX_INTEGER
from desktop.wire.entries import Line, LogDescription
from desktop.wire.runs import RunStart
from desktop.wire.signatures import Head

RUN_BYTES = 16 << 20
"""About how long a run is at most: a reader takes 256 MiB out of one member, and parts hold whole runs."""

_HEAD_BYTES = 300

_AT_A_TIME = 500
"""Lines loaded at a time."""


class Run(NamedTuple):
    """A stretch of one log to send. Holds numbers of entries, not their lines: see ``lines``.

    ``size`` is about how many bytes its lines have.
    """

    start: RunStart
    last: int
    entries: array[int]
    size: int

    def lines(self, conn: Connection) -> Iterator[bytes]:
        """Its lines in order, heads among them."""
        log_id = self.start.log.id()
        for start in range(0, len(self.entries), _AT_A_TIME):
            some = list(self.entries[start : start + _AT_A_TIME])
            marks = ",".join("?" * len(some))
            found = {
                row[0]: row
                for row in conn.exec_driver_sql(
                    "SELECT e.no, e.header, e.salt, e.body, e.n, e.id, h.signature FROM entry e"
                    f" LEFT JOIN head h ON h.entry = e.no WHERE e.no IN ({marks})",
                    tuple(some),
                )
            }
            for number in some:
                _, header, salt, body, n, dot, signature = found[number]
                yield Line(header, salt.encode(), body).text()
                if signature is not None:
                    yield Head(log_id, n, dot.hex(), signature).text()


def runs_above(conn: Connection, group: str, had: dict[str, dict[str, int]]) -> Iterator[Run]:
    """Runs of a group that lie above what the receivers have.

    ``had`` maps a log to the tips that every receiver has, by id. Oldest logs first; each branch of a fork is
    a run of its own, a long one several; a run ends at a head, as nothing above its last head can be proved.
    """
    for log, log_id in conn.exec_driver_sql(
        "SELECT no, id FROM log WHERE grp = ? ORDER BY no", (group,)
    ).all():
        tips = had.get(log_id, {})
        stretch = _Stretch(conn, log, min(tips.values(), default=0) + 1, MAX_INTEGER)
        yield from stretch.runs({bytes.fromhex(dot) for dot in tips})


def runs_within(conn: Connection, group: str, wanted: Iterable[tuple[str, int, int]]) -> Iterator[Run]:
    """Runs that hold the wanted numbers (log, first, last), as far as they are here.

    A run ends at a head, so it may reach beyond what was wanted. Of a forked log everything from there on is
    told, as a number does not say which branch is meant.
    """
    for log_id, first, last in wanted:
        log = conn.exec_driver_sql("SELECT no FROM log WHERE id = ? AND grp = ?", (log_id, group)).scalar()
        if log is not None:
            yield from _Stretch(conn, log, first, _proved(conn, log, last)).runs(set())


def _proved(conn: Connection, log: int, last: int) -> int:
    """The number of the head that proves entry ``last``; without bound where there is none, or a fork."""
    forked = conn.exec_driver_sql(
        "SELECT 1 FROM entry WHERE log = ? GROUP BY n HAVING count(*) > 1 LIMIT 1", (log,)
    ).first()
    head = conn.exec_driver_sql("SELECT min(n) FROM head WHERE log = ? AND n >= ?", (log, last)).scalar()
    return MAX_INTEGER if forked is not None or head is None else int(head)


class _Entry(NamedTuple):
    no: int
    n: int
    id: bytes
    previous: bytes
    size: int
    proved: bool
    """A head of this very entry is here."""


class _Stretch:
    """Entries of one log between two numbers, in runs."""

    def __init__(self, conn: Connection, log: int, first: int, last: int) -> None:
        row = conn.exec_driver_sql(
            "SELECT device, grp, incarnation, resumed, signing_key, age_key FROM log WHERE no = ?", (log,)
        ).one()
        self._description = LogDescription(*row[:4])
        self._keys: tuple[str, str] = (row[4], row[5])
        self._conn = conn
        self._bounds = (log, first, last)

    def runs(self, sent: set[bytes]) -> Iterator[Run]:
        """One run a branch; what is ``sent`` and all before it is left out."""
        if self._is_linear():
            reached = max((self._number(dot) for dot in sent), default=0)
            yield from self._runs(entry for entry in self._entries() if entry.n > reached)
            return
        entries = {entry.id: entry for entry in self._entries()}
        tips = entries.keys() - {entry.previous for entry in entries.values()}
        for tip in sorted(tips, key=lambda dot: (entries[dot].n, dot)):
            path = _path(entries, tip, sent)
            sent.update(entry.id for entry in path)
            yield from self._runs(iter(path))

    def _is_linear(self) -> bool:
        """Whether each entry here follows the one before it: then none need be remembered."""
        count, broken = self._conn.exec_driver_sql(
            "SELECT count(*), coalesce(sum(p.id IS NULL), 0) FROM entry e"
            " LEFT JOIN entry p ON p.id = e.previous AND p.log = e.log AND p.n = e.n - 1 AND p.n >= ?"
            " WHERE e.log = ? AND e.n BETWEEN ? AND ?",
            (self._bounds[1], *self._bounds),
        ).one()
        numbers = self._conn.exec_driver_sql(
            "SELECT count(DISTINCT n) FROM entry WHERE log = ? AND n BETWEEN ? AND ?", self._bounds
        ).scalar_one()
        return bool(count == numbers and broken <= 1)

    def _number(self, dot: bytes) -> int:
        found = self._conn.exec_driver_sql(
            "SELECT n FROM entry WHERE id = ? AND log = ?", (dot, self._bounds[0])
        ).scalar()
        return int(found or 0)

    def _entries(self) -> Iterator[_Entry]:
        """In the order of their numbers, without their lines."""
        for row in self._conn.exec_driver_sql(
            "SELECT e.no, e.n, e.id, e.previous, length(e.header) + length(e.salt) + length(e.body),"
            " h.entry IS NOT NULL FROM entry e LEFT JOIN head h ON h.entry = e.no"
            " WHERE e.log = ? AND e.n BETWEEN ? AND ? ORDER BY e.n",
            self._bounds,
        ):
            yield _Entry(row[0], row[1], row[2], row[3], row[4], bool(row[5]))

    def _runs(self, path: Iterator[_Entry]) -> Iterator[Run]:
        """The path in runs of about ``RUN_BYTES``, each of which ends at a head; what none proves is left."""
        found: _Gathered | None = None
        for entry in path:
            found = found or _Gathered(entry)
            found.add(entry)
            if found.proved_size >= RUN_BYTES:
                yield self._run(found)
                found = None
        if found is not None and found.proved_count:
            yield self._run(found)

    def _run(self, found: _Gathered) -> Run:
        start = RunStart(self._description, *self._keys, found.first.n, found.first.previous.hex())
        return Run(start, found.last, found.numbers[: found.proved_count], found.size)


class _Gathered:
    """A run to be: its entries, and how many of them a head proves."""

    def __init__(self, first: _Entry) -> None:
        self.first = first
        self.last = 0
        self.numbers = array("q")
        self.proved_count = self.proved_size = self._size = self._heads = 0

    def add(self, entry: _Entry) -> None:
        self.numbers.append(entry.no)
        self._size += entry.size
        if entry.proved:
            self.last, self.proved_count, self.proved_size = entry.n, len(self.numbers), self._size
            self._heads += 1

    @property
    def size(self) -> int:
        """About how many bytes its lines have, with tabs, line feeds and heads."""
        return self.proved_size + 3 * self.proved_count + _HEAD_BYTES * self._heads


def _path(entries: dict[bytes, _Entry], tip: bytes, sent: set[bytes]) -> list[_Entry]:
    """The entries down from a tip, first ones first, without those that no head proves."""
    path = []
    dot = tip
    while dot in entries and dot not in sent:
        path.append(entries[dot])
        dot = entries[dot].previous
    path.reverse()
    while path and not path[-1].proved:
        path.pop()
    return path
