"""What the statements of a world come to, and which entries count. Shares no code with the program.

Everything is written anew from docs/bundle-format.md, in the plainest way. Statements are taken to be signed
by enough keys; the request inside a voucher, to be genuine. Imports nothing of the program.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple


class Said(NamedTuple):
    """A statement: its id and its fields."""

    id: str
    value: dict[str, Any]


class Line(NamedTuple):
    """An entry: id, id before, log, device, group, number, header, payload (or what stands for it)."""

    id: str
    previous: str
    log: str
    device: str
    group: str
    n: int
    header: bytes
    body: bytes


class Law:
    """A set of statements, and what they mean for a set of entries."""

    def __init__(self, statements: Iterable[Any], entries: Iterable[Any]) -> None:
        self._all = {one.id: one.value for one in statements}
        self._entries = {one.id: Line(*one) for one in entries}
        self.root = next((key for key, value in self._all.items() if "by" not in value), "")
        self._trusted: dict[str, str] = {}
        if self.root:
            self._trust(self.root)
        valid = [(key, self._all[key]) for key in sorted(self._all) if self._stands(key)]
        self._said = [(self._trusted[value["by"]], key, value) for key, value in valid]
        self.offices: dict[str, str] = {}
        for city, _, value in self._said:
            if value["kind"] == "grant" and _city(value["office"]) == city:
                self.offices.setdefault(value["device"], value["office"])
        self._guests: dict[str, tuple[str, str]] = {}
        granted = [line for line in self._entries.values() if line.device in self.offices]
        for line in (line for line in granted if self._counts(line)):
            self._read_vouchers(line)

    # statements

    def _trust(self, key_set: str) -> None:
        value = self._all[key_set]
        self._trusted[key_set] = value["city"]
        home = self._all[self.root]["city"]
        for key, child in self._all.items():
            if child["kind"] != "keys" or child.get("by") != key_set:
                continue
            own = child["city"] == value["city"]
            admitted = own or (value["city"] == home and not child.get("ends"))
            if admitted and (child.get("ends") or self._outlives(key_set, key)):
                self._trust(key)

    def _endings(self, key_set: str) -> list[str]:
        city = self._all[key_set]["city"]
        return [
            key
            for key, value in self._all.items()
            if value["kind"] == "keys" and value.get("by") == key_set and value.get("ends")
            if value["city"] == city
        ]

    def _outlives(self, key_set: str, statement: str) -> bool:
        return all(statement in self._before(ending) for ending in self._endings(key_set))

    def _before(self, statement: str) -> set[str]:
        found: set[str] = set()
        waiting = [statement]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._all.get(one, {}).get("parents", [])
        return found

    def _stands(self, statement: str) -> bool:
        value = self._all[statement]
        by = value.get("by")
        return value["kind"] != "keys" and by in self._trusted and self._outlives(by, statement)

    def signed(self) -> list[str]:
        """The statements that the digest counts."""
        under = [k for k, v in self._all.items() if k == self.root or v.get("by") in self._trusted]
        return sorted(k for k in under if self._all[k]["kind"] != "keys" or self._admitted(k))

    def _admitted(self, key: str) -> bool:
        if key == self.root:
            return True
        value = self._all[key]
        before = self._trusted[value["by"]]
        return value["city"] == before or (before == self._all[self.root]["city"] and not value.get("ends"))

    # who

    def office(self, device: str, group: str) -> str | None:
        """The office a device writes for in a group."""
        if device in self.offices:
            return self.offices[device]
        office, where = self._guests.get(device, ("", ""))
        return office if where == group else None

    def guests(self) -> dict[str, str]:
        """Devices that others vouch for, with the one group they may write in."""
        return {device: where for device, (_, where) in self._guests.items()}

    def shares(self, group: str, office: str) -> bool:
        """Whether the office belongs to the group."""
        kind, _, rest = group.partition(":")
        if kind == "city":
            return office[:4] == rest[:4]
        if kind == "region":
            return not re.fullmatch("[0-9a-f]{32}", rest) or _city(office) in self._members(group)
        return any(office in (one, one[:4] + "00") for one in rest.split("+"))

    def regions(self) -> list[str]:
        """The regions that count."""
        return sorted(group for group in self._described()[0] if self._members(group))

    def _members(self, group: str) -> list[str]:
        signed, cities = self._described()
        members, need = cities.get(group, ([], 1))
        return members if len(signed.get(group, ())) >= need else []

    def _described(self) -> tuple[dict[str, set[str]], dict[str, tuple[list[str], int]]]:
        """By group: the cities that stated it, and its members with how many must."""
        signed: dict[str, set[str]] = {}
        cities: dict[str, tuple[list[str], int]] = {}
        for city, _, value in self._said:
            if value["kind"] == "region" and city in value["cities"]:
                told = {name: value[name] for name in ("cities", "k", "name") if name in value}
                text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                name = hashlib.sha256(f"liandong/1/region\n{text}\n".encode()).hexdigest()[:32]
                signed.setdefault(f"region:{name}", set()).add(city)
                cities[f"region:{name}"] = (value["cities"], value["k"])
        return signed, cities

    def _read_vouchers(self, line: Line) -> None:
        office = self.offices[line.device]
        if line.group != f"office:{office}" or not line.body.startswith(b"["):
            return
        for operation in json.loads(line.body):
            if operation[0] == "v" and operation[1].get("request", {}).get("office") == office:
                device = operation[1]["request"]["device"]
                if device not in self.offices:
                    self._guests[device] = (office, line.group)

    # entries

    def counting(self) -> list[Line]:
        """The entries that count."""
        return [line for line in self._entries.values() if self._counts(line)]

    def operations(self, line: Line) -> list[Any]:
        """What an entry does; of an expunged one, what an order left."""
        ghost = self._ghost(line)
        found: list[Any] = json.loads(line.body) if ghost is None else ghost
        return found

    def off(self) -> set[tuple[str, int]]:
        """Places (log, number) whose clock a city calls wrong."""
        found: set[tuple[str, int]] = set()
        logs = {line.log: line for line in self._entries.values()}
        for city, _, value in self._said:
            if value["kind"] == "clock" and value["log"] in logs:
                line = logs[value["log"]]
                office = self.office(line.device, line.group)
                if office is not None and _city(office) == city:
                    last = min(value["to"], 10_000)
                    found |= {(line.log, n) for n in range(value["from"], last + 1)}
        return found

    def _ghost(self, line: Line) -> list[Any] | None:
        office = self.office(line.device, line.group)
        for city, _, value in self._said:
            ordered = value["kind"] == "expunge" and value["entry"] == line.id
            if ordered and office is not None and _city(office) == city:
                found: list[Any] = value["ghost"]
                return found
        return None

    def _counts(self, line: Line) -> bool:
        office = self.office(line.device, line.group)
        if office is None or not self.shares(line.group, office):
            return False
        if self._ghost(line) is None and not line.body.startswith(b"["):
            return False
        return self._lawful(line, office) and self._kept(line, office)

    def _kept(self, line: Line, office: str) -> bool:
        mine = [(city, value) for city, _, value in self._said if city == _city(office)]
        if any(value["kind"] == "release" and line.id in value["entries"] for _, value in mine):
            return True
        for _, value in mine:
            if value["kind"] != "cut" or line.group not in value.get("groups", [line.group]):
                continue
            of_office = not value["device"] and value.get("office") == office
            concerned = value["device"] == line.device or of_office
            if concerned and not any(self._below(line.id, head) for head in value["kept"]):
                return False
        return True

    def _below(self, entry: str, head: str) -> bool:
        while head in self._entries and head != entry:
            head = self._entries[head].previous
        return head == entry and head in self._entries

    def _lawful(self, line: Line, office: str) -> bool:
        if json.loads(line.header)["n"] != line.n:
            return False
        for operation in self.operations(line):
            if operation[0] not in "cswkvx":
                return False
            if operation[0] in "cswx":
                table, row = operation[1], operation[2]
                raw = row.replace("-", "")
                mark = hashlib.sha256(
                    f"liandong/1/row\n{line.group}\n{table}\n{office}\n{raw[:22]}\n".encode()
                )
                if mark.hexdigest()[:10] != raw[22:]:
                    return False
                if operation[0] == "c" and table.partition(".")[2][0] == "c" and office[4:6] != "00":
                    return False
        return True


def _city(office: str) -> str:
    return office[:4] + "00"
