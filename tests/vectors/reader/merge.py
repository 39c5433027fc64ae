"""The second reader: verdicts, merge, digest and dump of what was read. Nothing of the program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tests.vectors.reader.log import Entry, Piece, header, operations
from tests.vectors.reader.plain import Refused, city, digest, row_fits, text_of
from tests.vectors.reader.rights import Rights, Statement, voucher

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
        """The verdict on each entry, by id: those of granted devices first, as they may vouch for others."""
        self.ruling = rights = self.rights()
        found = {}
        for dot, placed in self.entries.items():
            if placed.description["device"] in rights.offices:
                found[dot] = self._verdict(placed, rights)
        for dot in [dot for dot in found if found[dot] == "applied"]:
            placed = self.entries[dot]
            rights.guests |= _vouched(placed.description, placed.entry.payload, rights)
        for dot, placed in self.entries.items():
            if dot not in found:
                found[dot] = self._verdict(placed, rights)
        return found

    def _verdict(self, placed: Placed, rights: Rights) -> str:
        device, group = placed.description["device"], placed.description["group"]
        office = rights.office(device, group)
        if office is None:
            return "no_grant"
        if not rights.shares(group, office):
            return "not_its_group"
        left = rights.ghost(placed.entry.id, office)
        if placed.entry.payload is None and left is None:
            return "expunged"
        try:
            header(placed.entry)
            found = operations(placed.entry.payload or b"") if left is None else left
        except Refused:
            return "malformed"
        for item in (item for item in found if item[0] in "cswx"):
            if not row_fits(item[2], group, item[1], office):
                return "not_its_row"
            if item[0] == "c" and item[1][-2] == "c" and office[4:6] != "00":
                return "city_only"
        for cut in rights.cuts:
            mine = device == cut.device or (cut.office is not None and cut.office == office)
            concerned = mine and cut.city == city(office) and (cut.groups is None or group in cut.groups)
            free = concerned and rights.released(placed.entry.id, office)
            if concerned and not free and placed.entry.id not in self._below(cut.kept):
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
        verdicts, rights = self.verdicts(), self.ruling
        off, ghosts = [], {}
        for dot, placed in self.entries.items():
            office = rights.office(placed.description["device"], placed.description["group"])
            left = rights.ghost(dot, office)
            if left is not None:
                ghosts[dot] = left
            off += [
                (log, first, last)
                for town, log, first, last in rights.clocks
                if log == placed.log and office is not None and city(office) == town
            ]
        return dump(rights.signed, list(self.entries.values()), verdicts, off, ghosts)


def guests_of(piece: Piece, rights: Rights) -> dict[str, str]:
    """Whom the entries of a piece vouch for, were they to count."""
    found: dict[str, str] = {}
    for one in piece.entries:
        found |= _vouched(piece.description, one.payload, rights)
    return found


def _vouched(description: dict[str, Any], payload: bytes | None, rights: Rights) -> dict[str, str]:
    office = rights.offices[description["device"]][0]
    if payload is None or description["group"] != f"office:{office}":
        return {}
    guests = [voucher(item) for item in operations(payload) if item[0] == "v"]
    return {guest[0]: office for guest in guests if guest is not None and guest[1] == office}


def dump(
    signed: Iterable[str],
    entries: Iterable[Placed],
    verdicts: Mapping[str, str],
    off: Iterable[tuple[str, int, int]] = (),
    ghosts: Mapping[str, list[Any]] | None = None,
) -> list[dict[str, Any]]:
    """The dump of some entries, given the verdicts and what statements say of them.

    ``signed``: ids of the signed statements; ``off``: ranges of logs (id, first, last) that a city calls
    wrong; ``ghosts``: what orders leave of entries.
    """
    by_group: dict[str, list[Placed]] = {}
    for placed in entries:
        by_group.setdefault(placed.description["group"], []).append(placed)
    rows, conflicts, digests = [], [], []
    for group, held in sorted(by_group.items()):
        applied = [placed for placed in held if verdicts[placed.entry.id] == "applied"]
        merged = _Group(applied, list(off), ghosts or {})
        rows += [{"group": group, **row} for row in merged.rows()]
        conflicts += [{"group": group, **row} for row in merged.conflicts()]
        inputs = int(digest("statements", " ".join(sorted(signed))), 16)
        inputs += sum(int(placed.entry.id, 16) for placed in applied)
        digests.append({"digest": group, "inputs": _hex(inputs), "outputs": _hex(merged.weight())})
    return [*rows, *conflicts, *digests]


def _hex(number: int) -> str:
    return f"{number % _MODULUS:064x}"


class _Group:
    """The registers of one group, told from the set of its applied entries."""

    def __init__(
        self, applied: list[Placed], off: list[tuple[str, int, int]], ghosts: Mapping[str, list[Any]]
    ) -> None:
        self._rank: dict[str, tuple[bool, int, str]] = {}
        self._live: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self._created: set[tuple[str, str]] = set()
        off = off[:]
        replaced: set[tuple[str, str, str]] = set()
        vanished: list[tuple[tuple[str, str], str]] = []
        written: list[tuple[tuple[str, str], str, str, Any]] = []
        for placed in applied:
            dot = placed.entry.id
            left = ghosts.get(dot)
            for item in operations(placed.entry.payload or b"") if left is None else left:
                if item[0] == "k":
                    off.append((placed.log, item[1], item[2]))
                elif item[0] == "x":
                    vanished += [((item[1], item[2]), name) for name in item[3]]
                    replaced |= {(item[2], name, old) for name, over in item[3].items() for old in over}
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
        named = [*vanished, *((row, name) for row, name, _, _ in written)]
        self._names = {row: {name for one, name in named if one == row} for row in self._created}

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
