"""What this PC signs with and who it is: device keys, office, incarnation. Kept inside the encrypted file."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyrage
from sqlalchemy import Connection

from desktop.wire.ids import device_id
from desktop.wire.signatures import SigningKey

_FACTS = ("office", "incarnation", "signing_seed", "age_identity")
_OWN_FACTS = (
    "SELECT key, value FROM setting WHERE key IN ('office', 'incarnation', 'signing_seed', 'age_identity')"
)


def get_setting(conn: Connection, key: str) -> bytes | None:
    """One of this file's own facts."""
    found: Any = conn.exec_driver_sql("SELECT value FROM setting WHERE key = ?", (key,)).scalar()
    return None if found is None else bytes(found)


def put_setting(conn: Connection, key: str, value: bytes) -> None:
    """Sets one of this file's own facts."""
    conn.exec_driver_sql("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, value))


@dataclass(frozen=True, repr=False)
class Pen:
    """One enrolled PC as it writes: for life of one office; a new incarnation after restore or clone."""

    office: str
    incarnation: str
    signing: SigningKey
    age_identity: str

    @cached_property
    def age_recipient(self) -> str:
        """The public age key that bundles for this PC are sealed to."""
        return str(pyrage.x25519.Identity.from_str(self.age_identity).to_public())

    @cached_property
    def device(self) -> str:
        """The device id, made of its two public keys."""
        return device_id(self.signing.public, self.age_recipient)


def make_pen(conn: Connection, office: str) -> Pen:
    """Makes this PC's keys and keeps them in the file."""
    identity = str(pyrage.x25519.Identity.generate())
    pen = Pen(office, secrets.token_hex(16), SigningKey.generate(), identity)
    put_setting(conn, "office", office.encode())
    put_setting(conn, "incarnation", pen.incarnation.encode())
    put_setting(conn, "signing_seed", pen.signing.seed)
    put_setting(conn, "age_identity", identity.encode())
    return pen


def load_pen(conn: Connection, before: Pen | None = None) -> Pen:
    """This PC's keys. Raises ``LookupError`` when the file has none (it was never set up).

    ``before`` is what was loaded from the same file earlier: office and keys are for life, so it is given
    back while the incarnation is still its own.
    """
    if before is not None and get_setting(conn, "incarnation") == before.incarnation.encode():
        return before
    found = {key: bytes(value) for key, value in conn.exec_driver_sql(_OWN_FACTS)}
    if len(found) < len(_FACTS):
        raise LookupError("no device keys")
    office, incarnation, seed, identity = (found[key] for key in _FACTS)
    return Pen(office.decode(), incarnation.decode(), SigningKey(seed), identity.decode())


def new_incarnation(conn: Connection) -> None:
    """Starts new logs from now on: after a restore, or when another PC wrote with this one's key.

    The have-lists that this file made itself so far are no other PC's, and go.
    """
    before = get_setting(conn, "incarnation") or b""
    conn.exec_driver_sql("DELETE FROM have WHERE incarnation = ?", (before.decode(),))
    put_setting(conn, "incarnation", secrets.token_hex(16).encode())
