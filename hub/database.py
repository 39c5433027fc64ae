"""Transactions of the hub, on SQLite or PostgreSQL through the same statements.

Many processes may hold the same database; nothing is kept between transactions. On SQLite a writing
transaction begins IMMEDIATE and writers of one process queue up; on PostgreSQL rows are locked.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from desktop.errors import UserError
from hub.tables import word

BUSY_S = 30
_WRITES = "hub_writes"


class Database:
    """Where the hub keeps what it knows. ``where`` is a PostgreSQL address or the file of SQLite."""

    def __init__(self, where: str | Path) -> None:
        self._turn: contextlib.AbstractContextManager[Any] = contextlib.nullcontext()
        if isinstance(where, Path):
            self._turn = threading.Lock()
            self.engine = _on_sqlite(where)
        else:
            self.engine = _on_postgresql(where)

    @contextlib.contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[Connection]:
        """A transaction that changes nothing. ``snapshot``: all its reads see one moment."""
        with self.engine.connect() as conn:
            if snapshot and conn.dialect.name == "postgresql":
                conn = conn.execution_options(isolation_level="REPEATABLE READ")
            with conn.begin() as transaction:
                yield conn
                transaction.rollback()

    @contextlib.contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """A transaction that is kept as a whole when the block ends well.

        One that is not ``durable`` does not wait for the disk and may be gone after a power cut, never in
        part: for what a device simply says again.
        """
        with self._turn, self.engine.connect().execution_options(**{_WRITES: True}) as conn:
            if conn.dialect.name == "sqlite":
                level = "FULL" if durable else "NORMAL"
                conn.connection.cursor().execute(f"PRAGMA synchronous={level}")
            with conn.begin():
                if not durable and conn.dialect.name == "postgresql":
                    conn.exec_driver_sql("SET LOCAL synchronous_commit = off")
                yield conn

    def close(self) -> None:
        """Lets the connections go."""
        self.engine.dispose()


def now_ms() -> int:
    """The hub's clock, which is the only one that counts here."""
    return time.time_ns() // 1_000_000


def insert_new(conn: Connection, table: Table, **values: object) -> bool:
    """Inserts a row unless its key is taken; says whether it did. Waits for whoever holds the key."""
    make = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    inserted = make(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return conn.execute(inserted).first() is not None


def get_word(conn: Connection, key: str, *, lock: bool = False) -> str | None:
    """One of the hub's own settings."""
    query = select(word.c.value).where(word.c.key == key)
    return conn.execute(query.with_for_update() if lock else query).scalar_one_or_none()


def need_word(conn: Connection, key: str) -> str:
    """One that every hub has. Raises ``UserError`` when this database is no hub's."""
    found = get_word(conn, key)
    if found is None:
        raise UserError("hub.no_hub")
    return found


def put_word(conn: Connection, key: str, value: str) -> None:
    """Sets one."""
    if not insert_new(conn, word, key=key, value=value):
        conn.execute(word.update().where(word.c.key == key).values(value=value))


def _on_sqlite(file: Path) -> Engine:
    with contextlib.suppress(FileNotFoundError):
        # What SQLite puts beside it gets the same permissions.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    made = create_engine(
        f"sqlite:///{file}",
        connect_args={"check_same_thread": False, "timeout": BUSY_S, "isolation_level": None},
        pool_size=16,
        max_overflow=48,
    )

    @event.listens_for(made, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "trusted_schema=OFF", "cell_size_check=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def begun(conn: Connection) -> None:
        immediate = conn.get_execution_options().get(_WRITES, False)
        conn.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return made


def _on_postgresql(address: str) -> Engine:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise UserError("hub.database_address") from error
    if url.get_backend_name() != "postgresql":
        raise UserError("hub.database_address")
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=8,
        max_overflow=16,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10},
    )
