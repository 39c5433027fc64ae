"""The case file: create, open, lock, and who may open it.

A folder with the encrypted database, its keys and its attachments. One process at a time writes; others may
read beside it. Opening goes lock -> verify -> (copy -> migrate -> check) -> open, and a refusal changes
nothing on disk. Knows the schema only through a ``SchemaPort``, and officers only by row id.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlcipher3 import dbapi2

from desktop.casefile import backups, blobs, rekeying
from desktop.casefile.continuity import TOKEN, Continuity, read_meta
from desktop.casefile.database import DatabaseKey, Mode, connect, engine
from desktop.casefile.files import fsync_folder, make_folder, remove_tree, sweep_parts
from desktop.casefile.keepers import KeptBy
from desktop.casefile.keys import KeyFile, Opened, load_key_file, new_key_file, new_master_key
from desktop.casefile.locking import (
    FolderLock,
    clear_marker,
    refuse_network_folder,
    write_marker,
)
from desktop.casefile.migrating import SchemaPort
from desktop.casefile.opening import (
    Migrate,
    build,
    refuse_full_folder,
    refuse_stranger,
    upgraded,
    verify,
)
from desktop.casefile.recovery import new_recovery_bytes, recovery_text
from desktop.casefile.slots import Argon2, Secret, derive
from desktop.casefile.unlocking import Passphrase, RecoveryKey, Unlock, new_passphrase, unlock_keys
from desktop.casefile.vault import SECRET_BYTES, Vault
from desktop.casefile.verifying import (
    DATABASE_NAME,
    DRAFTS_NAME,
    reading_mode,
    sentences,
    wal_path,
)
from desktop.errors import UserError


class CaseFile:
    """An open case file. Made by ``create`` and ``open``; ended by ``close``, also as a context manager.

    ``engine`` writes (or reads, when opened for reading), ``reader`` only reads; ``officer`` is the row id
    of whoever's slot opened it; ``restored`` says that this is another copy than the one this PC had open
    here last, so that the caller must start a new incarnation of its logs and then call ``continue_here``.
    """

    def __init__(
        self,
        folder: Path,
        opened: Opened,
        key_file: KeyFile,
        *,
        lock: FolderLock | None,
        continuity: Continuity,
        cost: Argon2,
    ) -> None:
        self.folder = folder
        self.officer = opened.officer
        self.restored = False
        self._slot = opened.slot
        self.by_keepers = key_file.opens_for_keepers(opened)
        """Opened with the keepers' shares this time."""
        self._master: bytes | None = opened.master
        self._key_file = key_file
        self._lock = lock
        self._continuity = continuity
        self._cost = cost
        self._key = DatabaseKey(derive(opened.master, "database"))
        database = folder / DATABASE_NAME
        self.reader = engine(database, self._key, mode=reading_mode(database))
        self.engine = engine(database, self._key) if lock else self.reader
        self._drafts: Engine | None = None
        self._making_drafts = threading.Lock()
        self._changing = threading.RLock()
        self.blobs = blobs.BlobStore(folder / blobs.FOLDER_NAME, opened.master)

    # -- create and open --

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        passphrase: str,
        officer: str,
        migrate: Migrate,
        state: Path | None = None,
        cost: Argon2 = Argon2(),  # noqa: B008 - immutable
    ) -> tuple[CaseFile, str]:
        """Make a case file in a new or empty folder; returns it open for writing, and the recovery key to
        print.

        ``officer`` is a row id; ``state`` the program's state folder (tests). Raises ``UserError``.
        """
        folder = folder.absolute()
        chosen = new_passphrase(passphrase)
        with sentences():
            refuse_full_folder(folder)
            make_folder(folder.parent)
            refuse_network_folder(folder.parent)
            recovery = new_recovery_bytes()
            master = new_master_key()
            keys = new_key_file(master)
            for secret in (chosen, Secret("recovery", recovery)):
                keys = keys.with_slot(secret, officer, master, cost)
            build(folder, keys, master, migrate)
            with contextlib.ExitStack() as undo:
                undo.callback(remove_tree, folder)  # nobody has seen the recovery key: a file for nobody
                lock = FolderLock(folder)
                undo.callback(lock.release)
                opened = Opened(master, officer, keys.slots[0].id)
                continuity = Continuity(folder, keys.file_id, state)
                made = cls._start(folder, opened, keys, lock, continuity, cost, new=True)
                undo.pop_all()
        return made, recovery_text(recovery)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        unlock: Unlock,
        write: bool,
        schema: SchemaPort,
        state: Path | None = None,
        cost: Argon2 = Argon2(),  # noqa: B008 - immutable
    ) -> CaseFile:
        """Open for writing (alone, migrating when needed) or for reading (beside a writer, no lock).

        Raises ``UserError``: ``casefile.`` ``foreign``, ``in_use``, ``wrong_passphrase``,
        ``wrong_recovery_key``, ``vault_unavailable``, ``keys_damaged``, ``half_copied``, ``truncated``,
        ``corrupt``, ``newer``, ``needs_upgrade`` (reading an older one), ``migration_failed``;
        ``environment.`` for the disk.
        """
        folder = folder.absolute()
        with sentences():
            refuse_stranger(folder)
            if write:
                refuse_network_folder(folder)
            with contextlib.ExitStack() as undo:
                lock = FolderLock(folder) if write else None
                if lock:
                    undo.callback(lock.release)
                    rekeying.settle(folder)
                elif rekeying.is_pending(folder):
                    raise UserError("casefile.unfinished")
                keys = load_key_file(folder)
                continuity = Continuity(folder, keys.file_id, state)
                opened = unlock_keys(keys, unlock, continuity.last_slot)
                key = derive(opened.master, "database")
                verify(folder, key, schema, locked=lock is not None)
                with upgraded(folder, key, schema) if lock else contextlib.nullcontext():
                    found = cls._start(folder, opened, keys, lock, continuity, cost, new=False)
                undo.pop_all()
        return found

    @classmethod
    def _start(
        cls,
        folder: Path,
        opened: Opened,
        keys: KeyFile,
        lock: FolderLock | None,
        continuity: Continuity,
        cost: Argon2,
        *,
        new: bool,
    ) -> CaseFile:
        """The last step of opening: marker, token, engines."""
        found = cls(folder, opened, keys, lock=lock, continuity=continuity, cost=cost)
        if lock:
            try:
                sweep_parts(folder)
                found._mark_open()
                with found.engine.connect() as connection:
                    token = read_meta(connection, TOKEN)
                found.restored = not new and not continuity.recognises(token)
                if not found.restored:
                    continuity.renew(found.engine, opened.slot)
                found._mark_open()
            except BaseException:
                found._forget()
                raise
        return found

    def continue_here(self) -> None:
        """The caller has started a new incarnation: from now on this copy is the one this PC knows."""
        with sentences():
            self._continuity.renew(self.engine, self._slot)
        self.restored = False

    # -- use and end --

    @property
    def writable(self) -> bool:
        """Opened for writing, and not closed."""
        return self._lock is not None

    @property
    def file_id(self) -> str:
        """Random; the name under which the vault keeps this file's bytes."""
        return self._key_file.file_id

    @property
    def drafts(self) -> Engine:
        """The engine of ``drafts.db`` (same key), for any thread. Only when opened for writing."""
        self._master_key()
        with self._making_drafts:
            if self._drafts is None:
                self._drafts = engine(self.folder / DRAFTS_NAME, self._key, mode="create")
        return self._drafts

    @contextlib.contextmanager
    def drafts_transaction(self, *, write: bool = True) -> Iterator[Connection]:
        """A transaction on ``drafts.db``, which a process that only reads may write too: the audit of reads
        stands there. (docs/decisions/0007)

        Raises ``UserError``: ``casefile.locked``; ``environment.…``, among them ``environment.locked`` when
        the file was exchanged meanwhile, as ``remove_officer`` does: nothing may count as kept then.
        """
        self._master_key(writing=False)
        path = self.folder / DRAFTS_NAME
        with sentences():
            before = _identity(path) if path.exists() else None
            with self._drafts_connection(write) as connection:
                yield connection
            if before not in (None, _identity(path)):
                raise UserError("environment.locked")

    @contextlib.contextmanager
    def _drafts_connection(self, write: bool) -> Iterator[Connection]:
        if self.writable:
            with self.drafts.begin() as connection:
                yield connection
            return
        if write and not os.access(self.folder, os.W_OK):
            raise UserError("environment.read_only")
        path = self.folder / DRAFTS_NAME
        made = engine(path, self._key, mode="write" if write else reading_mode(path))
        try:
            with made.begin() as connection:
                yield connection
        finally:
            made.dispose()

    def officers(self) -> list[str]:
        """Row ids of the officers who have a passphrase, in the order they were added."""
        return self._key_file.officers(self._master_key(writing=False))

    def close(self) -> None:
        """Lock the case file: engines disposed, keys dropped, folder released. Harmless when repeated.

        What cannot be finished (disk full, a reader still inside) is left as an unclean end, which is safe.
        """
        if self._lock is not None and self._master is not None:
            with contextlib.suppress(UserError), sentences():
                self._finish()
        self._forget()

    lock = close

    def __enter__(self) -> CaseFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _finish(self) -> None:
        if not self.restored:
            self._continuity.renew(self.engine, self._slot)
        # SQLite removes the WAL with its last connection; this one stays until the marker promises none.
        with contextlib.closing(connect(self.folder / DATABASE_NAME, self._key.reveal())) as last:
            self._dispose()
            if not _checkpoint(last):
                return
            write_marker(self.folder, wal=False)
        clear_marker(self.folder)
        fsync_folder(self.folder)

    def backup(self, to: Path | None = None) -> Path:
        """A verified copy in a new folder inside ``to``, by default the case file's own ``backups``
        (thinned).

        Works beside a writer. Returns the new folder. Raises ``UserError``.
        """
        self._master_key(writing=False)
        place = to or self.folder / backups.FOLDER_NAME
        made = backups.make_backup(self.folder, self._key.reveal(), place)
        if to is None:
            backups.thin(place)
        return made

    def _mark_open(self) -> None:
        """The engine's first connection makes the WAL; from then on a copy without it is worthless."""
        with self.engine.connect():
            write_marker(self.folder, wal=wal_path(self.folder / DATABASE_NAME).exists())

    def _dispose(self) -> None:
        for made in (self.reader, self.engine, self._drafts):
            if made is not None:
                made.dispose()

    def _forget(self) -> None:
        with self._changing:
            self._dispose()
            self._key.drop()
            self._master = None
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def _master_key(self, *, writing: bool = True) -> bytes:
        if self._master is None:
            raise UserError("casefile.locked")
        if writing and self._lock is None:
            raise UserError("casefile.opened_for_reading")
        return self._master

    # -- who may open it --

    @contextlib.contextmanager
    def _changing_slots(self) -> Iterator[bytes]:
        """The master key, for one change of the slots at a time, and for none once the file is closed."""
        with self._changing:
            yield self._master_key()

    def change_passphrase(self, current: str, new: str) -> None:
        """The acting officer's. Raises ``UserError`` ``casefile.wrong_passphrase`` when ``current`` is not
        theirs.
        """
        with self._changing_slots() as master:
            self.check_passphrase(current)
            self._save(self._key_file.with_slot(new_passphrase(new), self.officer, master, self._cost))

    def check_passphrase(self, passphrase: str) -> None:
        """That it is the acting officer's. Raises ``UserError`` ``casefile.wrong_passphrase``."""
        if unlock_keys(self._key_file, Passphrase(passphrase)).officer != self.officer:
            raise UserError("casefile.wrong_passphrase")

    def give_passphrase(self, new: str) -> None:
        """A new passphrase for the acting officer, whose old one is lost. Raises ``UserError``."""
        chosen = new_passphrase(new)
        with self._changing_slots() as master:
            self._save(self._key_file.with_slot(chosen, self.officer, master, self._cost))

    @property
    def kept_by(self) -> KeptBy | None:
        """The city's keepers that can open this file together."""
        return self._key_file.kept_by(self._master_key(writing=False))

    def seal_for_keepers(self, kept_by: KeptBy | None) -> None:
        """Lets these keepers open the file together, those before no more. Raises ``ValueError``,
        ``UserError``.
        """
        with self._changing_slots() as master:
            self._save(self._key_file.with_keepers(kept_by, master))

    def add_officer(self, officer: str, passphrase: str) -> None:
        """Raises ``UserError`` ``casefile.officer_known`` when that row id already has a passphrase."""
        with self._changing_slots() as master:
            if officer in self.officers():
                raise UserError("casefile.officer_known")
            self._save(self._key_file.with_slot(new_passphrase(passphrase), officer, master, self._cost))

    def remove_officer(self, officer: str) -> str:
        """Copy everything to a new master key that the officer's slots do not lead to; returns the new
        recovery key to print, for whoever goes may have seen the old one.

        The others keep their passphrases. What the officer copied before, backups included, stays readable
        to them: delete old backups if that matters. Engines stay valid, connections do not: no other
        operation may be under way. If the disk fails in the middle of the swap, the case file closes and the
        next opening finishes it. Raises ``UserError``: ``casefile.remove_self``,
        ``casefile.officer_unknown``.
        """
        with self._changing_slots() as old:
            if officer == self.officer:
                raise UserError("casefile.remove_self")
            if officer not in self.officers():
                raise UserError("casefile.officer_unknown")
            new, recovery = new_master_key(), new_recovery_bytes()
            rest = self._key_file.without(lambda kind, owner: owner == officer or kind == "recovery", old)
            keys = rest.resealed(old, new).with_slot(
                Secret("recovery", recovery), self.officer, new, self._cost
            )
            with sentences():
                backups.refuse_full_disk(self.folder, self.folder)
                with contextlib.ExitStack() as guards:
                    guarded: dict[str, Mode] = {DATABASE_NAME: "write", DRAFTS_NAME: "create"}
                    for name, mode in guarded.items():
                        guard = connect(self.folder / name, self._key.reveal(), mode=mode)
                        guards.enter_context(contextlib.closing(guard))
                        guard.execute("BEGIN IMMEDIATE")
                    rekeying.prepare(self.folder, keys, old, new)
                    self._dispose()
                    write_marker(self.folder, wal=False)
                try:
                    rekeying.settle(self.folder)
                    self._key.replace(derive(new, "database"))
                    self.blobs.use(new)
                    self._master, self._key_file = new, keys
                    self._mark_open()
                except BaseException:
                    self._forget()
                    raise
        return recovery_text(recovery)

    @property
    def in_vault(self) -> bool:
        """May a vault open this file for the acting officer? (It may have lost its bytes since.)"""
        return self.officer in self._key_file.officers(self._master_key(writing=False), "vault")

    def remember_in_vault(self, vault: Vault) -> bool:
        """Let this user's vault open the file for the acting officer; ``False``: not available, nothing
        changed.
        """
        self._master_key()
        value = os.urandom(SECRET_BYTES)
        if not vault.put(self.file_id, value):
            return False
        with self._changing_slots() as master:
            self._save(self._key_file.with_slot(Secret("vault", value), self.officer, master, self._cost))
        return True

    def forget_in_vault(self, vault: Vault) -> None:
        """The vault opens the file for the acting officer no more, whether the vault answers or not."""
        owner = ("vault", self.officer)
        with self._changing_slots() as master:
            self._save(self._key_file.without(lambda kind, officer: (kind, officer) == owner, master))
        vault.delete(self.file_id)

    def new_recovery_key(self) -> str:
        """A new recovery key to print; the one printed before opens nothing any more."""
        recovery = new_recovery_bytes()
        with self._changing_slots() as master:
            rest = self._key_file.without(lambda kind, _: kind == "recovery", master)
            self._save(rest.with_slot(Secret("recovery", recovery), self.officer, master, self._cost))
        return recovery_text(recovery)

    @classmethod
    def recover(
        cls,
        folder: Path,
        recovery_key: str,
        new: str,
        *,
        officer: str | None = None,
        cost: Argon2 = Argon2(),  # noqa: B008 - immutable
    ) -> None:
        """Set a new passphrase with the printed key, for ``officer`` or whoever made the printed key.

        The printed key stays valid. Raises ``UserError`` as ``open`` does.
        """
        folder = folder.absolute()
        chosen = new_passphrase(new)
        with sentences():
            refuse_stranger(folder)
            lock = FolderLock(folder)
            try:
                rekeying.settle(folder)
                keys = load_key_file(folder)
                opened = unlock_keys(keys, RecoveryKey(recovery_key))
                keys.with_slot(chosen, officer or opened.officer, opened.master, cost).save(folder)
            finally:
                lock.release()

    def _save(self, keys: KeyFile) -> None:
        with sentences():
            keys.save(self.folder)
        self._key_file = keys


def _identity(path: Path) -> tuple[int, int]:
    """Which file this is, whatever its name."""
    found = path.stat()
    return found.st_dev, found.st_ino


def _checkpoint(connection: dbapi2.Connection) -> bool:
    """Bring everything from the WAL into the database; ``False`` if a reader prevented it."""
    return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
