"""Where a record is known to be, and what was on which stick: derived from receipts and notes, never stored.

Says only what can be shown: a have-list that its PC signed, a bundle that the hub took, a bundle that came
back from a stick byte for byte. What nobody has confirmed is only here. Knows the log and this file's facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection

from desktop.changes.journal import Journal
from desktop.changes.outline import Segment
from desktop.errors import UserError, message
from desktop.sync.backed import backed_up
from desktop.sync.carried import Carried, Holds
from desktop.sync.hub_outgoing import HUB, placed_on_hub
from desktop.sync.known import had_by
from desktop.sync.lists import Have, lists_of
from desktop.sync.standing import newest_receipt, others
from desktop.sync.stickid import stick_label
from desktop.sync.summary import likely_segments
from desktop.wire.groups import city_of
from desktop.wire.hashing import is_hash
from desktop.wire.ids import is_row_id, row_bytes

Place = Literal["only_here", "stick", "hub", "other", "city", "city_backup"]
"""From the least to the most certain."""

Had = Mapping[str, Mapping[str, int]]


class Entry(NamedTuple):
    """One act on a record: its log and its number there."""

    log: str
    n: int


class OfficeHas(msgspec.Struct, frozen=True):
    """An office that is known to have all of the record: how many of its PCs, the newest of their receipts
    (ms since 1970 by their clocks), whether one has it in a verified backup."""

    office: str
    devices: int
    receipt: int | None
    in_backup: bool


class OnStick(msgspec.Struct, frozen=True):
    """A stick that holds all of the record: its id (``None``: it has none) and when it was last written."""

    stick: str | None
    label: str
    at: int


class Whereabouts(msgspec.Struct, frozen=True):
    """Where a record is known to be; ``where`` is the most certain place besides this PC.

    ``entries`` acts stand behind its present state; ``file`` says that it is an attachment whose bytes count
    too. ``synced`` as the exchange has it: every other office (of an office's own group: the city) has it.
    """

    group: str
    entries: int
    where: Place
    synced: bool
    offices: list[OfficeHas]
    hub: bool
    sticks: list[OnStick]
    file: bool = False


def whereabouts(conn: Connection, row: str) -> Whereabouts:
    """Where the record with this id is known to be. Raises ``UserError`` when it is not here."""
    journal = Journal(conn)
    found = journal.store.state(row) if is_row_id(row) else None
    if found is None:
        raise UserError("acts.no_such_record", kind="record")
    entries, group = _entries(conn, found[0].dots())
    own = likely_segments(conn, group)
    pen = journal.pen()
    blob = _blob(conn, row)
    offices: dict[str, OfficeHas] = {}
    readers = journal.rights().readers(group)
    for device, office in sorted(readers.items()):
        if device == pen.device:
            continue
        copies = [_office(conn, office, have, own, entries, blob) for have in lists_of(conn, group, [device])]
        if None not in copies:
            one = _one_pc([copy for copy in copies if copy is not None])
            before = offices.get(office)
            offices[office] = one if before is None else _both(before, one)
    hub = any(
        _covers(had_by(conn, [{"logs": placed.logs}], own), entries)
        and (blob is None or blob in placed.blobs)
        for device, placed in placed_on_hub(conn, group).items()
        if device != pen.device
    )
    sticks = _sticks(conn, group, entries, blob)
    city = city_of(pen.office)
    return Whereabouts(
        group=group,
        entries=len(entries),
        where=_where(offices, city, hub=hub, sticks=bool(sticks)),
        synced=others(group, journal.rights(), pen.office) <= offices.keys(),
        offices=[offices[office] for office in sorted(offices)],
        hub=hub,
        sticks=sticks,
        file=blob is not None,
    )


def sentence(found: Whereabouts, language: str | None = None) -> str:
    """The most certain place in one sentence."""
    return message(_SENTENCES[found.where], language)


_SENTENCES: dict[Place, str] = {
    "only_here": "autosync.where_only_here",
    "stick": "autosync.where_stick",
    "hub": "autosync.where_hub",
    "other": "autosync.where_other",
    "city": "autosync.where_city",
    "city_backup": "autosync.where_city_backup",
}


def _where(offices: Mapping[str, OfficeHas], city: str, *, hub: bool, sticks: bool) -> Place:
    if city in offices:
        return "city_backup" if offices[city].in_backup else "city"
    if offices:
        return "other"
    return "hub" if hub else "stick" if sticks else "only_here"


def _entries(conn: Connection, dots: Iterable[bytes]) -> tuple[list[Entry], str]:
    """The acts behind a record's present state, and their group."""
    found: list[Entry] = []
    group = ""
    for dot in sorted(dots):
        row = conn.exec_driver_sql(
            "SELECT l.id, e.n, l.grp FROM entry e JOIN log l ON l.no = e.log WHERE e.id = ?", (dot,)
        ).one()
        found.append(Entry(row[0], row[1]))
        group = row[2]
    return found, group


def _blob(conn: Connection, row: str) -> str | None:
    """The bytes that belong to a record which is an attachment."""
    sha256 = conn.exec_driver_sql("SELECT sha256 FROM attachment WHERE id = ?", (row_bytes(row),)).scalar()
    return sha256 if is_hash(sha256) else None


def _office(
    conn: Connection,
    office: str,
    have: Have,
    own: Mapping[str, list[Segment]],
    entries: list[Entry],
    blob: str | None,
) -> OfficeHas | None:
    if not _covers(had_by(conn, [have], own), entries) or (blob and blob not in have.get("blobs", [])):
        return None
    time = have.get("time")
    saved = backed_up(conn, have)
    in_backup = saved is not None and _covers(had_by(conn, [saved], own), entries)
    in_backup = in_backup and (not blob or (saved is not None and blob in saved["blobs"]))
    return OfficeHas(office, 1, time if type(time) is int else None, in_backup)


def _one_pc(copies: list[OfficeHas]) -> OfficeHas:
    """A PC of which each copy that was heard lately has it."""
    in_backup = all(copy.in_backup for copy in copies)
    return OfficeHas(copies[0].office, 1, newest_receipt(copies), in_backup)


def _both(one: OfficeHas, other: OfficeHas) -> OfficeHas:
    return OfficeHas(
        one.office,
        one.devices + other.devices,
        newest_receipt([one, other]),
        one.in_backup or other.in_backup,
    )


def _covers(had: Had, entries: Iterable[Entry]) -> bool:
    """Whether all of these are known to be there; where a branch of a log is in doubt they are not."""
    return all(
        "" not in had.get(entry.log, {"": 0}) and entry.n <= max(had[entry.log].values()) for entry in entries
    )


# sticks


def _carried(conn: Connection, group: str | None = None) -> list[Carried]:
    """What was put on carriers, oldest first; not what went to the hub."""
    rows = conn.exec_driver_sql(
        "SELECT sha256, stick, grp, at, holds FROM carried WHERE stick IS NOT ?1 AND (?2 IS NULL OR grp = ?2)"
        " ORDER BY at, sha256",
        (HUB, group),
    )
    return [
        Carried(sha256, stick, grp, at, msgspec.json.decode(holds, type=Holds))
        for sha256, stick, grp, at, holds in rows
    ]


def _by_stick(found: Iterable[Carried]) -> dict[str | None, list[Carried]]:
    sticks: dict[str | None, list[Carried]] = {}
    for one in found:
        sticks.setdefault(one.stick, []).append(one)
    return sticks


def _sticks(conn: Connection, group: str, entries: list[Entry], blob: str | None) -> list[OnStick]:
    found = []
    for stick, bundles in _by_stick(_carried(conn, group)).items():
        runs = [run for one in bundles for run in one.holds.runs]
        has_file = blob is None or any(blob in one.holds.blobs for one in bundles)
        if has_file and all(_in_runs(runs, entry) for entry in entries):
            found.append(OnStick(stick, stick_label(stick) if stick else "", bundles[-1].at))
    return found


def _in_runs(runs: Iterable[tuple[str, int, int]], entry: Entry) -> bool:
    return any(log == entry.log and first <= entry.n <= last for log, first, last in runs)


class Stretch(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Entries of one log on a stick: of whose PC and office, the first and the last."""

    device: str
    office: str | None
    first: int
    last: int


class StickBundle(msgspec.Struct, frozen=True):
    """One bundle on a stick, and to which PCs (device, office) it is sealed: nobody else can read it."""

    sha256: str
    group: str
    at: int
    bytes: int
    runs: list[Stretch]
    attachments: int
    sealed_to: list[tuple[str, str | None]]


class Waits(msgspec.Struct, frozen=True):
    """Entries of a group that were on the stick and are nowhere else but here: not confirmed by another PC,
    not on the hub, on no other stick. They are written again at the next export."""

    group: str
    entries: int


class Stick(msgspec.Struct, frozen=True):
    """A stick that this PC wrote to: id (``None``: one without), label, first and last time, its groups."""

    stick: str | None
    label: str
    first: int
    last: int
    bundles: int
    bytes: int
    groups: list[str]


class Lost(msgspec.Struct, frozen=True):
    """What a lost stick held. Nothing of it is lost: all of it is still here, and sealed there."""

    stick: Stick
    bundles: list[StickBundle]
    waits: list[Waits]


def sticks(conn: Connection) -> list[Stick]:
    """The sticks that this PC wrote to, the last one first."""
    found = [_told(stick, bundles) for stick, bundles in _by_stick(_carried(conn)).items()]
    return sorted(found, key=lambda one: -one.last)


def _told(stick: str | None, bundles: list[Carried]) -> Stick:
    return Stick(
        stick,
        stick_label(stick) if stick else "",
        bundles[0].at,
        bundles[-1].at,
        len(bundles),
        sum(one.holds.bytes for one in bundles),
        sorted({one.group for one in bundles}),
    )


def lost(conn: Connection, wanted: str) -> Lost:
    """The report of a lost stick, by its id, its label or the beginning of one. Raises ``UserError``."""
    mark = wanted.replace("-", "").lower()
    by_stick = _by_stick(_carried(conn))
    fitting = [stick for stick in by_stick if mark and stick is not None and stick.startswith(mark)]
    if len(fitting) != 1:
        raise UserError("autosync.no_such_stick")
    bundles = by_stick[fitting[0]]
    others = [one for stick, some in by_stick.items() if stick != fitting[0] for one in some]
    roster = Journal(conn).rights()
    told = [
        StickBundle(
            one.sha256,
            one.group,
            one.at,
            one.holds.bytes,
            [_stretch(conn, *run) for run in one.holds.runs],
            len(one.holds.blobs),
            [(device, roster.office(device)) for device in one.holds.to],
        )
        for one in bundles
    ]
    waits = [
        Waits(group, count)
        for group in sorted({one.group for one in bundles})
        if (count := _only_there(conn, group, bundles, others))
    ]
    return Lost(_told(fitting[0], bundles), told, waits)


def _stretch(conn: Connection, log: str, first: int, last: int) -> Stretch:
    device = str(conn.exec_driver_sql("SELECT device FROM log WHERE id = ?", (log,)).scalar_one())
    return Stretch(device, Journal(conn).rights().office(device), first, last)


def _only_there(conn: Connection, group: str, bundles: list[Carried], others: list[Carried]) -> int:
    """How many entries of the stick are known nowhere else but here."""
    journal = Journal(conn)
    pen, own = journal.pen(), likely_segments(conn, group)
    readers = [device for device in journal.rights().readers(group) if device != pen.device]
    known = [had_by(conn, [have], own) for have in lists_of(conn, group, readers)]
    known += [
        had_by(conn, [{"logs": placed.logs}], own)
        for device, placed in placed_on_hub(conn, group).items()
        if device != pen.device
    ]
    runs = [run for one in others if one.group == group for run in one.holds.runs]
    there = {
        Entry(log, n)
        for one in bundles
        if one.group == group
        for log, first, last in one.holds.runs
        for n in range(first, last + 1)
    }
    return sum(
        not any(_covers(had, [entry]) for had in known) and not _in_runs(runs, entry) for entry in there
    )
