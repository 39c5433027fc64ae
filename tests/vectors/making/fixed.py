"""Fixed keys, clock, salts and ids, so that every vector comes out the same byte for byte.

The keys are derived from their own names: they protect nothing and are for these files only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pyrage

from desktop.wire import canonical
from desktop.wire.entries import Header, Line, LogDescription, entry_id
from desktop.wire.hashing import digest, signing_text
from desktop.wire.ids import device_id, row_text
from desktop.wire.runs import RunStart
from desktop.wire.signatures import SigningKey, sign_head
from desktop.wire.statements import Statement, compose

NOW = 1_591_500_000_000
"""2020-06-07, in milliseconds since 1970: the clock of all vectors."""

CITY, COUNTY, POLICE, NEIGHBOUR = "450900", "450923", "450923-ga", "450922"
GROUP = f"office:{COUNTY}"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def secret(name: str) -> bytes:
    """32 bytes that are the same every time."""
    return hashlib.sha256(f"liandong test vectors: {name}".encode()).digest()


class Device:
    """A PC with fixed keys."""

    def __init__(self, name: str, office: str) -> None:
        self.office = office
        self.signing = SigningKey(secret(f"{name} signs"))
        self.age_secret = secret(f"{name} opens")
        self.identity = _bech32("age-secret-key-", self.age_secret).upper()
        self.recipient = str(pyrage.x25519.Identity.from_str(self.identity).to_public())
        self.keys = [self.signing.public, self.recipient]
        self.id = device_id(*self.keys)


def _bech32(prefix: str, data: bytes) -> str:
    """BIP 173, as age writes its keys."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    digits = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*expanded, *digits, *[0] * 6]) ^ 1
    digits += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(_BECH32[digit] for digit in digits)


def _polymod(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= factor if top >> place & 1 else 0
    return check


def row(number: int, table: str, office: str = COUNTY, group: str = GROUP) -> str:
    """The row id with this number."""
    head = bytearray((NOW + number).to_bytes(6, "big") + secret(f"row {number}")[:5])
    head[6] = 0x70 | head[6] & 0x0F
    head[8] = 0x80 | head[8] & 0x3F
    return row_text(bytes(head) + bytes.fromhex(digest("row", group, table, office, head.hex()))[:5])


class City:
    """A city's root of two keys of three, and what it states."""

    def __init__(self, name: str = "city", office: str = CITY, k: int = 2, n: int = 3) -> None:
        self.keys = [SigningKey(secret(f"{name} key {number}")) for number in range(n)]
        self.k = k
        value = {"kind": "keys", "keys": [key.public for key in self.keys], "k": k, "city": office}
        self.root = compose(value, self.keys[:k])

    def state(self, signers: int | None = None, **value: Any) -> Statement:
        """A statement under the root, signed by the first k keys."""
        return compose({"by": self.root.id, **value}, self.keys[: self.k if signers is None else signers])

    def grant(self, device: Device, slot: int = 0, signers: int | None = None) -> Statement:
        """A grant for a PC."""
        value = {"device": device.id, "office": device.office, "keys": device.keys, "slot": slot}
        return self.state(signers, kind="grant", **value)


class Log:
    """A log that grows entry by entry; ``copy`` is what a clone goes on from."""

    def __init__(
        self, device: Device, name: str, group: str = GROUP, resumed: str | None = None, first: int = 1
    ) -> None:
        self.device = device
        self.description = LogDescription(device.id, group, secret(name).hex()[:32], resumed)
        self.id = self.description.id()
        self.ids = [self.id]
        self.lines: list[bytes] = []
        self._name = name

    def copy(self, name: str) -> Log:
        """The same log, to be continued otherwise."""
        other = Log.__new__(Log)
        other.__dict__ |= self.__dict__ | {"ids": self.ids[:], "lines": self.lines[:], "_name": name}
        return other

    def add(
        self,
        operations: Sequence[Any] | bytes,
        act: str = "people.add",
        *,
        ahead: int = 0,
        header: bytes | Mapping[str, Any] | None = None,
        expunged: bool = False,
    ) -> str:
        """Writes one entry and returns its id. Bytes stand as they are, lawful or not."""
        n = len(self.ids)
        told = header if isinstance(header, bytes) else self._header(act, n, ahead, header or {})
        body = operations if isinstance(operations, bytes) else canonical.encode(list(operations))
        line = Line(told, secret(f"{self._name} {n}").hex()[:32].encode(), body)
        if expunged:
            line = Line(told, b"-", line.commitment().encode())
        self.ids.append(entry_id(self.id, self.ids[-1], line))
        self.lines.append(line.text())
        return self.ids[-1]

    def _header(self, act: str, n: int, ahead: int, more: Mapping[str, Any]) -> bytes:
        if not more:
            return Header(act, n, "", NOW + n, ahead, 1).encode()
        value: dict[str, Any] = {"a": act, "d": ahead, "n": n, "o": "", "t": NOW + n, "v": 1}
        return canonical.encode({**value, **more})

    def head(self, network: str, n: int | None = None, signer: SigningKey | None = None) -> bytes:
        """The head line over entry ``n``, by default the last."""
        n = len(self.ids) - 1 if n is None else n
        return sign_head(signer or self.device.signing, network, self.id, n, self.ids[n]).text()

    def start(self, first: int = 1) -> bytes:
        """The first line of a run from entry ``first`` on."""
        start = RunStart(self.description, *self.device.keys, first, self.ids[first - 1])
        return start.text()

    def run(self, network: str, *heads: int, first: int = 1) -> bytes:
        """A run from entry ``first`` on, with heads at these numbers and at the end."""
        text = self.start(first)
        for n, line in enumerate(self.lines[first - 1 :], first):
            text += line
            if n in heads or n == len(self.lines):
                text += self.head(network, n)
        return text


def raw_statement(body: bytes, keys: Sequence[SigningKey]) -> bytes:
    """A statement line over any body, with good signatures."""
    pairs = sorted([key.public, key.sign(signing_text("statement", body))] for key in keys)
    return body + b"\t" + canonical.encode(pairs) + b"\n"
