"""Nonces: a time of the hub with a MAC. Nothing is kept; every process that knows the secret accepts them."""

from __future__ import annotations

import hashlib
import hmac
import re

GOOD_MS = 600_000
"""How long a nonce is good."""

AHEAD_MS = 60_000
"""By how much the clocks of two machines of one hub may differ."""

_NONCE = re.compile(r"([0-9a-f]{12})\.([0-9a-f]{32})")


def make_nonce(secret: bytes, now: int) -> str:
    """A nonce of this moment (milliseconds since 1970)."""
    return f"{now:012x}.{_mac(secret, now)}"


def nonce_is_good(secret: bytes, nonce_untrusted: str, now: int) -> bool:
    """True iff a process of this hub made it less than ten minutes ago."""
    found = _NONCE.fullmatch(nonce_untrusted)
    if found is None:
        return False
    at = int(found[1], 16)
    return hmac.compare_digest(found[2], _mac(secret, at)) and now - GOOD_MS <= at <= now + AHEAD_MS


def _mac(secret: bytes, at: int) -> str:
    return hmac.new(secret, f"nonce {at}".encode(), hashlib.sha256).hexdigest()[:32]
