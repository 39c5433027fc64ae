"""The second reader: verdicts, merge, digest and dump of what was read. Nothing of the program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tests.vectors.reader.log import Entry, Piece, header, operations
from tests.vectors.reader.plain import Refused, digest, row_fits, shares, text_of
from tests.vectors.reader.rights import Rights, Statement

_MODULUS = 1 << 256


class Placed(NamedTuple):
    """An entry with the log it stands in."""

    entry: Entry
    log: str
    description: dict[str, Any]


class Held:
    """All that a reader holds of a network: statements and entries, in no order that matters."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.statements: dict[str, list[Statement]] = {}
        self.entries: dict[str, Placed] = {}

    def rights(self, more: Iterable[Statement] = ()) -> Rights:
        """What the statements say, with some more."""
        return Rights(self.root, [*(one for same in self.statements.values() for one in same), *more])

    def join(self, statements: Iterable[Statement]) -> None:
        """Takes statements in."""
        for one in statements:
            self.statements.setdefault(one.id, []).append(one)

    def take(self, piece: Piece) -> None:
        """Takes entries in; one that came without its payload is filled when it comes with it."""
        for one in piece.entries:
            before = self.entries.get(one.id)
            if before is None or before.entry.payload is None:
                self.entries[one.id] = Placed(one, piece.log, piece.description)

    def verdicts(self) -> dict[str, str]:
        """The verdict on each entry, by id."""
        rights = self.rights()
        return {dot: self._verdict(placed, rights) for dot, placed in self.entries.items()}

    def _verdict(self, placed: Placed, rights: Rights) -> str:
        device, group = placed.description["device"], placed.description["group"]
        office = rights.office(device)
        if office is None:
            return "no_grant"
        if not shares(group, office):
            return "not_its_group"
        if placed.entry.payload is None:
            return "expunged"
        try:
            header(placed.entry)
            found = operations(placed.entry.payload)
        except Refused:
            return "malformed"
        for item in (item for item in found if item[0] in "csw"):
            if not row_fits(item[2], group, item[1], office):
                return "not_its_row"
            if item[0] == "c" and item[1][-2] == "c" and office[4:6] != "00":
                return "city_only"
        for cut in rights.cuts:
            concerned = cut["device"] == device and (cut.get("groups") is None or group in cut["groups"])
            if concerned and placed.entry.id not in self._below(cut["kept"]):
                return "cut"
        return "applied"

    def _below(self, kept: list[str]) -> set[str]:
        found: set[str] = set()
        for dot in kept:
            while dot in self.entries and dot not in found:
                found.add(dot)
                dot = self.entries[dot].entry.previous
        return found

    def dump(self) -> list[dict[str, Any]]:
        """Rows, conflicts and digests as ``liandong dump`` prints them."""
        return dump(self.statements, list(self.entries.values()), self.verdicts())


def dump(
    statements: Iterable[str], entries: Iterable[Placed], verdicts: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The dump of some entries and statements (their ids), given the verdicts."""
    by_group: dict[str, list[Placed]] = {}
    for placed in entries:
        by_group.setdefault(placed.description["group"], []).append(placed)
    rows, conflicts, digests = [], [], []
    for group, held in sorted(by_group.items()):
        applied = [placed for placed in held if verdicts[placed.entry.id] == "applied"]
        merged = _Group(applied)
        rows += [{"group": group, **row} for row in merged.rows()]
        conflicts += [{"group": group, **row} for row in merged.conflicts()]
        inputs = int(digest("statements", " ".join(sorted(statements))), 16)
        inputs += sum(int(placed.entry.id, 16) for placed in applied)
        digests.append({"digest": group, "inputs": _hex(inputs), "outputs": _hex(merged.weight())})
    return [*rows, *conflicts, *digests]


def _hex(number: int) -> str:
    return f"{number % _MODULUS:064x}"


class _Group:
    """The registers of one group, told from the set of its applied entries."""

    def __init__(self, applied: list[Placed]) -> None:
        self._rank: dict[str, tuple[bool, int, str]] = {}
        self._live: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self._created: set[tuple[str, str]] = set()
        off: list[tuple[str, int, int]] = []
        replaced: set[tuple[str, str, str]] = set()
        written: list[tuple[tuple[str, str], str, str, Any]] = []
        for placed in applied:
            dot = placed.entry.id
            for item in operations(placed.entry.payload or b""):
                if item[0] == "k":
                    off.append((placed.log, item[1], item[2]))
                elif item[0] in "csw":
                    row = (item[1], item[2])
                    for name, value, over in _writes(item):
                        written.append((row, name, dot, value))
                        replaced |= {(item[2], name, old) for old in over}
                    self._created |= {row} if item[0] == "c" else set()
        for row, name, dot, value in written:
            if (row[1], name, dot) not in replaced:
                self._live.setdefault(row, {}).setdefault(name, {})[dot] = value
        for placed in applied:
            told = header(placed.entry)
            wrong = any(log == placed.log and first <= placed.entry.n <= last for log, first, last in off)
            self._rank[placed.entry.id] = (not wrong, told["t"] + told["d"], placed.entry.id)
        self._names = {row: {name for one, name, _, _ in written if one == row} for row in self._created}

    def rows(self) -> list[dict[str, Any]]:
        """Each row with a create: shown values, and how it stands."""
        found = []
        for table, row in sorted(self._created):
            values = {}
            for name in self._fields((table, row)):
                live = self._values((table, row), name)
                if live:
                    values[name] = live[max(live, key=self._rank.__getitem__)]
            shown = {name: value for name, value in values.items() if value is not None}
            standing = self._withdrawn((table, row))
            found.append({"table": table, "id": row, "withdrawn": standing, "values": shown})
        return found

    def conflicts(self) -> list[dict[str, Any]]:
        """Fields with more than one distinct live value."""
        found = []
        for table, row in sorted(self._created):
            for name in self._fields((table, row)):
                live = self._values((table, row), name)
                if len({text_of(value) for value in live.values()}) > 1:
                    values = [live[dot] for dot in sorted(live)]
                    found.append({"conflict": table, "id": row, "field": name, "values": values})
        return found

    def weight(self) -> int:
        """The sum over rows of the hashes of their live writes."""
        total = 0
        for table, row in self._created:
            names = ["", *self._fields((table, row))]
            registers = [[name, *sorted(self._values((table, row), name))] for name in names]
            whole = text_of([table, row, registers]).encode()
            total += int.from_bytes(hashlib.sha256(whole).digest(), "big")
        return total

    def _fields(self, row: tuple[str, str]) -> list[str]:
        return sorted(self._names[row] - {""})

    def _values(self, row: tuple[str, str], name: str) -> dict[str, Any]:
        return self._live.get(row, {}).get(name, {})

    def _withdrawn(self, row: tuple[str, str]) -> int:
        marks = [mark for mark in self._values(row, "").values() if mark[0] is not None]
        live = {dot for name in self._fields(row) for dot in self._values(row, name)}
        if not marks:
            return 0
        return 1 if any(live <= set(mark[1]) for mark in marks) else 2


def _writes(item: list[Any]) -> Iterable[tuple[str, Any, list[str]]]:
    """Of one operation: register, value, dots it replaces."""
    if item[0] == "c":
        return [(name, value, []) for name, value in item[3].items()]
    if item[0] == "s":
        return [(name, value, over) for name, (value, *over) in item[3].items()]
    return [("", [item[3], item[5]], item[4])]
