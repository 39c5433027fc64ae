"""The log in the file: appends what happens here, takes in what comes from elsewhere, keeps verdicts true.

Shared state is a function of the set of entries and the set of statements alone. Everything runs in the
caller's transaction. Knows no bundle and no folder.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from desktop.changes import rights as law
from desktop.changes.judging import Judge, vouchers_that_count
from desktop.changes.pen import Pen, get_setting, load_pen, new_incarnation, put_setting
from desktop.changes.quotas import Idle
from desktop.changes.rights import APPLIED, CUT, header_of
from desktop.changes.store import Changes, Folding, Store, note_changes
from desktop.models.schema import by_kind
from desktop.wire import canonical
from desktop.wire.entries import (
    Header,
    Line,
    LogDescription,
    Operation,
    entry_id,
    new_line,
)
from desktop.wire.faults import WireError
from desktop.wire.ids import row_bytes, row_fits
from desktop.wire.roster import Roster
from desktop.wire.runs import Piece
from desktop.wire.signatures import Head, sign_head
from desktop.wire.statements import Statement, lean, merged

FORMAT_VERSION = 1


class Draft(NamedTuple):
    """An entry to be: which act, in which group, with which operations."""

    act: str
    group: str
    operations: list[Operation]


class Received(NamedTuple):
    """What became of a piece: entries applied, put in quarantine, known before.

    ``refused``: not kept, as their author, who is not entitled, has filled what quarantine has room for.
    ``withdrawing``: numbers of those kept that may withdraw rows, whether they count or not.
    """

    applied: int
    quarantined: int
    known: int
    changes: Changes
    refused: int = 0
    withdrawing: Sequence[int] = ()


def wall_ms() -> int:
    """Milliseconds since 1970 by this PC's clock, which may be wrong: it orders nothing that matters."""
    return time.time_ns() // 1_000_000


