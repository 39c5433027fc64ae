"""The second reader: statements, have-lists, manifests (sections 5 and 6). Nothing of the program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.vectors.reader.plain import (
    Refused,
    canonical,
    city,
    demand,
    device,
    digest,
    is_hash,
    is_office,
    shares,
    signed,
    text,
    text_of,
)


class Statement(NamedTuple):
    """A statement: id, fields, the keys that really signed it."""

    id: str
    value: dict[str, Any]
    signers: frozenset[str]


def statement(line: bytes) -> Statement:
    """Reads a statement line."""
    body, tab, rest = line.partition(b"\t")
    pairs = canonical(rest) if tab else None
    demand(isinstance(pairs, list) and len(pairs) <= 16, "no signatures")
    for pair in pairs:
        demand(isinstance(pair, list) and len(pair) == 2 and all(isinstance(p, str) for p in pair), "no pair")
    value = canonical(body)
    demand(isinstance(value, dict) and isinstance(value.get("kind"), str), "no kind")
    demand(is_hash(value.get("by")) or (value.get("by") is None and value["kind"] == "keys"), "no by")
    if value["kind"] in _KINDS:
        _KINDS[value["kind"]](value)
    signers = frozenset(key for key, signature in pairs if signed(key, signature, text("statement", body)))
    return Statement(digest("statement", body), value, signers)


def _keys(value: dict[str, Any]) -> None:
    keys, k = value.get("keys"), value.get("k")
    demand(isinstance(keys, list) and 1 <= len(keys) <= 16 and all(map(is_hash, keys)), "keys")
    assert isinstance(keys, list)
    demand(len(set(keys)) == len(keys) and type(k) is int and 1 <= k <= len(keys), "keys")
    demand(is_office(value.get("city")) and value["city"][4:6] == "00", "no city")


def _grant(value: dict[str, Any]) -> None:
    demand(is_office(value.get("office")), "no office")
    demand(device(value.get("keys")) == value.get("device"), "another device")
    slot = value.get("slot", 0)
    demand(type(slot) is int and slot >= 0, "no slot")


def _cut(value: dict[str, Any]) -> None:
    kept, groups = value.get("kept"), value.get("groups")
    demand(isinstance(value.get("device"), str) and isinstance(kept, list) and all(map(is_hash, kept)), "cut")
    if groups is not None:
        demand(isinstance(groups, list), "groups")
        for group in groups:
            shares(group, "000000")


_KINDS = {"keys": _keys, "grant": _grant, "cut": _cut}


def _joined(statements: Iterable[Statement]) -> list[Statement]:
    """By id; the signers of one body that came twice are joined."""
    found: dict[str, Statement] = {}
    for item in statements:
        before = found.get(item.id, item)
        found[item.id] = item._replace(signers=item.signers | before.signers)
    return [found[key] for key in sorted(found)]


class Rights:
    """What a set of statements says under a root."""

    def __init__(self, root: str, statements: Iterable[Statement]) -> None:
        found = _joined(statements)
        self._sets: dict[str, dict[str, Any]] = {}
        size = -1
        while len(self._sets) > size:
            size = len(self._sets)
            for item in found:
                own = item.id == root
                if item.value["kind"] == "keys" and self._enough(item, item.value if own else None):
                    self._sets[item.id] = item.value
        self.offices: dict[str, tuple[str, int]] = {}
        self.cuts: list[dict[str, Any]] = []
        for item in found:
            if item.value["kind"] == "grant" and self._enough(item, None):
                if city(item.value["office"]) == self._sets[item.value["by"]]["city"]:
                    place = (item.value["office"], item.value.get("slot", 0))
                    self.offices.setdefault(item.value["device"], place)
            elif item.value["kind"] == "cut" and self._enough(item, None):
                self.cuts.append(item.value)

    def _enough(self, item: Statement, own: dict[str, Any] | None) -> bool:
        keys = own or self._sets.get(item.value.get("by") or "")
        return keys is not None and len(item.signers & set(keys["keys"])) >= keys["k"]

    def office(self, of: str) -> str | None:
        """The office of a device."""
        return self.offices.get(of, (None, 0))[0]


def have_list(value: Any) -> dict[str, Any]:
    """Checks a have-list."""
    demand(isinstance(value, dict), "no have-list")
    body = {name: item for name, item in value.items() if name != "sig"}
    demand(device(body.get("keys")) == body.get("device"), "another device")
    shares(body.get("group"), "000000")
    logs, blobs = body.get("logs"), body.get("blobs")
    demand(isinstance(logs, dict) and len(logs) <= 4096 and all(map(is_hash, logs)), "logs")
    demand(isinstance(blobs, list) and all(map(is_hash, blobs)), "blobs")
    demand(type(body.get("counter")) is int and isinstance(body.get("incarnation"), str), "counter")
    for stretches in logs.values():
        demand(isinstance(stretches, list), "no stretches")
        for item in stretches:
            demand(isinstance(item, list) and len(item) == 3 and is_hash(item[2]), "no stretch")
            demand(type(item[0]) is int and type(item[1]) is int and 1 <= item[0] <= item[1], "no stretch")
    signature = value.get("sig")
    demand(isinstance(signature, str), "not signed")
    demand(signed(body["keys"][0], signature, text("have", text_of(body))), "not signed")
    return value


class Newer(Refused):
    """A format newer than this reader."""


def manifest(body: bytes, signature: bytes) -> dict[str, Any]:
    """Reads a manifest with its signature."""
    value = canonical(body)
    demand(isinstance(value, dict), "no manifest")
    if type(value.get("v")) is int and value["v"] > 1:
        raise Newer("a newer format")
    sender = value.get("sender")
    demand(value.get("v") == 1 and isinstance(sender, list) and len(sender) == 3, "no sender")
    demand(device(sender[1:]) == sender[0], "another device")
    written = signature.decode("latin-1").removesuffix("\n")
    demand(signed(sender[1], written, text("manifest", body)), "not signed")
    shares(value.get("group"), "000000")
    demand(is_hash(value.get("network")) and is_hash(value.get("root")), "network or root")
    demand(all(isinstance(value.get(name), list) for name in ("to", "runs", "blobs", "need")), "lists")
    demand(isinstance(value.get("have"), dict), "no have-list")
    found = value.get("pieces", [])
    demand(isinstance(found, list) and all(map(_is_piece, found)), "pieces")
    return value


def _is_piece(item: Any) -> bool:
    if not isinstance(item, list) or len(item) != 4 or not (is_hash(item[0]) and is_hash(item[3])):
        return False
    size, offset = item[1:3]
    numbers = type(size) is int and type(offset) is int
    return numbers and offset % (4 << 20) == 0 and 0 <= offset < size <= 64 << 30
