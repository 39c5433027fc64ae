"""Writes what others may lack into bundles, and reads bundles: one pass, some pieces a transaction.

Any subset of a bundle is a lawful state, so a cut file or a pulled stick needs no undo; a bundle counts as
known only after its clean end. No transaction is open while a carrier is written, or between the pieces of
what is read: there ``turn`` is called, which may let others write, and may raise ``Cancelled`` to stop.
Knows the log and the carrier, no screen.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Engine

from desktop.casefile.blobs import BlobStore
from desktop.changes.journal import Journal, Received
from desktop.changes.outline import Segment, group_digest, groups, root_of_statements, segments
from desktop.changes.pen import Pen, get_setting, put_setting
from desktop.changes.rights import APPLIED
from desktop.changes.sending import Run, runs_above, runs_within
from desktop.changes.store import Changes
from desktop.errors import Cancelled, UserError, environment_error
from desktop.sync.carrier import Carrier, CarrierFile, CarrierOutcome, bundle_name
from desktop.sync.needs import Stretch, needs_of, note_gaps, note_needs, own_needs
from desktop.sync.sealing import seal, unseal, unzstd, zst
from desktop.sync.turns import Counted, Giving, Turn, Turns
from desktop.wire import canonical
from desktop.wire.entries import MAX_LINE
from desktop.wire.faults import WireError
from desktop.wire.groups import may_share
from desktop.wire.hashing import is_hash
from desktop.wire.haves import check_have, sign_have
from desktop.wire.manifests import FORMAT, parse_manifest, sign_manifest
from desktop.wire.runs import Piece, read_pieces
from desktop.wire.statements import Statement, parse_statement
from desktop.wire.ustar import Kind, Member, Source

PART_BYTES = 48 << 20
STOPPED = "exchange.stopped"
_MAX_RUN = 256 << 20
_SLICE_ENTRIES = 4000
_SLICE_BYTES = 4 << 20
"""What one transaction takes in: about 0.2 s of work, and one piece (at most 4 MiB) beyond that."""


class Sent(msgspec.Struct, frozen=True):
    """A bundle that was written: its file, group, entries and attachments, and how many PCs can read it."""

    file: str
    group: str
    entries: int
    blobs: int
    bytes: int
    recipients: int


class Read(msgspec.Struct, kw_only=True):
    """What became of one bundle: ``outcome`` is ``read``, ``known``, ``STOPPED`` or a code of a refusal.

    ``office`` is the sender's, where it is known here; ``blobs`` counts attachments.
    """

    file: str
    outcome: str
    group: str | None = None
    sender: str | None = None
    office: str | None = None
    applied: int = 0
    quarantined: int = 0
    known: int = 0
    blobs: int = 0
    statements: int = 0


def export(engine: Engine, blobs: BlobStore | None, folder: Path, offices: Sequence[str] = ()) -> list[Sent]:
    """Writes one bundle a group (in parts); see ``export_each``."""
    return list(export_each(engine, blobs, folder, offices))


def export_each(
    engine: Engine,
    blobs: BlobStore | None,
    folder: Path,
    offices: Sequence[str] = (),
    *,
    turn: Turn | None = None,
) -> Iterator[Sent]:
    """Writes one bundle a group (in parts) with what its other PCs may lack; each is told once it is proven.

    ``offices`` narrows the destinations of this trip. Raises ``UserError`` when nobody could read it, before
    enrolment, and for every fault of the carrier, and what ``turn`` raises; what was told stays whole.
    """
    carrier = Carrier(folder)
    shared = _close_logs(engine)
    nobody = True
    for done, group in enumerate(shared):
        with engine.begin() as conn:
            parcels = _parcels(conn, blobs, group, offices)
        turns = Turns(sum(parcel.size for parcel in parcels), _part_of(turn, done, len(shared)))
        for parcel in parcels:
            nobody = False
            yield _send(engine, blobs, carrier, parcel, turns)
    if nobody:
        raise UserError("exchange.nobody_to_send_to")


def _part_of(turn: Turn | None, part: int, parts: int) -> Turn | None:
    return None if turn is None else lambda fraction: turn((part + fraction) / parts)


def _close_logs(engine: Engine) -> list[str]:
    """Closes this PC's logs with heads, so that they can travel; the groups it shares in."""
    with engine.begin() as conn:
        journal = Journal(conn)
        if journal.root() is None:
            raise UserError("enrolment.not_enrolled")
        office = journal.pen().office
        shared = [group for group in groups(conn) if may_share(group, office)]
        for group in shared:
            journal.sign_heads(group)
    return shared


