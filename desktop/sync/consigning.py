"""What goes to the other PCs of a group: planned as numbers and names, so that no plan outgrows memory.

Entries come first, then attachments that fit into a part, small ones first, then the pieces of larger ones.
Whoever lacks an attachment gets it unasked as far as his have-list says (``fetch``), else when he asks. Knows
the log and the attachments' store, no carrier.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from desktop.casefile.blobs import BlobStore
from desktop.changes.journal import Journal
from desktop.changes.outline import group_digest, root_of_statements
from desktop.changes.pen import Pen
from desktop.changes.sending import Run, runs_above, runs_within
from desktop.sync import lists
from desktop.sync.carried import Holds, Lying, carried, heard, lying
from desktop.sync.fetching import USUAL_LIMIT
from desktop.sync.known import Placed, had_by_all, lists_with, make_have
from desktop.sync.lists import has_copy
from desktop.sync.needs import Needs, Stretch, needs_of, note_gaps, own_needs
from desktop.sync.sealing import is_recipient
from desktop.sync.vouching import proof_of
from desktop.wire import canonical
from desktop.wire.hashing import is_hash
from desktop.wire.manifests import FORMAT, sign_manifest
from desktop.wire.pieces import AttachmentPiece, offsets_within

PART_BYTES = 48 << 20
"""About what one part holds; with entries' heads, tar and padding it stays below 64 MB."""

PART_RUNS, PART_FILES = 2000, 4000
"""A manifest lists them, and has at most 1 MiB."""


class File(NamedTuple):
    """An attachment that travels whole: SHA-256 and size (bytes)."""

    sha256: str
    size: int


class Part(NamedTuple):
    """What one bundle will hold."""

    number: int
    runs: list[Run]
    files: list[File]
    pieces: list[AttachmentPiece]
    """Their own hashes are empty until the part is written: see ``hashed``."""

    @property
    def size(self) -> int:
        """About how many bytes will be written."""
        return (
            sum(run.size for run in self.runs)
            + sum(file.size for file in self.files)
            + sum(piece.length for piece in self.pieces)
        )

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return sum(len(run.entries) for run in self.runs)


class Consignment:
    """All that goes to the other PCs of one group at one time; made in one transaction, written in parts."""

    def __init__(
        self, conn: Connection, blobs: BlobStore | None, group: str, to: list[str], keys: list[str]
    ) -> None:
        journal = Journal(conn)
        self.group = group
        self.to = to
        self.keys = keys
        self._pen: Pen = journal.pen()
        self._statements = b"".join(statement.text() for statement in journal.statements())
        note_gaps(conn, group)
        vouched = self._pen.device in journal.rights().vouched()
        proof = proof_of(conn, self._pen.device, self._pen.office) if vouched else None
        self._told: dict[str, Any] = {
            **({} if proof is None else {"voucher": proof}),
            "network": journal.root(),
            "root": root_of_statements(conn),
            "have": make_have(conn, blobs, self._pen, group),
            "need": own_needs(conn, blobs, group),
            "heard": lists.heard(conn, group, to),
            "digest": list(group_digest(conn, group)),
        }
        self.heard = heard(conn, group, to)
        self.parts: list[Part] = []

    @property
    def size(self) -> int:
        """About how many bytes will be written."""
        return sum(part.size for part in self.parts)

    def leave_out(self, blobs: Collection[str], pieces: Collection[tuple[str, int]]) -> None:
        """Takes attachments out of the parts: whole ones, and pieces (whole, offset)."""
        runs = [run for part in self.parts for run in part.runs]
        files = [file for part in self.parts for file in part.files if file.sha256 not in blobs]
        left = [
            piece for part in self.parts for piece in part.pieces if (piece.whole, piece.offset) not in pieces
        ]
        self.parts = list(_parts(runs, files, left))

    @property
    def state(self) -> str:
        """A hash of what this PC says of itself, without numbers and times that change with each saying."""
        have = self._told["have"]
        said = [self.to, self._told["root"], self._told["need"], have["logs"], have["blobs"], have["fetch"]]
        return hashlib.sha256(canonical.encode(said)).hexdigest()

    def head(self, part: Part) -> tuple[dict[str, Any], list[bytes]]:
        """The manifest of a part, whose pieces are hashed, and the first members of its archive."""
        value = {
            "v": FORMAT,
            "sender": [self._pen.device, self._pen.signing.public, self._pen.age_recipient],
            "to": self.to,
            "group": self.group,
            "part": part.number,
            "runs": [[run.start.log.id(), run.start.first, run.last] for run in part.runs],
            "blobs": [list(file) for file in sorted(part.files)],
            **self._told,
        }
        if part.pieces:
            value["pieces"] = [piece.value() for piece in part.pieces]
        return value, [*sign_manifest(value, self._pen.signing), self._statements]

    def holds(self, part: Part, size: int) -> Holds:
        """What is remembered of a part that was written with so many bytes."""
        return Holds(
            runs=[(run.start.log.id(), run.start.first, run.last) for run in part.runs],
            blobs=[file.sha256 for file in part.files],
            to=self.to,
            pieces=[(piece.whole, piece.offset) for piece in part.pieces],
            heard=self.heard,
            bytes=size,
            state=self.state,
            part=part.number,
            parts=len(self.parts),
        )


