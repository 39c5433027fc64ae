"""Verified copies of a case file: made beside the work, thinned with age, restored without overwriting.

A backup is a case file folder of its own: database (consistent, by SQLite's backup call, also while
somebody works), keys and attachments. It is written as ``.part``, opened and verified, and only then named.
Its incarnation token is replaced, so that whoever opens it as a case file starts a new incarnation of its
logs. Knows keys only to copy and verify.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from desktop.casefile import blobs
from desktop.casefile.continuity import Continuity, make_foreign
from desktop.casefile.database import connect
from desktop.casefile.files import fsync_folder, fsync_tree, make_folder, remove_tree
from desktop.casefile.keys import COPY_NAME, KEYS_NAME, load_key_file
from desktop.casefile.verifying import (
    DATABASE_NAME,
    DRAFTS_NAME,
    reading_mode,
    refuse_half_copy,
    sentences,
    verify_database,
    wal_path,
)
from desktop.errors import UserError

FOLDER_NAME = "backups"
_MB = 1024 * 1024
_SPARE_BYTES = _MB
_STAMP = "%Y%m%dT%H%M%SZ"


def make_backup(folder: Path, key: bytes, to: Path, *, now: dt.datetime | None = None) -> Path:
    """Copy the case file in ``folder`` into a new folder inside ``to``; returns that folder.

    ``key``: the raw database key. Raises ``UserError``; then nothing with a final name was made.
    """
    moment = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).strftime(_STAMP)
    with sentences():
        make_folder(to)
        target = _free_name(to, moment)
        refuse_full_disk(folder, to)
        part = to / f".{target.name}.{secrets.token_hex(4)}.part"
        part.mkdir(mode=0o700)
        try:
            _copy_database(folder / DATABASE_NAME, part / DATABASE_NAME, key)
            make_foreign(part / DATABASE_NAME, key)
            if (folder / DRAFTS_NAME).exists():
                _copy_database(folder / DRAFTS_NAME, part / DRAFTS_NAME, key)
            _copy_rest(folder, part)
            verify_backup(part, key)
            _settle(part, target)
        finally:
            remove_tree(part)
    return target


def verify_backup(folder: Path, key: bytes) -> None:
    """Open and check every page. Raises ``UserError``: ``casefile.backup_bad``."""
    try:
        load_key_file(folder)
        with sentences():
            verify_database(folder / DATABASE_NAME, key, every_page=True, locked=True)
    except UserError as fault:
        raise UserError("casefile.backup_bad") from fault


def restore(backup: Path, into: Path, *, state: Path | None = None) -> None:
    """Make a case file folder from a backup. ``into`` must not exist, or be empty: nothing is ever
    overwritten.

    Needs no passphrase; opening the result does, and finds ``CaseFile.restored`` set. Raises ``UserError``:
    ``casefile.folder_not_empty``, ``casefile.foreign``, ``environment.…``.
    """
    backup, into = backup.absolute(), into.absolute()
    with sentences():
        if into.exists() and (not into.is_dir() or any(into.iterdir())):
            raise UserError("casefile.folder_not_empty")
        keys = load_key_file(backup)
        if not (backup / DATABASE_NAME).is_file():
            raise UserError("casefile.foreign")
        refuse_half_copy(backup)
        make_folder(into.parent)
        refuse_full_disk(backup, into.parent)
        part = into.with_name(f".{into.name}.{secrets.token_hex(4)}.part")
        part.mkdir(mode=0o700)
        try:
            for database in (backup / DATABASE_NAME, backup / DRAFTS_NAME):
                for path in (database, wal_path(database)):
                    if path.exists():
                        _copy_file(path, part / path.name)
            _copy_rest(backup, part)
            if into.exists():
                into.rmdir()
            Continuity(into, keys.file_id, state).forget()
            _settle(part, into)
        finally:
            remove_tree(part)


def backup_time(name: str) -> dt.datetime | None:
    """When a backup was made, from its folder's name; ``None`` for a folder that is no backup."""
    with contextlib.suppress(ValueError):
        return dt.datetime.strptime(name.split(".", maxsplit=1)[0], _STAMP).replace(tzinfo=dt.UTC)
    return None


def to_thin(names: Iterable[str], *, days: int = 7, weeks: int = 5, months: int = 12) -> list[str]:
    """Which backups may go: kept are the newest of each of the last ``days`` days, ``weeks`` ISO weeks and
    ``months`` months *that have a backup* (an office closed for a month loses none), the newest, and whatever
    is no backup.
    """
    found = sorted(((when, name) for name in names if (when := backup_time(name))), reverse=True)
    kept = {name for _, name in found[:1]}
    for limit, period in ((days, "%Y-%m-%d"), (weeks, "%G-%V"), (months, "%Y-%m")):
        newest: dict[str, str] = {}
        for when, name in found:
            newest.setdefault(when.strftime(period), name)
        kept.update(list(newest.values())[:limit])
    return [name for _, name in reversed(found) if name not in kept]


def thin(folder: Path) -> list[str]:
    """Remove the backups in ``folder`` that ``to_thin`` names; returns their names. Raises ``UserError``."""
    with sentences():
        gone = to_thin(path.name for path in folder.iterdir()) if folder.is_dir() else []
        for name in gone:
            # First out of sight: a half-removed backup must not look like one.
            part = folder / f".{name}.{secrets.token_hex(4)}.part"
            (folder / name).rename(part)
            remove_tree(part)
    return gone


def _free_name(to: Path, moment: str) -> Path:
    """The moment; with a number for another one in the same second."""
    target, number = to / moment, 1
    while target.exists():
        number += 1
        target = to / f"{moment}.{number}"
    return target


def _copy_database(source: Path, target: Path, key: bytes) -> None:
    with (
        contextlib.closing(connect(source, key, mode=reading_mode(source))) as old,
        contextlib.closing(connect(target, key, mode="create")) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _copy_rest(folder: Path, part: Path) -> None:
    for name in (KEYS_NAME, COPY_NAME):
        if (folder / name).exists():
            _copy_file(folder / name, part / name)
    source = folder / blobs.FOLDER_NAME
    if source.is_dir():
        for path in source.glob("??/*"):
            place = part / blobs.FOLDER_NAME / path.parent.name
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copy_file(path, place / path.name)


def _copy_file(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(0o600)


def refuse_full_disk(folder: Path, to: Path) -> None:
    """Raises ``UserError`` ``casefile.no_space`` when a copy of ``folder`` cannot fit on the disk of
    ``to``.
    """
    paths = [folder / DATABASE_NAME, wal_path(folder / DATABASE_NAME), folder / DRAFTS_NAME]
    paths += (folder / blobs.FOLDER_NAME).glob("??/*")
    needed = sum(path.stat().st_size for path in paths if path.exists()) + _SPARE_BYTES
    free = shutil.disk_usage(to).free
    if free < needed:
        raise UserError("casefile.no_space", needed=-(-needed // _MB), free=free // _MB)


def _settle(part: Path, target: Path) -> None:
    fsync_tree(part)
    os.replace(part, target)  # noqa: PTH105 - a folder
    fsync_folder(target.parent)
