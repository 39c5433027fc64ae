"""H: the one hash construction of the formats. Parts hold no line feed; results are lower hex."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

SUITE = "liandong/1/"
"""Format 1, suite 1: SHA-256, Ed25519, age X25519."""

_FRESH = hashlib.sha256()
"""Copied for each hash: a third cheaper than a new one, which is looked up in the library each time."""

_HEX64 = re.compile(r"[0-9a-f]{64}")


def signing_text(tag: str, *parts: str | bytes) -> bytes:
    """``liandong/1/<tag> LF p1 LF p2 LF …``: what is hashed, and what a head signs.

    Raises ``ValueError`` if a part holds a line feed: a caller that lets one through could be made to hash
    two different things alike.
    """
    pieces = [(SUITE + tag).encode()]
    for part in parts:
        pieces.append(part.encode() if isinstance(part, str) else part)
    pieces.append(b"")
    text = b"\n".join(pieces)
    if text.count(b"\n") != len(parts) + 1:
        raise ValueError("a hashed part holds a line feed")
    return text


def digest(tag: str, *parts: str | bytes) -> str:
    """H(tag, p1, …) as 64 lower hex digits."""
    hashed = _FRESH.copy()
    hashed.update(signing_text(tag, *parts))
    return hashed.hexdigest()


@lru_cache(maxsize=64)
def begun(tag: str, *parts: str) -> hashlib._Hash:
    """The tag and first parts that many hashes have in common, hashed once. For ``digest_from`` alone."""
    return hashlib.sha256(signing_text(tag, *parts))


def digest_from(beginning: hashlib._Hash, *parts: bytes) -> str:
    """H of what was begun and further parts. Raises ``ValueError`` if one of these holds a line feed."""
    text = b"\n".join(parts)
    if text.count(b"\n") != len(parts) - 1:
        raise ValueError("a hashed part holds a line feed")
    hashed = beginning.copy()
    hashed.update(text + b"\n")
    return hashed.hexdigest()


def is_hash(value_untrusted: object) -> bool:
    """True for 64 lower hex digits."""
    return isinstance(value_untrusted, str) and _HEX64.fullmatch(value_untrusted) is not None
