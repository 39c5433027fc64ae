"""``keys.json``: the slots that lead to the master key, written whole or not at all.

The file is a body (file id, check value, slots) and a digest of the body's bytes. The digest tells damage
from a wrong passphrase; the check value tells the right master key from another one. ``keys.json.bak`` is
the version before while a new one is written and a second copy of it afterwards: a revoked passphrase must
not live on in it. Knows nothing of the database.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from desktop.casefile.files import REAL_DISK, Disk, write_file
from desktop.casefile.keepers import KIND as CITY
from desktop.casefile.keepers import (
    KeptBy,
    keepers_told,
    make_city_slot,
    open_city_slot,
    read_city_slot,
)
from desktop.casefile.slots import (
    KEY_BYTES,
    Argon2,
    Secret,
    Slot,
    check_value,
    make_slot,
    open_slot,
    read_entry,
    reseal_slot,
)
from desktop.errors import UserError

KEYS_NAME = "keys.json"
COPY_NAME = "keys.json.bak"
VERSION = 1
_FORMAT = "liandong-keys"
_MAX_FILE = 1024 * 1024


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: str
    check: bytes
    slots: list[Slot]


class _Envelope(msgspec.Struct, frozen=True):
    format: str
    version: int
    digest: str = ""
    body: msgspec.Raw = msgspec.Raw(b"")


@dataclass(frozen=True, repr=False)
class Opened:
    """What a secret led to: the master key, whose slot it was, and which one (to try it first next time)."""

    master: bytes
    officer: str
    slot: str


@dataclass(frozen=True, repr=False)
class KeyFile:
    """The key slots of one case file. Immutable; each change is a new value to be saved."""

    file_id: str
    check: bytes
    slots: tuple[Slot, ...]

    def unlock(self, secret: Secret, first: str | None = None) -> Opened | None:
        """Try the slots of the secret's kind, ``first`` (a slot id) before the others; ``None`` if none
        opens.
        """
        for slot in sorted(self.slots, key=lambda slot: slot.id != first):
            found = open_slot(self.file_id, slot, secret)
            if found and hmac.compare_digest(check_value(found[0]), self.check):
                return Opened(found[0], found[1], slot.id)
        return None

    def officers(self, master: bytes, kind: str = "passphrase") -> list[str]:
        """The officers who have a slot of that kind, in the order they were added."""
        return list(dict.fromkeys(self._owners(master, kind).values()))

    def with_slot(self, secret: Secret, officer: str, master: bytes, cost: Argon2) -> KeyFile:
        """A further slot; the officer's earlier slots of that kind go."""
        kept = self.without(lambda kind, owner: (kind, owner) == (secret.kind, officer), master)
        return replace(kept, slots=(*kept.slots, make_slot(self.file_id, secret, officer, master, cost)))

    def without(self, gone: Callable[[str, str], bool], master: bytes) -> KeyFile:
        """Leave out the slots for which ``gone(kind, officer)`` holds."""
        owners = self._owners(master)
        kept = tuple(s for s in self.slots if not (s.id in owners and gone(s.kind, owners[s.id])))
        return replace(self, slots=kept)

    def resealed(self, old_master: bytes, new_master: bytes) -> KeyFile:
        """The same slots leading to a new master key; a slot that somebody altered is dropped."""
        slots = [reseal_slot(self.file_id, slot, old_master, new_master) for slot in self.slots]
        kept_by = self.kept_by(old_master)
        if kept_by is not None:
            slots.append(make_city_slot(self.file_id, kept_by, new_master))
        return KeyFile(self.file_id, check_value(new_master), tuple(slot for slot in slots if slot))

    def kept_by(self, master: bytes) -> KeptBy | None:
        """The city's keepers that this file is sealed to; ``None`` without them, or if that was altered."""
        city = [slot for slot in self.slots if slot.kind == CITY]
        return read_city_slot(self.file_id, city[0], master) if len(city) == 1 else None

    def with_keepers(self, kept_by: KeptBy | None, master: bytes) -> KeyFile:
        """Sealed to these keepers instead of those before; ``None``: to nobody. Raises ``ValueError``."""
        rest = tuple(slot for slot in self.slots if slot.kind != CITY)
        made = () if kept_by is None else (make_city_slot(self.file_id, kept_by, master),)
        return replace(self, slots=(*rest, *made))

    def unlock_by_keepers(self, shares: Sequence[str], officer: str | None) -> Opened:
        """Opens with the keepers' shares, for ``officer`` or whoever made the printed recovery key.

        Raises ``UserError``: ``casefile.no_city_slot``, ``casefile.officer_unknown`` and as
        ``open_city_slot``.
        """
        city = self._city_slot()
        master = open_city_slot(city, shares)
        if not hmac.compare_digest(check_value(master), self.check):
            raise UserError("casefile.city_slot_damaged")
        known = [*self.officers(master, "recovery"), *self.officers(master)]
        if not known or (officer is not None and officer not in known):
            raise UserError("casefile.officer_unknown")
        return Opened(master, officer or known[0], city.id)

    def keepers_told(self) -> KeptBy:
        """The keepers that the file says can open it, for somebody who is not inside. Raises ``UserError``:
        ``casefile.no_city_slot``, ``casefile.city_slot_damaged``."""
        return keepers_told(self._city_slot())

    def opens_for_keepers(self, opened: Opened) -> bool:
        """Was it the keepers' slot that opened?"""
        return any(slot.id == opened.slot and slot.kind == CITY for slot in self.slots)

    def _city_slot(self) -> Slot:
        city = next((slot for slot in self.slots if slot.kind == CITY), None)
        if city is None:
            raise UserError("casefile.no_city_slot")
        return city

    def save(self, folder: Path, disk: Disk = REAL_DISK) -> None:
        """Write the file, read it back, then bring the second copy up to date. Raises ``OSError``."""
        data = self._encode()
        target, copy = folder / KEYS_NAME, folder / COPY_NAME
        if target.exists() and not copy.exists():
            write_file(copy, target.read_bytes(), disk)
        write_file(target, data, disk)
        if target.read_bytes() != data:
            raise UserError("casefile.keys_not_written")
        write_file(copy, data, disk)

    def _owners(self, master: bytes, kind: str | None = None) -> dict[str, str]:
        found = ((s.id, read_entry(self.file_id, s, master)) for s in self.slots if kind in (None, s.kind))
        return {slot: entry.officer for slot, entry in found if entry}

    def _encode(self) -> bytes:
        body = msgspec.json.encode(_Body(self.file_id, self.check, list(self.slots)))
        return msgspec.json.encode(_Envelope(_FORMAT, VERSION, _digest(body), msgspec.Raw(body)))


