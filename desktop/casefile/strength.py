"""How hard a passphrase is to guess, as far as its pattern tells: an honest word, not a measure.

It sees length and pattern only; it cannot know birthdays, telephone numbers or quotations. What is refused
(fewer than ``MIN_PASSPHRASE`` characters) is refused by ``unlocking``; here nothing is. Knows no key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from desktop.casefile.unlocking import MIN_PASSPHRASE
from desktop.errors import RESOURCES

Level = Literal["short", "weak", "fair", "good"]
Reason = Literal["", "length", "repeats", "sequence", "digits", "known", "common"]

LONG = 14
"""Characters from which the pattern of an ordinary phrase matters no more."""

_FEW = 3
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_MOSTLY = 0.7
_KNOWN = 2


class Strength(NamedTuple):
    """A level, and why it is not better."""

    level: Level
    reason: Reason


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = (RESOURCES / "ui" / "common_passphrases.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def strength(text: str, known: Iterable[str] = ()) -> Strength:
    """How ``text`` would do as a passphrase; ``known``: names and numbers that a stranger would try."""
    if len(text) < MIN_PASSPHRASE or not text.strip():
        return Strength("short", "length")
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    if (reason := _fault(plain, known)) != "":
        return Strength("weak", reason)
    return Strength("good", "") if len(plain) >= LONG or _mixed(plain) else Strength("fair", "length")


def _fault(plain: str, known: Iterable[str]) -> Reason:
    if len(set(plain)) <= _FEW or re.fullmatch(r"(.{1,4})\1+", plain):
        return "repeats"
    if _steps(plain) >= _MOSTLY * (len(plain) - 1):
        return "sequence"
    if plain in _common() or (len(plain) < LONG and plain.strip("0123456789!@#.") in _common()):
        return "common"
    if any(len(word) >= _KNOWN and _left_over(plain, word) < MIN_PASSPHRASE for word in _folded(known)):
        return "known"
    return "digits" if plain.isdigit() else ""


def _steps(plain: str) -> int:
    """Neighbours that follow from each other: repeated, counting up or down, beside each other on a row."""
    return sum(abs(ord(one) - ord(other)) <= 1 or _beside(one, other) for one, other in pairwise(plain))


def _beside(one: str, other: str) -> bool:
    return any(one + other in row or other + one in row for row in _ROWS)


def _folded(known: Iterable[str]) -> list[str]:
    return ["".join(unicodedata.normalize("NFKC", word).lower().split()) for word in known]


def _left_over(plain: str, word: str) -> int:
    return len(plain.replace(word, "")) if word in plain else len(plain)


def _mixed(plain: str) -> bool:
    """Ten characters or more of at least three kinds."""
    kinds = {unicodedata.category(letter)[0] + ("h" if ord(letter) > 0x2E7F else "") for letter in plain}
    return len(plain) >= 10 and len(kinds) >= 3
