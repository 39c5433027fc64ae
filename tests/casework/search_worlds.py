"""What the tests of search share: an office's records on a file in memory, and PCs whose logs meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine

from desktop.casefile.database import memory_engine
from desktop.casefile.migrating import AlembicSchema
from desktop.casework.search import Hit, SearchIndex, find
from desktop.changes.journal import Journal
from desktop.changes.pen import make_pen
from desktop.changes.recorder import Recorder
from desktop.changes.store import guard
from desktop.models.migrations.versions.v0002_search_index import STATEMENTS
from desktop.models.schema import REVISIONS
from tests.changes.worlds import PC

EVERYTHING = 1_000_000


class Office:
    """One office's file, migrated as a case file is."""

    def __init__(self) -> None:
        self.engine: Engine = memory_engine()
        guard(self.engine)
        AlembicSchema(REVISIONS).migrate(self.engine)
        with self.engine.begin() as conn:
            make_pen(conn, "450923")

    @contextmanager
    def recording(self) -> Iterator[Recorder]:
        """One act."""
        with self.engine.begin() as conn:
            recorder = Recorder(Journal(conn), "")
            yield recorder
            recorder.close("test")
            recorder.finish()

    def add(self, kind: str, **values: Any) -> str:
        """One record."""
        with self.recording() as recorder:
            return recorder.create(kind, values)

    def change(self, kind: str, row: str, **values: Any) -> None:
        """Corrects a record."""
        with self.recording() as recorder:
            recorder.change(kind, row, values)

    def withdraw(self, kind: str, row: str, reason: str | None) -> None:
        """Withdraws a record, or takes that back."""
        with self.recording() as recorder:
            recorder.withdraw(kind, row, reason)

    def index(self) -> None:
        """Everything that waits."""
        assert SearchIndex().catch_up_all(self.engine)

    def find(self, text: str, **options: Any) -> list[Hit]:
        """What stands in the search box, found."""
        with self.engine.connect() as conn:
            return find(conn, text, **options)

    def ids(self, text: str, **options: Any) -> set[str]:
        """The ids of all that is found."""
        return {hit.id for hit in self.find(text, limit=EVERYTHING, **options)}


class SearchedPC(PC):
    """A PC whose file has a search index."""

    def __init__(self, office: str, now: int = 1_591_500_000_000) -> None:
        super().__init__(office, now)
        for statement in STATEMENTS:
            self.conn.exec_driver_sql(statement)

    def index(self) -> None:
        """Everything that waits, in small slices."""
        while SearchIndex().catch_up(self.conn, 1):
            pass


def found(conn: Connection, text: str) -> list[tuple[str, str, str, int]]:
    """Everything found, as id, field, title and rank, in an order of its own."""
    hits = find(conn, text, limit=EVERYTHING)
    return sorted((hit.id, hit.field, hit.title, hit.rank) for hit in hits)


def looked_through(conn: Connection, text: str) -> list[tuple[str, str, str, int]]:
    """The same without the index: every row of every entry is looked at."""
    kept = conn.exec_driver_sql("SELECT value FROM search_state WHERE name = 'version'").scalar() or 0
    conn.exec_driver_sql("DELETE FROM search_state WHERE name = 'version'")
    hits = found(conn, text)
    conn.exec_driver_sql("INSERT INTO search_state VALUES ('version', ?)", (kept,))
    return hits