class _Parcel(NamedTuple):
    """What one bundle will hold: its first members, runs, attachments, and the keys it is sealed to."""

    group: str
    head: list[bytes]
    runs: list[Run]
    files: list[_File]
    keys: list[str]

    @property
    def size(self) -> int:
        """About how many bytes will be written."""
        return sum(len(line) for run in self.runs for line in run.lines) + sum(f.size for f in self.files)


def _parcels(conn: Connection, blobs: BlobStore | None, group: str, offices: Sequence[str]) -> list[_Parcel]:
    journal = Journal(conn)
    pen = journal.pen()
    readers = journal.rights().readers(group)
    destinations = {
        device
        for device, office in readers.items()
        if device != pen.device and (not offices or office in offices)
    }
    if not destinations:
        return []
    keys = {
        statement.value["device"]: statement.value["keys"][1]
        for statement in journal.statements()
        if statement.value["kind"] == "grant"
    }
    statements = b"".join(statement.text() for statement in journal.statements())
    note_gaps(conn, group)
    needs = needs_of(conn, group, destinations)
    had = had_by_all(conn, group, destinations)
    runs = [*runs_within(conn, group, _once_had(needs.entries, had)), *runs_above(conn, group, had)]
    wanted = _blobs_wanted(conn, blobs, group, destinations, needs.blobs) if blobs is not None else []
    parcels = []
    for part, (some, files) in enumerate(_parts(runs, wanted)):
        value = _manifest(conn, blobs, pen, group, sorted(destinations), part, some, files)
        head = [*sign_manifest(value, pen.signing), statements]
        parcels.append(_Parcel(group, head, some, files, [keys[device] for device in readers]))
    return parcels


def _send(engine: Engine, blobs: BlobStore | None, carrier: Carrier, parcel: _Parcel, turns: Turns) -> Sent:
    """Writes one bundle and proves it by reading back. No transaction is open meanwhile."""
    members = _members(parcel, blobs, turns)

    def fill(out: BinaryIO) -> None:
        seal(cast("BinaryIO", Giving(out, turns)), parcel.keys, members)

    written = carrier.write(bundle_name, fill, turns.take)
    with engine.begin() as conn:
        _remember(conn, written.sha256, "written")
    count = sum(1 for run in parcel.runs for line in run.lines if b"\t" in line)
    blob_count, readers = len(parcel.files), len(parcel.keys)
    return Sent(written.path.name, parcel.group, count, blob_count, written.size, readers)


def had_by_all(
    conn: Connection, group: str, devices: set[str], own: Mapping[str, list[Segment]] | None = None
) -> dict[str, dict[str, int]]:
    """For each log the tip that every device is known to hold with all before it.

    Where the newest have-lists leave a doubt (a gap, no list at all) everything is sent again: sticks are
    lossy and cheap. ``own`` are the segments of the group, when the caller has them already.
    """
    own = segments(conn, group) if own is None else own
    lists = []
    for device in sorted(devices):
        body = conn.exec_driver_sql(
            "SELECT body FROM have WHERE device = ? AND grp = ?", (device, group)
        ).scalar()
        lists.append({} if body is None else canonical.decode(body.encode())["logs"])
    had: dict[str, dict[str, int]] = {}
    for log, parts in own.items():
        common = _common_tips(parts, [_held_tips(conn, log, found.get(log, [])) for found in lists])
        if common:
            had[log] = common
    return had


