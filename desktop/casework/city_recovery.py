"""A case file whose passphrases are lost, opened by the keepers that its city has named.

The file is sealed to the keepers as soon as the statement that names them is here; k of them open it together
and give an officer a new passphrase. That is noted in the audit and told at the next opening. Knows the case
file and its log, no screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from desktop.casefile.casefile import CaseFile
from desktop.casefile.keepers import KeptBy, place_of
from desktop.casefile.keys import load_key_file
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.unlocking import CityShares, Unlock, new_passphrase
from desktop.casework.audit import AuditLog, What
from desktop.changes.journal import Journal, wall_ms
from desktop.changes.pen import get_setting, put_setting
from desktop.errors import UserError
from desktop.models.schema import REVISIONS
from desktop.wire.groups import city_of
from desktop.wire.recovery import KIND, Keepers, keepers_of

_OPENED = "opened_by_keepers"


class KeepersTold(msgspec.Struct, frozen=True):
    """How many keepers of how many can open the file together, and whether it is sealed to them already."""

    need: int
    keepers: int
    sealed: bool


class ByKeepers(msgspec.Struct, frozen=True):
    """When keepers gave somebody a new passphrase (ms since 1970), and whom (a row id)."""

    at: int
    officer: str


def seal_as_stated(casefile: CaseFile) -> bool:
    """Seals an open file to the keepers that its city has named last; true when that changed anything.

    Costs a look at the statements. Raises ``UserError`` when the keys cannot be written.
    """
    stated = _stated(casefile)
    if stated is None:
        return False
    wanted = KeptBy(stated.statement, stated.keys, stated.need)
    if casefile.kept_by == wanted:
        return False
    with suppress(ValueError):  # what the city named is no key at all: nobody could be sealed to it
        casefile.seal_for_keepers(wanted)
        return True
    return False


def keepers_told(casefile: CaseFile) -> KeepersTold | None:
    """Who can open this file together; ``None`` while the city has named nobody."""
    stated = _stated(casefile)
    if stated is None:
        return None
    kept_by = casefile.kept_by
    sealed = kept_by is not None and kept_by.statement == stated.statement
    return KeepersTold(stated.need, len(stated.keys), sealed)


def keepers_wanted(folder: Path) -> KeptBy:
    """Whose shares a closed case file says that it needs. Raises ``UserError``, as when it needs nobody's."""
    return load_key_file(folder).keepers_told()


def bring(wanted: KeptBy, brought: dict[int, str], share: str) -> int:
    """Adds a share to those that were brought, by keeper; returns which keeper's it is, from 1.

    Raises ``UserError`` ``casefile.wrong_shares`` for one of another key set.
    """
    place = place_of(wanted, share)
    brought[place] = share
    return place + 1


def open_by_keepers(folder: Path, shares: Sequence[str], new: str, *, officer: str | None = None) -> CaseFile:
    """Opens a file with the shares and gives a new passphrase: to ``officer``, or to whoever made the printed
    recovery key. Noted before it is done. Raises ``UserError``; then no passphrase has changed.
    """
    new_passphrase(new)
    unlock: Unlock = CityShares(tuple(shares), officer)
    casefile = CaseFile.open(folder, unlock=unlock, write=True, schema=AlembicSchema(REVISIONS))
    try:
        AuditLog(casefile).note("city_recovery", record=casefile.officer, what=What(count=len(set(shares))))
        told = msgspec.json.encode(ByKeepers(wall_ms(), casefile.officer))
        with casefile.engine.begin() as conn:
            put_setting(conn, _OPENED, told)
        casefile.give_passphrase(new)
    except BaseException:
        casefile.close()
        raise
    return casefile


def opened_by_keepers(casefile: CaseFile) -> ByKeepers | None:
    """That keepers opened the file and nobody has been told yet."""
    with casefile.reader.connect() as conn:
        found = get_setting(conn, _OPENED)
    return msgspec.json.decode(found, type=ByKeepers) if found else None


def have_told(casefile: CaseFile) -> None:
    """Somebody was told; the audit keeps it."""
    with casefile.engine.begin() as conn:
        put_setting(conn, _OPENED, b"")


def _stated(casefile: CaseFile) -> Keepers | None:
    with casefile.reader.connect() as conn:
        if conn.exec_driver_sql("SELECT 1 FROM statement WHERE kind = ? LIMIT 1", (KIND,)).first() is None:
            return None
        journal = Journal(conn)
        if journal.root() is None:
            return None
        return keepers_of(journal.rights(), journal.statements(), city_of(journal.pen().office))


class Watch:
    """Seals an open file when the statements about keepers have changed; cheap enough after every act.

    A full disk leaves it to the next opening; status says so.
    """

    def __init__(self, casefile: CaseFile) -> None:
        self._casefile = casefile
        self._seen: tuple[int, ...] = ()

    def look(self) -> None:
        """Does what is to be done."""
        with self._casefile.reader.connect() as conn:
            found = conn.exec_driver_sql(
                "SELECT count(*), coalesce(sum(length(signatures)), 0) FROM statement"
                " WHERE kind IN (?, 'keys')",
                (KIND,),
            ).one()
        if self._seen != tuple(found):
            with suppress(UserError):
                seal_as_stated(self._casefile)
                self._seen = tuple(found)