class Journal:
    """The log of one case file, on one connection."""

    def __init__(self, conn: Connection, clock: Callable[[], int] = wall_ms) -> None:
        self._conn = conn
        self._clock = clock
        self.store = Store(conn)
        self._judge = Judge(conn, self.store, self)
        self._base: Roster | None = None
        self._rights: Roster | None = None
        self._pen: Pen | None = None

    @property
    def connection(self) -> Connection:
        """The connection whose transaction everything here takes part in."""
        return self._conn

    # who

    def pen(self) -> Pen:
        """This PC as it writes."""
        self._pen = load_pen(self._conn, self._pen)
        return self._pen

    def root(self) -> str | None:
        """The id of the city's first key set, which names the network; ``None`` before enrolment."""
        found = get_setting(self._conn, "root")
        return None if found is None else found.decode()

    def trust(self, root: str) -> None:
        """Accepts the network this PC was enrolled in."""
        put_setting(self._conn, "root", root.encode())
        self._base = self._rights = None
        self.judge_all()

    def statements(self) -> list[Statement]:
        """All statements, by id."""
        return [
            Statement(body.encode(), tuple((pair[0], pair[1]) for pair in canonical.decode(pairs.encode())))
            for body, pairs in self._sql("SELECT body, signatures FROM statement ORDER BY id")
        ]

    def base_rights(self) -> Roster:
        """What the statements say today, whoever is vouched for."""
        if self._base is None:
            root = self.root()
            pen = self.pen() if root is None else None
            alone = (pen.device, pen.office) if pen else None
            self._base = Roster(root, self.statements(), alone)
        return self._base

    def rights(self) -> Roster:
        """What the statements say today, and who is vouched for by entries that count."""
        if self._rights is None:
            base = self.base_rights()
            self._rights = base.vouching(vouchers_that_count(self._conn, base))
        return self._rights

    def vouchers_changed(self) -> None:
        """What counts as a voucher may be another from now on."""
        self._rights = None

    # what happens here

    def append(self, drafts: Sequence[Draft], officer: str, *, batch: str | None = None) -> Changes:
        """Writes one entry a draft and folds them. All in the caller's transaction.

        Raises ``WireError("wire.entry_too_large")`` when an act does not fit into one entry.
        """
        pen = self.pen()
        changes: Changes = {}
        for group in dict.fromkeys(draft.group for draft in drafts):
            own = [draft for draft in drafts if draft.group == group]
            note_changes(changes, self._append_to(pen, group, own, officer, batch))
        return changes

    def _append_to(
        self, pen: Pen, group: str, drafts: list[Draft], officer: str, batch: str | None
    ) -> Changes:
        description, log = self._own_log(pen, group)
        log_id = description.id()
        tip = self._sql(
            "SELECT n, id, stamp, verdict FROM entry WHERE log = ? ORDER BY n DESC LIMIT 1", (log,)
        ).first()
        n, previous, last = (tip[0], tip[1].hex(), tip[2]) if tip else (0, log_id, 0)
        counts = tip is not None and tip[3] == APPLIED
        lines, folding = [], []
        no = self.last_number() + 1
        for draft in drafts:
            n += 1
            wall = max(0, self._clock())
            stamp = max(wall, last + 1)
            header = Header(draft.act, n, officer, wall, stamp - wall, FORMAT_VERSION, None, batch)
            line = new_line(header, draft.operations)
            found = entry_id(log_id, previous, line)
            lines.append(_columns(no, log, n, found, previous, line, stamp, APPLIED))
            folding.append(Folding(no, bytes.fromhex(found), log, group, draft.operations))
            no, previous, last = no + 1, found, stamp
        self._insert(lines)
        changes = self.store.fold(folding)
        note_changes(changes, self._heed(pen, group, folding, counts=counts))
        return changes

    def _heed(self, pen: Pen, group: str, written: Sequence[Folding], *, counts: bool) -> Changes:
        """What this PC's entries change beside rows: they may vouch for others, and it may be cut off.

        ``counts``: its entry before these counts. Where it does not, or there is none, the PC may have no
        grant: one that hears of new keys before it hears of what they knew.
        """
        vouching = [found.no for found in written if any(done[0] == "v" for done in found.operations)]
        if counts and not vouching and not self._cuts_speak_of(pen):
            return {}
        before, changes = self.rights(), Changes()
        self._note_vouchers(vouching)
        if before.cuts_of(pen.device, group) or before.author_office(pen.device, group) is None:
            note_changes(changes, self._judge.devices({pen.device}, before))
        note_changes(changes, self._judge.after_vouchers(before))
        return changes

    def _cuts_speak_of(self, pen: Pen) -> bool:
        """A quick look that spares most acts the reading of all statements."""
        query = "SELECT 1 FROM statement WHERE kind = 'cut' AND (instr(body, ?) OR instr(body, ?)) LIMIT 1"
        return self._sql(query, (pen.device, f'"office":"{pen.office}"')).first() is not None

    def _note_vouchers(self, numbers: Iterable[int]) -> None:
        for no in numbers:
            self._sql("INSERT OR IGNORE INTO voucher (entry) VALUES (?)", (no,))

    def _own_log(self, pen: Pen, group: str) -> tuple[LogDescription, int]:
        """This PC's log of a group, begun when there is none of this incarnation, and its local number."""
        row = self._sql(
            "SELECT no, resumed FROM log WHERE device = ? AND grp = ? AND incarnation = ?",
            (pen.device, group, pen.incarnation),
        ).first()
        if row is not None:
            return LogDescription(pen.device, group, pen.incarnation, row[1]), int(row[0])
        before = self._sql(
            "SELECT e.id FROM entry e JOIN log l ON l.no = e.log WHERE l.device = ? AND l.grp = ?"
            " ORDER BY e.no DESC LIMIT 1",
            (pen.device, group),
        ).scalar()
        begun = LogDescription(pen.device, group, pen.incarnation, before.hex() if before else None)
        return begun, self._log_number(begun, pen.signing.public, pen.age_recipient)

    def sign_heads(self, group: str) -> None:
        """Closes this PC's logs of a group with a head, so that they can travel.

        Raises ``LookupError`` before enrolment: a head is signed for a network.
        """
        root = self.root()
        if root is None:
            raise LookupError("not enrolled")
        pen = self.pen()
        for log, log_id in self._sql(
            "SELECT no, id FROM log WHERE device = ? AND grp = ?", (pen.device, group)
        ).all():
            covered = self._sql("SELECT max(n) FROM head WHERE log = ?", (log,)).scalar() or 0
            open_entries = self._sql(
                "SELECT no, n, id, length(header) + length(body) FROM entry"
                " WHERE log = ? AND n > ? ORDER BY n",
                (log, covered),
            ).all()
            for no, n, found in _head_places(open_entries):
                head = sign_head(pen.signing, root, log_id, n, found.hex())
                self._sql(
                    "INSERT INTO head (entry, log, n, signature) VALUES (?, ?, ?, ?)",
                    (no, log, n, head.signature),
                )

    # what comes from elsewhere

    def receive(self, piece: Piece) -> Received:
        """Takes in entries under a head. Repeats vanish; what does not count is kept in quarantine.

        Raises ``WireError("wire.head_signature")`` when the head is not signed for this network.
        """
        root = self.root()
        if root is None or not piece.head.verifies(root, piece.start.signing_key):
            raise WireError("wire.head_signature")
        description = piece.start.log
        log = self._log_number(description, piece.start.signing_key, piece.start.age_key)
        rights = self.rights()
        known, empty = self._known(log, piece)
        filled, withdrawing = self._fill_expunged(piece, empty)
        fresh = [item for item in piece.entries if item[1] not in known]
        self._notice_own_hand(description, fresh)
        office = rights.author_office(description.device, description.group)
        cut = bool(rights.cuts_of(description.device, description.group))
        ordered = rights.ordered()
        lines, folding, vouching, ghosts = [], [], [], []
        first = no = self.last_number() + 1
        for n, found, previous, came in fresh:
            line, header = came, header_of(came)
            ghost = rights.ghost(found, office) if found in ordered else None
            if ghost is not None:
                line = Line(came.header, b"-", came.commitment().encode())
                ghosts.append((no, canonical.encode(ghost)))
            verdict, operations = law.judge(description, n, header, line, rights, ghost)
            if verdict == APPLIED and cut:
                verdict = CUT
            lines.append(_columns(no, log, n, found, previous, line, _stamp(header), verdict))
            if verdict == APPLIED:
                folding.append(Folding(no, bytes.fromhex(found), log, description.group, operations))
            if b'["v",' in line.body:
                vouching.append(no)
            if b'["w",' in line.body:
                withdrawing.append(no)
            no += 1
        self._insert(lines)
        for at, text in ghosts:
            self._judge.keep_ghost(at, text)
        self._keep_head(log, piece.head)
        changes = self.store.fold(folding)
        if cut or filled:
            note_changes(changes, self._judge.devices({description.device}, rights))
        self._note_vouchers(vouching)
        if vouching or (cut and self._holds_vouchers()):
            note_changes(changes, self._judge.after_vouchers(rights))
        applied = len(folding)
        if cut:
            query = "SELECT count(*) FROM entry WHERE no >= ? AND no < ? AND verdict = 'applied'"
            applied = int(self._sql(query, (first, no)).scalar_one())
        refused = self._judge.bound(description, rights, range(first, no)) if applied < len(fresh) else 0
        quarantined = len(fresh) - applied - refused
        known_before = len(piece.entries) - len(fresh)
        return Received(applied, quarantined, known_before, changes, refused, withdrawing)

    def _holds_vouchers(self) -> bool:
        return self._sql("SELECT 1 FROM voucher LIMIT 1").first() is not None

    def _fill_expunged(self, piece: Piece, empty: set[str]) -> tuple[int, list[int]]:
        """Lines that came without their payload, and no order says so, take it back when it is shown.

        Returns how many, and the numbers of those that may withdraw rows.
        """
        filled = [
            (line.salt.decode(), line.body, _stamp(header_of(line)), bytes.fromhex(found))
            for _, found, _, line in piece.entries
            if found in empty and not line.expunged
        ]
        withdrawing = []
        for values in filled:
            query = "UPDATE entry SET salt = ?, body = ?, stamp = ? WHERE id = ? RETURNING no"
            no = self._sql(query, values).scalar_one()
            if b'["w",' in values[1]:
                withdrawing.append(no)
        return len(filled), withdrawing

    def _notice_own_hand(self, description: LogDescription, fresh: list[Any]) -> None:
        """Entries by this PC's key that it does not know: it was restored or cloned, so it starts anew.

        What it wrote itself gets its head first: it stands below the heads of the other branch.
        """
        pen = self.pen()
        if not fresh or description.device != pen.device:
            return
        self.sign_heads(description.group)
        if description.incarnation == pen.incarnation:
            new_incarnation(self._conn)

    def _keep_head(self, log: int, head: Head) -> None:
        no = self._sql("SELECT no FROM entry WHERE id = ?", (bytes.fromhex(head.id),)).scalar_one()
        self._sql(
            "INSERT OR IGNORE INTO head (entry, log, n, signature) VALUES (?, ?, ?, ?)",
            (no, log, head.n, head.signature),
        )

    def add_statements(self, statements: Iterable[Statement]) -> Changes:
        """Joins statements to the set and recomputes the verdicts they touch.

        Of those that nobody entitled signed only so many are kept: they have no effect, and are no part of
        what digests compare.
        """
        held = {statement.id: statement for statement in self.statements()}
        brought = [one for one in statements if one != held.get(one.id)]
        if not brought:
            return {}
        before = self.rights()
        rights = Roster(self.root(), [*held.values(), *brought], None)
        idle = Idle(held.values(), rights) if self.root() is not None else None
        grown = False
        for statement in brought:
            known = held.get(statement.id)
            whole = statement if known is None else merged(known, statement)
            whole = lean(whole, rights.signers_of(whole))
            if known is None and idle is not None and not idle.has_room_for(whole):
                continue
            held[whole.id] = whole
            if whole != known:
                self._keep_statement(whole)
                grown = True
        if not grown:
            return {}
        self._base = self._rights = None
        return self._judge.since(before)

    def _keep_statement(self, statement: Statement) -> None:
        pairs = canonical.encode([list(pair) for pair in statement.signatures]).decode()
        self._sql(
            "INSERT OR REPLACE INTO statement (id, kind, body, signatures, signed) VALUES (?, ?, ?, ?, 0)",
            (statement.id, statement.value["kind"], statement.body.decode(), pairs),
        )

    def judge_all(self) -> Changes:
        """Judges every entry anew and folds what counts; for a copy that starts without any verdict."""
        return self._judge.everything()

    def kept_by(self, cuts: list[frozenset[str]]) -> set[bytes]:
        """Entries that every cut keeps: ancestors of its kept heads, those included."""
        return self._judge.kept(cuts)

    def refold(self, group: str) -> Changes:
        """Drops a group's state and folds it anew from its entries."""
        return self._judge.refold(group)

    def group_of(self, kind: str, row: str) -> str | None:
        """The group of a row of a known kind; ``None`` when it is not there."""
        table = by_kind()[kind].table.name
        found: str | None = self._sql(f'SELECT grp FROM "{table}" WHERE id = ?', (row_bytes(row),)).scalar()
        return found

    def owns(self, kind: str, row: str, group: str) -> bool:
        """True when the row is this office's own."""
        return row_fits(row, group, by_kind()[kind].wire, self.pen().office)

    # small things

    def _sql(self, statement: str, values: Sequence[Any] = ()) -> Any:
        return self._conn.exec_driver_sql(statement, tuple(values))

    def _insert(self, lines: list[tuple[Any, ...]]) -> None:
        if lines:
            self._conn.exec_driver_sql(
                "INSERT INTO entry (no, id, log, n, previous, header, salt, body, stamp, verdict)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                lines,
            )

    def last_number(self) -> int:
        """This file's own number of the newest entry; 0 while there is none."""
        return int(self._sql("SELECT coalesce(max(no), 0) FROM entry").scalar_one())

    def _known(self, log: int, piece: Piece) -> tuple[set[str], set[str]]:
        """Ids of the log's entries, in all branches, that stand where the piece does; and those among them
        that lack their payload."""
        query = "SELECT id, salt = '-' FROM entry WHERE log = ? AND n BETWEEN ? AND ?"
        found = self._sql(query, (log, piece.entries[0][0], piece.entries[-1][0])).all()
        return {dot.hex() for dot, _ in found}, {dot.hex() for dot, lacks in found if lacks}

    def _log_number(self, description: LogDescription, signing_key: str, age_key: str) -> int:
        log_id = description.id()
        found = self._sql("SELECT no FROM log WHERE id = ?", (log_id,)).scalar()
        if found is None:
            found = self._sql(
                "INSERT INTO log (id, device, grp, incarnation, resumed, signing_key, age_key)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING no",
                (log_id, *description, signing_key, age_key),
            ).scalar_one()
            if self._sql("SELECT 1 FROM statement WHERE kind = 'clock' LIMIT 1").first() is not None:
                self._judge.settle_clocks()
        return int(found)


def _columns(
    no: int, log: int, n: int, found: str, previous: str, line: Line, stamp: int, verdict: str
) -> tuple[Any, ...]:
    return (
        no,
        bytes.fromhex(found),
        log,
        n,
        bytes.fromhex(previous),
        line.header,
        line.salt.decode(),
        line.body,
        stamp,
        verdict,
    )


def _stamp(header: Header | None) -> int:
    return 0 if header is None else header.stamp


def _head_places(rows: Sequence[Any]) -> list[tuple[int, int, bytes]]:
    """Where heads go: after at most 1,000 entries or 256 kB, and at the end."""
    places, count, size = [], 0, 0
    for index, (no, n, found, length) in enumerate(rows):
        count, size = count + 1, size + length
        if count >= 1000 or size >= 256_000 or index == len(rows) - 1:
            places.append((no, n, found))
            count, size = 0, 0
    return places
