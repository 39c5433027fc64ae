"""The honest state of the exchange, derived from the newest have-lists of others. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

from desktop.changes.apart import Apart, apart
from desktop.changes.growth import Newer, newer_entries, waiting_for_upgrade
from desktop.changes.holds import Held, holds
from desktop.changes.journal import Journal, wall_ms
from desktop.changes.outline import Segment, groups, segments
from desktop.changes.quotas import Refused, has_room, refused
from desktop.changes.rights import APPLIED, MALFORMED
from desktop.sync.hearsay import Announced, Fork, announced, forks
from desktop.sync.known import had_by
from desktop.sync.lists import Have, blobs_of, lists_of
from desktop.sync.needs import Gap as Noticed
from desktop.sync.needs import aged_gaps
from desktop.wire.groups import city_of, members, office_group
from desktop.wire.hashing import is_hash
from desktop.wire.roster import Roster

NEWER = "newer"

_DAY = 86_400_000


class Office(msgspec.Struct, frozen=True):
    """What an office of a group is known to lack, by the PC of it that has most; without any PC, everything.

    Of several copies of one PC that is what any of them lacks. ``waiting`` counts entries, ``attachments``
    files; ``receipt`` is the time of its newest have-list in ms since 1970, by its own clock.
    """

    office: str
    waiting: int
    devices: int
    attachments: int = 0
    receipt: int | None = None


class Gap(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Entries known to exist and not here: of whose log, the first and the last of them.

    Asked for in every bundle until they come; ``days`` since that was noticed (``noticed_at``, ms since
    1970), by this PC's clock.
    """

    log: str
    first: int
    last: int
    noticed_at: int | None
    days: int
    office: str | None = None


class Group(msgspec.Struct, frozen=True):
    """A group: how many entries are here, what its offices lack, what is missing here.

    ``synced`` only when a PC of every other office (of this office's own group: of its city) has everything,
    what is in quarantine here too, unless others may refuse to keep it; ``waiting`` is the most entries that
    one of those offices lacks. ``announced`` is what others told of that never arrived; ``forks`` are logs
    with several branches.
    """

    group: str
    entries: int
    offices: list[Office]
    synced: bool
    waiting: int
    gaps: list[Gap]
    announced: list[Announced] = []
    forks: list[Fork] = []


class Quarantined(msgspec.Struct, frozen=True):
    """Entries kept that do not count: why, of which PC and office (``None``: not enrolled), how many.

    ``reason`` is a verdict, or ``NEWER``: a newer version of the program could read them.
    """

    reason: str
    device: str
    group: str
    entries: int
    office: str | None = None


class Waiting(msgspec.Struct, frozen=True):
    """A PC that another of its office vouches for until the city grants it; ``name`` is what it claims."""

    device: str
    office: str
    name: str


class Standing(msgspec.Struct, frozen=True):
    """Office, network, groups and quarantine; what waits for a newer version of the program.

    ``provisional``: this PC itself is only vouched for. ``apart``: its own acts do not count until the city's
    statements have come in full. ``refused``: authors who are not entitled and whose
    entries there is no room for. ``contested``: key sets that two others end at once, as somebody else may
    hold the old keys.
    """

    office: str
    device: str
    enrolled: bool
    root: str | None
    groups: list[Group]
    quarantine: list[Quarantined]
    newer: Newer
    provisional: bool = False
    apart: Apart | None = None
    vouched: list[Waiting] = []
    refused: list[Refused] = []
    contested: list[str] = []
    held: list[Held] = []


def status(conn: Connection, now: int | None = None) -> dict[str, Any]:
    """``standing`` as plain values."""
    found: dict[str, Any] = msgspec.to_builtins(standing(conn, now))
    return found


Measure = Callable[[Connection, str], dict[str, list[Segment]]]


def standing(conn: Connection, now: int | None = None, *, measure: Measure = segments) -> Standing:
    """For each group what the others are known to have, what waits, gaps; and what is in quarantine.

    ``now`` (ms since 1970) is what the ages of gaps are told by; ``measure`` finds the segments of a group.
    """
    journal = Journal(conn)
    at = wall_ms() if now is None else now
    pen, rights = journal.pen(), journal.rights()
    return Standing(
        office=pen.office,
        device=pen.device,
        enrolled=journal.root() is not None
        and rights.author_office(pen.device, office_group(pen.office)) == pen.office,
        root=journal.root(),
        groups=[_group(conn, journal, group, measure(conn, group), at) for group in groups(conn)],
        quarantine=_quarantine(conn, journal),
        provisional=pen.device in rights.vouched(),
        apart=apart(journal),
        vouched=[
            Waiting(device, one.office, one.name[:200]) for device, one in sorted(rights.vouched().items())
        ],
        refused=refused(conn),
        contested=rights.contested(),
        held=holds(conn),
        newer=waiting_for_upgrade(conn),
    )


def _group(
    conn: Connection, journal: Journal, group: str, own: Mapping[str, list[Segment]], now: int
) -> Group:
    pen, rights = journal.pen(), journal.rights()
    total = sum(last - first + 1 for parts in own.values() for first, last, _ in parts)
    kept, files = _kept_everywhere(conn, rights, group, own), attachments_of(conn, group)
    readers = {device: office for device, office in rights.readers(group).items() if device != pen.device}
    offices = _offices(conn, group, readers, kept, files)
    wanted = others(group, rights, pen.office)
    for absent in sorted(wanted - offices.keys() - {pen.office}):
        offices[absent] = Office(absent, total, 0, len(files))
    lacking = [offices[office] for office in wanted if office in offices]
    return Group(
        group,
        total,
        list(offices.values()),
        synced=bool(lacking) and not any(_lacks(office) for office in lacking),
        waiting=max((office.waiting for office in lacking), default=0),
        gaps=[_gap(conn, journal, gap, now) for gap in aged_gaps(conn, group, own)],
        announced=announced(conn, group),
        forks=forks(conn, own),
    )


