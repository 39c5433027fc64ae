"""One bundle being read: its members in order, some pieces of a run a transaction, and what became of it.

Any subset of a bundle is a lawful state, so a cut file or a pulled stick needs no undo; a bundle counts as
known only after its clean end. No transaction is open between the pieces: there ``turn`` is called, which may
let others write, and may raise ``Cancelled`` to stop. Knows the log and the carrier, no screen.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

import msgspec
from sqlalchemy import Engine

from desktop.casefile.arriving import Arriving
from desktop.casefile.blobs import BlobStore
from desktop.changes.holds import hold_mass_change, lift_approved
from desktop.changes.journal import Journal, Received, wall_ms
from desktop.changes.notes import note_arrival
from desktop.changes.store import Changes, note_changes
from desktop.errors import Cancelled, UserError, environment_error
from desktop.sync.carrier import Carrier, CarrierFile, CarrierOutcome
from desktop.sync.fetching import forget_arrived, is_wanted
from desktop.sync.hearsay import note_announced
from desktop.sync.known import remember_bundle
from desktop.sync.lists import keep_have, notice_copy
from desktop.sync.needs import note_gaps, note_needs
from desktop.sync.previewing import Counts, Preview
from desktop.sync.sealing import unseal, unzstd
from desktop.sync.turns import Counted, Giving, Turns
from desktop.sync.unswept import unswept
from desktop.sync.vouching import receive_proof
from desktop.wire.entries import MAX_LINE
from desktop.wire.faults import WireError
from desktop.wire.manifests import parse_manifest
from desktop.wire.pieces import AttachmentPiece, parse_pieces
from desktop.wire.runs import Piece, read_pieces
from desktop.wire.statements import parse_statement
from desktop.wire.ustar import Kind, Member

STOPPED = "exchange.stopped"
VANISHED = "exchange.vanished"
"""What became of a file that somebody took away between the listing and the opening: it is not told."""

_MAX_RUN = 256 << 20
_SLICE_ENTRIES = 4000
_SLICE_BYTES = 4 << 20
"""What one transaction takes in: about 0.2 s of work, and one piece (at most 4 MiB) beyond that."""


class Read(msgspec.Struct, kw_only=True):
    """What became of one bundle: ``outcome`` is ``read``, ``known``, ``STOPPED`` or a code of a refusal.

    ``office`` is the sender's, where it is known here; ``blobs`` counts attachments that are whole now,
    ``pieces`` those of larger ones that were kept. ``refused`` entries were not kept: their author is not
    entitled, and has filled what there is room for. ``held`` rows are withdrawn by a mass change and shown as
    they were until an officer lifts that. A preview tells the records by ``kinds``, the rows that would be
    ``held``, and that it is a ``mass`` change when there are any. ``vouched``: the sender waits for the grant
    of its city.
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
    refused: int = 0
    held: int = 0
    pieces: int = 0
    kinds: dict[str, Counts] = {}
    mass: bool = False
    vouched: bool = False


class Brought(msgspec.Struct):
    """Attachments that lay in a bundle: whole ones, pieces (whole, offset); who can be said to have it."""

    group: str = ""
    who: list[str] = []
    blobs: list[str] = []
    pieces: list[tuple[str, int]] = []


_REFUSALS = {"wire.newer": "exchange.newer"}


