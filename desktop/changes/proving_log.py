"""Is the log what its authors signed? Statements, logs, entries, links and heads are computed again.

Reads only, one entry after the other: nothing is held that grows with the log. Entries that are not as their
ids say are named with the rows that they write to. Knows the log, not the state that is folded from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
from pyrage import IdentityError
from sqlalchemy import Connection

from desktop.changes.findings import Finding, differing, hexed, holds, rows_of
from desktop.changes.journal import Journal
from desktop.changes.judging import stated_clocks, vouchers_that_count
from desktop.changes.rights import APPLIED, CUT, header_of, judge
from desktop.wire import canonical
from desktop.wire.entries import Header, Line, LogDescription, Operation, entry_id
from desktop.wire.faults import WireError
from desktop.wire.hashing import signing_text
from desktop.wire.ids import device_id
from desktop.wire.orders import Voucher
from desktop.wire.roster import Roster
from desktop.wire.signatures import Head, verifies
from desktop.wire.statements import Statement, parse_statement

_PAGE = 2000


class _Log(NamedTuple):
    no: int
    id: str
    description: LogDescription
    key: str


class _Entry(NamedTuple):
    no: Any
    id: Any
    n: Any
    previous: Any
    header: Any
    salt: Any
    body: Any
    stamp: Any
    verdict: Any

    def line(self) -> Line:
        return Line(self.header, self.salt.encode(), self.body)


class LogProof:
    """Computes the log again; what the state has to be folded from stands in it afterwards.

    ``otherwise``: verdicts by entry number where they are not the stored ones; ``clocks``: (log, first, last)
    that PCs declared off; ``ghosts``: what orders left of expunged entries, by number; ``payload``: bytes of
    all payloads that count; ``entries``: how many there are.
    """

    def __init__(self, conn: Connection, turn: Callable[[float], None] = lambda _: None) -> None:
        self._conn = conn
        self._turn = turn
        self.entries = int(conn.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())
        self._proved = 0
        self._journal = Journal(conn)
        self._good: list[Statement] = []
        self._kept: dict[tuple[str, str], set[bytes]] = {}
        self.ghosts: dict[int, bytes] = {}
        self._vouching: set[int] = set()
        self.otherwise: dict[int, str] = {}
        self.clocks: set[tuple[int, int, int]] = set()
        self.payload = 0

    def findings(self) -> Iterator[Finding]:
        """Everything that does not hold."""
        yield from self._statements()
        yield from self._pen()
        base = self._base_rights()
        yield from self._signed(base)
        rights = base.vouching(self._vouchers(base))
        for log in self._logs():
            if isinstance(log, dict):
                yield log
            else:
                yield from self._entries(log, rights)
        yield from self._places_of_entries()
        yield from self._heads()
        yield from self._beside(rights)

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        for page in self._conn.exec_driver_sql(query, values).partitions(_PAGE):
            self._turn(self._proved / max(self.entries, 1))
            yield from page

    # who may

    def _statements(self) -> Iterator[Finding]:
        for found, kind, body, signatures in self._rows("SELECT id, kind, body, signatures FROM statement"):
            if holds(lambda: self._statement(found, kind, body, signatures)):  # noqa: B023 - called at once
                self._good.append(parse_statement(f"{body}\t{signatures}".encode()))
            else:
                yield {"finding": "statement", "id": hexed(found), "kind": str(kind)}

    def _statement(self, found: str, kind: str, body: str, signatures: str) -> bool:
        """Kept are only statements in their one spelling, each signature good (``statements.lean``)."""
        statement = parse_statement(f"{body}\t{signatures}".encode())
        text = signing_text("statement", statement.body)
        return (
            statement.id == found
            and statement.value["kind"] == kind
            and canonical.encode([list(pair) for pair in statement.signatures]).decode() == signatures
            and all(verifies(key, signature, text) for key, signature in statement.signatures)
        )

    def _alone(self) -> tuple[str, str] | None:
        try:
            pen = self._journal.pen()
            return pen.device, pen.office
        except (LookupError, ValueError, TypeError, IdentityError):
            return None

    def _pen(self) -> Iterator[Finding]:
        """This PC's own keys can be read."""
        found = self._alone()
        if found is None:
            yield {"finding": "setting", "key": "signing_seed"}

    def _root(self) -> str | None:
        try:
            return self._journal.root()
        except (UnicodeError, TypeError):
            return ""

    def _signed(self, base: Roster) -> Iterator[Finding]:
        """The digest counts those statements that enough keys of a trusted set signed, and no others."""
        good = {statement.id for statement in self._good}
        for found, kind, signed in self._rows("SELECT id, kind, signed FROM statement"):
            if found in good and signed != int(found in base.signed):
                yield {"finding": "statement", "id": hexed(found), "kind": str(kind)}

    def _vouchers(self, base: Roster) -> list[Voucher]:
        """None when an entry with one cannot be read: then it is told, and what hangs on it."""
        try:
            return vouchers_that_count(self._conn, base)
        except (msgspec.DecodeError, WireError, ValueError, TypeError, AttributeError):
            return []

    def _base_rights(self) -> Roster:
        root = self._root()
        return Roster(root, self._good, self._alone() if root is None else None)

    # the log

    def _logs(self) -> Iterator[_Log | Finding]:
        query = "SELECT no, id, device, grp, incarnation, resumed, signing_key, age_key FROM log ORDER BY no"
        for no, found, device, group, incarnation, resumed, signing, age in self._conn.exec_driver_sql(
            query
        ).all():
            description = LogDescription(device, group, incarnation, resumed)
            if holds(lambda: description.id() == found and device_id(signing, age) == device):  # noqa: B023
                yield _Log(no, found, description, signing)
            else:
                yield {"finding": "log", "id": hexed(found), "group": str(group), "device": str(device)}

    def _entries(self, log: _Log, rights: Roster) -> Iterator[Finding]:
        query = (
            "SELECT no, id, n, previous, header, salt, body, stamp, verdict FROM entry"
            " WHERE log = ? ORDER BY n"
        )
        below: set[Any] = set()
        level: set[Any] = set()
        at: Any = None
        for row in self._rows(query, (log.no,)):
            entry = _Entry(*row)
            self._proved += 1
            if entry.n != at:
                below, level, at = (level if holds(lambda: entry.n == at + 1) else set()), set(), entry.n  # noqa: B023
            level.add(entry.id)
            fault = self._fault(log, entry, below, rights)
            if fault is not None:
                yield {
                    "finding": fault,
                    "id": hexed(entry.id),
                    "log": log.id,
                    "n": entry.n,
                    "rows": rows_of(entry.body),
                    **({"should_be": self.otherwise[entry.no]} if fault == "verdict" else {}),
                }

    def _fault(self, log: _Log, entry: _Entry, below: set[Any], rights: Roster) -> str | None:
        previous = hexed(entry.previous)
        if not holds(lambda: entry_id(log.id, previous, entry.line()) == entry.id.hex()):
            self._set_aside(entry, "malformed")
            return "entry"
        if not self._linked(log, entry, previous, below):
            return "link"
        line = entry.line()
        header = header_of(line)
        ghost = self._ghost(log, entry, rights)
        verdict, operations = self._judge(log, entry, header, line, rights, ghost)
        if verdict == APPLIED:
            self._note(log, entry, operations, line)
        if ghost is not None and not line.expunged:
            return "expunged"
        if verdict != entry.verdict:
            self._set_aside(entry, verdict)
            return "verdict"
        return None if entry.stamp == (0 if header is None else header.stamp) else "stamp"

    def _set_aside(self, entry: _Entry, verdict: str) -> None:
        if isinstance(entry.no, int):
            self.otherwise[entry.no] = verdict

    def _ghost(self, log: _Log, entry: _Entry, rights: Roster) -> list[Operation] | None:
        """What an order of the author's city left of the entry; ``None`` when there is none."""
        if entry.id.hex() not in rights.ordered():
            return None
        office = rights.author_office(log.description.device, log.description.group)
        found = rights.ghost(entry.id.hex(), office)
        if found is not None and isinstance(entry.no, int):
            self.ghosts[entry.no] = canonical.encode(found)
        return found

    def _note(self, log: _Log, entry: _Entry, operations: list[Operation], line: Line) -> None:
        self.payload += len(line.body)
        for operation in operations:
            if operation[0] == "v":
                self._vouching.add(entry.no)
            if operation[0] == "k":
                self.clocks.add((log.no, operation[1], operation[2]))

    def _judge(
        self,
        log: _Log,
        entry: _Entry,
        header: Header | None,
        line: Line,
        rights: Roster,
        ghost: list[Operation] | None,
    ) -> tuple[str, list[Operation]]:
        verdict, operations = judge(log.description, entry.n, header, line, rights, ghost)
        author = (log.description.device, log.description.group)
        cuts = rights.cuts_of(*author) if verdict == APPLIED else []
        if cuts:
            if author not in self._kept:
                self._kept[author] = self._journal.kept_by(cuts)
            office = rights.author_office(*author) or ""
            if entry.id not in self._kept[author] and not rights.is_released(entry.id.hex(), office):
                return CUT, []
        return verdict, operations

    def _linked(self, log: _Log, entry: _Entry, previous: str, below: set[Any]) -> bool:
        """The entry before it, where it is here, is number n − 1 of the same log."""
        if not isinstance(entry.n, int) or entry.n < 1 or (entry.n == 1) != (previous == log.id):
            return False
        if entry.n == 1 or entry.previous in below:
            return True
        query = "SELECT log, n FROM entry WHERE id = ?"
        before = self._conn.exec_driver_sql(query, (entry.previous,)).first()
        return before is None or tuple(before) == (log.no, entry.n - 1)

    def _places_of_entries(self) -> Iterator[Finding]:
        """Numbers are given one after the other, and every entry stands in a log."""
        count, least, most = self._conn.exec_driver_sql("SELECT count(*), min(no), max(no) FROM entry").one()
        if count and (least != 1 or most != count):
            query = (
                "SELECT no, id, n, body FROM entry WHERE no < 1 OR no > (SELECT count(*) FROM entry) LIMIT 20"
            )
            for no, dot, n, body in self._conn.exec_driver_sql(query).all():
                yield {"finding": "number", "id": hexed(dot), "n": n, "no": no, "rows": rows_of(body)}
        query = "SELECT id, grp, device FROM log WHERE no NOT IN (SELECT log FROM entry)"
        for found, group, device in self._conn.exec_driver_sql(query).all():
            yield {"finding": "log", "id": hexed(found), "group": str(group), "device": str(device)}
        query = "SELECT DISTINCT log FROM entry WHERE log NOT IN (SELECT no FROM log)"
        for log in self._conn.exec_driver_sql(query).scalars().all():
            dot, n, body = self._conn.exec_driver_sql(
                "SELECT id, n, body FROM entry WHERE log = ? LIMIT 1", (log,)
            ).one()
            yield {"finding": "no_log", "id": hexed(dot), "n": n, "no": log, "rows": rows_of(body)}

    # heads

    def _heads(self) -> Iterator[Finding]:
        root = self._root()
        query = (
            "SELECT h.entry, l.id, h.n, e.id, h.signature, l.signing_key FROM head h"
            " LEFT JOIN entry e ON e.no = h.entry LEFT JOIN log l ON l.no = h.log"
        )
        for no, log, n, dot, signature, key in self._rows(query):
            if root is None or not holds(lambda: Head(log, n, dot.hex(), signature).verifies(root, key)):  # noqa: B023
                yield {"finding": "head", "entry": no, "log": hexed(log), "n": n}
        yield from self._unproved()

    def _unproved(self) -> Iterator[Finding]:
        """What came from another PC came under a head: the last entry of each of its branches has one."""
        own = self._alone()
        query = (
            "SELECT e.id, e.n, l.id, e.body FROM entry e JOIN log l ON l.no = e.log"
            " LEFT JOIN head h ON h.entry = e.no"
            " WHERE l.device <> ? AND h.entry IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM entry c WHERE c.previous = e.id)"
        )
        for dot, n, log, body in self._rows(query, (own[0] if own else "",)):
            yield {"finding": "unproved", "id": hexed(dot), "n": n, "log": log, "rows": rows_of(body)}

    # what follows from statements and stands beside the entries

    def _beside(self, rights: Roster) -> Iterator[Finding]:
        """Ghosts of expunged entries, clocks that cities state to be off, entries that may vouch."""
        stored = self._conn.exec_driver_sql("SELECT entry, operations FROM ghost ORDER BY entry").all()
        for (no,) in differing(stored, sorted(self.ghosts.items()), 1):
            yield {"finding": "ghost", "entry": no}
        query = "SELECT log, first, last FROM clock_said ORDER BY log, first, last"
        spans = self._conn.exec_driver_sql(query).all()
        for log, first, last in differing(spans, sorted(stated_clocks(self._conn, rights)), 3):
            yield {"finding": "clock", "log": log, "first": first, "last": last}
        noted = set(self._conn.exec_driver_sql("SELECT entry FROM voucher").scalars())
        query = (
            "SELECT v.entry FROM voucher v JOIN entry e ON e.no = v.entry"
            " WHERE e.salt = '-' OR instr(e.body, ?)"
        )
        may = set(self._conn.exec_driver_sql(query, (b'["v",',)).scalars())
        for no in sorted((self._vouching - noted) | (noted - may), key=str):
            yield {"finding": "voucher", "entry": no}
