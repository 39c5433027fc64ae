"""The city's slot: any k of n keepers open a case file together, though nobody inside can.

No secret is cut in pieces. Each keeper has an age key of their own; for every k of them the master key is
sealed to one after the other, an age file inside an age file. Whoever has k of the keys takes off k covers,
with stock tools if need be. Like every slot it names nobody. Knows no statement and no file.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from itertools import combinations
from secrets import token_hex

import msgspec
import pyrage

from desktop.casefile.slots import KEY_BYTES, Slot, derive
from desktop.errors import UserError

KIND = "city"
MOST = 7
_MAX_COVERED = 4096
_LONGEST_SHARE = 64 * 1024
_MARK = "AGE-SECRET-KEY-1"


class KeptBy(msgspec.Struct, frozen=True):
    """Whose keys a slot is sealed to: the id of the statement that named them, their recipients, how many
    of them it takes."""

    statement: str
    keys: tuple[str, ...]
    need: int


class _Covered(msgspec.Struct, frozen=True):
    """The master key for the keepers of these places."""

    places: tuple[int, ...]
    file: bytes


def make_city_slot(file_id: str, kept_by: KeptBy, master: bytes) -> Slot:
    """A slot for these keepers. Raises ``ValueError`` for what is no recipient, or more than ``MOST``."""
    if not 1 <= kept_by.need <= len(kept_by.keys) <= MOST:
        raise ValueError("as many keepers as cannot be")
    recipients = [_recipient(key) for key in kept_by.keys]
    covered = []
    for places in combinations(range(len(recipients)), kept_by.need):
        data = master
        for place in places:
            data = pyrage.encrypt(data, [recipients[place]])
        covered.append(_Covered(places, data))
    slot = Slot(
        id=token_hex(8),
        kind=KIND,
        recipient="",
        identity=msgspec.json.encode(kept_by),
        master=msgspec.json.encode(covered),
        entry=b"",
    )
    return msgspec.structs.replace(slot, entry=_mark(file_id, slot, master))


def read_city_slot(file_id: str, slot: Slot, master: bytes) -> KeptBy | None:
    """Whose keys it is sealed to, for somebody who is inside; ``None`` if anything of it was altered."""
    if not hmac.compare_digest(slot.entry, _mark(file_id, slot, master)):
        return None
    return _kept_by(slot)


def keepers_told(slot: Slot) -> KeptBy:
    """Whose keys it says it is sealed to, for somebody who is not inside: good for a hint, no proof.

    Raises ``UserError`` ``casefile.city_slot_damaged``.
    """
    kept_by = _kept_by(slot)
    if kept_by is None:
        raise UserError("casefile.city_slot_damaged")
    return kept_by


def place_of(kept_by: KeptBy, share: str) -> int:
    """Which of the keepers a share is of, from 0. Raises ``UserError`` ``casefile.wrong_shares``."""
    recipient = str(pyrage.x25519.Identity.from_str(share).to_public())
    if recipient not in kept_by.keys:
        raise UserError("casefile.wrong_shares")
    return kept_by.keys.index(recipient)


def open_city_slot(slot: Slot, shares: Sequence[str]) -> bytes:
    """The master key. The caller compares its check value.

    Raises ``UserError``: ``casefile.wrong_shares`` (a share of another key set or of none),
    ``casefile.too_few_shares``, ``casefile.city_slot_damaged``.
    """
    kept_by = keepers_told(slot)
    own = {place_of(kept_by, share): pyrage.x25519.Identity.from_str(share) for share in shares}
    if len(own) < kept_by.need:
        raise UserError("casefile.too_few_shares", need=kept_by.need, have=len(own))
    places = tuple(sorted(own))[: kept_by.need]
    covered = next((item for item in _all_covered(slot) if item.places == places), None)
    if covered is None or len(covered.file) > _MAX_COVERED:
        raise UserError("casefile.city_slot_damaged")
    data = covered.file
    try:
        for place in reversed(places):
            data = pyrage.decrypt(data, [own[place]])
    except pyrage.DecryptError:
        raise UserError("casefile.city_slot_damaged") from None
    if len(data) != KEY_BYTES:
        raise UserError("casefile.city_slot_damaged")
    return data


def new_share() -> tuple[str, str]:
    """A keeper's new key: the identity, which is secret, and its recipient."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def read_share(data_untrusted: bytes) -> str:
    """The identity in a share file, or typed from its print: the one line of its kind; spaces are forgiven.

    Raises ``UserError`` ``casefile.no_recovery_share``.
    """
    text = data_untrusted[:_LONGEST_SHARE].decode("utf-8", "replace")
    lines = ["".join(line.split()).upper() for line in text.splitlines()]
    found = [line for line in lines if line.startswith(_MARK)]
    try:
        (identity,) = found
        return str(pyrage.x25519.Identity.from_str(identity))
    except (ValueError, pyrage.IdentityError):
        raise UserError("casefile.no_recovery_share") from None


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise ValueError("not an X25519 recipient") from None


def _mark(file_id: str, slot: Slot, master: bytes) -> bytes:
    """Shows whoever is inside that the slot was written inside, all of it."""
    bound = f"liandong/casefile/1/slot {file_id} {slot.id} {slot.kind}".encode()
    parts = (bound, slot.identity, slot.master)
    text = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(derive(master, "city slot"), text, "sha256")


def _kept_by(slot: Slot) -> KeptBy | None:
    try:
        found = msgspec.json.decode(slot.identity, type=KeptBy)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if 1 <= found.need <= len(found.keys) <= MOST else None


def _all_covered(slot: Slot) -> list[_Covered]:
    try:
        return msgspec.json.decode(slot.master, type=list[_Covered])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
