"""Runs to send: stretches of logs with the heads that prove them, as lines.

Reads only. Knows the log, not who lacks what and not bundles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from desktop.wire.canonical import MAX_INTEGER
from desktop.wire.entries import Line, LogDescription
from desktop.wire.runs import RunStart
from desktop.wire.signatures import Head

RUN_BYTES = 16 << 20
"""About how long a run is at most: a reader takes 256 MiB out of one member, and parts hold whole runs."""


class Run(NamedTuple):
    """A stretch of one log to send: its start and its lines, heads among them."""

    start: RunStart
    last: int
    lines: list[bytes]


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
    previous: bytes
    line: Line


class _Stretch:
    """Entries of one log between two numbers, with its heads."""

    def __init__(self, conn: Connection, log: int, first: int, last: int) -> None:
        row = conn.exec_driver_sql(
            "SELECT device, grp, incarnation, resumed, signing_key, age_key FROM log WHERE no = ?", (log,)
        ).one()
        self._description = LogDescription(*row[:4])
        self._keys: tuple[str, str] = (row[4], row[5])
        log_id = self._description.id()
        self._heads = {
            no: Head(log_id, n, dot.hex(), signature)
            for no, n, dot, signature in conn.exec_driver_sql(
                "SELECT h.entry, h.n, e.id, h.signature FROM head h JOIN entry e ON e.no = h.entry"
                " WHERE h.log = ? AND h.n BETWEEN ? AND ?",
                (log, first, last),
            )
        }
        self._entries = {
            dot: _Entry(no, n, previous, Line(header, salt.encode(), body))
            for no, n, dot, previous, header, salt, body in conn.exec_driver_sql(
                "SELECT no, n, id, previous, header, salt, body FROM entry"
                " WHERE log = ? AND n BETWEEN ? AND ? ORDER BY n",
                (log, first, last),
            )
        }

    def runs(self, sent: set[bytes]) -> Iterator[Run]:
        """One run a branch; what is ``sent`` and all before it is left out."""
        entries = self._entries
        tips = entries.keys() - {entry.previous for entry in entries.values()}
        for tip in sorted(tips, key=lambda dot: (entries[dot].n, dot)):
            path = self._path(tip, sent)
            sent.update(path)
            yield from map(self._run, self._pieces(path))

    def _path(self, tip: bytes, sent: set[bytes]) -> list[bytes]:
        """The entries down from a tip, first ones first, without those that no head proves."""
        path = []
        dot = tip
        while dot in self._entries and dot not in sent:
            path.append(dot)
            dot = self._entries[dot].previous
        path.reverse()
        while path and self._entries[path[-1]].no not in self._heads:
            path.pop()
        return path

    def _pieces(self, path: list[bytes]) -> Iterator[list[bytes]]:
        """The path in pieces of about ``RUN_BYTES``, each of which ends at a head."""
        piece: list[bytes] = []
        size = 0
        for dot in path:
            piece.append(dot)
            size += sum(map(len, self._entries[dot].line))
            if size >= RUN_BYTES and self._entries[dot].no in self._heads:
                yield piece
                piece, size = [], 0
        if piece:
            yield piece

    def _run(self, path: list[bytes]) -> Run:
        found = [self._entries[dot] for dot in path]
        start = RunStart(self._description, *self._keys, found[0].n, found[0].previous.hex())
        text = []
        for entry in found:
            text.append(entry.line.text())
            if entry.no in self._heads:
                text.append(self._heads[entry.no].text())
        return Run(start, found[-1].n, text)
