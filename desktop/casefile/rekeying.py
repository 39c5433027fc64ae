"""Copy a case file to a new master key, when an officer goes who knows the old one.

Everything is written anew in a folder ``rekey`` inside the case file, verified, and made durable; then the
file ``ready`` is written. Before that moment the old case file is whole and ``rekey`` is rubbish; after it,
the swap only moves things into place, and whoever opens next finishes it. Knows databases and attachments,
no schema.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from sqlcipher3 import dbapi2

from desktop.casefile import blobs
from desktop.casefile.database import connect
from desktop.casefile.files import fsync_folder, fsync_tree, remove_tree, write_file
from desktop.casefile.keys import COPY_NAME, KEYS_NAME, KeyFile
from desktop.casefile.locking import read_marker, write_marker
from desktop.casefile.slots import derive
from desktop.casefile.verifying import DATABASE_NAME, DRAFTS_NAME, shm_path, verify_pages, wal_path
from desktop.errors import UserError

FOLDER_NAME = "rekey"
_READY = "ready"
_OLD_BLOBS = "old-blobs"


def prepare(folder: Path, keys: KeyFile, old_master: bytes, new_master: bytes) -> None:
    """Write and verify the copy; until this returns, nothing has happened. The caller holds the folder's
    lock.

    ``keys``: the slots that lead to the new master key. Raises ``UserError``, ``OSError`` or the driver's
    errors.
    """
    part = folder / FOLDER_NAME
    remove_tree(part)
    part.mkdir(mode=0o700)
    try:
        old_key, new_key = derive(old_master, "database"), derive(new_master, "database")
        for name in (DATABASE_NAME, DRAFTS_NAME):
            if (folder / name).exists():
                _copy_database(folder / name, part / name, old_key, new_key)
        if (folder / blobs.FOLDER_NAME).is_dir():
            old = blobs.BlobStore(folder / blobs.FOLDER_NAME, old_master)
            old.copy_to(blobs.BlobStore(part / blobs.FOLDER_NAME, new_master))
        keys.save(part)
        fsync_tree(part)
        fsync_folder(folder)
        write_file(part / _READY, b"")
    except BaseException:
        remove_tree(part)
        raise


def is_pending(folder: Path) -> bool:
    """Was a swap begun that only a writing process can finish?"""
    return (folder / FOLDER_NAME / _READY).exists()


def settle(folder: Path) -> None:
    """Finish a swap that was begun, clear away one that was not. The caller holds the lock. Can be
    repeated.
    """
    part = folder / FOLDER_NAME
    if is_pending(folder):
        if read_marker(folder) is not None:
            # The old WAL goes now, on purpose; without this its absence would look like a half copy.
            write_marker(folder, wal=False)
        for name in (DATABASE_NAME, DRAFTS_NAME):
            if (part / name).exists():
                for side in (wal_path(folder / name), shm_path(folder / name)):
                    side.unlink(missing_ok=True)
                (part / name).replace(folder / name)
        if (part / blobs.FOLDER_NAME).is_dir():
            if (folder / blobs.FOLDER_NAME).is_dir():
                (folder / blobs.FOLDER_NAME).rename(part / _OLD_BLOBS)
            (part / blobs.FOLDER_NAME).rename(folder / blobs.FOLDER_NAME)
        for name in (COPY_NAME, KEYS_NAME):
            if (part / name).exists():
                (part / name).replace(folder / name)
        fsync_folder(part)
        fsync_folder(folder)
        (part / _READY).unlink()
    if part.exists():
        remove_tree(part)


def _copy_database(source: Path, target: Path, old_key: bytes, new_key: bytes) -> None:
    """``PRAGMA rekey`` on a copy that nobody else sees and that is thrown away if anything goes wrong."""
    with (
        contextlib.closing(connect(source, old_key, mode="read")) as old,
        contextlib.closing(connect(target, old_key, mode="create")) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE").fetchall()
        new.execute(f"PRAGMA rekey = \"x'{new_key.hex()}'\"").fetchall()
        before = _rows(old)
    verify_pages(target, new_key)
    with contextlib.closing(connect(target, new_key, mode="still")) as copy:
        if _rows(copy) != before:
            raise UserError("casefile.corrupt")


def _rows(connection: dbapi2.Connection) -> dict[str, int]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name.replace(chr(34), chr(34) * 2)}"').fetchone()[0]  # noqa: S608
        for (name,) in names
    }
