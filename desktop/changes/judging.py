"""Verdicts as they stand in the file: recomputed whenever the statements grow, or what they hang on arrives.

Devices that were granted come first, as their entries may vouch for others; then those that are vouched for.
Everything runs in the caller's transaction. Knows the log and the law (``rights``), not how entries arrive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection

from desktop.changes import quotas
from desktop.changes import rights as law
from desktop.changes.pen import put_setting
from desktop.changes.rights import APPLIED, CUT, header_of
from desktop.changes.store import Changes, Folding, Store, chunks, marks, note_changes
from desktop.wire import canonical, orders
from desktop.wire.entries import Line, LogDescription, Operation
from desktop.wire.groups import city_of, is_described_region
from desktop.wire.orders import Voucher
from desktop.wire.roster import Roster

EXPUNGE_DUE = "expunge_due"
"""Setting: payloads were taken away, and what is left of them on the disk is still to be cleaned."""

_ENTRY = (
    "SELECT e.no, e.id, e.n, e.log, e.header, e.salt, e.body, e.verdict, l.device, l.grp, l.incarnation,"
    " l.resumed FROM entry e JOIN log l ON l.no = e.log WHERE "
)
_APPLIED_AFTER = (
    "SELECT e.no, e.id, e.log, e.body FROM entry e CROSS JOIN log l ON l.no = e.log"
    " WHERE e.no > ? AND e.verdict = 'applied' AND l.grp = ? ORDER BY e.no LIMIT ?"
)
"""A group's applied entries in the order of this file's numbers."""

_REFOLDED = 1000


class Entry(NamedTuple):
    """One entry of the file, as it is judged."""

    no: int
    dot: bytes
    n: int
    log: int
    line: Line
    before: str
    description: LogDescription


class Law(Protocol):
    """Who tells what the statements say: the journal."""

    def base_rights(self) -> Roster:
        """What the statements alone say."""

    def rights(self) -> Roster:
        """The same, with the vouchers that count."""

    def vouchers_changed(self) -> None:
        """What counts as a voucher may be another from now on."""


def vouchers_that_count(conn: Connection, base: Roster) -> list[Voucher]:
    """The vouchers in applied entries of granted devices, in the group of their own office."""
    found = []
    for body, device, group in conn.exec_driver_sql(
        "SELECT e.body, l.device, l.grp FROM voucher v JOIN entry e ON e.no = v.entry"
        " JOIN log l ON l.no = e.log WHERE e.verdict = 'applied' AND e.salt <> '-'"
    ):
        office = base.office(device)
        for operation in canonical.kept(body) if group == f"office:{office}" else ():
            voucher = orders.voucher(operation)
            if voucher is not None and voucher.office == office:
                found.append(voucher)
    return found


def stated_clocks(conn: Connection, rights: Roster) -> set[tuple[int, int, int]]:
    """Ranges (local number of the log, first, last) that the city of the log's device states to be off."""
    wanted: set[tuple[int, int, int]] = set()
    for city, span in rights.clocks:
        query = "SELECT no, device, grp FROM log WHERE id = ?"
        log = conn.exec_driver_sql(query, (span.log,)).first()
        office = None if log is None else rights.author_office(log[1], log[2])
        if log is not None and office is not None and city_of(office) == city:
            wanted.add((log[0], span.first, span.last))
    return wanted


