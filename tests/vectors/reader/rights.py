"""The second reader: statements, have-lists, manifests (sections 5 and 6). Nothing of the program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.vectors.reader.log import ghost
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


class Cut(NamedTuple):
    """A cut that a city made: whose entries, in which groups (``None``: all), and the heads it keeps."""

    city: str
    device: str
    office: str | None
    groups: list[str] | None
    kept: list[str]


class Rights:
    """What a set of statements says under a root; and whom entries that count vouch for (``guests``)."""

    def __init__(self, root: str, statements: Iterable[Statement]) -> None:
        found = _joined(statements)
        self._all = {item.id: item for item in found}
        self._sets: dict[str, dict[str, Any]] = {}
        self.signed: set[str] = set()
        self.offices: dict[str, tuple[str, int]] = {}
        self.guests: dict[str, str] = {}
        self.cuts: list[Cut] = []
        self.clocks: list[tuple[str, str, int, int]] = []
        self._released: set[tuple[str, str]] = set()
        self._orders: dict[tuple[str, str], list[Any]] = {}
        self._regions: dict[str, tuple[list[str], int, set[str]]] = {}
        if root in self._all and self._all[root].value["kind"] == "keys":
            self._trust(root, self._all[root].value, root)
        for item in found:
            self._take(item)

    def _trust(self, of: str, signers: dict[str, Any], root: str) -> None:
        """A key set, and those under it."""
        if not self._enough(self._all[of], signers):
            return
        self.signed.add(of)
        self._sets[of] = value = self._all[of].value
        home = self._all[root].value["city"]
        children = []
        for item in self._all.values():
            if item.value["kind"] == "keys" and item.value.get("by") == of and item.id not in self._sets:
                own, ends = item.value["city"] == value["city"], item.value.get("ends") is True
                if (own or (value["city"] == home and not ends)) and self._enough(item, value):
                    children.append(item)
                    self.signed.add(item.id)
        for item in children:
            if item.value.get("ends") is True or self._known(item.id, self._endings(of)):
                self._trust(item.id, value, root)

    def _endings(self, of: str) -> list[str]:
        """The sets that end this one."""
        city = self._sets[of]["city"]
        return [
            item.id
            for item in self._all.values()
            if item.value["kind"] == "keys" and item.value.get("ends") is True
            if item.value.get("by") == of and item.value["city"] == city
            if self._enough(item, self._sets[of])
        ]

    def _known(self, statement_id: str, endings: list[str]) -> bool:
        """Whether each of these statements reaches the other over parents."""
        for ending in endings:
            reached: set[str] = set()
            waiting = [ending]
            while waiting:
                one = waiting.pop()
                if one not in reached:
                    reached.add(one)
                    waiting += _parents(self._all[one].value) if one in self._all else []
            if statement_id not in reached:
                return False
        return True

    def _take(self, item: Statement) -> None:
        value, by = item.value, item.value.get("by") or ""
        if value["kind"] == "keys" or by not in self._sets or not self._enough(item, self._sets[by]):
            return
        self.signed.add(item.id)
        if not self._known(item.id, self._endings(by)):
            return
        town = self._sets[by]["city"]
        if value["kind"] == "grant":
            if city(value["office"]) == town:
                place = (value["office"], value.get("slot", 0))
                self.offices.setdefault(value["device"], place)
        elif value["kind"] == "cut":
            office = value.get("office") if value["device"] == "" else None
            self.cuts.append(Cut(town, value["device"], office, value.get("groups"), value["kept"]))
        elif value["kind"] in _ORDERS:
            try:
                _ORDERS[value["kind"]](self, town, value)
            except (Refused, TypeError, KeyError):
                return

    def _enough(self, item: Statement, keys: dict[str, Any]) -> bool:
        need = keys["k"]
        if item.value["kind"] in ("release", "expunge"):
            need = max(need, min(2, len(keys["keys"])))
        return len(item.signers & set(keys["keys"])) >= need

    def _release(self, town: str, value: dict[str, Any]) -> None:
        named = value["entries"]
        demand(isinstance(named, list) and len(named) <= 8192 and all(map(is_hash, named)), "entries")
        self._released |= {(one, town) for one in named}

    def _clock(self, town: str, value: dict[str, Any]) -> None:
        first, last = value["from"], value["to"]
        demand(is_hash(value["log"]) and type(first) is int and type(last) is int, "range")
        demand(1 <= first <= last < 1 << 53, "range")
        self.clocks.append((town, value["log"], first, last))

    def _expunge(self, town: str, value: dict[str, Any]) -> None:
        demand(is_hash(value["entry"]), "entry")
        blobs = value.get("blobs", [])
        demand(isinstance(blobs, list) and len(blobs) <= 1024 and all(map(is_hash, blobs)), "blobs")
        self._orders.setdefault((value["entry"], town), ghost(value["ghost"]))

    def _region(self, town: str, value: dict[str, Any]) -> None:
        cities, k, name = value["cities"], value["k"], value.get("name")
        demand(isinstance(cities, list) and 2 <= len(cities) <= 64, "cities")
        demand(all(is_office(one) and re.fullmatch("[0-9]{4}00", one) for one in cities), "cities")
        demand(cities == sorted(set(cities)) and type(k) is int and 1 <= k <= len(cities), "cities or k")
        demand(name is None or (isinstance(name, str) and len(name) <= 200 and "\n" not in name), "name")
        told = {"cities": cities, "k": k} | ({} if name is None else {"name": name})
        group = "region:" + digest("region", text_of(told))[:32]
        if town in cities:
            self._regions.setdefault(group, (cities, k, set()))[2].add(town)

    def office(self, of: str, group: str) -> str | None:
        """The office a device writes for in a group."""
        if of in self.offices:
            return self.offices[of][0]
        guest = self.guests.get(of)
        return guest if group == f"office:{guest}" else None

    def shares(self, group: str, office: str) -> bool:
        """Whether an office belongs to a group, described regions among them."""
        if re.fullmatch("region:[0-9a-f]{32}", group):
            cities, k, stated = self._regions.get(group, ([], 1, set()))
            return len(stated) >= k and city(office) in cities
        return shares(group, office)

    def ghost(self, entry: str, office: str | None) -> list[Any] | None:
        """What an order of the office's city leaves of an entry."""
        return None if office is None else self._orders.get((entry, city(office)))

    def released(self, entry: str, office: str) -> bool:
        """Whether the office's city lets an entry count again."""
        return (entry, city(office)) in self._released


_ORDERS = {
    "release": Rights._release,
    "clock": Rights._clock,
    "expunge": Rights._expunge,
    "region": Rights._region,
}


def _parents(value: dict[str, Any]) -> list[str]:
    found = value.get("parents")
    lawful = isinstance(found, list) and len(found) <= 8192 and all(map(is_hash, found))
    return list(found) if lawful and isinstance(found, list) else []


def voucher(operation: list[Any]) -> tuple[str, str] | None:
    """Device and office of a genuine voucher."""
    try:
        keys, asked = operation[1]["keys"], dict(operation[1]["request"])
        signature = asked.pop("sig")
        demand(asked["keys"] == keys and asked["request"] == 1, "another request")
        demand(device(keys) == asked["device"] and is_office(asked["office"]), "another device")
        demand(isinstance(signature, str), "not signed")
        demand(signed(keys[0], signature, text("request", text_of(asked))), "not signed")
    except (Refused, KeyError, TypeError, ValueError):
        return None
    return asked["device"], asked["office"]


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
