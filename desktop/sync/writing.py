"""Writes what others may lack into bundles, each of them proved by reading it back.

No transaction is open while a carrier is written: there ``turn`` is called, which may let others write, and
may raise ``Cancelled`` to stop. Knows the log and the carrier, no screen.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from sqlalchemy import Engine

from desktop.casefile.blobs import BlobStore
from desktop.changes.apart import apart
from desktop.changes.journal import Journal
from desktop.errors import UserError
from desktop.sync.carried import Carried, now, remember_carried
from desktop.sync.carrier import Carrier, FileOps, bundle_name
from desktop.sync.consigning import Consignment, Part, consign, hashed
from desktop.sync.known import Placed, groups_heard_of, remember_bundle
from desktop.sync.sealing import seal, zst
from desktop.sync.stickid import ensure_stick_id
from desktop.sync.turns import Counted, Giving, Turn, Turns
from desktop.wire.groups import office_group
from desktop.wire.pieces import AttachmentPiece
from desktop.wire.ustar import Kind, Source

_COPY = 256 * 1024


class Sent(msgspec.Struct, frozen=True):
    """A bundle that was written: its file, group, entries and attachments, and how many PCs can read it.

    ``stick`` is the id of the stick, where it has one; ``to`` are the devices it is meant for.
    """

    file: str
    group: str
    entries: int
    blobs: int
    bytes: int
    recipients: int
    stick: str | None = None
    to: list[str] = []


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
    only: Collection[str] | None = None,
    placed: Mapping[str, Mapping[str, Placed]] | None = None,
    place: str | None = None,
    ops: FileOps | None = None,
) -> Iterator[Sent]:
    """Writes one bundle a group (in parts) with what its other PCs may lack; each is told once it is proven.

    ``offices`` narrows the destinations of this trip, ``only`` the groups; ``placed`` is what lies ready in
    another place (group, device) and is not written again. ``place`` is noted in place of a stick's id when
    the folder is no stick; what lies there then may be gone at any time. ``ops`` are the carrier's calls,
    none of them made in a transaction. Raises ``UserError`` when nobody could read it, before enrolment, and
    for every fault of the carrier, and what ``turn`` raises; what was told stays whole.
    """
    carrier = Carrier(folder, ops=ops)
    shared = [group for group in close_logs(engine) if only is None or group in only]
    present = _lying_there(carrier) if shared and place is None else {}
    nobody = True
    for done, group in enumerate(shared):
        with engine.begin() as conn:
            found = consign(conn, blobs, group, offices, present, placed=(placed or {}).get(group))
        if found is not None:
            nobody = False
            turns = Turns(found.size, _part_of(turn, done, len(shared)))
            yield from send_each(engine, blobs, carrier, found, turns, place)
    if nobody:
        with engine.connect() as conn:
            held = apart(Journal(conn))
        if held is not None:
            raise UserError(held.code, **msgspec.structs.asdict(held))
        raise UserError("exchange.nobody_to_send_to")


def _lying_there(carrier: Carrier) -> dict[str, int]:
    """The bundles there, with their sizes."""
    return {file.sha256: file.size for file in carrier.bundles()}


def send_each(
    engine: Engine,
    blobs: BlobStore | None,
    carrier: Carrier,
    found: Consignment,
    turns: Turns,
    place: str | None = None,
) -> Iterator[Sent]:
    """Writes the parts of a consignment, no transaction open; ``place`` as in ``export_each``."""
    for part in found.parts:
        yield _send(engine, blobs, carrier, found, part, turns, place)


def _part_of(turn: Turn | None, part: int, parts: int) -> Turn | None:
    return None if turn is None else lambda fraction: turn((part + fraction) / parts)


def close_logs(engine: Engine) -> list[str]:
    """Closes this PC's logs with heads, so that they can travel; the groups it shares in."""
    with engine.begin() as conn:
        journal = Journal(conn)
        if journal.root() is None:
            raise UserError("enrolment.not_enrolled")
        pen, rights = journal.pen(), journal.rights()
        waits = pen.device in rights.vouched()
        shared = [
            group
            for group in groups_heard_of(conn)
            if rights.shares(group, pen.office) and not (waits and group != office_group(pen.office))
        ]
        for group in shared:
            journal.sign_heads(group)
    return shared


def _send(
    engine: Engine,
    blobs: BlobStore | None,
    carrier: Carrier,
    found: Consignment,
    part: Part,
    turns: Turns,
    place: str | None,
) -> Sent:
    """Writes one bundle and proves it by reading back."""
    if blobs is not None:
        part = hashed(part, blobs, turns.take)
    _, head = found.head(part)
    stick = ensure_stick_id(carrier) if place is None else place
    members = _members(engine, head, part, blobs, turns)
    padding = _Pieces(part.pieces, blobs, turns)

    def fill(out: BinaryIO) -> None:
        seal(cast("BinaryIO", Giving(out, turns)), found.keys, members, padding)

    written = carrier.write(bundle_name, fill, turns.take)
    with engine.begin() as conn:
        remember_bundle(conn, written.sha256, "written")
        holds = found.holds(part, written.size)
        remember_carried(conn, Carried(written.sha256, stick, found.group, now(), holds))
    whole = {piece.whole for piece in part.pieces}
    return Sent(
        written.path.name,
        found.group,
        part.entries,
        len(part.files) + len(whole),
        written.size,
        len(found.keys),
        stick,
        found.to,
    )


def _members(
    engine: Engine, head: list[bytes], part: Part, blobs: BlobStore | None, turns: Turns
) -> Iterator[Source]:
    for kind, data in zip(Kind, head, strict=False):
        yield Source(kind.value, len(data), io.BytesIO(data))
    for number, run in enumerate(part.runs):
        with engine.connect() as conn:
            data = zst(itertools.chain([run.start.text()], run.lines(conn)))
        yield Source(f"entries/{number}.jsonl.zst", len(data), io.BytesIO(data))
        turns.count(run.size)
    if blobs is not None:
        for file in sorted(part.files):
            with blobs.open(blobs.name_of(file.sha256)) as reader:
                yield Source(f"blobs/{file.sha256}", reader.size, Counted(reader, turns))


class _Pieces:
    """The pieces of a part, one after the other; holds one open attachment and one chunk of it."""

    def __init__(self, pieces: list[AttachmentPiece], blobs: BlobStore | None, turns: Turns) -> None:
        self._pieces = pieces
        self._blobs = blobs
        self._turns = turns
        self.size = sum(piece.length for piece in pieces)
        self._read = self._bytes()
        self._piece = b""

    def read(self, size: int, /) -> bytes:
        """The next bytes; empty at the end."""
        if not self._piece:
            self._piece = next(self._read, b"")
        found, self._piece = self._piece[:size], self._piece[size:]
        self._turns.count(len(found))
        return found

    def _bytes(self) -> Iterator[bytes]:
        for piece in self._pieces:
            assert self._blobs is not None
            with self._blobs.open(self._blobs.name_of(piece.whole)) as reader:
                reader.seek(piece.offset)
                left = piece.length
                while left and (data := reader.read(min(left, _COPY))):
                    left -= len(data)
                    yield data
