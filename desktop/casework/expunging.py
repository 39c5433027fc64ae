"""After an order to expunge: what is left on this PC of what was taken away, and where it cannot be reached.

The merge takes values out of the tables in the transaction that brings the order; this cleans what a database
leaves behind: free pages, the write-ahead log, the search index, drafts about those records, attachments.
Backups, sticks and papers are beyond it; whoever calls it tells the officer so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from desktop.casefile.casefile import CaseFile
from desktop.casework import sidefile
from desktop.casework.search_index import SearchIndex
from desktop.changes.journal import Journal
from desktop.changes.judging import EXPUNGE_DUE
from desktop.changes.pen import get_setting
from desktop.errors import environment_error
from desktop.wire import canonical


def clean_up(casefile: CaseFile) -> bool:
    """Removes the traces of what was expunged since the last time; true when there was something.

    A disk that is full, or another connection that reads, leaves the rest to the next time: what is due
    stays noted until all is done.
    """
    with casefile.engine.connect() as conn:
        if get_setting(conn, EXPUNGE_DUE) is None:
            return False
        files, rows = _files(conn), _rows(conn)
    try:
        SearchIndex().catch_up_all(casefile.engine)
        for name in files:
            casefile.blobs.remove(name)
        _forget_drafts(casefile, rows)
        if not _rewrite(casefile.engine):
            return True
        with casefile.engine.begin() as conn:
            conn.exec_driver_sql("DELETE FROM setting WHERE key = ?", (EXPUNGE_DUE,))
        _rewrite(casefile.engine)
    except (DBAPIError, OSError) as error:
        if environment_error(error) is None:
            raise
    return True


def _files(conn: Connection) -> list[str]:
    """Attachments that orders name and no row does any more."""
    named = set(conn.exec_driver_sql("SELECT DISTINCT sha256 FROM attachment WHERE sha256 <> ''").scalars())
    return sorted(Journal(conn).rights().expunged_files() - named)


def _rows(conn: Connection) -> list[str]:
    """Ids of the records that expunged entries wrote to."""
    ghosts: list[Any] = [
        canonical.kept(text) for text in conn.exec_driver_sql("SELECT operations FROM ghost").scalars()
    ]
    return sorted({operation[2] for ghost in ghosts for operation in ghost})


def _forget_drafts(casefile: CaseFile, rows: list[str]) -> None:
    """Unsaved forms about these records may repeat what was taken away."""
    with sidefile.reading(casefile) as conn:
        if conn is None:
            return
    with sidefile.writing(casefile) as conn:
        for row in rows:
            conn.exec_driver_sql(
                "DELETE FROM draft WHERE instr(value, ?) > 0 OR instr(place, ?) > 0", (row.encode(), row)
            )
    _rewrite(casefile.drafts)


def _rewrite(engine: Engine) -> bool:
    """Writes a database anew without free pages, and empties its write-ahead log; false: not all of it."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.close()
    finally:
        raw.close()
    return not busy
