"""The operator's password: kept as scrypt, checked in equal time. Sessions are signed, not stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SESSION_MS = 30 * 60_000
"""How long a signed-in operator may stay without a new page."""

_COST = {"n": 1 << 15, "r": 8, "p": 1, "maxmem": 64 << 20}


def hashed(password: str) -> str:
    """``salt:scrypt`` in hex."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{hashlib.scrypt(password.encode(), salt=salt, **_COST).hex()}"


def is_password(kept: str, given_untrusted: str) -> bool:
    """True iff the password is the one that was hashed."""
    salt, _, wanted = kept.partition(":")
    found = hashlib.scrypt(given_untrusted.encode(), salt=bytes.fromhex(salt), **_COST).hex()
    return hmac.compare_digest(found, wanted)


def make_session(secret: bytes, kept: str, now: int) -> str:
    """A session until half an hour from now. A new password ends all sessions."""
    until = now + SESSION_MS
    return f"{until:012x}.{_mac(secret, kept, until)}"


def is_session(secret: bytes, kept: str, session_untrusted: str, now: int) -> bool:
    """True for a session of this hub and password that has not run out."""
    until, _, mac = session_untrusted.partition(".")
    try:
        at = int(until, 16)
    except ValueError:
        return False
    good = hmac.compare_digest(mac.encode(), _mac(secret, kept, at).encode())
    return good and now <= at <= now + SESSION_MS


def _mac(secret: bytes, kept: str, until: int) -> str:
    return hmac.new(secret, f"session {kept} {until}".encode(), hashlib.sha256).hexdigest()
