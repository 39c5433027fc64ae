"""What reading bundles would change, from the real import in transactions that are undone.

Pieces of runs wait in memory until there are enough for one transaction: a slow stick holds up nobody,
a save by hand waits for moments. Within one transaction figures are exact; the next does not see what one
brings, so beyond that a disagreement between two new writes may be told only when they are read. Knows the
log and its rows, no carrier and no screen. What would be held is weighed by the import's own rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection, Engine, select

from desktop.changes.holds import approved, withdrawals, withdraws_too_much
from desktop.changes.journal import Journal
from desktop.changes.rights import APPLIED
from desktop.changes.store import Changes, chunks
from desktop.models.schema import by_kind, shared_tables
from desktop.sync.vouching import receive_proof
from desktop.wire.entries import parse_operations
from desktop.wire.faults import WireError
from desktop.wire.ids import row_bytes
from desktop.wire.runs import Piece
from desktop.wire.statements import Statement

OTHER = "?"
"""Where entries are counted that name no kind of record known here."""

_MOST_ENTRIES = 8_000
_MOST_BYTES = 8 << 20
_MOST_ROWS = 500_000
_NEW, _CHANGED, _CONFLICTING, _WITHDRAWN = 1, 2, 4, 8


class Counts(msgspec.Struct):
    """How many records of a kind a bundle brings or touches; ``quarantined`` are entries that do not count.

    Each record counts once in a column: ``new`` or ``changed``, and beside that ``conflicting`` when it comes
    into dispute, ``withdrawn`` when it is withdrawn.
    """

    new: int = 0
    changed: int = 0
    conflicting: int = 0
    withdrawn: int = 0
    quarantined: int = 0

    def add(self, more: Counts) -> None:
        """Adds other figures to these."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(more, name))


class Told(Protocol):
    """What a preview fills in of one bundle."""

    outcome: str
    group: str | None
    applied: int
    quarantined: int
    known: int
    kinds: dict[str, Counts]
    held: int
    mass: bool


class _Withdrawn(NamedTuple):
    """The rows that a bundle withdraws, and those of them that no city confirmed, by marks of their ids."""

    rows: set[int]
    waiting: set[int]


class _State(NamedTuple):
    content: int
    withdrawn: int
    conflicts: int


_States = dict[tuple[str, str], _State]


