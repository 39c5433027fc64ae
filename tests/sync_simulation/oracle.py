"""What must come out, told from lines of logs and statements alone. Shares no code with the merge.

Everything is written anew from docs/bundle-format.md and in the plainest way: sets over all entries, no
order, no state. Imports nothing of the program.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import Any, NamedTuple

from tests.sync_simulation.law import Law, Line


class Entry(NamedTuple):
    """One entry as it stands in a file."""

    id: str
    previous: str
    log: str
    device: str
    group: str
    n: int
    header: bytes
    body: bytes


class Statement(NamedTuple):
    """A statement that enough keys signed, as the world made it."""

    id: str
    value: dict[str, Any]


def expected(entries: list[Entry], statements: list[Statement]) -> dict[str, list[str]]:
    """The dump of every group, by group."""
    law = Law(statements, entries)
    by_group: dict[str, list[Line]] = {entry.group: [] for entry in entries}
    for line in law.counting():
        by_group[line.group].append(line)
    root = _hash("statements", " ".join(law.signed()))
    return {group: _Group(found, group, law).dump(root) for group, found in by_group.items()}


class _Write(NamedTuple):
    dot: str
    value: Any


class _Group:
    """One group's entries that count, and what they come to."""

    def __init__(self, applied: list[Line], group: str, law: Law) -> None:
        self._group = group
        self._applied = applied
        self._writes: dict[tuple[str, str], list[_Write]] = defaultdict(list)
        self._over: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._created: dict[str, str] = {}
        self._off = law.off()
        for entry in applied:
            for operation in law.operations(entry):
                self._take(entry, operation)
        self._rank = {entry.id: self._ranked(entry) for entry in applied}

    def _take(self, entry: Line, operation: list[Any]) -> None:
        kind = operation[0]
        if kind == "k":
            self._off |= {(entry.log, n) for n in range(operation[1], min(operation[2], 10_000) + 1)}
        elif kind == "c":
            self._created[operation[2]] = operation[1]
            for name, value in operation[3].items():
                self._writes[operation[2], name].append(_Write(entry.id, value))
        elif kind == "s":
            for name, (value, *over) in operation[3].items():
                self._writes[operation[2], name].append(_Write(entry.id, value))
                self._over[operation[2], name] |= set(over)
        elif kind == "x":
            for name, over in operation[3].items():
                self._writes[operation[2], name]  # the register is known from then on
                self._over[operation[2], name] |= set(over)
        elif kind == "w":
            self._writes[operation[2], ""].append(_Write(entry.id, [operation[3], operation[5]]))
            self._over[operation[2], ""] |= set(operation[4])

    def _ranked(self, entry: Line) -> tuple[bool, int, str]:
        header = json.loads(entry.header)
        return ((entry.log, entry.n) not in self._off, header["t"] + header["d"], entry.id)

    def _live(self) -> dict[str, dict[str, list[_Write]]]:
        found: dict[str, dict[str, list[_Write]]] = {row: {"": []} for row in self._created}
        for (row, name), writes in self._writes.items():
            if row in found:
                over = self._over[row, name]
                found[row][name] = sorted(write for write in writes if write.dot not in over)
        return found

    def dump(self, root: str) -> list[str]:
        """The lines of the dump."""
        rows, conflicts, outputs = [], [], 0
        live = self._live()
        for row in sorted(live, key=lambda one: (self._created[one], one)):
            table, registers = self._created[row], live[row]
            values = {name: self._shown(writes) for name, writes in registers.items() if name and writes}
            line = {"group": self._group, "table": table, "id": row, "withdrawn": _withdrawn(registers)}
            rows.append({**line, "values": {k: v for k, v in values.items() if v is not None}})
            conflicts += [
                {"group": self._group, "conflict": table, "id": row, "field": name, "values": found}
                for name, found in sorted(
                    (name, [w.value for w in ws]) for name, ws in registers.items() if name
                )
                if len({_text(value) for value in found}) > 1
            ]
            weight = [table, row, [[name, *(w.dot for w in ws)] for name, ws in sorted(registers.items())]]
            outputs += int(hashlib.sha256(_text(weight).encode()).hexdigest(), 16)
        inputs = int(root, 16) + sum(int(entry.id, 16) for entry in self._applied)
        total = {"digest": self._group, "inputs": _wide(inputs), "outputs": _wide(outputs)}
        return [json.dumps(line, ensure_ascii=False, sort_keys=True) for line in (*rows, *conflicts, total)]

    def _shown(self, writes: list[_Write]) -> Any:
        return max(writes, key=lambda write: self._rank[write.dot]).value


def _withdrawn(registers: dict[str, list[_Write]]) -> int:
    marks = [write.value for write in registers[""] if write.value[0] is not None]
    dots = {write.dot for name, writes in registers.items() if name for write in writes}
    if not marks:
        return 0
    return 1 if any(dots <= set(seen) for _, seen in marks) else 2


def _wide(number: int) -> str:
    return f"{number % (1 << 256):064x}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(tag: str, *parts: str) -> str:
    return hashlib.sha256("".join(f"{part}\n" for part in (f"liandong/1/{tag}", *parts)).encode()).hexdigest()
