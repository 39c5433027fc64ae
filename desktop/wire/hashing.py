"""H: the one hash construction of the formats. Parts hold no line feed; results are lower hex."""

from __future__ import annotations

import hashlib
import re

SUITE = "liandong/1/"
"""Format 1, suite 1: SHA-256, Ed25519, age X25519."""

_HEX64 = re.compile(r"[0-9a-f]{64}")


def signing_text(tag: str, *parts: str | bytes) -> bytes:
    """``liandong/1/<tag> LF p1 LF p2 LF …``: what is hashed, and what a head signs.

    Raises ``ValueError`` if a part holds a line feed: a caller that lets one through could be made to hash
    two different things alike.
    """
    pieces = [(SUITE + tag).encode()]
    pieces += [part if isinstance(part, bytes) else part.encode() for part in parts]
    if any(b"\n" in piece for piece in pieces):
        raise ValueError("a hashed part holds a line feed")
    return b"\n".join(pieces) + b"\n"


def digest(tag: str, *parts: str | bytes) -> str:
    """H(tag, p1, …) as 64 lower hex digits."""
    return hashlib.sha256(signing_text(tag, *parts)).hexdigest()


def is_hash(value_untrusted: object) -> bool:
    """True for 64 lower hex digits."""
    return isinstance(value_untrusted, str) and _HEX64.fullmatch(value_untrusted) is not None
