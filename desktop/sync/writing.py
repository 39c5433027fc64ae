"""Writes what others may lack into bundles, each of them proved by reading it back.

No transaction is open while a carrier is written: there ``turn`` is called, which may let others write, and
may raise ``Cancelled`` to stop. Knows the log and the carrier, no screen.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Engine

from desktop.casefile.blobs import BlobStore
from desktop.changes.journal import Journal
from desktop.changes.outline import group_digest, root_of_statements
from desktop.changes.pen import Pen
from desktop.changes.sending import Run, runs_above, runs_within
from desktop.errors import UserError
from desktop.sync.carrier import Carrier, bundle_name
from desktop.sync.known import groups_heard_of, had_by_all, make_have, remember_bundle
from desktop.sync.lists import has_copy, heard, lists_of
from desktop.sync.needs import Stretch, needs_of, note_gaps, own_needs
from desktop.sync.sealing import seal, zst
from desktop.sync.turns import Counted, Giving, Turn, Turns
from desktop.wire.groups import may_share
from desktop.wire.hashing import is_hash
from desktop.wire.manifests import FORMAT, sign_manifest
from desktop.wire.ustar import Kind, Source

PART_BYTES = 48 << 20


class Sent(msgspec.Struct, frozen=True):
    """A bundle that was written: its file, group, entries and attachments, and how many PCs can read it."""

    file: str
    group: str
    entries: int
    blobs: int
    bytes: int
    recipients: int


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
        shared = [group for group in groups_heard_of(conn) if may_share(group, office)]
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
        if (device != pen.device or has_copy(conn, pen)) and (not offices or office in offices)
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
    told = _told(conn, blobs, pen, group, destinations)
    for part, (some, files) in enumerate(_parts(runs, wanted)):
        value = told | _of_part(part, some, files)
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
        remember_bundle(conn, written.sha256, "written")
    count = sum(1 for run in parcel.runs for line in run.lines if b"\t" in line)
    blob_count, readers = len(parcel.files), len(parcel.keys)
    return Sent(written.path.name, parcel.group, count, blob_count, written.size, readers)


def _once_had(needed: list[Stretch], had: dict[str, dict[str, int]]) -> list[Stretch]:
    """What is needed of what the have-lists say is there; all above that is sent in any case."""
    reached = {log: max(tips.values()) for log, tips in had.items()}
    return [
        (log, first, min(last, reached[log])) for log, first, last in needed if first <= reached.get(log, 0)
    ]


class _File(NamedTuple):
    sha256: str
    size: int


def _blobs_wanted(
    conn: Connection, blobs: BlobStore, group: str, devices: set[str], needed: set[str]
) -> list[_File]:
    """The attachments here that some destination is not known to have, or asks for."""
    had = [set(have.get("blobs", [])) for have in lists_of(conn, group, devices)]
    known = set.intersection(*had) - needed
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


def _told(
    conn: Connection, blobs: BlobStore | None, pen: Pen, group: str, destinations: set[str]
) -> dict[str, Any]:
    """What the manifests of all parts say alike: one have-list a trip, however many parts it has."""
    return {
        "v": FORMAT,
        "network": Journal(conn).root(),
        "sender": [pen.device, pen.signing.public, pen.age_recipient],
        "to": sorted(destinations),
        "group": group,
        "root": root_of_statements(conn),
        "have": make_have(conn, blobs, pen, group),
        "need": own_needs(conn, blobs, group),
        "heard": heard(conn, group, destinations),
        "digest": list(group_digest(conn, group)),
    }


def _of_part(part: int, runs: list[Run], files: list[_File]) -> dict[str, Any]:
    return {
        "part": part,
        "runs": [[run.start.log.id(), run.start.first, run.last] for run in runs],
        "blobs": [[file.sha256, file.size] for file in files],
    }


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
