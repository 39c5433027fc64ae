"""Is this database ours and whole? Looks without changing anything, and gives each fault its sentence.

Knows the database key, not the schema.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from desktop.casefile.database import DriverError, Mode, connect
from desktop.casefile.locking import read_marker
from desktop.errors import UserError, environment_error

DATABASE_NAME = "case.db"
DRAFTS_NAME = "drafts.db"
APPLICATION_ID = 0x4C444346
"""``LDCF`` in the header of every case database: a stranger's SQLCipher file is told apart from a damaged
one.
"""

_PAGE = 4096
_DAMAGE = ("disk image is malformed", "not a database", "unsupported file format")


def database_error(error: BaseException) -> UserError | None:
    """The user-facing error for a driver's or SQLAlchemy's error, or ``None`` if it is a bug of ours."""
    if isinstance(error, DriverError | DatabaseError):
        text = str(error).lower()
        if any(word in text for word in _DAMAGE):
            return UserError("casefile.corrupt")
        if "unable to open database file" in text:
            return UserError("casefile.unreadable")
    return environment_error(error)


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Turn faults of the disk and of the database into ``UserError``; anything else passes as a bug."""
    try:
        yield
    except (OSError, DriverError, DatabaseError) as error:
        known = database_error(error)
        if known is None:
            raise
        raise known from error


def wal_path(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")


def shm_path(database: Path) -> Path:
    return database.with_name(f"{database.name}-shm")


def still_or_read(database: Path) -> Mode:
    """Without a WAL that holds something, a database that nobody writes can be read touching nothing."""
    wal = wal_path(database)
    return "read" if wal.exists() and wal.stat().st_size else "still"


def reading_mode(database: Path) -> Mode:
    """How to read beside a writer. A medium that cannot be written holds no writer, and SQLite cannot make
    its side files there.
    """
    return "read" if os.access(database.parent, os.W_OK) else still_or_read(database)


def refuse_half_copy(folder: Path) -> None:
    """Raises ``UserError`` ``casefile.half_copied``: the marker promises a WAL that did not come along."""
    marker = read_marker(folder)
    if marker is not None and marker.wal and not wal_path(folder / DATABASE_NAME).exists():
        raise UserError("casefile.half_copied")


def verify_database(database: Path, key: bytes, *, every_page: bool, locked: bool) -> None:
    """Check a ``case.db`` without changing it; ``locked``: this process holds the folder's lock.

    ``every_page`` authenticates every page as well (after an unclean end, and for backups). Raises
    ``UserError``: ``casefile.truncated``, ``casefile.corrupt``, ``casefile.foreign``.
    """
    if not database.is_file():
        raise UserError("casefile.half_copied")
    size = database.stat().st_size
    wal = wal_path(database)
    if (size == 0 or size % _PAGE) and not (wal.exists() and wal.stat().st_size):
        raise UserError("casefile.truncated")
    before = {path for path in (wal, shm_path(database)) if path.exists()}
    try:
        with sentences():
            mode = still_or_read(database) if locked else reading_mode(database)
            _check(database, key, mode, every_page, ours=True)
    finally:
        if locked:
            _tidy(database, before)


def verify_pages(database: Path, key: bytes) -> None:
    """Authenticate and check every page of a copy that nobody has open. Raises ``UserError`` or driver
    errors.
    """
    _check(database, key, "still", every_page=True, ours=False)


def _check(database: Path, key: bytes, mode: Mode, every_page: bool, ours: bool) -> None:
    with contextlib.closing(connect(database, key, mode=mode)) as connection:
        if every_page and connection.execute("PRAGMA cipher_integrity_check").fetchone():
            raise UserError("casefile.corrupt")
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise UserError("casefile.corrupt")
        if ours and connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise UserError("casefile.foreign")


def _tidy(database: Path, before: set[Path]) -> None:
    """Remove the empty side files that a reading connection leaves."""
    for path in (wal_path(database), shm_path(database)):
        if path not in before and path.exists() and (path.suffix.endswith("shm") or not path.stat().st_size):
            path.unlink()
