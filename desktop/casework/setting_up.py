"""A case file with its office and first officer, and the way back into it: what the wizard and the command
line both do.

Knows the case file, its schema and its first records; no screen.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Engine

from desktop.casefile.backups import restore
from desktop.casefile.casefile import CaseFile
from desktop.casefile.continuity import Continuity
from desktop.casefile.files import remove_tree
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.rescue import free_name, newest_sound
from desktop.casefile.slots import Argon2
from desktop.casefile.unlocking import Unlock
from desktop.casework.acts.base import required
from desktop.casework.desk import set_up
from desktop.errors import UserError
from desktop.forms.catalogue import render
from desktop.forms.data import RecoverySheet
from desktop.models.schema import REVISIONS
from desktop.wire.groups import is_office, office_group
from desktop.wire.ids import new_row_id


class FirstFacts(msgspec.Struct, frozen=True):
    """What a new case file begins with: its office, for life, and the officer who signs in first.

    ``office`` is an office id, ``name`` the printed name, ``short_name`` what document numbers begin with.
    """

    office: str
    name: str
    officer: str
    credential: str
    short_name: str = ""


def create_case_file(
    folder: Path,
    first: FirstFacts,
    passphrase: str,
    *,
    cost: Argon2 = Argon2(),  # noqa: B008 - immutable
) -> tuple[CaseFile, str]:
    """Makes a case file in a new or empty folder; returns it open for writing, and the recovery key to print.

    Raises ``UserError``: ``casefile.office``, ``acts.missing``, and as ``CaseFile.create``; then nothing was
    made.
    """
    if not is_office(first.office):
        raise UserError("casefile.office")
    name, officer = required(first.name, "name"), required(first.officer, "officer")
    credential = required(first.credential, "credential")
    row = new_row_id(office_group(first.office), "officer.ar", first.office)
    schema = AlembicSchema(REVISIONS)

    def migrate(engine: Engine) -> None:
        schema.migrate(engine)
        with engine.begin() as conn:
            set_up(conn, first.office, name, officer, credential, row, short_name=first.short_name.strip())

    return CaseFile.create(folder, passphrase=passphrase, officer=row, migrate=migrate, cost=cost)


class New(NamedTuple):
    """A case file just made: open, with its recovery key and the sheet to be kept."""

    casefile: CaseFile
    recovery: str
    sheet: bytes


def create_with_sheet(folder: Path, first: FirstFacts, passphrase: str) -> New:
    """Makes a case file and lays out its recovery sheet. Raises ``UserError``; then nothing was made."""
    casefile, recovery = create_case_file(folder, first, passphrase)
    try:
        return New(casefile, recovery, recovery_sheet(first.name.strip(), casefile.file_id, recovery))
    except BaseException:
        discard(casefile)
        raise


def discard(casefile: CaseFile) -> None:
    """Takes a case file away that was just made and that nobody will use: its recovery sheet was not kept."""
    folder = casefile.folder
    casefile.close()
    Continuity(folder, casefile.file_id).forget()
    remove_tree(folder)


def open_case_file(folder: Path, unlock: Unlock, *, write: bool = True) -> CaseFile:
    """Opens a case file with the newest schema, upgrading an older one. Takes up to seconds.

    Raises ``UserError`` as ``CaseFile.open`` does; then nothing was changed.
    """
    return CaseFile.open(folder, unlock=unlock, write=write, schema=AlembicSchema(REVISIONS))


def recovery_sheet(office: str, file_id: str, key: str) -> bytes:
    """The recovery sheet of today as PDF; ``office`` is the printed name."""
    today = datetime.now().astimezone().date().isoformat()
    return render(
        "recovery_sheet", RecoverySheet(office=office, date=today, file_id=file_id, recovery_key=key)
    )


class Rescued(NamedTuple):
    """A case file that was restored beside a damaged one: open, and from when its backup is."""

    casefile: CaseFile
    made: datetime


def open_newest_backup(folder: Path, unlock: Unlock, word: str) -> Rescued:
    """Restores the newest sound backup of a damaged case file and opens it; what was damaged stays as it is.

    The restored folder lies beside, with ``word`` behind its name. Raises ``UserError``; then nothing was
    left.
    """
    found = newest_sound(folder, unlock)
    into = free_name(folder, word)
    restore(found.folder, into)
    try:
        return Rescued(open_case_file(into, unlock), found.made)
    except BaseException:
        remove_tree(into)
        raise
