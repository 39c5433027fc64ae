"""SQLite's own way to carry changes: session changesets and patchsets, unencrypted, through apsw.

Python's ``sqlite3`` has no sessions; apsw is a development dependency for this yardstick alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from benchmarks.base import Skipped
from benchmarks.desks import GROUP
from desktop.wire.ids import row_bytes

_CACHE_KIB = 64 * 1024


def _apsw() -> Any:
    try:
        import apsw
    except ModuleNotFoundError:
        raise Skipped("apsw is not installed: nothing else applies a session changeset") from None
    if not hasattr(apsw, "Session"):
        raise Skipped("this apsw was built without the session extension")
    return apsw


def person_schema(engine: Engine) -> list[str]:
    """The statements that make the person table and all its indexes, as the program's file has them."""
    query = "SELECT sql FROM sqlite_schema WHERE tbl_name = 'person' AND sql IS NOT NULL ORDER BY rowid"
    with engine.connect() as conn:
        return list(conn.exec_driver_sql(query).scalars())


def database(path: Path, schema: Sequence[str]) -> Any:
    """A new plain file with this schema, set as durable as the program's own."""
    made = _apsw().Connection(str(path))
    for setting, value in (("journal_mode", "wal"), ("synchronous", 2), ("cache_size", -_CACHE_KIB)):
        made.pragma(setting, value)
    for statement in schema:
        made.execute(statement)
    return made


def recorded(source: Any, change: Callable[[], None], *, patchset: bool = False) -> bytes:
    """What one transaction changed in the person table."""
    session = _apsw().Session(source, "main")
    with closing(session):
        session.attach("person")
        with source:
            change()
        return bytes(session.patchset() if patchset else session.changeset())


def applied(path: Path, schema: Sequence[str], changesets: Sequence[bytes]) -> float:
    """Applies changesets to a new file, each in a transaction; returns the seconds it took."""
    apply = _apsw().Changeset.apply
    with closing(database(path, schema)) as target:
        start = time.perf_counter()
        for changeset in changesets:
            with target:
                apply(changeset, target)
        return time.perf_counter() - start


def create(source: Any, rows: Sequence[str], fields: Sequence[dict[str, Any]]) -> None:
    """Inserts people with the columns that the program fills."""
    names = ["id", "grp", "dot", "withdrawn", "conflicts", *fields[0]]
    values = [
        (row_bytes(row), GROUP, number, 0, 0, *found.values())
        for number, (row, found) in enumerate(zip(rows, fields, strict=True), 1)
    ]
    source.executemany(
        f"INSERT INTO person ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values
    )


def correct(source: Any, rows: Sequence[str], fields: Sequence[dict[str, Any]]) -> None:
    """Updates the given fields of each row."""
    assigned = ", ".join(f"{name} = ?" for name in fields[0])
    values = [(*found.values(), row_bytes(row)) for row, found in zip(rows, fields, strict=True)]
    source.executemany(f"UPDATE person SET {assigned} WHERE id = ?", values)
