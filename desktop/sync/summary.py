"""The numbers about the exchange that a window shows all the time. Cheap: asked for after every change."""

from __future__ import annotations

from typing import Protocol

import msgspec
from sqlalchemy import Connection

from desktop.casefile.casefile import CaseFile
from desktop.changes.apart import Apart
from desktop.changes.disputes import disputes
from desktop.changes.outline import Segment, segments
from desktop.sync.standing import Standing, standing
from desktop.wire.groups import city_of, is_city


class ExchangeSummary(msgspec.Struct, frozen=True):
    """What waits and what is wrong, in numbers.

    ``conflicts`` are this office's to decide, ``conflicts_elsewhere`` those of other offices. ``waiting``
    entries are not known to be at every office they are for; ``missing`` ones are known to exist and not
    here. ``receipt`` is the newest have-list of the city (at a city: of any other office), ms since 1970 by
    the clock of ``receipt_office``. ``provisional``: this PC is only vouched for; ``apart``: its own acts do
    not count for now.
    """

    enrolled: bool
    conflicts: int
    conflicts_elsewhere: int
    waiting: int
    missing: int
    quarantine: int
    receipt: int | None
    receipt_office: str | None
    provisional: bool = False
    apart: Apart | None = None


class HasCaseFile(Protocol):
    """A desk: whatever has an open case file."""

    casefile: CaseFile


def exchange_summary(desk: HasCaseFile) -> ExchangeSummary:
    """The numbers as they are now."""
    with desk.casefile.reader.connect() as conn:
        return summarise(conn)


def summarise(conn: Connection, known: Standing | None = None) -> ExchangeSummary:
    """The numbers, on an open connection; of a standing that is known already, if it is."""
    found = standing(conn, measure=likely_segments) if known is None else known
    own = [dispute.owned_by(found.office) for dispute in disputes(conn)]
    receipt, office = _newest_receipt(found)
    return ExchangeSummary(
        enrolled=found.enrolled,
        conflicts=sum(own),
        conflicts_elsewhere=len(own) - sum(own),
        waiting=sum(group.waiting for group in found.groups),
        missing=sum(gap.last - gap.first + 1 for group in found.groups for gap in group.gaps),
        quarantine=sum(item.entries for item in found.quarantine),
        receipt=receipt,
        receipt_office=office,
        provisional=found.provisional,
        apart=found.apart,
    )


def _newest_receipt(found: Standing) -> tuple[int | None, str | None]:
    def counts(office: str) -> bool:
        return office != found.office if is_city(found.office) else office == city_of(found.office)

    receipts = [
        (office.receipt, office.office)
        for group in found.groups
        for office in group.offices
        if office.receipt is not None and counts(office.office)
    ]
    return max(receipts, default=(None, None))


def likely_segments(conn: Connection, group: str) -> dict[str, list[Segment]]:
    """``segments`` without following every link, which a log with as many entries as numbers hardly needs.

    Only a fork of which some other part is missing could deceive it.
    """
    rows = conn.exec_driver_sql(
        "SELECT l.no, l.id, count(*), max(e.n) FROM entry e JOIN log l ON l.no = e.log"
        " WHERE l.grp = ? GROUP BY l.no",
        (group,),
    ).all()
    if any(count != highest for _, _, count, highest in rows):
        return segments(conn, group)
    found = {}
    for no, log, _, highest in rows:
        tip = conn.exec_driver_sql("SELECT id FROM entry WHERE log = ? AND n = ?", (no, highest)).scalar_one()
        found[log] = [(1, int(highest), tip.hex())]
    return found