def _held_tips(conn: Connection, log: str, theirs: list[Segment]) -> dict[str, int]:
    """Tips down from which another PC has everything, as far as they are here too."""
    return {
        tip: last
        for first, last, tip in theirs
        if first == 1
        and conn.exec_driver_sql(
            "SELECT 1 FROM entry e JOIN log l ON l.no = e.log WHERE e.id = ? AND l.id = ? AND e.n = ?",
            (bytes.fromhex(tip), log, last),
        ).first()
    }


def _common_tips(parts: list[Segment], lists: list[dict[str, int]]) -> dict[str, int]:
    """What all of ``lists`` reach; of a forked log each branch, with "" while one is not reached."""
    if not all(lists):
        return {}
    if len(parts) == 1:
        last, tip = min(max((last, tip) for tip, last in tips.items()) for tips in lists)
        return {tip: last}
    common = {tip: last for tip, last in lists[0].items() if all(tip in tips for tips in lists)}
    return common if {tip for _, _, tip in parts} <= common.keys() else common | {"": 0}


def _once_had(needed: list[Stretch], had: dict[str, dict[str, int]]) -> list[Stretch]:
    """What is needed of what the have-lists say is there; all above that is sent in any case."""
    reached = {log: max(tips.values()) for log, tips in had.items()}
    return [
        (log, first, min(last, reached[log])) for log, first, last in needed if first <= reached.get(log, 0)
    ]


