"""The second reader: entry lines, heads and runs (section 4). Nothing of the program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.vectors.reader.plain import (
    MOST_BYTES,
    canonical,
    demand,
    device,
    digest,
    is_hash,
    is_row,
    shares,
    signed,
    text,
    text_of,
)

_HEX32 = re.compile(r"[0-9a-f]{32}")
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,40}\.[ac][ri]")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,62}")


class Entry(NamedTuple):
    """One entry line at its place: id, id before, number, header, payload (``None`` when expunged)."""

    id: str
    previous: str
    n: int
    header: bytes
    payload: bytes | None


# section 4


def log_id(description: object) -> str:
    """L of a log description."""
    demand(isinstance(description, dict), "no description")
    assert isinstance(description, dict)
    demand(set(description) - {"resumed"} == {"device", "group", "incarnation"}, "other keys")
    for name in ("device", "incarnation"):
        demand(isinstance(description[name], str) and _HEX32.fullmatch(description[name]), name)
    shares(description["group"], "000000")
    if description.get("resumed") is not None:
        demand(is_hash(description["resumed"]), "resumed")
    demand(description.get("resumed", "") is not None, "resumed")
    return digest("log", text_of(description))


def commitment(salt: str, payload: bytes) -> str:
    """c of a payload."""
    return digest("payload", salt, payload)


def entry(line: bytes, log: str, previous: str, n: int) -> Entry:
    """Splits a line and computes its id."""
    parts = line.split(b"\t")
    demand(
        len(parts) == 3 and parts[0] and b"\n" not in line and len(line) + 1 <= MOST_BYTES, "no entry line"
    )
    header, salt, rest = parts[0], parts[1].decode("latin-1"), parts[2]
    if salt == "-":
        c = rest.decode("latin-1")
        demand(is_hash(c), "no commitment")
    else:
        demand(_HEX32.fullmatch(salt), "no salt")
        c = commitment(salt, rest)
    found = digest("entry", log, previous, header, c)
    return Entry(found, previous, n, header, None if salt == "-" else rest)


def header(found: Entry) -> dict[str, Any]:
    """The header of an entry; refused when malformed."""
    value = canonical(found.header)
    demand(isinstance(value, dict), "no header")
    numbers = [value.get(name) for name in ("n", "t", "d", "v")]
    demand(all(type(number) is int for number in numbers), "a number is missing")
    demand(value["n"] == found.n and value["t"] >= 0 and value["d"] >= 0, "n, t or d")
    demand(value["t"] + value["d"] < 1 << 53, "the stamp is too large")
    demand(isinstance(value.get("a"), str) and len(value["a"]) <= 64, "a")
    demand(value.get("o") == "" or is_row(value.get("o")), "o")
    for name in ("x", "b"):
        item = value.get(name)
        demand(item is None or (isinstance(item, str) and len(item) <= 64), name)
    return value


def operations(payload: bytes) -> list[Any]:
    """The operations of a payload; refused when malformed."""
    value = canonical(payload)
    demand(isinstance(value, list) and 1 <= len(value) <= 4096, "no list of operations")
    for item in value:
        demand(isinstance(item, list) and item and isinstance(item[0], str), "no operation")
        demand(item[0] in _SHAPES and len(item) == _SHAPES[item[0]], "no known operation")
        _CHECKS[item[0]](item)
    return value


_SHAPES = {"c": 4, "s": 4, "w": 6, "k": 3, "v": 2}


def _place(item: list[Any]) -> None:
    demand(isinstance(item[1], str) and _TABLE.fullmatch(item[1]) and is_row(item[2]), "table or row")


def _fields(value: Any) -> None:
    demand(isinstance(value, dict) and len(value) <= 1024, "no fields")
    demand(all(_FIELD.fullmatch(name) for name in value), "no field word")


def _dots(value: Any) -> None:
    demand(isinstance(value, list) and len(value) <= 1024 and all(map(is_hash, value)), "no dots")


def _create(item: list[Any]) -> None:
    _place(item)
    _fields(item[3])
    demand(None not in item[3].values(), "an empty value in a create")


def _set(item: list[Any]) -> None:
    _place(item)
    _fields(item[3])
    demand(item[1].endswith("r") and item[3], "nothing to set, or insert-only")
    for found in item[3].values():
        demand(isinstance(found, list) and found, "no value")
        _dots(found[1:])


def _withdraw(item: list[Any]) -> None:
    _place(item)
    demand(item[3] is None or isinstance(item[3], str), "no reason")
    _dots(item[4])
    _dots(item[5])


def _clock(item: list[Any]) -> None:
    demand(type(item[1]) is int and type(item[2]) is int and 1 <= item[1] <= item[2], "no range")


def _voucher(item: list[Any]) -> None:
    demand(isinstance(item[1], dict), "no voucher")


_CHECKS = {"c": _create, "s": _set, "w": _withdraw, "k": _clock, "v": _voucher}


def ghost(value: Any) -> list[Any]:
    """What an order leaves of an entry; refused when malformed."""
    demand(isinstance(value, list) and len(value) <= 4096, "no ghost")
    for item in value:
        demand(isinstance(item, list) and len(item) == 4 and item[0] in ("c", "x"), "no ghost")
        _place(item)
        demand(isinstance(item[3], dict), "no registers")
        if item[0] == "c":
            demand(not item[3], "a value in a ghost")
        else:
            demand(1 <= len(item[3]) <= 1024, "no registers")
            for name, dots in item[3].items():
                demand(name == "" or _FIELD.fullmatch(name), "no register")
                _dots(dots)
    return list(value)


class Head(NamedTuple):
    """A head line."""

    log: str
    n: int
    id: str
    signature: str

    def verifies(self, network: str, key: str) -> bool:
        """Whether the key signed it for this network."""
        return signed(key, self.signature, text("head", network, self.log, str(self.n), self.id))


def head(line: bytes) -> Head:
    """Reads a head line."""
    value = canonical(line)
    demand(isinstance(value, dict) and set(value) == {"L", "id", "n", "sig"}, "no head")
    demand(is_hash(value["L"]) and is_hash(value["id"]) and type(value["n"]) is int, "no head")
    demand(value["n"] >= 1 and isinstance(value["sig"], str) and len(value["sig"]) == 128, "no head")
    return Head(value["L"], value["n"], value["id"], value["sig"])


class Piece(NamedTuple):
    """Entries under one head, and whose they are."""

    description: dict[str, Any]
    key: str
    log: str
    entries: list[Entry]
    head: Head


def pieces(lines: Iterable[bytes]) -> Iterator[Piece]:
    """The pieces of a run; refuses at the first line that does not fit."""
    rest = iter(lines)
    value = canonical(next(rest, b""))
    demand(isinstance(value, dict) and set(value) == {"from", "keys", "prev", "run"}, "no run")
    log = log_id(value["run"])
    demand(device(value["keys"]) == value["run"]["device"], "keys of another device")
    n, previous, size = value["from"], value["prev"], 0
    demand(type(n) is int and n >= 1 and is_hash(previous) and (n == 1) == (previous == log), "from or prev")
    waiting: list[Entry] = []
    for line in rest:
        if b"\t" in line:
            waiting.append(entry(line, log, previous, n))
            n, previous, size = n + 1, waiting[-1].id, size + len(line)
            demand(len(waiting) <= 1000 and size <= 4 << 20, "too much without a head")
        else:
            found = head(line)
            demand(waiting and (found.log, found.n, found.id) == (log, n - 1, previous), "another head")
            yield Piece(value["run"], value["keys"][0], log, waiting, found)
            waiting, size = [], 0