def others(group: str, rights: Roster, office: str) -> set[str]:
    """The offices that must have what is in a group before it is in sync: all but ``office``, else its city.

    Those that the group names count without any PC; of an open group those that have one.
    """
    return {*members(group), *rights.readers(group).values()} - {office} or {city_of(office)}


def _lacks(office: Office) -> bool:
    return not office.devices or bool(office.waiting or office.attachments)


def _kept_everywhere(
    conn: Connection, rights: Roster, group: str, own: Mapping[str, list[Segment]]
) -> dict[str, list[Segment]]:
    """The segments without what others may have refused to keep: else a stranger could keep all out of sync.

    Nobody need keep more of an author without a right than ``has_room`` says; what counts everybody keeps.
    """
    found = dict(own)
    logs = conn.exec_driver_sql("SELECT no, id, device FROM log WHERE grp = ?", (group,)).all()
    for no, log, device in logs:
        entitled = rights.author_office(device, group) is not None
        if log not in own or (entitled and not rights.cuts_of(device, group)):
            continue
        if not has_room(conn, device, entitled=entitled):
            query = "SELECT max(n) FROM entry WHERE log = ? AND verdict = ?"
            counts = conn.exec_driver_sql(query, (no, APPLIED)).scalar()
            if counts is None:
                del found[log]
            elif len(own[log]) == 1:
                found[log] = [(own[log][0][0], counts, own[log][0][2])]
    return found


def _offices(
    conn: Connection,
    group: str,
    readers: Mapping[str, str],
    own: Mapping[str, list[Segment]],
    files: set[str],
) -> dict[str, Office]:
    """What each office lacks of these segments and files, by its PCs among ``readers``."""
    offices: dict[str, Office] = {}
    for device, office in sorted(readers.items()):
        one = _all_copies([_one(conn, office, have, own, files) for have in lists_of(conn, group, [device])])
        before = offices.get(office)
        offices[office] = one if before is None else _better(before, one)
    return offices


def _one(
    conn: Connection,
    office: str,
    have: Have,
    own: Mapping[str, list[Segment]],
    files: set[str],
) -> Office:
    """One copy of a PC by its have-list; of one that was never heard the list is empty."""
    had = had_by(conn, [have], own)
    waiting = sum(_waiting(parts, had.get(log, {})) for log, parts in own.items())
    time = have.get("time")
    receipt = time if type(time) is int else None
    return Office(office, waiting, 1, len(files - blobs_of(conn, have)), receipt)


def _waiting(parts: list[Segment], had: dict[str, int]) -> int:
    if len(parts) > 1:
        return sum(last - first + 1 for first, last, tip in parts if tip not in had)
    reached = max(had.values(), default=0)
    return sum(max(0, last - max(first - 1, reached)) for first, last, _ in parts)


def _all_copies(copies: list[Office]) -> Office:
    """One PC by the lists of all its copies that were heard lately.

    It may have been restored: what it had before, and its copy's list still tells, it need not have now.
    """
    return msgspec.structs.replace(
        copies[0],
        waiting=max(copy.waiting for copy in copies),
        attachments=max(copy.attachments for copy in copies),
        receipt=newest_receipt(copies),
    )


class _Heard(Protocol):
    @property
    def receipt(self) -> int | None: ...


def newest_receipt(found: Iterable[_Heard]) -> int | None:
    """The newest have-list of several PCs or copies, in ms since 1970; ``None`` when none was heard."""
    return max((one.receipt for one in found if one.receipt is not None), default=None)


def _better(one: Office, other: Office) -> Office:
    """Both PCs as one office: what the fuller one lacks, the newer receipt."""
    fuller = min((one, other), key=lambda found: (found.waiting, found.attachments))
    return msgspec.structs.replace(
        fuller, devices=one.devices + other.devices, receipt=newest_receipt([one, other])
    )


def attachments_of(conn: Connection, group: str) -> set[str]:
    """The attachments that records of a group name, by SHA-256."""
    named = conn.exec_driver_sql("SELECT DISTINCT sha256 FROM attachment WHERE grp = ?", (group,))
    return {found for found in named.scalars() if is_hash(found)}


def _gap(conn: Connection, journal: Journal, gap: Noticed, now: int) -> Gap:
    days = 0 if gap.noticed is None else max(0, (now - gap.noticed) // _DAY)
    office = journal.rights().office(_device_of(conn, gap.log))
    return Gap(gap.log, gap.first, gap.last, gap.noticed, days, office)


def _device_of(conn: Connection, log: str) -> str:
    return str(conn.exec_driver_sql("SELECT device FROM log WHERE id = ?", (log,)).scalar_one())


def _quarantine(conn: Connection, journal: Journal) -> list[Quarantined]:
    newer = {place: len(found) for place, found in newer_entries(conn).items()}
    counted = [
        (verdict, device, group, count - (newer.get((device, group), 0) if verdict == MALFORMED else 0))
        for verdict, device, group, count in conn.exec_driver_sql(
            "SELECT e.verdict, l.device, l.grp, count(*) FROM entry e JOIN log l ON l.no = e.log"
            " WHERE e.verdict <> 'applied' GROUP BY e.verdict, l.device, l.grp"
        )
    ]
    counted += [(NEWER, *place, count) for place, count in newer.items()]
    return [
        Quarantined(reason, device, group, count, journal.rights().office(device))
        for reason, device, group, count in sorted(counted)
        if count
    ]
