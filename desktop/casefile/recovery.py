"""The printed recovery key: 160 random bits as words that a person can type from paper.

Crockford's base32 (no I, L, O, U) in eight groups of four, then one check character (Luhn mod 32, which finds
every single wrong character and nearly every swap). Knows no file.
"""

from __future__ import annotations

import secrets
import unicodedata

from desktop.errors import UserError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LAST = 5
"""Characters of the last two groups, by which somebody shows that they hold the sheet."""

_BITS = 160
_LENGTH = _BITS // 5
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = {" ", "-", "\t", "\r", "\n", "·", ".", "–", "—", "−", "‐", "‑"}  # noqa: RUF001 - what printers and input methods make of a hyphen


def new_recovery_bytes() -> bytes:
    """20 random bytes."""
    return secrets.token_bytes(_BITS // 8)


def recovery_text(secret: bytes) -> str:
    """``XXXX-XXXX-…-XXXX-C``: what is printed."""
    number = int.from_bytes(secret, "big")
    digits = "".join(ALPHABET[(number >> shift) & 31] for shift in range(_BITS - 5, -1, -5))
    groups = [digits[start : start + 4] for start in range(0, _LENGTH, 4)]
    return "-".join([*groups, _check(digits)])


def recovery_bytes(text_untrusted: str) -> bytes:
    """The 20 bytes of a typed recovery key; case, spaces, dashes, full width and O/0, I/L/1 are forgiven.

    Raises ``UserError`` ``casefile.recovery_mistyped`` when the length, a letter or the check is wrong.
    """
    digits = _digits(text_untrusted)
    if len(digits) != _LENGTH + 1 or any(letter not in ALPHABET for letter in digits):
        raise UserError("casefile.recovery_mistyped")
    if _check(digits[:-1]) != digits[-1]:
        raise UserError("casefile.recovery_mistyped")
    number = 0
    for letter in digits[:-1]:
        number = number << 5 | ALPHABET.index(letter)
    return number.to_bytes(_BITS // 8, "big")


def read_from_paper(key: str, typed_untrusted: str) -> bool:
    """Are these the last two groups of a printed key (four characters and the check)?"""
    return _digits(typed_untrusted) == _digits(key)[-LAST:]


def _digits(text_untrusted: str) -> str:
    folded = unicodedata.normalize("NFKC", text_untrusted[:400]).upper()
    return "".join(letter for letter in folded if letter not in _IGNORED).translate(_READ_AS)


def _check(digits: str) -> str:
    total = 0
    for place, letter in enumerate(reversed(digits)):
        value = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
