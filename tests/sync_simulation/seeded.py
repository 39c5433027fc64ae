"""Chance and time of a world: while one runs, all randomness and every clock of this process are its own.

So a seed replays exactly, ids and keys included. What stays free are the ephemeral keys inside age headers;
carriers therefore damage a file by its parts, never by bare offsets into the header.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import SimpleNamespace
from unittest import mock

import pyrage

from desktop.changes import pen
from desktop.wire.signatures import SigningKey

START = 1_591_500_000_000
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


class Seeded:
    """The source of chance; ``now`` is the true time in ms, ``skew`` what the PC at work adds to it.

    ``base`` is a fast folder for what cannot be in memory; ``written`` says how many entries each bundle
    holds that was written whole.
    """

    def __init__(self, seed: str, base: Path) -> None:
        self.base = base
        self.written: dict[str, int] = {}
        self.chance = Random(seed)
        self.now = START
        self.skew = 0

    def again(self, seed: str) -> None:
        """Starts anew, so that a step does not depend on how much chance the one before it took."""
        self.chance = Random(seed)

    def bytes(self, size: int | None = 32) -> bytes:
        """As ``secrets.token_bytes``."""
        return self.chance.randbytes(32 if size is None else size)

    def wall_ns(self) -> int:
        """As ``time.time_ns``, by the clock of the PC at work."""
        self.now += 1
        return max(0, self.now + self.skew) * 1_000_000

    def signing_key(self) -> SigningKey:
        """As ``SigningKey.generate``."""
        return SigningKey(self.bytes(32))

    def age_identity(self) -> pyrage.x25519.Identity:
        """As ``Identity.generate``."""
        return pyrage.x25519.Identity.from_str(_bech32("age-secret-key-", self.bytes(32)).upper())

    @contextmanager
    def rules(self) -> Iterator[None]:
        """All chance and all clocks are this one's."""
        age = SimpleNamespace(x25519=SimpleNamespace(Identity=_Identity(self)))
        with (
            mock.patch.object(secrets, "token_bytes", self.bytes),
            mock.patch.object(secrets, "token_hex", lambda size=None: self.bytes(size).hex()),
            mock.patch.object(time, "time_ns", self.wall_ns),
            mock.patch.object(SigningKey, "generate", self.signing_key),
            mock.patch.object(pen, "pyrage", age),
        ):
            yield


class _Identity:
    """``pyrage.x25519.Identity`` whose fresh keys come from the seed."""

    def __init__(self, seeded: Seeded) -> None:
        self.generate = seeded.age_identity
        self.from_str = pyrage.x25519.Identity.from_str


def _bech32(prefix: str, data: bytes) -> str:
    """BIP 173, as age writes its keys."""
    number, digits = int.from_bytes(data, "big") << 4, []
    for place in reversed(range(-(-(len(data) * 8 + 4) // 5))):
        digits.append(number >> 5 * place & 31)
    spread = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = _polymod([*spread, *digits, 0, 0, 0, 0, 0, 0]) ^ 1
    digits += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(_BECH32[digit] for digit in digits)


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check