def _remember(conn: Connection, sha256: str, outcome: str) -> None:
    conn.exec_driver_sql(
        "INSERT OR REPLACE INTO bundle (sha256, outcome, at) VALUES (?, ?, ?)",
        (sha256, outcome, time.time_ns() // 1_000_000),
    )


class _File(NamedTuple):
    sha256: str
    size: int


def _blobs_wanted(
    conn: Connection, blobs: BlobStore, group: str, devices: set[str], needed: set[str]
) -> list[_File]:
    """The attachments here that some destination is not known to have, or asks for."""
    had: set[str] | None = None
    for device in sorted(devices):
        body = conn.exec_driver_sql(
            "SELECT body FROM have WHERE device = ? AND grp = ?", (device, group)
        ).scalar()
        found = set() if body is None else set(canonical.decode(body.encode())["blobs"])
        had = found if had is None else had & found
    known = (had or set()) - needed
    held = {
        sha256: _File(sha256, size)
        for sha256, size in conn.exec_driver_sql(
            "SELECT sha256, size FROM attachment WHERE grp = ? AND sha256 IS NOT NULL", (group,)
        )
        if is_hash(sha256) and sha256 not in known and blobs.has(sha256)
    }
    return sorted(held.values())


def _parts(runs: list[Run], files: list[_File]) -> Iterator[tuple[list[Run], list[_File]]]:
    some: list[Run] = []
    size = 0
    for run in runs:
        length = sum(map(len, run.lines))
        if some and size + length > PART_BYTES:
            yield some, []
            some, size = [], 0
        some.append(run)
        size += length
    batch: list[_File] = []
    for file in files:
        if (batch or size) and size + file.size > PART_BYTES:
            yield some, batch
            some, batch, size = [], [], 0
        batch.append(file)
        size += file.size
    yield some, batch


def _manifest(
    conn: Connection,
    blobs: BlobStore | None,
    pen: Pen,
    group: str,
    to: list[str],
    part: int,
    runs: list[Run],
    files: list[_File],
) -> dict[str, Any]:
    found = group_digest(conn, group)
    return {
        "v": FORMAT,
        "network": Journal(conn).root(),
        "sender": [pen.device, pen.signing.public, pen.age_recipient],
        "to": to,
        "group": group,
        "part": part,
        "root": root_of_statements(conn),
        "runs": [[run.start.log.id(), run.start.first, run.last] for run in runs],
        "blobs": [[file.sha256, file.size] for file in files],
        "have": make_have(conn, blobs, pen, group),
        "need": own_needs(conn, blobs, group),
        "digest": list(found),
    }


def make_have(conn: Connection, blobs: BlobStore | None, pen: Pen, group: str) -> dict[str, Any]:
    """This PC's have-list of a group, signed and numbered."""
    key = f"have:{group}"
    counter = int(get_setting(conn, key) or b"0") + 1
    put_setting(conn, key, str(counter).encode())
    held = conn.exec_driver_sql(
        "SELECT DISTINCT sha256 FROM attachment WHERE grp = ? AND sha256 IS NOT NULL ORDER BY sha256",
        (group,),
    ).scalars()
    value = {
        "v": FORMAT,
        "device": pen.device,
        "keys": [pen.signing.public, pen.age_recipient],
        "group": group,
        "incarnation": pen.incarnation,
        "counter": counter,
        "time": time.time_ns() // 1_000_000,
        "logs": {log: [list(part) for part in parts] for log, parts in segments(conn, group).items()},
        "blobs": [found for found in held if blobs is not None and is_hash(found) and blobs.has(found)],
    }
    return sign_have(value, pen.signing)


def _members(parcel: _Parcel, blobs: BlobStore | None, turns: Turns) -> Iterator[Source]:
    for kind, data in zip(Kind, parcel.head, strict=False):
        yield Source(kind.value, len(data), io.BytesIO(data))
    for number, run in enumerate(parcel.runs):
        data = zst([run.start.text(), *run.lines])
        yield Source(f"entries/{number}.jsonl.zst", len(data), io.BytesIO(data))
        turns.count(sum(map(len, run.lines)))
    if blobs is not None:
        for file in parcel.files:
            with blobs.open(blobs.name_of(file.sha256)) as reader:
                yield Source(f"blobs/{file.sha256}", reader.size, Counted(reader, turns))


# reading


def import_folder(
    engine: Engine, blobs: BlobStore | None, identity: str, folder: Path, *, preview: bool = False
) -> tuple[list[Read], Changes]:
    """Reads every bundle in a folder; see ``import_each``."""
    found: list[Read] = []
    changes: Changes = {}
    for report, changed in import_each(engine, blobs, identity, folder, preview=preview):
        found.append(report)
        _note(changes, changed)
    return found, changes


def import_each(
    engine: Engine,
    blobs: BlobStore | None,
    identity: str,
    folder: Path,
    *,
    preview: bool = False,
    turn: Turn | None = None,
) -> Iterator[tuple[Read, Changes]]:
    """Reads every bundle in a folder that this file does not know. The folder is never changed.

    With ``preview`` nothing is kept: the counts tell what would be, an entry that several bundles hold
    counted once. When ``turn`` raises ``Cancelled`` the bundle in hand ends as ``STOPPED``: what was verified
    stays, and no further one is read; so too when the carrier is gone. Raises ``UserError`` only when the
    folder itself cannot be read; what is wrong with a bundle stands in its ``Read``.
    """
    carrier = Carrier(folder)
    files = _in_turns(carrier.bundles())
    turns = Turns(sum(file.size for file in files), turn)
    counted: set[int] | None = set() if preview else None
    reached = 0
    for file in files:
        reader = _Reader(engine, blobs, Read(file=file.path.name, outcome="read"), turns, counted)
        reader.read(carrier, file, identity)
        yield reader.report, reader.changes
        if reader.report.outcome in (STOPPED, CarrierOutcome.GONE.value):
            return
        reached += file.size
        turns.reach(reached)


def _in_turns(files: list[CarrierFile]) -> list[CarrierFile]:
    return sorted(files, key=lambda file: (_changed(file.path), file.path.name))


def _changed(path: Path) -> int:
    """When a file was last written, in ns; one that went meanwhile is told when it is read."""
    with suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


_REFUSALS = {"wire.newer": "exchange.newer"}


class _Reader:
    """Takes the members of one bundle in order, each run in transactions of its own, some pieces each.

    With ``counted`` it is a preview: every transaction is undone, and the entries that were told as new are
    noted there.
    """

    def __init__(
        self,
        engine: Engine,
        blobs: BlobStore | None,
        report: Read,
        turns: Turns,
        counted: set[int] | None,
    ) -> None:
        self._engine = engine
        self._blobs = blobs
        self._turns = turns
        self._counted = counted
        self._manifest_bytes = b""
        self._manifest: dict[str, Any] = {}
        self._ahead: list[Statement] = []
        self.report = report
        self.changes: Changes = {}

    def read(self, carrier: Carrier, file: CarrierFile, identity: str) -> None:
        """Reads the whole bundle; what became of it stands in ``report``."""
        try:
            self._read(file, identity)
        except Cancelled:
            self.report.outcome = STOPPED
        except WireError as error:
            self.report.outcome = _REFUSALS.get(error.code, "exchange.refused")
        except OSError as error:
            self.report.outcome = _fault(carrier, error)
        except UserError as error:
            self.report.outcome = error.code

    def _read(self, file: CarrierFile, identity: str) -> None:
        self._turns.take()
        with self._engine.connect() as conn:
            known = conn.exec_driver_sql("SELECT 1 FROM bundle WHERE sha256 = ?", (file.sha256,)).first()
        if known is not None and file.is_intact(self._turns.take):
            self.report.outcome = "known"
            return
        with (
            file.open() as stream,
            unseal(cast("BinaryIO", Counted(stream, self._turns)), identity) as bundle,
        ):
            for member in bundle:
                self.take(member)
        self.end(bundle.digest)

    @contextmanager
    def _journal(self) -> Iterator[Journal]:
        """A transaction of its own; in a preview with the statements that came before, and undone."""
        with self._engine.connect() as conn, conn.begin() as transaction:
            journal = Journal(conn)
            if self._ahead:
                journal.add_statements(self._ahead)
            yield journal
            if self._counted is not None:
                transaction.rollback()

    def take(self, member: Member) -> None:
        """One member. Raises ``WireError``, ``UserError``, ``OSError``."""
        if member.kind is Kind.MANIFEST:
            self._manifest_bytes = _all(member)
        elif member.kind is Kind.SIGNATURE:
            self._manifest = parse_manifest(self._manifest_bytes, _all(member))
            self._check_network()
        elif not self._manifest:
            raise WireError("wire.member_order")
        elif member.kind is Kind.STATEMENTS:
            self._take_statements(_all(member))
        elif member.kind is Kind.ENTRIES:
            self._check_sender()
            self._take_run(member)
        elif member.kind is Kind.BLOB:
            self._check_sender()
            self._take_blob(member)

    def _check_network(self) -> None:
        self.report.group = self._manifest["group"]
        self.report.sender = self._manifest["sender"][0]
        with self._engine.connect() as conn:
            if Journal(conn).root() != self._manifest["network"]:
                raise UserError("exchange.other_network")

    def _check_sender(self) -> None:
        with self._journal() as journal:
            self._refuse_stranger(journal)

    def _refuse_stranger(self, journal: Journal) -> None:
        self.report.office = journal.rights().office(self._manifest["sender"][0])
        if self.report.office is None or not may_share(self._manifest["group"], self.report.office):
            raise UserError("exchange.stranger")

    def _take_statements(self, data: bytes) -> None:
        statements = [parse_statement(line) for line in data.split(b"\n") if line]
        with self._journal() as journal:
            before = {statement.id for statement in journal.statements()}
            changes = journal.add_statements(statements)
            self._refuse_stranger(journal)
        self.report.statements = len({statement.id for statement in statements} - before)
        if self._counted is None:
            _note(self.changes, changes)
        else:
            self._ahead = statements
        self._turns.take()

    def _take_run(self, member: Member) -> None:
        pieces = read_pieces(unzstd(member, _MAX_RUN).lines(MAX_LINE))
        for some in _slices(pieces):
            self._take_pieces(some)
            self._turns.take()

    def _take_pieces(self, pieces: list[Piece]) -> None:
        """Some pieces in one transaction. What stands before a piece that is refused is kept."""
        refused: WireError | None = None
        taken: list[Received] = []
        with self._journal() as journal:
            try:
                taken += (self._receive(journal, piece) for piece in pieces)
            except WireError as error:
                refused = error
        for received in taken:
            self.report.applied += received.applied
            self.report.quarantined += received.quarantined
            self.report.known += received.known
            _note(self.changes, received.changes)
        if refused is not None:
            raise refused

    def _receive(self, journal: Journal, piece: Piece) -> Received:
        if piece.start.log.group != self._manifest["group"]:
            raise WireError("wire.group")
        if self._counted is None:
            return journal.receive(piece)
        last = _last_number(journal)
        return _counted_once(self._counted, journal, last, journal.receive(piece))

    def _take_blob(self, member: Member) -> None:
        if self._blobs is None:
            return
        if self._counted is not None:
            self.report.blobs += not self._blobs.has(member.name.removeprefix("blobs/"))
            return
        kept = self._blobs.put(Giving(member, self._turns))
        if member.name != f"blobs/{kept.sha256}":
            raise WireError("wire.blob")
        self.report.blobs += 1

    def end(self, sha256: str) -> None:
        """The clean end: the sender's have-list and needs count, and the bundle is known from now on."""
        if not self._manifest:
            raise WireError("wire.manifest")
        if self._counted is not None:
            return
        with self._engine.begin() as conn:
            self._keep_have(conn)
            note_needs(conn, self._manifest["sender"][0], self._manifest["group"], self._manifest["need"])
            note_gaps(conn, self._manifest["group"])
            if self.report.quarantined == 0:
                _remember(conn, sha256, "read")

    def _keep_have(self, conn: Connection) -> None:
        have = check_have(self._manifest["have"])
        if (have["device"], have["group"]) != (self._manifest["sender"][0], self._manifest["group"]):
            raise WireError("wire.have")
        row = conn.exec_driver_sql(
            "SELECT counter, body FROM have WHERE device = ? AND grp = ?", (have["device"], have["group"])
        ).first()
        if row is not None and row[0] >= have["counter"]:
            same = canonical.decode(row[1].encode())["incarnation"] == have["incarnation"]
            if same:
                return
        conn.exec_driver_sql(
            "INSERT OR REPLACE INTO have (device, grp, counter, body) VALUES (?, ?, ?, ?)",
            (have["device"], have["group"], have["counter"], canonical.encode(have).decode()),
        )


def _last_number(journal: Journal) -> int:
    return int(journal.connection.exec_driver_sql("SELECT coalesce(max(no), 0) FROM entry").scalar_one())


def _counted_once(counted: set[int], journal: Journal, last: int, received: Received) -> Received:
    """Of what is new above entry ``last``, only what no bundle of this preview brought before."""
    fresh = [0, 0]
    for dot, verdict in journal.connection.exec_driver_sql(
        "SELECT id, verdict FROM entry WHERE no > ?", (last,)
    ):
        mark = int.from_bytes(dot[:8], "big")
        if mark not in counted:
            counted.add(mark)
            fresh[verdict == APPLIED] += 1
    repeated = received.applied + received.quarantined - sum(fresh)
    return Received(fresh[True], fresh[False], received.known + repeated, {})


def _fault(carrier: Carrier, error: OSError) -> str:
    """The sentence of a fault while reading: the carrier is gone, or whatever else it was."""
    outcome = carrier.outcome_of(error)
    known = environment_error(error)
    return outcome.value if outcome is CarrierOutcome.GONE or known is None else known.code


def _note(into: Changes, more: Changes) -> None:
    for kind, ids in more.items():
        into.setdefault(kind, set()).update(ids)


def _slices(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Pieces for one transaction each: few enough that a save by hand never waits long for its turn.

    They are read before the transaction begins: a slow stick must not hold up the officer. What came before
    a fault is given out, then the fault.
    """
    some: list[Piece] = []
    entries = size = 0
    try:
        for piece in pieces:
            some.append(piece)
            entries += len(piece.entries)
            size += sum(len(line.body) for *_, line in piece.entries)
            if entries >= _SLICE_ENTRIES or size >= _SLICE_BYTES:
                yield some
                some, entries, size = [], 0, 0
    except (WireError, UserError, OSError):
        if some:
            yield some
        raise
    if some:
        yield some


def _all(member: Member) -> bytes:
    return member.read()
