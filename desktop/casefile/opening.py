"""The steps between a folder and an open case file: refuse, build, verify, upgrade.

What refuses changes nothing on disk. Knows the database key and the schema's port, not who signs in.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine

from desktop.casefile import backups
from desktop.casefile.continuity import create_meta
from desktop.casefile.database import Mode, connect, engine
from desktop.casefile.files import fsync_folder, fsync_tree, remove_tree
from desktop.casefile.keys import KeyFile, load_key_file
from desktop.casefile.locking import read_marker, write_marker
from desktop.casefile.migrating import SchemaPort, SchemaState
from desktop.casefile.slots import derive
from desktop.casefile.verifying import (
    APPLICATION_ID,
    DATABASE_NAME,
    DRAFTS_NAME,
    reading_mode,
    refuse_half_copy,
    sentences,
    still_or_read,
    verify_database,
    wal_path,
)
from desktop.errors import UserError

Migrate = Callable[[Engine], None]


def refuse_full_folder(folder: Path) -> None:
    """Raises ``UserError`` ``casefile.folder_not_empty``: a case file is only made where nothing is."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError("casefile.folder_not_empty")


def refuse_stranger(folder: Path) -> None:
    """Raises ``UserError``: ``casefile.not_found``, ``casefile.foreign``; before anything is touched."""
    if not folder.is_dir():
        raise UserError("casefile.foreign" if folder.exists() else "casefile.not_found")
    load_key_file(folder)


def build(folder: Path, keys: KeyFile, master: bytes, migrate: Migrate) -> None:
    """Make everything in a folder beside, then name it: a kill leaves no case file or a whole one."""
    part = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    part.mkdir(mode=0o700)
    try:
        key = derive(master, "database")
        with contextlib.closing(connect(part / DATABASE_NAME, key, mode="create")) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        made = engine(part / DATABASE_NAME, key)
        try:
            with made.begin() as session:
                create_meta(session)
            migrate(made)
        finally:
            made.dispose()
        with drafts_ready(part, key):
            keys.save(part)
        fsync_tree(part)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
        fsync_folder(folder.parent)
    finally:
        remove_tree(part)


def verify(folder: Path, key: bytes, schema: SchemaPort, *, locked: bool) -> None:
    """Whole, ours, and of a schema that we know; for reading also of the newest. Changes nothing."""
    refuse_half_copy(folder)
    database = folder / DATABASE_NAME
    unclean = locked and read_marker(folder) is not None
    verify_database(database, key, every_page=unclean, locked=locked)
    state = _state(database, key, schema, still_or_read(database) if locked else reading_mode(database))
    if state is SchemaState.NEWER:
        raise UserError("casefile.newer")
    if state is SchemaState.FOREIGN:
        raise UserError("casefile.foreign")
    if state is SchemaState.OLDER and not locked:
        raise UserError("casefile.needs_upgrade")


@contextlib.contextmanager
def upgraded(folder: Path, key: bytes, schema: SchemaPort) -> Iterator[None]:
    """If the schema is older: copy, migrate, check; then the caller opens its engines inside the ``with``.

    A connection is held meanwhile: SQLite removes the WAL with its last connection, and the marker of an
    unclean end may still promise one. Raises ``UserError``.
    """
    database = folder / DATABASE_NAME
    with contextlib.closing(connect(database, key)) as held, drafts_ready(folder, key):
        try:
            if _state(database, key, schema, "read") is SchemaState.OLDER:
                backups.make_backup(folder, key, folder / backups.FOLDER_NAME)
                _migrate(database, key, schema)
                verify_database(database, key, every_page=False, locked=True)
            yield
        except BaseException:
            held.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if read_marker(folder) is not None:
                write_marker(folder, wal=False)
            raise


def _state(database: Path, key: bytes, schema: SchemaPort, mode: Mode) -> SchemaState:
    looking = engine(database, key, mode=mode)
    try:
        return schema.state(looking)
    finally:
        looking.dispose()


def _migrate(database: Path, key: bytes, schema: SchemaPort) -> None:
    made = engine(database, key)
    try:
        schema.migrate(made)
    finally:
        made.dispose()


@contextlib.contextmanager
def drafts_ready(folder: Path, key: bytes) -> Iterator[None]:
    """Make ``drafts.db`` where it is missing and set a damaged one aside: unsaved forms must never keep the
    records from opening, and what is left of them is kept.

    It is held open for the ``with``. Only SQLite may touch its side files: a process that reads may be noting
    a read at this moment.
    """
    drafts = folder / DRAFTS_NAME
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(_sound(drafts, key))
        except UserError as fault:
            if fault.code == "casefile.corrupt":
                _set_aside(drafts)
                held.enter_context(_sound(drafts, key))
        yield


@contextlib.contextmanager
def _sound(drafts: Path, key: bytes) -> Iterator[None]:
    with sentences():
        connection = connect(drafts, key, mode="create")
    with contextlib.closing(connection):
        with sentences():
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            raise UserError("casefile.corrupt")
        yield


def _set_aside(drafts: Path) -> None:
    aside = drafts.with_name(f"drafts.damaged-{secrets.token_hex(4)}.db")
    for old, new in ((drafts, aside), (wal_path(drafts), wal_path(aside))):
        if old.exists():
            old.replace(new)
