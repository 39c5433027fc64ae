"""The newest sound backup of a case file that does not open any more.

Looks only: what it finds is restored by ``backups.restore``, beside the damaged folder and never over it.
Knows keys only to verify.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from desktop.casefile.backups import FOLDER_NAME, backup_time, verify_backup
from desktop.casefile.keys import KEYS_NAME, load_key_file
from desktop.casefile.slots import derive
from desktop.casefile.unlocking import Unlock, unlock_keys
from desktop.casefile.verifying import sentences
from desktop.errors import UserError


class Backup(NamedTuple):
    """A backup as it lies in a folder, not looked into; ``made`` in UTC, from its name."""

    folder: Path
    made: dt.datetime


def backups_in(place: Path) -> list[Backup]:
    """The backups in a case file, in a folder, or the one that ``place`` is, the newest first.

    Raises ``UserError``.
    """
    if (itself := backup_time(place.name)) is not None:
        return [Backup(place, itself)] if place.is_dir() else []
    inside = place / FOLDER_NAME
    with sentences():
        folders = list((inside if inside.is_dir() else place).iterdir()) if place.is_dir() else []
        found = [Backup(folder, made) for folder in folders if (made := backup_time(folder.name))]
    return sorted((item for item in found if item.folder.is_dir()), key=lambda item: item.made, reverse=True)


def case_file_of(place: Path) -> Path | None:
    """The case file whose backup, or whose folder of backups, ``place`` is; ``None`` when it is elsewhere."""
    backups = place.parent if backup_time(place.name) else place
    folder = backups.parent if backups.name == FOLDER_NAME else backups
    return folder if (folder / KEYS_NAME).exists() else None


def newest_sound(place: Path, unlock: Unlock) -> Backup:
    """The newest backup whose every page is whole.

    Raises ``UserError``: ``casefile.no_backup``, or as ``unlock_keys`` when none opens with ``unlock``: a
    backup keeps the passphrases of its day.
    """
    refused: UserError | None = None
    for backup in backups_in(place):
        try:
            opened = unlock_keys(load_key_file(backup.folder), unlock)
        except UserError as fault:
            refused = refused or fault
            continue
        try:
            verify_backup(backup.folder, derive(opened.master, "database"))
        except UserError:
            continue
        return backup
    raise refused or UserError("casefile.no_backup")


def free_name(folder: Path, word: str) -> Path:
    """A folder beside ``folder`` that is not there yet: its name, ``word``, and a number if need be."""
    target, number = folder.with_name(f"{folder.name}-{word}"), 1
    while target.exists():
        number += 1
        target = folder.with_name(f"{folder.name}-{word}{number}")
    return target