class Judge:
    """Keeps the verdicts of one file true."""

    def __init__(self, conn: Connection, store: Store, of: Law) -> None:
        self._conn = conn
        self._store = store
        self._of = of

    def _sql(self, statement: str, values: Sequence[Any] = ()) -> Any:
        return self._conn.exec_driver_sql(statement, tuple(values))

    # what is judged anew

    def everything(self) -> Changes:
        """Every entry, as if it had never been judged."""
        self._sql(
            "INSERT OR IGNORE INTO voucher (entry) SELECT no FROM entry WHERE instr(body, ?) > 0", (b'["v",',)
        )
        self._settle_signed()
        base = self._of.base_rights()
        every = set(self._sql("SELECT DISTINCT device FROM log").scalars())
        changes = self.devices(every & base.devices().keys(), base)
        self._of.vouchers_changed()
        note_changes(changes, self.devices(every - base.devices().keys(), self._of.rights()))
        note_changes(changes, self.settle_clocks())
        return changes

    def since(self, before: Roster) -> Changes:
        """The entries whose verdict hangs on what the statements say now and did not say before."""
        self._settle_signed()
        base = self._of.base_rights()
        every = set(self._sql("SELECT DISTINCT device FROM log").scalars())
        moved = {device for device in every if base.standing(device) != before.standing(device)}
        if before.regions != base.regions:
            moved |= {
                device
                for device, group in self._sql("SELECT DISTINCT device, grp FROM log")
                if is_described_region(group)
            }
        then, now = before.spoken_of(), base.spoken_of()
        dots = {dot for dot in then.keys() | now.keys() if then.get(dot) != now.get(dot)}
        granted = base.devices().keys()
        changes = self.devices(moved & granted, base, dots)
        self._of.vouchers_changed()
        rights = self._of.rights()
        others = {d for d in every - granted if rights.standing(d) != before.standing(d)}
        note_changes(changes, self.devices(others | moved - granted, rights, dots))
        note_changes(changes, self.settle_clocks())
        return changes

    def after_vouchers(self, before: Roster) -> Changes:
        """The entries of devices that are vouched for now and were not, or the other way round."""
        self._of.vouchers_changed()
        rights = self._of.rights()
        either = before.vouched().keys() | rights.vouched().keys()
        moved = {device for device in either if before.standing(device) != rights.standing(device)}
        changes = self.devices(moved, rights)
        if moved:
            note_changes(changes, self.settle_clocks())
        return changes

    def devices(self, devices: Collection[str], rights: Roster, dots: Iterable[str] = ()) -> Changes:
        """All entries of these devices, and those entries besides."""
        fresh: list[int] = []
        altered: set[str] = set()
        kept: dict[tuple[str, str], set[bytes]] = {}
        for piece in chunks(sorted(devices), 200):
            self._judge(f"l.device IN ({marks(len(piece))})", piece, rights, kept, fresh, altered)
        for some in chunks(map(bytes.fromhex, sorted(dots)), 200):
            self._judge(f"e.id IN ({marks(len(some))})", some, rights, kept, fresh, altered)
        changes: Changes = {}
        for group in sorted(altered):
            note_changes(changes, self.refold(group))
        note_changes(changes, self._fold_numbers(sorted(set(fresh))))
        return changes

    def _judge(
        self,
        where: str,
        values: Sequence[Any],
        rights: Roster,
        kept: dict[tuple[str, str], set[bytes]],
        fresh: list[int],
        altered: set[str],
    ) -> None:
        ghosts = dict(self._sql("SELECT entry, operations FROM ghost").all())
        ordered = rights.ordered()
        for no, dot, n, log, header, salt, body, before, *description in self._sql(
            _ENTRY + where, values
        ).all():
            entry = Entry(
                no, dot, n, log, Line(header, salt.encode(), body), before, LogDescription(*description)
            )
            stands, group = entry.description, entry.description.group
            office = rights.author_office(stands.device, group)
            ghost = rights.ghost(dot.hex(), office) if dot.hex() in ordered else None
            another = self._settle_ghost(entry, ghost, ghosts.get(no))
            verdict, _ = law.judge(stands, n, header_of(entry.line), entry.line, rights, ghost)
            if verdict == APPLIED and self._is_cut(entry, rights, kept):
                verdict = CUT
            if verdict == before and not (another and verdict == APPLIED):
                continue
            if before == APPLIED:
                altered.add(group)
            if verdict != APPLIED:
                self._sql("UPDATE entry SET verdict = ? WHERE no = ?", (verdict, no))
            elif before != APPLIED:
                fresh.append(no)  # marked as applied when it is folded: till then others await it

    def _is_cut(self, entry: Entry, rights: Roster, kept: dict[tuple[str, str], set[bytes]]) -> bool:
        device, group = entry.description.device, entry.description.group
        cuts = rights.cuts_of(device, group)
        if not cuts:
            return False
        if (device, group) not in kept:
            kept[device, group] = self.kept(cuts)
        office = rights.author_office(device, group) or ""
        return entry.dot not in kept[device, group] and not rights.is_released(entry.dot.hex(), office)

    def _settle_ghost(self, entry: Entry, ghost: list[Operation] | None, held: bytes | None) -> bool:
        """Takes the payload away where that is ordered; True when what the entry does is another now."""
        text = None if ghost is None else canonical.encode(ghost)
        if text is not None and not entry.line.expunged:
            self._sql(
                "UPDATE entry SET salt = '-', body = ? WHERE no = ?",
                (entry.line.commitment().encode(), entry.no),
            )
        if text == held:
            return False
        self.keep_ghost(entry.no, text)
        return True

    def keep_ghost(self, no: int, text: bytes | None) -> None:
        """Notes what is left of an expunged entry; ``None``: no order says so any more."""
        if text is None:
            self._sql("DELETE FROM ghost WHERE entry = ?", (no,))
        else:
            self._sql("INSERT OR REPLACE INTO ghost (entry, operations) VALUES (?, ?)", (no, text))
            # Also for a line that came empty: its attachments may have come before.
            put_setting(self._conn, EXPUNGE_DUE, b"1")

    def kept(self, cuts: list[frozenset[str]]) -> set[bytes]:
        """Entries that every cut keeps: ancestors of its kept heads, those included."""
        common: set[bytes] | None = None
        for heads in cuts:
            found: set[bytes] = set()
            for head in heads:
                found.update(
                    dot
                    for (dot,) in self._sql(
                        "WITH RECURSIVE back(id, previous) AS ("
                        " SELECT id, previous FROM entry WHERE id = ?"
                        " UNION SELECT e.id, e.previous FROM entry e JOIN back b ON e.id = b.previous)"
                        " SELECT id FROM back",
                        (bytes.fromhex(head),),
                    )
                )
            common = found if common is None else common & found
        return common or set()

    def bound(self, log: LogDescription, rights: Roster, fresh: range) -> int:
        """Drops new entries without effect whose author may not fill the file further; says how many."""
        entitled = rights.author_office(log.device, log.group) is not None
        if entitled and not rights.cuts_of(log.device, log.group):
            return 0
        if quotas.has_room(self._conn, log.device, entitled=entitled):
            return 0
        return quotas.drop(self._conn, log.device, fresh)

    # what follows from statements and stands beside the entries

    def _settle_signed(self) -> None:
        """Which statements the digest counts: those that enough keys of a trusted set signed."""
        signed = self._of.base_rights().signed
        for found, before in self._sql("SELECT id, signed FROM statement").all():
            if bool(before) != (found in signed):
                self._sql("UPDATE statement SET signed = ? WHERE id = ?", (int(found in signed), found))

    def settle_clocks(self) -> Changes:
        """Which ranges of logs a city states to be off; rows with such values are shown anew."""
        wanted = stated_clocks(self._conn, self._of.rights())
        held = {tuple(row) for row in self._sql("SELECT log, first, last FROM clock_said")}
        for span_gone in held - wanted:
            self._sql("DELETE FROM clock_said WHERE log = ? AND first = ? AND last = ?", span_gone)
        for span_new in wanted - held:
            self._sql("INSERT INTO clock_said (log, first, last) VALUES (?, ?, ?)", span_new)
        changes: Changes = {}
        for log_no, first, last in sorted(held ^ wanted):
            note_changes(changes, self._store.show_span_again((log_no, first, last)))
        return changes

    # folding anew

    def _fold_numbers(self, numbers: Iterable[int]) -> Changes:
        """Folds entries that count from now on; they must be marked as applied."""
        changes: Changes = {}
        for piece in chunks(numbers, 500):
            rows = self._sql(
                "SELECT e.no, e.id, e.log, l.grp, e.body FROM entry e JOIN log l ON l.no = e.log"
                f" WHERE e.no IN ({marks(len(piece))}) ORDER BY e.no",
                piece,
            ).all()
            self._sql(f"UPDATE entry SET verdict = 'applied' WHERE no IN ({marks(len(piece))})", piece)
            folding = [
                Folding(no, dot, log, group, self._store.operations(no, body))
                for no, dot, log, group, body in rows
            ]
            note_changes(changes, self._store.fold(folding))
        return changes

    def refold(self, group: str) -> Changes:
        """Drops a group's state and folds it anew from its entries."""
        self._store.forget_group(group)
        changes: Changes = {}
        last = 0
        while rows := self._sql(_APPLIED_AFTER, (last, group, _REFOLDED)).all():
            folding = [
                Folding(no, dot, log, group, self._store.operations(no, body)) for no, dot, log, body in rows
            ]
            note_changes(changes, self._store.fold(folding, before=folding[0].no))
            last = folding[-1].no
        return changes
