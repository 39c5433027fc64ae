"""Connections and engines of the encrypted database, and the plain engine of simulations.

The key is given to SQLCipher as raw bytes through ``creator``: it stands in no URL, no ``repr`` and no log,
and bound values are kept out of error texts (``hide_parameters``). Knows the key, not where it comes from.

Transactions are SQLAlchemy's, not the driver's: the driver is in autocommit and a ``begin`` event says
``BEGIN IMMEDIATE``, so that DDL is transactional and a writer waits at the start instead of failing in the
middle (a deferred transaction that upgrades gets "database is locked" at once, whatever the timeout;
measured).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool
from sqlcipher3 import dbapi2

from desktop.errors import UserError
from desktop.wire.ids import row_fits, row_text

Mode = Literal["create", "write", "read", "still"]
# "still" reads a file that nobody writes (we hold the lock, or the medium is read-only): it touches nothing.
_URI = {"create": "mode=rwc", "write": "mode=rw", "read": "mode=ro", "still": "mode=ro&immutable=1"}
_CACHE_KIB = 64 * 1024
_BUSY_MS = 10_000

DriverError = dbapi2.Error
"""What the encrypted driver raises; for ``except`` clauses of this package."""


_NOTHING: dict[None, None] = {}

# The driver asks for an adapter for every bound value but numbers and text, and where there is none it makes
# and swallows an exception: that cost more than writing the row. These give each value back as it is.
dbapi2.register_adapter(bytes, bytes)
dbapi2.register_adapter(type(None), _NOTHING.get)


class DatabaseKey:
    """The raw key, shared by all engines of one case file, so that locking takes it from all of them."""

    def __init__(self, key: bytes) -> None:
        self._key = _checked(key)

    def __repr__(self) -> str:
        return "DatabaseKey()"

    def reveal(self) -> bytes:
        """The 32 bytes. Raises ``UserError`` ``casefile.locked`` once dropped."""
        if self._key is None:
            raise UserError("casefile.locked")
        return self._key

    def replace(self, key: bytes) -> None:
        """Use another key for connections made from now on."""
        self._key = _checked(key)

    def drop(self) -> None:
        """Forget the key. (Python cannot promise that no copy stays in memory.)"""
        self._key = None


class _Driver(Protocol):
    """What SQLite's and SQLCipher's connections have in common here."""

    isolation_level: str | None

    def execute(self, sql: str, /) -> Any: ...


def _checked(key: bytes) -> bytes | None:
    if len(key) != 32:
        raise ValueError("a database key has 32 bytes")
    return key


def connect(path: Path, key: bytes, *, mode: Mode = "write", foreign_keys: bool = True) -> dbapi2.Connection:
    """A connection with the raw key and all settings; outside transactions it is in autocommit.

    Only ``mode="create"`` makes a new file. Raises the driver's errors: ``sqlcipher3.dbapi2.Error``.
    """
    connection = dbapi2.connect(
        f"{path.resolve().as_uri()}?{_URI[mode]}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_BUSY_MS / 1000,
    )
    try:
        _configure(connection, key, mode, foreign_keys)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: dbapi2.Connection, key: bytes, mode: Mode, foreign_keys: bool) -> None:
    # cipher_memory_security stays off: docs/decisions/0009.
    settings = [
        "cipher_log_level = NONE",
        f"key = \"x'{key.hex()}'\"",
        f"busy_timeout = {_BUSY_MS}",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        f"cache_size = -{_CACHE_KIB}",
        "temp_store = MEMORY",
        f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
    ]
    if mode in ("read", "still"):
        settings.append("query_only = ON")
    else:
        settings += ["journal_mode = WAL", "synchronous = FULL"]
    for setting in settings:
        connection.execute(f"PRAGMA {setting}").fetchall()
    teach(connection)


def teach(connection: Any) -> None:
    """The functions that SQL of ours may call: what only an id proves cannot be read from a column."""
    connection.create_function("row_is_of", 4, _row_is_of, deterministic=True)


def _row_is_of(row: object, group: object, table: object, office: object) -> bool:
    """True iff the bytes of an id were made for this group, table and owner office."""
    if not isinstance(row, bytes) or len(row) != 16:
        return False
    texts = isinstance(group, str) and isinstance(table, str) and isinstance(office, str)
    return texts and row_fits(row_text(row), str(group), str(table), str(office))


def engine(
    path: Path, key: bytes | DatabaseKey, *, read_only: bool = False, mode: Mode | None = None
) -> Engine:
    """An engine on the encrypted database; ``mode`` overrides what ``read_only`` chooses."""
    holder = key if isinstance(key, DatabaseKey) else DatabaseKey(key)
    chosen: Mode = mode or ("read" if read_only else "write")

    def creator() -> Any:
        return connect(path, holder.reveal(), mode=chosen)

    made = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=creator,
        poolclass=QueuePool,
        pool_size=2,
        max_overflow=6,
        hide_parameters=True,
    )
    begin_with(made, "BEGIN" if chosen in ("read", "still") else "BEGIN IMMEDIATE")
    return made


def memory_engine() -> Engine:
    """A plain database in memory with the same transactions; one connection for all threads."""
    made = create_engine(
        "sqlite://",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(made, "connect")
    def _settings(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        teach(connection)

    begin_with(made, "BEGIN IMMEDIATE")
    return made


def begin_with(made: Engine, statement: str) -> None:
    """Let SQLAlchemy begin transactions with ``statement`` and the driver never begin any."""

    @event.listens_for(made, "connect")
    def _autocommit(connection: _Driver, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)