def new_master_key() -> bytes:
    """256 random bits."""
    return os.urandom(KEY_BYTES)


def new_key_file(master: bytes) -> KeyFile:
    """A key file without slots, with a new random file id (which names nothing)."""
    return KeyFile(secrets.token_hex(16), check_value(master), ())


def load_key_file(folder: Path) -> KeyFile:
    """The key file of a folder, from its second copy if the first is damaged.

    Raises ``UserError``: ``casefile.foreign`` (none of ours), ``casefile.newer``, ``casefile.keys_damaged``.
    """
    try:
        return _decode(folder / KEYS_NAME)
    except UserError as fault:
        if fault.code == "casefile.newer" or not (folder / COPY_NAME).is_file():
            raise
    return _decode(folder / COPY_NAME)


def _decode(path: Path) -> KeyFile:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise UserError("casefile.foreign") from None
    if len(data) > _MAX_FILE:
        raise UserError("casefile.keys_damaged")
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        envelope = msgspec.json.decode(data, type=_Envelope)
        if envelope.format != _FORMAT:
            raise UserError("casefile.foreign")
        if envelope.version > VERSION:
            raise UserError("casefile.newer")
        raw = bytes(envelope.body)
        if envelope.version == VERSION and envelope.digest == _digest(raw):
            body = msgspec.json.decode(raw, type=_Body)
            return KeyFile(body.file, body.check, tuple(body.slots))
    raise UserError("casefile.keys_damaged")


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
