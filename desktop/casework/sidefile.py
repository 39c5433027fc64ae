"""What stands in ``drafts.db``, beside the records: unsaved forms, and the audit of reads.

It is a file of its own so that neither ever waits for a long import. Its schema has its own small version and
only grows; a file of a newer version is left alone, with a sentence. Knows no form and no record.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from desktop.casefile.casefile import CaseFile
from desktop.casefile.verifying import DRAFTS_NAME
from desktop.errors import UserError

VERSION = 1
_TABLES = (
    "CREATE TABLE draft (place TEXT NOT NULL, aside INTEGER NOT NULL, officer TEXT NOT NULL,"
    " at INTEGER NOT NULL, format INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (place, aside))",
    "CREATE TABLE noted (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, officer TEXT NOT NULL,"
    " action TEXT NOT NULL, record TEXT NOT NULL, what TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE INDEX noted_record ON noted (record, n)",
    "CREATE INDEX noted_officer ON noted (officer, n)",
)


@contextmanager
def writing(casefile: CaseFile) -> Iterator[Connection]:
    """One transaction on the side file, its tables made on first use.

    Raises ``UserError``: ``sidefile.newer``, ``sidefile.strange``, ``casefile.locked``, ``environment.…``.
    """
    with _strange(), casefile.drafts_transaction() as conn:
        if _version(conn) == 0:
            for statement in _TABLES:
                conn.exec_driver_sql(statement)
            conn.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
        yield conn


@contextmanager
def reading(casefile: CaseFile) -> Iterator[Connection | None]:
    """A look at the side file, ``None`` when nothing was ever kept there. Raises as ``writing`` does."""
    if not (casefile.folder / DRAFTS_NAME).exists():
        yield None
        return
    with _strange(), casefile.drafts_transaction(write=False) as conn:
        yield conn if _version(conn) else None


def _version(conn: Connection) -> int:
    version = int(conn.exec_driver_sql("PRAGMA user_version").scalar_one())
    if version > VERSION:
        raise UserError("sidefile.newer")
    return version


@contextmanager
def _strange() -> Iterator[None]:
    """Tables that are not as this program made them have a sentence too."""
    try:
        yield
    except DatabaseError as error:
        raise UserError("sidefile.strange") from error