class Preview:
    """Collects what bundles bring, and counts it some pieces at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ahead: dict[str, Statement] = {}
        self._vouchers: dict[str, Any] = {}
        self._fresh: list[tuple[Told, list[Statement]]] = []
        self._waiting: list[tuple[Told, Piece]] = []
        self._entries = self._bytes = 0
        self._counted: set[int] = set()
        self._rows: dict[int, int] = {}
        self._withdrawn: dict[int, _Withdrawn] = {}
        self._new: Counter[str] = Counter()

    def ahead(self) -> list[Statement]:
        """The statements that came until now."""
        return list(self._ahead.values())

    def add_statements(self, report: Told, statements: Sequence[Statement]) -> None:
        """Statements of a bundle: what follows is judged by them."""
        self._fresh.append((report, list(statements)))
        self._ahead |= {statement.id: statement for statement in statements}

    def add_voucher(self, sender: str, proof_untrusted: Any) -> None:
        """The proof that another PC vouches for a sender: what it brings is judged by it, as in reading."""
        self._vouchers[sender] = proof_untrusted

    def add(self, report: Told, pieces: Iterable[Piece]) -> None:
        """Pieces of a bundle; counted as soon as there are enough."""
        for piece in pieces:
            self._waiting.append((report, piece))
            self._entries += len(piece.entries)
            self._bytes += sum(len(line.body) for *_, line in piece.entries)
            if self._entries >= _MOST_ENTRIES or self._bytes >= _MOST_BYTES:
                self.count()

    def count(self) -> None:
        """Counts what waits, in one transaction, and undoes it."""
        if not self._waiting and not self._fresh:
            return
        waiting, fresh = self._waiting, self._fresh
        self._waiting, self._fresh, self._entries, self._bytes = [], [], 0, 0
        touched: list[tuple[Told, Changes]] = []
        with self._engine.connect() as conn, conn.begin() as transaction:
            journal = Journal(conn)
            brought = {statement.id for _, some in fresh for statement in some}
            journal.add_statements([one for one in self.ahead() if one.id not in brought])
            touched += [(report, journal.add_statements(some)) for report, some in fresh]
            for proof in self._vouchers.values():
                receive_proof(journal, proof)
            numbers: dict[int, set[int]] = {}
            for report, piece in waiting:
                fresh_here = numbers.setdefault(id(report), set())
                touched.append((report, self._receive(journal, report, piece, fresh_here)))
            for report in {id(one): one for one, _ in waiting}.values():
                self._weigh(journal, report, numbers[id(report)])
            after = _states(conn, [changes for _, changes in touched])
            transaction.rollback()
        with self._engine.connect() as conn:
            before = _states(conn, [changes for _, changes in touched])
            self._compare(touched, before, after)

    def _receive(self, journal: Journal, report: Told, piece: Piece, numbers: set[int]) -> Changes:
        """Takes a piece in as the import does: what is refused ends its bundle there.

        ``numbers`` gets those of the entries that no bundle brought before.
        """
        if report.outcome != "read":
            return {}
        last = journal.last_number()
        try:
            received = journal.receive(piece)
        except WireError:
            report.outcome = "exchange.refused"
            return {}
        query = "SELECT no, id, verdict, body FROM entry WHERE no > ?"
        told = 0
        for no, dot, verdict, body in journal.connection.exec_driver_sql(query, (last,)):
            mark = int.from_bytes(dot[:8], "big")
            if mark in self._counted:
                continue
            self._counted.add(mark)
            numbers.add(no)
            told += 1
            if verdict == APPLIED:
                report.applied += 1
            else:
                report.quarantined += 1
                _counts(report, _kind_of(body)).quarantined += 1
        report.known += len(piece.entries) - told
        return received.changes

    def _compare(self, touched: Sequence[tuple[Told, Changes]], before: _States, after: _States) -> None:
        for report, changes in touched:
            for kind, rows in changes.items():
                for row in rows:
                    found = _difference(before.get((kind, row)), after.get((kind, row)))
                    self._tell(report, kind, row, found)

    def _tell(self, report: Told, kind: str, row: str, found: int) -> None:
        """Counts what was not told of this row before."""
        mark = int.from_bytes(row_bytes(row)[8:], "big")
        told = self._rows.get(mark, 0)
        if told & (_NEW | _CHANGED):
            found &= ~(_NEW | _CHANGED)
        found &= ~told
        if not found:
            return
        if told or len(self._rows) < _MOST_ROWS:
            self._rows[mark] = told | found
        counts = _counts(report, kind)
        counts.new += bool(found & _NEW)
        self._new[report.group or ""] += bool(found & _NEW)
        counts.changed += bool(found & _CHANGED)
        counts.conflicting += bool(found & _CONFLICTING)
        counts.withdrawn += bool(found & _WITHDRAWN)

    def _weigh(self, journal: Journal, report: Told, numbers: set[int]) -> None:
        """Tells how many rows the import would hold, by the rule that it has."""
        group = report.group or ""
        found = withdrawals(journal, group, sorted(numbers))
        if not found:
            return
        told = self._withdrawn.setdefault(id(report), _Withdrawn(set(), set()))
        confirmed = approved(journal, set().union(*found.values()))
        for row, entries in found.items():
            mark = int.from_bytes(row[8:], "big")
            told.rows.add(mark)
            if not entries <= confirmed:
                told.waiting.add(mark)
        if withdraws_too_much(journal.connection, group, len(told.rows), self._new[group]):
            report.held = len(told.waiting)
            report.mass = report.held > 0


def _difference(before: _State | None, after: _State | None) -> int:
    if after is None:
        return 0 if before is None else _CHANGED
    found = 0
    if before is None or before.content != after.content:
        found = _NEW if before is None else _CHANGED
    conflicts, withdrawn = (0, 0) if before is None else (before.conflicts, before.withdrawn)
    if after.conflicts > conflicts or (after.withdrawn == 2 and withdrawn != 2):
        found |= _CONFLICTING
    if before is not None and after.withdrawn == 1 and withdrawn != 1:
        found |= _WITHDRAWN
    return found


def _counts(report: Told, kind: str) -> Counts:
    return report.kinds.setdefault(kind, Counts())


def _kind_of(body: bytes) -> str:
    """The kind that the operations of an entry begin with."""
    tables = shared_tables()
    try:
        for operation in parse_operations(body):
            if operation[0] in "csw" and operation[1] in tables:
                return tables[operation[1]].kind
    except WireError:
        return OTHER
    return OTHER


def _states(conn: Connection, some: Iterable[Changes]) -> _States:
    """How the touched rows stand: what they say, how they are withdrawn, how much is in dispute."""
    rows: dict[str, set[str]] = {}
    for changes in some:
        for kind, ids in changes.items():
            rows.setdefault(kind, set()).update(ids)
    found: _States = {}
    for kind, ids in rows.items():
        table = by_kind()[kind].table
        columns = [column for column in table.columns if column.name not in ("dot", "withdrawn", "conflicts")]
        for piece in chunks(sorted(ids)):
            query = select(table.c.withdrawn, table.c.conflicts, table.c.id, *columns).where(
                table.c.id.in_(piece)
            )
            for withdrawn, conflicts, row, *content in conn.execute(query):
                found[kind, row] = _State(hash(repr(content)), withdrawn, conflicts)
    return found


def by_sender(found: Iterable[Any]) -> list[dict[str, Any]]:
    """The figures of a preview by sender, for scripts: office, PC, records by kind, how many rows would be
    held, and whether that is so."""
    senders: dict[tuple[str, str], tuple[dict[str, Counts], list[int]]] = {}
    for report in found:
        if not report.kinds:
            continue
        kinds, held = senders.setdefault((report.office or "", report.sender or ""), ({}, []))
        held.append(report.held)
        for kind, counts in report.kinds.items():
            kinds.setdefault(kind, Counts()).add(counts)
    return [
        {
            "office": office,
            "device": device,
            "mass": any(held),
            "held": sum(held),
            "kinds": {kind: msgspec.to_builtins(kinds[kind]) for kind in sorted(kinds)},
        }
        for (office, device), (kinds, held) in sorted(senders.items())
    ]
