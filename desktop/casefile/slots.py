"""One key slot: how a passphrase, the OS vault or a recovery key leads to the master key.

    secret --KDF--> slot key --opens--> identity {age identity, officer, bond}   written once, with the slot
    age identity --opens--> master key + HMAC(bond, master key)         rewritten when the master key changes
    master key --opens--> entry {officer, bond}                  so that whoever is inside can list officers

The age recipient lets a new master key be sealed for an officer whose passphrase nobody else knows. The
bond lets the slot refuse a master key put there by somebody who was never inside. Nothing in a slot names a
person. Knows no files.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Literal

import msgspec
import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
Kind = Literal["passphrase", "vault", "recovery", "city"]
_NONCE_BYTES = 12
_MAX_SEALED = 4096


class Argon2(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cost of a guess. The default is OWASP's and Vaultwarden's: 64 MiB, 3 passes, 4 lanes (0.11 s
    measured).
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4
    salt: bytes = b""

    def lawful(self) -> bool:
        """Within what a PC can bear: the numbers come from a file that anybody may have changed."""
        return (
            1 <= self.passes <= 16
            and 1 <= self.lanes <= 16
            and 8 * self.lanes <= self.memory_kib <= 1024 * 1024
            and 16 <= len(self.salt) <= 64
        )


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A slot as it stands in ``keys.json``; every field is public."""

    id: str
    kind: str
    recipient: str
    identity: bytes
    master: bytes
    entry: bytes
    argon2: Argon2 | None = None


class _Identity(msgspec.Struct, frozen=True):
    identity: str
    officer: str
    bond: bytes


class Entry(msgspec.Struct, frozen=True):
    """What somebody inside may know about a slot: whose it is, and the bond for the next master key."""

    officer: str
    bond: bytes


@dataclass(frozen=True, repr=False)
class Secret:
    """What opens a slot of one kind: the UTF-8 of a passphrase, or random bytes."""

    kind: Kind
    value: bytes


def passphrase_secret(text_untrusted: str) -> Secret:
    """Full-width and half-width forms of a passphrase are the same passphrase (input methods differ)."""
    return Secret(
        "passphrase", unicodedata.normalize("NFKC", text_untrusted).encode("utf-8", "surrogatepass")
    )


def derive(key: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), KEY_BYTES, salt, f"liandong/casefile/1/{purpose}".encode()).derive(key)


def check_value(master: bytes) -> bytes:
    """A public value by which a master key is recognised; tells nothing about the key."""
    return hmac.digest(derive(master, "check"), b"check", "sha256")


def seal(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """ChaCha20-Poly1305 with a random nonce in front; ``bound_to`` is authenticated, not stored."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, bound_to)


def unseal(key: bytes, sealed_untrusted: bytes, bound_to: bytes) -> bytes | None:
    """The plain bytes, or ``None`` for a wrong key or changed bytes."""
    if not _NONCE_BYTES + 16 <= len(sealed_untrusted) <= _MAX_SEALED:
        return None
    nonce, body = sealed_untrusted[:_NONCE_BYTES], sealed_untrusted[_NONCE_BYTES:]
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, body, bound_to)
    except InvalidTag:
        return None


def make_slot(file_id: str, secret: Secret, officer: str, master: bytes, cost: Argon2) -> Slot:
    """A new slot for ``officer`` (a row id, never a name). ``cost`` matters for passphrases only."""
    slot_id = secrets.token_hex(8)
    argon2 = None
    if secret.kind == "passphrase":
        argon2 = msgspec.structs.replace(cost, salt=os.urandom(16))
    pair = pyrage.x25519.Identity.generate()
    bond = os.urandom(KEY_BYTES)
    bound = _bound(file_id, slot_id, secret.kind)
    inner = msgspec.json.encode(_Identity(str(pair), officer, bond))
    recipient = str(pair.to_public())
    return Slot(
        id=slot_id,
        kind=secret.kind,
        recipient=recipient,
        identity=seal(_slot_key(secret, argon2, slot_id), inner, bound),
        master=_seal_master(recipient, master, bond),
        entry=_seal_entry(master, bound, Entry(officer, bond)),
        argon2=argon2,
    )


def open_slot(file_id: str, slot: Slot, secret: Secret) -> tuple[bytes, str] | None:
    """The master key and the officer, or ``None``: another kind, a wrong secret, or a slot somebody
    altered.
    """
    if slot.kind != secret.kind or (slot.argon2 is not None and not slot.argon2.lawful()):
        return None
    if (secret.kind == "passphrase") != (slot.argon2 is not None):
        return None
    plain = unseal(
        _slot_key(secret, slot.argon2, slot.id), slot.identity, _bound(file_id, slot.id, slot.kind)
    )
    if plain is None:
        return None
    inner = msgspec.json.decode(plain, type=_Identity)
    master = _open_master(slot.master, inner)
    return None if master is None else (master, inner.officer)


def read_entry(file_id: str, slot: Slot, master: bytes) -> Entry | None:
    """Whose slot it is, for somebody who holds the master key; ``None`` if it was altered."""
    plain = unseal(derive(master, "entries"), slot.entry, _bound(file_id, slot.id, slot.kind))
    return None if plain is None else msgspec.json.decode(plain, type=Entry)


def reseal_slot(file_id: str, slot: Slot, old_master: bytes, new_master: bytes) -> Slot | None:
    """The same slot leading to a new master key; its owner's secret is not needed. ``None`` if it was
    altered.
    """
    entry = read_entry(file_id, slot, old_master)
    if entry is None:
        return None
    return msgspec.structs.replace(
        slot,
        master=_seal_master(slot.recipient, new_master, entry.bond),
        entry=_seal_entry(new_master, _bound(file_id, slot.id, slot.kind), entry),
    )


def _bound(file_id: str, slot_id: str, kind: str) -> bytes:
    return f"liandong/casefile/1/slot {file_id} {slot_id} {kind}".encode()


def _slot_key(secret: Secret, argon2: Argon2 | None, slot_id: str) -> bytes:
    if argon2 is None:
        return derive(secret.value, f"slot {secret.kind}", salt=slot_id.encode())
    kdf = Argon2id(
        salt=argon2.salt,
        length=KEY_BYTES,
        iterations=argon2.passes,
        lanes=argon2.lanes,
        memory_cost=argon2.memory_kib,
    )
    return kdf.derive(secret.value)


def _proof(bond: bytes, master: bytes) -> bytes:
    return hmac.digest(bond, master, hashlib.sha256)


def _seal_master(recipient: str, master: bytes, bond: bytes) -> bytes:
    sealed: bytes = pyrage.encrypt(
        master + _proof(bond, master), [pyrage.x25519.Recipient.from_str(recipient)]
    )
    return sealed


def _open_master(sealed_untrusted: bytes, inner: _Identity) -> bytes | None:
    if len(sealed_untrusted) > _MAX_SEALED:
        return None
    try:
        plain = pyrage.decrypt(sealed_untrusted, [pyrage.x25519.Identity.from_str(inner.identity)])
    except (pyrage.DecryptError, pyrage.IdentityError):
        return None
    master, proof = plain[:KEY_BYTES], plain[KEY_BYTES:]
    return master if hmac.compare_digest(proof, _proof(inner.bond, master)) else None


def _seal_entry(master: bytes, bound: bytes, entry: Entry) -> bytes:
    return seal(derive(master, "entries"), msgspec.json.encode(entry), bound)
