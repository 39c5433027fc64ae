"""Which lines prove a record: its own and those of its decisions and attachments; others as commitments.

A commitment hides or shows a whole payload. An entry that also writes to other records is shown only when
asked for; else its header and commitment stand there, and it is counted. Reads only. Knows the log and which
records belong to which (docs/decisions/0013), no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection

from desktop.changes.history import history
from desktop.changes.journal import Journal
from desktop.changes.proof import Stretch, stretch_of
from desktop.errors import UserError
from desktop.models.schema import by_kind
from desktop.wire.entries import Line, Operation, parse_operations
from desktop.wire.faults import WireError
from desktop.wire.ids import row_bytes, row_text
from desktop.wire.statements import Statement

_ITS_OWN = (("decision", "subject"), ("attachment", "subject"))
"""Kinds whose records about a record are proved with it, and the field that names it."""

_INSEPARABLE = {"person": (("presence", "person"),), "item": (("movement", "item"),)}
"""Kinds that say something of this one record alone: an entry that writes them too hides nobody else."""


class Lines(NamedTuple):
    """What goes into an evidence folder.

    ``runs`` are whole texts; ``shown`` and ``withheld`` map entry ids to the other records that each writes
    to, by id; ``devices`` are the PCs that wrote; ``rows`` the records proved, by id.
    """

    runs: list[bytes]
    shown: dict[str, set[str]]
    withheld: dict[str, set[str]]
    devices: set[str]
    heads: int
    rows: set[str]
    attachments: list[str]

    @property
    def records_withheld(self) -> int:
        """Because of how many other records entries are withheld."""
        return len(set().union(*self.withheld.values()))

    @property
    def records_shown(self) -> int:
        """How many other records' content the entries in full show."""
        return len(set().union(*self.shown.values()))


def collect(conn: Connection, kind: str, row: str, *, whole_acts: bool) -> Lines:
    """The lines of a record. Raises ``UserError`` ``evidence.unproved`` while one has no head above it."""
    own = {row, *_linked(conn, row, _ITS_OWN)}
    harmless = own | set(_linked(conn, row, _INSEPARABLE.get(kind, ())))
    entries = {
        write.entry.no: write.entry
        for one in sorted(own)
        for write in history(conn, one)
        if write.entry.verdict == "applied"
    }
    stretches: dict[tuple[str, str], Stretch] = {}
    for no in sorted(entries):
        found = stretch_of(conn, no)
        if found is None:
            raise UserError("evidence.unproved")
        key = (found.head.log, found.head.id)
        if key not in stretches or stretches[key].start.first > found.start.first:
            stretches[key] = found
    shown: dict[str, set[str]] = {}
    withheld: dict[str, set[str]] = {}
    runs = []
    for stretch in sorted(stretches.values(), key=lambda one: (one.head.log, one.start.first, one.head.id)):
        lines = [stretch.start.text()]
        for entry in stretch.entries:
            full = False
            if entry.no in entries and not entry.line.expunged:
                others = _others(entry.line, harmless)
                full = whole_acts or not others
                (shown if full else withheld)[entry.id] = others
            lines.append((entry.line if full else _committed(entry.line)).text())
        runs.append(b"".join([*lines, stretch.head.text()]))
    return Lines(
        runs,
        shown,
        withheld,
        {entry.device for entry in entries.values()},
        len(stretches),
        own,
        _attachments(conn, row),
    )


def _linked(conn: Connection, row: str, links: Iterable[tuple[str, str]]) -> Iterator[str]:
    for kind, word in links:
        shared = by_kind()[kind]
        query = f'SELECT id FROM "{shared.table.name}" WHERE "{shared.columns[word].name}" = ?'  # noqa: S608 - own names
        yield from map(row_text, conn.exec_driver_sql(query, (row_bytes(row),)).scalars())


def _attachments(conn: Connection, row: str) -> list[str]:
    query = "SELECT DISTINCT sha256 FROM attachment WHERE subject = ? AND withdrawn <> 1 ORDER BY sha256"
    return [found for found in conn.exec_driver_sql(query, (row_bytes(row),)).scalars() if found]


def _others(line: Line, harmless: set[str]) -> set[str]:
    """The records an entry writes to that are neither the record's own nor inseparable from it."""
    try:
        operations = parse_operations(line.body)
    except WireError:
        return set()
    return {operation[2] for operation in operations if _names_other(operation, harmless)}


def _names_other(operation: Operation, harmless: set[str]) -> bool:
    return operation[0] in "csw" and operation[2] not in harmless


def _committed(line: Line) -> Line:
    """Header and commitment alone."""
    return line if line.expunged else Line(line.header, b"-", line.commitment().encode())


def statements_for(journal: Journal, devices: set[str]) -> list[Statement]:
    """Statements that say what the PCs may: key sets first, each after the one that it hangs on.

    Then grants and cuts of these PCs alone: who else is enrolled is nobody's business here.
    """
    root, rest = journal.root(), {one.id: one for one in journal.statements()}
    rights = journal.rights()
    found = [rest.pop(root)] if root in rest else []
    known = {one.id for one in found}
    while ready := [
        one for one in rest.values() if one.value["kind"] == "keys" and one.value.get("by") in known
    ]:
        for one in sorted(ready, key=lambda one: one.id):
            del rest[one.id]
            if rights.knows_keys(one.id):
                found.append(one)
                known.add(one.id)
    for one in sorted(rest.values(), key=lambda one: one.id):
        value: dict[str, Any] = one.value
        if value["kind"] != "keys" and value.get("by") in known and value.get("device") in devices:
            found.append(one)
    return found
