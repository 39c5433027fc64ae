"""What the later kinds of statements say: releases, clocks, expunges, regions, endings. Knows no database.

Version 0.1.0 kept these kinds whatever their fields were; so one of another shape is never refused, it only
has no effect. Whether enough keys signed is the roster's to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from desktop.wire import canonical
from desktop.wire.canonical import MAX_INTEGER
from desktop.wire.entries import (
    MARK,
    MAX_OPERATIONS,
    MAX_TOUCHED,
    Operation,
    are_dots,
    is_field,
    is_table,
)
from desktop.wire.faults import WireError
from desktop.wire.groups import is_city, is_office, region_group
from desktop.wire.hashing import digest, is_hash, signing_text
from desktop.wire.ids import device_id, is_row_id
from desktop.wire.signatures import verifies

MAX_PARENTS = 8192
MAX_RELEASED = 8192
MAX_CITIES = 64
MAX_NAMED_BLOBS = 1024

TWO_OFFICIALS = frozenset({"release", "expunge"})
"""Kinds that two different keys must sign wherever there are two, even where one would do for the rest."""


class ClockRange(NamedTuple):
    """Entry numbers of a log that a city says were written with a wrong clock."""

    log: str
    first: int
    last: int


class Expunged(NamedTuple):
    """An order to take the payload of an entry away: what stands in its place, and files it alone named."""

    entry: str
    ghost: list[Operation]
    blobs: tuple[str, ...]


class Region(NamedTuple):
    """Some cities that share rows; ``need`` of them must have signed. Its group is named by all of this."""

    cities: tuple[str, ...]
    need: int
    name: str | None

    @property
    def group(self) -> str:
        """``region:`` and the first 32 digits of H(region, canonical description)."""
        value: dict[str, Any] = {"cities": list(self.cities), "k": self.need}
        if self.name is not None:
            value["name"] = self.name
        return region_group(digest("region", canonical.encode(value))[:32])


class Voucher(NamedTuple):
    """A PC that another of its office vouches for: device, office, its two public keys, its claimed name."""

    device: str
    office: str
    keys: tuple[str, str]
    name: str


def parents(value: Mapping[str, Any]) -> list[str]:
    """The statements that the maker of this one knew as tips; none when the field is of another shape."""
    found = value.get("parents")
    lawful = isinstance(found, list) and len(found) <= MAX_PARENTS and all(map(is_hash, found))
    return found if lawful and isinstance(found, list) else []


def ends(value: Mapping[str, Any]) -> bool:
    """True for a key set that ends the one it was signed under."""
    return value["kind"] == "keys" and value.get("ends") is True and is_hash(value.get("by"))


def released(value: Mapping[str, Any]) -> frozenset[str]:
    """Entries that count again although a cut does not keep them."""
    found = value.get("entries")
    if isinstance(found, list) and len(found) <= MAX_RELEASED and all(map(is_hash, found)):
        return frozenset(found)
    return frozenset()


def approved(value: Mapping[str, Any]) -> str | None:
    """The entry whose mass change a city confirms."""
    found = value.get("entry")
    return found if isinstance(found, str) and is_hash(found) else None


def clock_range(value: Mapping[str, Any]) -> ClockRange | None:
    """The range of a ``clock`` statement."""
    log, first, last = value.get("log"), value.get("from"), value.get("to")
    if not (is_hash(log) and type(first) is int and type(last) is int and 1 <= first <= last <= MAX_INTEGER):
        return None
    return ClockRange(str(log), first, last)


def expunged(value: Mapping[str, Any]) -> Expunged | None:
    """The order of an ``expunge`` statement."""
    entry, ghost, blobs = value.get("entry"), value.get("ghost"), value.get("blobs", [])
    if not (is_hash(entry) and isinstance(ghost, list) and len(ghost) <= MAX_OPERATIONS):
        return None
    if not all(map(_is_ghostly, ghost)):
        return None
    if not (isinstance(blobs, list) and len(blobs) <= MAX_NAMED_BLOBS and all(map(is_hash, blobs))):
        return None
    return Expunged(str(entry), ghost, tuple(blobs))


def ghost_of(operations: list[Operation]) -> list[Operation]:
    """What is left of operations when every value is taken out: rows that are there, writes replaced."""
    found: list[Operation] = []
    for operation in operations:
        if operation[0] == "c":
            found.append(["c", operation[1], operation[2], {}])
        elif operation[0] == "s":
            over = {name: dots for name, (_, *dots) in operation[3].items()}
            found.append(["x", operation[1], operation[2], over])
        elif operation[0] == "w":
            found.append(["x", operation[1], operation[2], {MARK: operation[4]}])
    return found


def _is_ghostly(operation: object) -> bool:
    if not isinstance(operation, list) or len(operation) != 4 or operation[0] not in ("c", "x"):
        return False
    if not is_table(operation[1]) or not is_row_id(operation[2]) or not isinstance(operation[3], dict):
        return False
    fields = operation[3]
    if operation[0] == "c":
        return not fields
    return 1 <= len(fields) <= MAX_TOUCHED and all(
        (name == MARK or is_field(name)) and are_dots(dots) for name, dots in fields.items()
    )


def region(value: Mapping[str, Any]) -> Region | None:
    """The region that a ``region`` statement describes: city codes in ascending order, and how many sign."""
    cities, need, name = value.get("cities"), value.get("k"), value.get("name")
    if not isinstance(cities, list) or not 2 <= len(cities) <= MAX_CITIES:
        return None
    if not all(is_office(city) and is_city(city) and len(city) == 6 for city in cities):
        return None
    if cities != sorted(set(cities)) or type(need) is not int or not 1 <= need <= len(cities):
        return None
    if not (name is None or (isinstance(name, str) and "\n" not in name and len(name) <= 200)):
        return None
    return Region(tuple(cities), need, name)


def voucher(operation: Operation) -> Voucher | None:
    """The voucher of an operation: a genuine request with the keys beside it, else ``None``."""
    value = operation[1] if operation[0] == "v" else None
    asked = value.get("request") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(asked, dict):
        return None
    body = {name: item for name, item in asked.items() if name != "sig"}
    keys = body.get("keys")
    try:
        lawful = (
            isinstance(keys, list)
            and value.get("keys") == keys
            and body.get("request") == 1
            and body.get("device") == device_id(*keys)
            and is_office(body.get("office"))
            and verifies(keys[0], asked.get("sig", ""), signing_text("request", canonical.encode(body)))
        )
    except (TypeError, ValueError, AttributeError, WireError):
        return None
    if not lawful or keys is None:
        return None
    name = body.get("name")
    return Voucher(body["device"], body["office"], (keys[0], keys[1]), name if isinstance(name, str) else "")