def consign(
    conn: Connection,
    blobs: BlobStore | None,
    group: str,
    offices: Sequence[str] = (),
    present: Mapping[str, int] | None = None,
    *,
    silent: bool = False,
    placed: Mapping[str, Placed] | None = None,
) -> Consignment | None:
    """The consignment of a group; ``None`` when nobody else could read it.

    ``offices`` narrows the destinations; ``present`` are the bundles on the carrier (SHA-256 and size): the
    bytes of attachments in those are not written again while their receivers have said nothing new; with
    ``silent`` whatever they have said, as the caller knows that the files are sound. What is ``placed``
    elsewhere for a device counts as if it had it, and what it has not read of that is not written again.
    """
    journal = Journal(conn)
    pen = journal.pen()
    rights = journal.rights()
    keys = {device: rights.age_key(device) for device in rights.readers(group)}
    readers = {pc: office for pc, office in rights.readers(group).items() if is_recipient(keys[pc])}
    copied = has_copy(conn, pen)
    to = sorted(
        pc
        for pc, office in readers.items()
        if (pc != pen.device or copied) and (not offices or office in offices)
    )
    if not to:
        return None
    made = Consignment(conn, blobs, group, to, [keys[device] for device in readers])
    needs = needs_of(conn, group, to)
    had = had_by_all(conn, group, set(to), placed=placed)
    runs = [*runs_within(conn, group, _once_had(needs.entries, had)), *runs_above(conn, group, had)]
    files, pieces = ([], []) if blobs is None else _attachments(conn, blobs, group, to, placed or {})
    there = lying(carried(conn, group, present or {}), to, None if silent else made.heard)
    files = [file for file in files if file.sha256 not in there.blobs]
    pieces = [piece for piece in pieces if there.misses(piece)]
    made.parts = list(_parts(runs, files, pieces))
    return made


def hashed(part: Part, blobs: BlobStore, between: Callable[[], None] = lambda: None) -> Part:
    """The part with the hashes of its pieces. Reads them; to be called where no transaction is open.

    ``between`` is called before each. Raises ``UserError`` as ``BlobStore.open`` does.
    """
    found = []
    for piece in part.pieces:
        between()
        with blobs.open(blobs.name_of(piece.whole)) as reader:
            reader.seek(piece.offset)
            found.append(piece._replace(sha256=hashlib.sha256(reader.read(piece.length)).hexdigest()))
    return part._replace(pieces=found)


def _once_had(needed: list[Stretch], had: dict[str, dict[str, int]]) -> list[Stretch]:
    """What is needed of what the have-lists say is there; all above that is sent in any case."""
    reached = {log: max(tips.values()) for log, tips in had.items()}
    return [
        (log, first, min(last, reached[log])) for log, first, last in needed if first <= reached.get(log, 0)
    ]


def _attachments(
    conn: Connection, blobs: BlobStore, group: str, to: list[str], placed: Mapping[str, Placed]
) -> tuple[list[File], list[AttachmentPiece]]:
    """The attachments here that some destination wants; those that fill more than a part in pieces."""
    wishes = [
        _Wishes.of(conn, group, device, have, placed.get(device))
        for device in to
        for have in lists_with(conn, group, [device], placed)
    ]
    files, pieces = [], []
    rows = conn.exec_driver_sql(
        "SELECT sha256, max(coalesce(size, 0)) FROM attachment WHERE grp = ? AND sha256 IS NOT NULL"
        " GROUP BY sha256 ORDER BY 2, 1",
        (group,),
    )
    for name, told in rows:
        size = blobs.size(name) if is_hash(name) and any(one.wants(name, told) for one in wishes) else None
        if size is None:
            continue
        if size <= PART_BYTES:
            files.append(File(name, size))
        else:
            offsets = {o for one in wishes if one.wants(name, told) for o in one.offsets(name, size)}
            pieces += [AttachmentPiece(name, size, offset, "") for offset in sorted(offsets)]
    return sorted(files, key=lambda file: (file.size, file.sha256)), pieces


class _Wishes(NamedTuple):
    """What a PC holds, what it asks for, and up to how many bytes it wants the rest without asking."""

    held: frozenset[str]
    limit: int | None
    """``None``: a program that knows no pieces and wants everything else."""
    asked: Needs
    unread: Lying

    @classmethod
    def of(cls, conn: Connection, group: str, device: str, have: lists.Have, ready: Placed | None) -> _Wishes:
        asked = needs_of(conn, group, [device])
        unread = Lying(frozenset(), frozenset()) if ready is None else ready.unread
        held = frozenset(lists.blobs_of(conn, have))
        if "counter" not in have:
            return cls(held, USUAL_LIMIT, asked, unread)
        limit = have.get("fetch")
        return cls(held, limit if type(limit) is int else None, asked, unread)

    def wants(self, name: str, size: int) -> bool:
        """Whether it is to get an attachment of so many bytes."""
        if self.limit is None and size > PART_BYTES:
            return False
        unasked = self.limit is None or size <= self.limit
        asked = name in self.asked.blobs and name not in self.unread.blobs
        return asked or (unasked and name not in self.held)

    def offsets(self, name: str, size: int) -> Iterator[int]:
        """Where the pieces of it begin that it is to get, of a whole of ``size`` bytes."""
        for offset in offsets_within(size, self.asked.ranges.get(name, [(0, size)])):
            if (name, offset) not in self.unread.pieces:
                yield offset


def _parts(runs: list[Run], files: list[File], pieces: list[AttachmentPiece]) -> Iterator[Part]:
    number = size = 0
    some = Part(0, [], [], [])
    things: list[tuple[Run | File | AttachmentPiece, int]] = [(run, run.size) for run in runs]
    things += [(file, file.size) for file in files]
    things += [(piece, piece.length) for piece in pieces]
    for thing, length in things:
        full = len(some.runs) >= PART_RUNS or len(some.files) + len(some.pieces) >= PART_FILES
        if size and (full or size + length > PART_BYTES):
            yield some
            number, size = number + 1, 0
            some = Part(number, [], [], [])
        if isinstance(thing, Run):
            some.runs.append(thing)
        elif isinstance(thing, File):
            some.files.append(thing)
        else:
            some.pieces.append(thing)
        size += length
    yield some
