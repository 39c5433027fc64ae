"""A visit to a carrier as one long operation: reading, writing, or both ways.

Before anything is read in it is looked at: what brings nothing to be decided is read at once, else the trip
ends as a preview and waits for a person. What was done so far is kept in the trip, whatever ends it. Runs on
the doorway's writer; knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from desktop.casework.desk import Desk
from desktop.casework.parties import Parties
from desktop.changes.journal import Journal
from desktop.errors import Cancelled, UserError
from desktop.sync import exchange
from desktop.sync.carrier import Carrier, CarrierOutcome, FileOps
from desktop.sync.exchange import STOPPED, Read, Sent
from desktop.sync.patience import PatientOps
from desktop.sync.turns import Turn
from desktop.ui.doorway import Progress

Way = Literal["preview", "read", "write", "both"]
NOT_FOR_US = "sealing.not_for_us"


@dataclass
class Line:
    """One bundle in words: of whom or for whom, and its figures.

    ``vouched``: its sender waits for the grant of its city.
    """

    bundle: Read | Sent
    party: str = ""
    group: str = ""
    vouched: bool = False


@dataclass
class Trip:
    """One visit: what is to be done, and what was done until now."""

    way: Way
    folder: Path
    offices: tuple[str, ...] = ()
    read: list[Line] = field(default_factory=list)
    sent: list[Line] = field(default_factory=list)
    unfinished: int = 0
    """Files that a pulled stick left unfinished; they are passed over."""
    sure: bool = False
    """A person has seen the preview: it is not asked again."""
    looked: list[Line] = field(default_factory=list)
    """What the look before reading told, where reading followed at once."""
    looking: bool = False
    """Still at the look: nothing has been changed."""
    then: Way = "read"
    """What a preview is for, once a person has seen it."""

    @property
    def reads(self) -> list[Read]:
        """What became of the bundles that were read."""
        return [line.bundle for line in self.read if isinstance(line.bundle, Read)]

    @property
    def applied(self) -> int:
        """Entries that are new here."""
        return sum(found.applied for found in self.reads)

    @property
    def quarantined(self) -> int:
        """Entries that arrived and do not count."""
        return sum(found.quarantined for found in self.reads)

    @property
    def held(self) -> int:
        """Rows that a mass change withdraws and that are shown as before."""
        return sum(found.held for found in self.reads)

    @property
    def conflicting(self) -> int:
        """Records that would come into dispute; told by previews."""
        return sum(counts.conflicting for found in self.reads for counts in found.kinds.values())

    @property
    def doubtful(self) -> bool:
        """Somebody should see this before it is read: disputes, what does not count, mass changes."""
        return bool(self.conflicting or self.quarantined or self.held)

    @property
    def worth_reading(self) -> bool:
        """Something there is not known yet: entries, or no more than a receipt."""
        return any(found.outcome == "read" or found.applied or found.quarantined for found in self.reads)

    @property
    def refused(self) -> int:
        """Bundles that something is wrong with; those for others are not meant."""
        fine = ("read", "known", NOT_FOR_US, STOPPED)
        return sum(found.outcome not in fine for found in self.reads)


def run_trip(trip: Trip, language: str) -> Callable[[Desk, Progress], Trip]:
    """The operation of a trip: brings the trip, or the preview in which it ended because of a doubt.

    A carrier that goes away, and a wish to stop, end it as failures.
    """

    def work(desk: Desk, progress: Progress) -> Trip:
        ops = PatientOps(progress.wait)
        looks = trip.way in ("read", "both") and not trip.sure
        parts = looks + (trip.way != "write") + (trip.way in ("write", "both"))
        if looks:
            look = _look(desk, trip, _part(progress, 0, parts), ops, language)
            if look.doubtful:
                return look
        if trip.way != "write":
            _read(desk, trip, _part(progress, int(looks), parts), ops, language)
        if trip.way in ("write", "both"):
            _write(desk, trip, _part(progress, parts - 1, parts), ops, language)
        return trip

    return work


def _part(progress: Progress, part: int, parts: int) -> Turn:
    return lambda fraction: progress.report((part + fraction) / parts)


def _look(desk: Desk, trip: Trip, turn: Turn, ops: FileOps, language: str) -> Trip:
    look = Trip("preview", trip.folder, trip.offices, then=trip.way)
    trip.looking = True
    _read(desk, look, turn, ops, language)
    trip.looking, trip.looked = False, look.read
    return look


def _read(desk: Desk, trip: Trip, turn: Turn, ops: FileOps, language: str) -> None:
    casefile = desk.casefile
    with casefile.engine.connect() as conn:
        identity = Journal(conn).pen().age_identity
    preview = trip.way == "preview"
    trip.unfinished = Carrier(trip.folder, ops=ops).unfinished()
    found = exchange.import_each(
        casefile.engine, casefile.blobs, identity, trip.folder, preview=preview, turn=turn, ops=ops
    )
    try:
        for report, changes in found:
            trip.read.append(Line(report))
            desk.announce(changes)
    finally:
        _name(desk, trip.read, language)
    _end_badly(trip.reads)


def _end_badly(reads: Sequence[Read]) -> None:
    last = reads[-1].outcome if reads else ""
    if last == STOPPED:
        raise Cancelled
    if last == CarrierOutcome.GONE.value:
        raise UserError(last)


def _write(desk: Desk, trip: Trip, turn: Turn, ops: FileOps, language: str) -> None:
    casefile = desk.casefile
    sent = exchange.export_each(
        casefile.engine, casefile.blobs, trip.folder, trip.offices, turn=turn, ops=ops
    )
    try:
        trip.sent.extend(map(Line, sent))
    finally:
        _name(desk, trip.sent, language)


def _name(desk: Desk, lines: list[Line], language: str) -> None:
    with desk.casefile.reader.connect() as conn:
        parties = Parties(conn, language)
        for line in lines:
            line.group = parties.group(line.bundle.group) if line.bundle.group else ""
            if isinstance(line.bundle, Read) and line.bundle.sender:
                line.party = _sender(parties, line.bundle, line.bundle.sender)
                line.vouched = line.bundle.vouched


def _sender(parties: Parties, bundle: Read, sender: str) -> str:
    """The PC that wrote a bundle. The voucher for it may lie in the bundle that is only looked at."""
    if bundle.vouched and bundle.office and not parties.is_vouched(sender):
        return parties.vouched_pc(sender, bundle.office)
    return parties.pc(sender)
