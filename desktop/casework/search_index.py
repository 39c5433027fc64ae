"""The search index of a case file: filled in slices, and never trusted to be complete.

A kill loses nothing (what waits is known from the log), and whoever only reads looks through the waiting
rows themselves. Rows are indexed one by one, presences too, so that none depends on another row's change. A
row that changes gets a new number in the index; the terms of its old one stay until the index is made anew,
and lead nowhere. Knows the searched fields, not how hits are ranked.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from desktop.casework.search_fields import Subject, by_kind
from desktop.casework.search_waiting import Rows, Standing, forget, load, save, take
from desktop.casework.search_words import Role, joined, keys_of, phrases_of
from desktop.changes.store import chunks, marks
from desktop.errors import environment_error
from desktop.models.schema import by_kind as tables

SLICE_MS = 50
"""The commit of a slice takes up to twice as long again: keys lie scattered, and each page is sealed anew. At
50 ms a slice and its commit took 126 ms, at most 171, among 360,000 people; a writer may be busy for 200.
"""

_DEAD = 20_000
"""When so many numbers more lead nowhere than lead somewhere, the index is made anew."""

Record = dict[str, Any]


class SearchIndex:
    """Fills the index. Keeps nothing itself: any number of these may take turns on one case file."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock

    def catch_up(self, conn: Connection, budget_ms: int = SLICE_MS) -> bool:
        """Indexes for about ``budget_ms``, the caller's commit apart; true while more is waiting.

        Call it at opening and after each change until it says false, each time in a transaction of its own:
        what is committed is done, so that stopping in between costs nothing.
        """
        now = self._clock()
        end = now + budget_ms / 1000
        standing = load(conn)
        if standing == Standing() or 2 * standing.dead > standing.doc + _DEAD:
            _start_over(conn)
            return True
        while taken := take(conn, standing):
            rows, standing = taken
            standing = _index(conn, standing, rows)
            save(conn, standing)
            before, now = now, self._clock()
            if 2 * now - before >= end:
                return True
        return False

    def catch_up_all(
        self,
        engine: Engine,
        *,
        seconds: float | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Slice after slice, each in its own transaction; true when nothing waits any more.

        Stops after ``seconds``, or when ``cancelled`` says so.
        """
        end = None if seconds is None else self._clock() + seconds
        while not cancelled() and (end is None or self._clock() < end):
            with engine.begin() as conn:
                more = self.catch_up(conn)
            if not more:
                return True
        return False


def catch_up_after_writing(engine: Engine, seconds: float = 2.0) -> None:
    """Indexes what was just written, as far as ``seconds`` reach.

    What was written is written: a disk that is full now leaves the rest to the next time.
    """
    try:
        SearchIndex().catch_up_all(engine, seconds=seconds)
    except DBAPIError as error:
        if environment_error(error) is None:
            raise


def records(conn: Connection, kind: str, ids: Sequence[bytes]) -> Iterator[tuple[bytes, Record]]:
    """The rows of a kind that are there: all that is searched or shown of them, and ``withdrawn``."""
    subject, table = by_kind()[kind], tables()[kind]
    words = sorted({*subject.fields, *subject.shown, *([subject.owner.field] if subject.owner else [])})
    listed = ", ".join(f'"{table.columns[word].name}"' for word in words)
    query = f'SELECT id, withdrawn, {listed} FROM "{table.table.name}" WHERE id IN '  # noqa: S608 - own names
    for piece in chunks(ids):
        for row, *values in conn.exec_driver_sql(f"{query}({marks(len(piece))})", tuple(piece)):
            yield row, dict(zip(("withdrawn", *words), values, strict=True))


def searched(subject: Subject, record: Record) -> Iterator[tuple[str, Role, str]]:
    """The filled fields of a record that are searched, with their roles."""
    for field, role in subject.fields.items():
        if value := record[field]:
            yield field, role, value


class _Terms(NamedTuple):
    """Under what a row is found."""

    kind: str
    keys: list[str]
    phrases: str

    def digest(self) -> bytes:
        text = "\n".join((self.phrases, *self.keys))
        return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _terms(subject: Subject, record: Record) -> _Terms | None:
    keys: set[str] = set()
    phrases = []
    for _, role, value in searched(subject, record):
        keys.update(subject.code + key for key in keys_of(role, value))
        phrases.append(phrases_of(role, value))
    found = _Terms(subject.kind, sorted(keys), joined(phrases))
    return found if found.keys or found.phrases else None


def _index(conn: Connection, standing: Standing, rows: Rows) -> Standing:
    """Indexes rows as they are now; those that are gone, or say nothing, leave the index."""
    wanted = {row: found for row, found in _all_terms(conn, rows) if found is not None}
    marked = f"SELECT row, no, digest FROM search_doc WHERE row IN ({marks(len(rows))})"  # noqa: S608
    dead = []
    for row, no, digest in conn.exec_driver_sql(marked, tuple(rows)):
        if row in wanted and wanted[row].digest() == digest:
            del wanted[row]
        else:
            dead.append(no)
    if dead:
        conn.exec_driver_sql(f"DELETE FROM search_doc WHERE no IN ({marks(len(dead))})", tuple(dead))  # noqa: S608
    _write(conn, list(enumerate(wanted.items(), standing.doc + 1)))
    return standing._replace(doc=standing.doc + len(wanted), dead=standing.dead + len(dead))


def _all_terms(conn: Connection, rows: Rows) -> Iterator[tuple[bytes, _Terms | None]]:
    for kind, ids in by_kinds(rows).items():
        for row, record in records(conn, kind, ids):
            yield row, _terms(by_kind()[kind], record)


def by_kinds(rows: Rows) -> dict[str, list[bytes]]:
    """Row ids of the searched kinds, kind by kind."""
    found: dict[str, list[bytes]] = {}
    for row, kind in rows.items():
        if kind in by_kind():
            found.setdefault(kind, []).append(row)
    return found


def _write(conn: Connection, numbered: list[tuple[int, tuple[bytes, _Terms]]]) -> None:
    docs = [(no, row, terms.kind, terms.digest()) for no, (row, terms) in numbered]
    keys = sorted((key, no) for no, (_, terms) in numbered for key in terms.keys)
    texts = [(no, terms.phrases) for no, (_, terms) in numbered if terms.phrases]
    for statement, lines in (
        ("INSERT INTO search_doc (no, row, kind, digest) VALUES (?, ?, ?, ?)", docs),
        ("INSERT INTO search_key (key, doc) VALUES (?, ?)", keys),
        ("INSERT INTO search_text (rowid, body) VALUES (?, ?)", texts),
    ):
        if lines:
            conn.exec_driver_sql(statement, lines)


def _start_over(conn: Connection) -> None:
    """Everything waits again. The old words leave the file."""
    conn.exec_driver_sql("DELETE FROM search_key")
    conn.exec_driver_sql("DELETE FROM search_doc")
    conn.exec_driver_sql("INSERT INTO search_text (search_text) VALUES ('delete-all')")
    forget(conn)
