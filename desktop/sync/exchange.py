"""Writes what others may lack into bundles, and reads bundles: one pass, some pieces a transaction.

Any subset of a bundle is a lawful state, so a cut file or a pulled stick needs no undo; a bundle counts as
known only after its clean end. Knows the log and the carrier, no screen.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine

from desktop.casefile.blobs import BlobStore
from desktop.changes.journal import Journal, Received
from desktop.changes.outline import Run, group_digest, groups, root_of_statements, runs_above, segments
from desktop.changes.pen import Pen, get_setting, put_setting
from desktop.changes.store import Changes
from desktop.errors import UserError, environment_error
from desktop.sync.carrier import Carrier, CarrierFile, bundle_name
from desktop.sync.sealing import seal, unseal, unzstd, zst
from desktop.wire import canonical
from desktop.wire.entries import MAX_LINE
from desktop.wire.faults import WireError
from desktop.wire.groups import may_share
from desktop.wire.hashing import is_hash
from desktop.wire.haves import check_have, sign_have
from desktop.wire.manifests import FORMAT, parse_manifest, sign_manifest
from desktop.wire.runs import Piece, read_pieces
from desktop.wire.statements import parse_statement
from desktop.wire.ustar import Kind, Member, Source

PART_BYTES = 48 << 20
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
    """What became of one bundle: ``outcome`` is ``read``, ``known`` or a code of a refusal."""

    file: str
    outcome: str
    group: str | None = None
    sender: str | None = None
    applied: int = 0
    quarantined: int = 0
    known: int = 0
    blobs: int = 0
    statements: int = 0


def export(engine: Engine, blobs: BlobStore | None, folder: Path, offices: Sequence[str] = ()) -> list[Sent]:
    """Writes one bundle a group (in parts) with what its other PCs may lack.

    ``offices`` narrows the destinations of this trip. Raises ``UserError`` when nobody could read it, before
    enrolment, and for every fault of the carrier; what was written before stays whole.
    """
    with engine.begin() as conn:
        journal = Journal(conn)
        if journal.root() is None:
            raise UserError("enrolment.not_enrolled")
        pen = journal.pen()
        shared = [group for group in groups(conn) if may_share(group, pen.office)]
        for group in shared:
            journal.sign_heads(group)
    sent: list[Sent] = []
    for group in shared:
        with engine.begin() as conn:
            sent += _export_group(conn, blobs, Carrier(folder), group, offices)
    if not sent:
        raise UserError("exchange.nobody_to_send_to")
    return sent


def _export_group(
    conn: Connection, blobs: BlobStore | None, carrier: Carrier, group: str, offices: Sequence[str]
) -> list[Sent]:
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
    runs = list(runs_above(conn, group, had_by_all(conn, group, destinations)))
    wanted = _blobs_wanted(conn, blobs, group, destinations) if blobs is not None else []
    sent = []
    for part, (some, files) in enumerate(_parts(runs, wanted)):
        value = _manifest(conn, blobs, pen, group, sorted(destinations), part, some, files)
        members = _members(journal, pen, value, some, blobs, files)
        written = carrier.write(
            bundle_name,
            lambda out, members=members: seal(out, [keys[device] for device in readers], members),  # type: ignore[misc]
        )
        _remember(conn, written.sha256, "written")
        count = sum(1 for run in some for line in run.lines if b"\t" in line)
        sent.append(Sent(written.path.name, group, count, len(files), written.size, len(readers)))
    return sent


def had_by_all(conn: Connection, group: str, devices: set[str]) -> dict[str, dict[str, int]]:
    """For each log the tip that every device is known to hold with all before it.

    Where the newest have-lists leave a doubt (a gap, a fork, no list at all) everything is sent again: sticks
    are lossy and cheap.
    """
    own = segments(conn, group)
    lists = []
    for device in sorted(devices):
        body = conn.exec_driver_sql(
            "SELECT body FROM have WHERE device = ? AND grp = ?", (device, group)
        ).scalar()
        lists.append({} if body is None else canonical.decode(body.encode())["logs"])
    had: dict[str, dict[str, int]] = {}
    for log, parts in own.items():
        if len(parts) != 1 or not lists:
            continue
        tips = []
        for found in lists:
            theirs = [
                (last, tip) for first, last, tip in found.get(log, []) if first == 1 and last <= parts[0][1]
            ]
            tips.append(max(theirs, default=(0, "")))
        last, tip = min(tips)
        known = conn.exec_driver_sql(
            "SELECT count(*) FROM entry e JOIN log l ON l.no = e.log WHERE l.id = ? AND e.n = ? AND e.id = ?",
            (log, last, bytes.fromhex(tip)),
        ).scalar()
        if last and known:
            had[log] = {tip: last}
    return had


def _remember(conn: Connection, sha256: str, outcome: str) -> None:
    conn.exec_driver_sql(
        "INSERT OR REPLACE INTO bundle (sha256, outcome, at) VALUES (?, ?, ?)",
        (sha256, outcome, time.time_ns() // 1_000_000),
    )


class _File(NamedTuple):
    sha256: str
    size: int


def _blobs_wanted(conn: Connection, blobs: BlobStore, group: str, devices: set[str]) -> list[_File]:
    missing: set[str] = set()
    for device in sorted(devices):
        body = conn.exec_driver_sql(
            "SELECT body FROM have WHERE device = ? AND grp = ?", (device, group)
        ).scalar()
        found = None if body is None else canonical.decode(body.encode())
        missing |= {"*"} if found is None else {"+" + item for item in found["blobs"]}
    held = {
        sha256: _File(sha256, size)
        for sha256, size in conn.exec_driver_sql(
            "SELECT sha256, size FROM attachment WHERE grp = ? AND sha256 IS NOT NULL", (group,)
        )
        if is_hash(sha256) and blobs.has(sha256)
    }
    if "*" in missing:
        return sorted(held.values())
    return sorted(file for sha256, file in held.items() if "+" + sha256 not in missing)


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
        "need": [],
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


def _members(
    journal: Journal,
    pen: Pen,
    value: dict[str, Any],
    runs: list[Run],
    blobs: BlobStore | None,
    files: list[_File],
) -> Iterator[Source]:
    body, signature = sign_manifest(value, pen.signing)
    statements = b"".join(statement.text() for statement in journal.statements())
    for kind, data in zip(Kind, (body, signature, statements), strict=False):
        yield Source(kind.value, len(data), io.BytesIO(data))
    for number, run in enumerate(runs):
        data = zst([run.start.text(), *run.lines])
        yield Source(f"entries/{number}.jsonl.zst", len(data), io.BytesIO(data))
    if blobs is not None:
        for file in files:
            with blobs.open(blobs.name_of(file.sha256)) as reader:
                yield Source(f"blobs/{file.sha256}", reader.size, reader)


# reading


def import_folder(
    engine: Engine, blobs: BlobStore | None, identity: str, folder: Path, *, preview: bool = False
) -> tuple[list[Read], Changes]:
    """Reads every bundle in a folder that this file does not know. The folder is never changed.

    With ``preview`` nothing is kept: the counts tell what would be. Raises ``UserError`` only when the folder
    itself cannot be read; what is wrong with a bundle stands in its ``Read``.
    """
    found: list[Read] = []
    changes: Changes = {}
    for file in _in_turns(Carrier(folder).bundles()):
        done = _import_file(engine, blobs, identity, file, preview)
        found.append(done[0])
        for kind, ids in done[1].items():
            changes.setdefault(kind, set()).update(ids)
    return found, changes


def _in_turns(files: list[CarrierFile]) -> list[CarrierFile]:
    return sorted(files, key=lambda file: (file.path.stat().st_mtime_ns, file.path.name))


def _import_file(
    engine: Engine, blobs: BlobStore | None, identity: str, file: CarrierFile, preview: bool
) -> tuple[Read, Changes]:
    report = Read(file=file.path.name, outcome="read")
    try:
        with engine.connect() as conn:
            known = conn.exec_driver_sql("SELECT 1 FROM bundle WHERE sha256 = ?", (file.sha256,)).first()
        if known is not None and file.is_intact():
            report.outcome = "known"
            return report, {}
        reader = _Reader(engine, blobs, report, preview)
        with file.open() as stream, unseal(stream, identity) as bundle:
            for member in bundle:
                reader.take(member)
        reader.end(bundle.digest)
        return report, reader.changes
    except WireError as error:
        report.outcome = _REFUSALS.get(error.code, "exchange.refused")
    except OSError as error:
        report.outcome = (environment_error(error) or UserError("carrier.failed")).code
    except UserError as error:
        report.outcome = error.code
    return report, {}


_REFUSALS = {"wire.newer": "exchange.newer"}


class _Reader:
    """Takes the members of one bundle in order, each run in transactions of its own, some pieces each."""

    def __init__(self, engine: Engine, blobs: BlobStore | None, report: Read, preview: bool) -> None:
        self._engine = engine
        self._blobs = blobs
        self._report = report
        self._preview = preview
        self._manifest_bytes = b""
        self._manifest: dict[str, Any] = {}
        self.changes: Changes = {}

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
        self._report.group = self._manifest["group"]
        self._report.sender = self._manifest["sender"][0]
        with self._engine.connect() as conn:
            if Journal(conn).root() != self._manifest["network"]:
                raise UserError("exchange.other_network")

    def _check_sender(self) -> None:
        with self._engine.connect() as conn:
            self._refuse_stranger(Journal(conn))

    def _refuse_stranger(self, journal: Journal) -> None:
        office = journal.rights().office(self._manifest["sender"][0])
        if office is None or not may_share(self._manifest["group"], office):
            raise UserError("exchange.stranger")

    def _take_statements(self, data: bytes) -> None:
        statements = [parse_statement(line) for line in data.split(b"\n") if line]
        if self._preview:
            return
        with self._engine.begin() as conn:
            journal = Journal(conn)
            before = {statement.id for statement in journal.statements()}
            changes = journal.add_statements(statements)
            self._refuse_stranger(journal)
        self._note(changes)
        self._report.statements = len({statement.id for statement in statements} - before)

    def _take_run(self, member: Member) -> None:
        pieces = read_pieces(unzstd(member, _MAX_RUN).lines(MAX_LINE))
        for some in _slices(pieces):
            self._take_pieces(some)

    def _take_pieces(self, pieces: list[Piece]) -> None:
        """Some pieces in one transaction. What stands before a piece that is refused is kept."""
        refused: WireError | None = None
        taken: list[Received] = []
        with self._engine.connect() as conn, conn.begin() as transaction:
            journal = Journal(conn)
            try:
                taken += map(journal.receive, map(self._of_group, pieces))
            except WireError as error:
                refused = error
            if self._preview:
                transaction.rollback()
        for received in taken:
            self._count(received)
        if refused is not None:
            raise refused

    def _of_group(self, piece: Piece) -> Piece:
        if piece.start.log.group != self._manifest["group"]:
            raise WireError("wire.group")
        return piece

    def _count(self, received: Received) -> None:
        self._report.applied += received.applied
        self._report.quarantined += received.quarantined
        self._report.known += received.known
        if not self._preview:
            self._note(received.changes)

    def _take_blob(self, member: Member) -> None:
        if self._blobs is None or self._preview:
            return
        kept = self._blobs.put(member)
        if member.name != f"blobs/{kept.sha256}":
            raise WireError("wire.blob")
        self._report.blobs += 1

    def end(self, sha256: str) -> None:
        """The clean end: the sender's have-list counts, and the bundle is known from now on."""
        if not self._manifest:
            raise WireError("wire.manifest")
        if self._preview:
            return
        with self._engine.begin() as conn:
            self._keep_have(conn)
            if self._report.quarantined == 0:
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

    def _note(self, changes: Changes) -> None:
        for kind, ids in changes.items():
            self.changes.setdefault(kind, set()).update(ids)


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
