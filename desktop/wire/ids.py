"""Row ids that say whose they are, device ids that say whose keys they are.

A row id is a UUIDv7 whose last five bytes start H(row, group, table, owner office, first 11 bytes). An
operation is lawful iff the id fits: no office can claim an id of another office, group or table, and no list
of ids has to be kept to know it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from functools import lru_cache

from desktop.wire.hashing import SUITE, digest

_ROW = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LENGTH = 36
_ROW_PREFIX = (SUITE + "row\n").encode()


def new_row_id(group: str, table: str, office: str, *, wall_ms: int | None = None) -> str:
    """A fresh row id of ``office`` in ``group`` and ``table``; ``wall_ms`` counts from 1970 (UTC)."""
    stamp = time.time_ns() // 1_000_000 if wall_ms is None else wall_ms
    head = bytearray(stamp.to_bytes(6, "big", signed=False) + secrets.token_bytes(5))
    head[6] = 0x70 | head[6] & 0x0F
    head[8] = 0x80 | head[8] & 0x3F
    return row_text(bytes(head) + _owner_mark(group, table, office, bytes(head)))


def row_fits(row_untrusted: object, group: str, table: str, office: str) -> bool:
    """True iff the id was made for this group, table and owner office."""
    raw = _raw(row_untrusted) if isinstance(row_untrusted, str) and len(row_untrusted) == _LENGTH else None
    return raw is not None and raw[11:] == _owner_mark(group, table, office, raw[:11])


def is_row_id(row_untrusted: object) -> bool:
    """True for the text form of a UUIDv7."""
    return (
        isinstance(row_untrusted, str) and len(row_untrusted) == _LENGTH and _raw(row_untrusted) is not None
    )


def row_bytes(row: str) -> bytes:
    """The sixteen bytes of a row id."""
    found = _raw(row) if len(row) == _LENGTH else None
    return bytes.fromhex(row.replace("-", "")) if found is None else found


@lru_cache(maxsize=8192)
def _raw(text: str) -> bytes | None:
    """The bytes of what is a row id. An operation is asked three times for its own: they are kept."""
    return bytes.fromhex(text.replace("-", "")) if _ROW.fullmatch(text) else None


def row_text(raw: bytes) -> str:
    """The text form of sixteen bytes."""
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def device_id(signing_key: str, age_key: str) -> str:
    """The id of a PC: the first 32 hex digits of H(device, Ed25519 public key in hex, age recipient)."""
    return digest("device", signing_key, age_key)[:32]


def _owner_mark(group: str, table: str, office: str, head: bytes) -> bytes:
    hashed = _owner_hash(group, table, office).copy()
    hashed.update(head.hex().encode() + b"\n")
    return hashed.digest()[:5]


@lru_cache(maxsize=256)
def _owner_hash(group: str, table: str, office: str) -> hashlib._Hash:
    """The hash over what many ids have in common."""
    return hashlib.sha256(_ROW_PREFIX + f"{group}\n{table}\n{office}\n".encode())