class BundleReader:
    """Takes the members of one bundle in order, each run in transactions of its own, some pieces each.

    With ``preview`` nothing is kept: every transaction is undone, and entries are counted there.
    """

    def __init__(
        self,
        engine: Engine,
        blobs: BlobStore | None,
        report: Read,
        turns: Turns,
        preview: Preview | None,
    ) -> None:
        self._engine = engine
        self._blobs = blobs
        self._turns = turns
        self._preview = preview
        self._claimed = ""
        self._manifest_bytes = b""
        self._manifest: dict[str, Any] = {}
        self._first = 0
        self._withdrawing: list[int] = []
        self._remark = ""
        self.report = report
        self.brought = Brought()
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
            self.report.outcome = self._fault(carrier, file, error)
        except UserError as error:
            self.report.outcome = error.code

    def _fault(self, carrier: Carrier, file: CarrierFile, error: OSError) -> str:
        """The sentence of a fault while reading: the carrier is gone, the file alone, or whatever it was."""
        if carrier.has_vanished(file, error):
            return VANISHED if self.report.group is None else "sealing.cut"
        outcome = carrier.outcome_of(error)
        known = environment_error(error)
        return outcome.value if outcome is CarrierOutcome.GONE or known is None else known.code

    def _read(self, file: CarrierFile, identity: str) -> None:
        self._claimed = file.sha256
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
            if self._preview is not None:
                journal.add_statements(self._preview.ahead())
                self._hear_voucher(journal)
            yield journal
            if self._preview is not None:
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
        elif member.kind is Kind.PADDING:
            self._take_pieces_of_attachments(member)

    def _check_network(self) -> None:
        self.report.group = self._manifest["group"]
        self.report.sender = self._manifest["sender"][0]
        self.brought.group = self._manifest["group"]
        self.brought.who = [self._manifest["sender"][0], *filter(_is_text, self._manifest["to"])]
        with self._engine.connect() as conn:
            if Journal(conn).root() != self._manifest["network"]:
                raise UserError("exchange.other_network")

    def _check_sender(self) -> None:
        with self._journal() as journal:
            self._refuse_stranger(journal)

    def _refuse_stranger(self, journal: Journal) -> None:
        rights, group = journal.rights(), self._manifest["group"]
        self.report.office = rights.author_office(self._manifest["sender"][0], group)
        self.report.vouched = self._manifest["sender"][0] in rights.vouched()
        if self.report.office is None or not rights.shares(group, self.report.office):
            raise UserError("exchange.stranger")

    def _hear_voucher(self, journal: Journal) -> None:
        """A sender who is not granted may bring the proof that another PC of its office vouches for it."""
        sender, group = self._manifest["sender"][0], self._manifest["group"]
        if journal.rights().author_office(sender, group) is not None or "voucher" not in self._manifest:
            return
        if receive_proof(journal, self._manifest["voucher"]) and self._preview is not None:
            self._preview.add_voucher(sender, self._manifest["voucher"])

    def _take_statements(self, data: bytes) -> None:
        statements = [parse_statement(line) for line in data.split(b"\n") if line]
        with self._journal() as journal:
            before = {statement.id for statement in journal.statements()}
            changes = journal.add_statements(statements)
            self._hear_voucher(journal)
            self._refuse_stranger(journal)
            note_announced(journal.connection, self._manifest)
            note_changes(changes, lift_approved(journal))
            self._first = journal.last_number() + 1
        self.report.statements = len({statement.id for statement in statements} - before)
        if self._preview is None:
            note_changes(self.changes, changes)
        else:
            self._preview.add_statements(self.report, statements)
        self._turns.take()

    def _take_run(self, member: Member) -> None:
        pieces = read_pieces(unzstd(member, _MAX_RUN).lines(MAX_LINE))
        for some in _slices(pieces):
            with unswept():
                self._take_pieces(some)
            self._turns.take()

    def _take_pieces(self, pieces: list[Piece]) -> None:
        """Some pieces in one transaction. What stands before a piece that is refused is kept."""
        if self._preview is not None:
            self._preview.add(self.report, (self._of_group(piece) for piece in pieces))
            return
        refused: WireError | None = None
        taken: list[Received] = []
        with self._journal() as journal:
            before = journal.last_number()
            try:
                taken += (journal.receive(self._of_group(piece)) for piece in pieces)
            except WireError as error:
                refused = error
            sender = self._manifest["sender"][0]
            note_arrival(journal.connection, before, self._claimed, sender, wall_ms())
            if taken:
                self._withdrawing += (no for received in taken for no in received.withdrawing)
                self._hold(journal)
        for received in taken:
            self.report.applied += received.applied
            self.report.quarantined += received.quarantined
            self.report.refused += received.refused
            self.report.known += received.known
            note_changes(self.changes, received.changes)
        if refused is not None:
            raise refused

    def _hold(self, journal: Journal) -> None:
        """What this bundle withdraws waits for an officer when it is too much at once."""
        group = self._manifest["group"]
        changes = hold_mass_change(journal, group, self._withdrawing, wall_ms())
        note_changes(changes, lift_approved(journal))
        query = "SELECT count(DISTINCT row) FROM held_row WHERE entry >= ?"
        self.report.held = journal.connection.exec_driver_sql(query, (self._first,)).scalar_one()
        note_changes(self.changes, changes)

    def _of_group(self, piece: Piece) -> Piece:
        if piece.start.log.group != self._manifest["group"]:
            raise WireError("wire.group")
        return piece

    def _take_blob(self, member: Member) -> None:
        if self._blobs is None or self._is_unwanted(member.name.removeprefix("blobs/")):
            return
        if self._preview is not None:
            self.report.blobs += not self._blobs.has(member.name.removeprefix("blobs/"))
            return
        kept = self._blobs.put(Giving(member, self._turns))
        if member.name != f"blobs/{kept.sha256}":
            raise WireError("wire.blob")
        self.brought.blobs.append(kept.sha256)
        self.report.blobs += 1

    def _is_unwanted(self, name: str) -> bool:
        """True for a file that an order took away and no record names: a late stick brings nothing back."""
        with self._journal() as journal:
            if name not in journal.rights().expunged_files():
                return False
            query = "SELECT 1 FROM attachment WHERE sha256 = ? LIMIT 1"
            return journal.connection.exec_driver_sql(query, (name,)).first() is None

    def _take_pieces_of_attachments(self, member: Member) -> None:
        """The padding begins with the pieces that the manifest lists."""
        pieces = parse_pieces(self._manifest.get("pieces", []))
        if pieces:
            self._check_sender()
            self.brought.pieces = [(piece.whole, piece.offset) for piece in pieces]
        for (whole, size), some in itertools.groupby(pieces, key=lambda piece: (piece.whole, piece.size)):
            if self._blobs is None or self._preview is not None or not self._keeps(self._blobs, whole):
                for piece in some:
                    _piece_of(member, piece, self._turns)
                continue
            with Arriving(self._blobs, whole, size) as arriving:
                for piece in some:
                    arriving.put(piece.offset, _piece_of(member, piece, self._turns))
                    self.report.pieces += 1
                if arriving.complete:
                    self._make_whole(arriving)

    def _keeps(self, blobs: BlobStore, whole: str) -> bool:
        if blobs.has(whole) or self._is_unwanted(whole):
            return False
        with self._engine.connect() as conn:
            return is_wanted(conn, whole)

    def _make_whole(self, arriving: Arriving) -> None:
        """All pieces are here. That they are not the whole is told at the end: the rest is good."""
        try:
            self.report.blobs += arriving.finish(self._turns.take)
        except UserError as error:
            self._remark = error.code

    def end(self, sha256: str) -> None:
        """The clean end: the sender's have-list and needs count, and the bundle is known from now on."""
        if not self._manifest:
            raise WireError("wire.manifest")
        with self._journal() as journal:
            self._refuse_stranger(journal)
            conn = journal.connection
            keep_have(conn, self._manifest)
            notice_copy(conn, self._manifest)
            note_needs(conn, self._manifest["sender"][0], self._manifest["group"], self._manifest["need"])
            note_gaps(conn, self._manifest["group"])
            if self._blobs is not None:
                forget_arrived(conn, self._blobs)
            if self.report.quarantined == 0 and self.report.refused == 0 and not self._remark:
                remember_bundle(conn, sha256, "read")
        self.report.outcome = self._remark or self.report.outcome


def _is_text(value_untrusted: object) -> bool:
    return isinstance(value_untrusted, str)


def _piece_of(member: Member, piece: AttachmentPiece, turns: Turns) -> bytes:
    """The next piece out of the padding. Raises ``WireError`` ``wire.blob`` when it is another one."""
    turns.take()
    parts = []
    left = piece.length
    while left and (found := member.read(left)):
        parts.append(found)
        left -= len(found)
    data = b"".join(parts)
    if left or hashlib.sha256(data).hexdigest() != piece.sha256:
        raise WireError("wire.blob")
    return data


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
