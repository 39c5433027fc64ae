"""What a PC knows to exist and has not: asked for in every bundle, noted from others, and for how long.

A have-list tells what somebody holds; a need is served whatever the have-list says, as a restored or damaged
file may hold less than it once told. Nothing here ever gives up. Knows the log and this file's own facts.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from desktop.casefile.blobs import BlobStore
from desktop.changes.outline import Segment, gaps
from desktop.changes.pen import get_setting, put_setting
from desktop.sync.fetching import wanted
from desktop.wire import canonical
from desktop.wire.canonical import MAX_INTEGER
from desktop.wire.hashing import is_hash
from desktop.wire.pieces import MAX_WHOLE, Range

MOST_RANGES = 16
"""Missing parts told of one attachment; the rest is asked for when these have come."""

MOST = 1000
"""Items of one list: a manifest has 1 MiB. What does not fit is asked for when the rest has come."""

Stretch = tuple[str, int, int]
"""Log, first number, last number."""


class Needs(NamedTuple):
    """Entries and attachments that somebody asks for; of those in ``ranges`` only these parts (bytes)."""

    entries: list[Stretch]
    blobs: set[str]
    ranges: Mapping[str, list[Range]] = {}


class Gap(NamedTuple):
    """Numbers known to exist and not here, and when that was noticed (ms since 1970; ``None``: just now)."""

    log: str
    first: int
    last: int
    noticed: int | None


def own_needs(conn: Connection, blobs: BlobStore | None, group: str) -> list[list[Any]]:
    """The ``need`` of a manifest: ``["e", log, first, last]`` of gaps, ``["b", sha256]`` of attachments.

    Of an attachment that is here in part, ``["r", sha256, from, to]`` follows for what is missing.
    """
    found: list[list[Any]] = [["e", *gap] for gap in gaps(conn, group)]
    found += [["e", log, n, n] for log, n in _without_payload(conn, group)]
    if blobs is not None:
        for item in wanted(conn, blobs, group):
            found.append(["b", item.sha256])
            found += [["r", item.sha256, *part] for part in (item.ranges or [])[:MOST_RANGES]]
    return found[:MOST]


def _without_payload(conn: Connection, group: str) -> list[tuple[str, int]]:
    """Entries whose payload was left out on the way although no order says so: whoever has it sends it."""
    return [
        (log, n)
        for log, n in conn.exec_driver_sql(
            "SELECT l.id, e.n FROM entry e JOIN log l ON l.no = e.log"
            " WHERE e.verdict = 'expunged' AND l.grp = ? ORDER BY e.no",
            (group,),
        )
    ]


def note_needs(conn: Connection, device: str, group: str, needs_untrusted: list[Any]) -> None:
    """Keeps what a PC asks for, in place of what it asked before. Kinds that came later are passed over."""
    kept = [item for item in needs_untrusted[:MOST] if _is_need(item)]
    put_setting(conn, _key(device, group), canonical.encode(kept))


def needs_of(conn: Connection, group: str, devices: Iterable[str]) -> Needs:
    """What some PCs ask for; stretches of one log that touch are one.

    One that asks for an attachment without saying which part of it asks for all of it.
    """
    stretches: list[Stretch] = []
    blobs: set[str] = set()
    whole: set[str] = set()
    ranges: dict[str, list[Range]] = {}
    for device in devices:
        items = canonical.decode(get_setting(conn, _key(device, group)) or b"[]")
        parted = {item[1] for item in items if item[0] == "r"}
        for kind, name, *numbers in items:
            if kind == "e":
                stretches.append((name, *numbers))
            elif kind == "r":
                ranges.setdefault(name, []).append((numbers[0], numbers[1]))
            else:
                blobs.add(name)
                whole.update({name} - parted)
    return Needs(
        _joined(stretches),
        blobs,
        {name: sorted(parts) for name, parts in ranges.items() if name in blobs - whole},
    )


def note_gaps(conn: Connection, group: str, now: int | None = None) -> None:
    """Remembers when each gap was first noticed; forgets those that were filled."""
    at = time.time_ns() // 1_000_000 if now is None else now
    told = [
        [gap.log, gap.first, gap.last, at if gap.noticed is None else gap.noticed]
        for gap in aged_gaps(conn, group)
    ]
    text = canonical.encode(told[:MOST])
    if text != (get_setting(conn, f"gaps:{group}") or b"[]"):
        put_setting(conn, f"gaps:{group}", text)


def aged_gaps(conn: Connection, group: str, own: Mapping[str, list[Segment]] | None = None) -> list[Gap]:
    """The gaps of a group; one that was filled in part keeps its age. ``own``: its segments, when known."""
    before = canonical.decode(get_setting(conn, f"gaps:{group}") or b"[]")
    found = []
    for log, first, last in gaps(conn, group, own):
        ages = [at for old, start, end, at in before if old == log and start <= last and first <= end]
        found.append(Gap(log, first, last, min(ages, default=None)))
    return found


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for log, first, last in sorted(stretches):
        if found and found[-1][0] == log and first <= found[-1][2] + 1:
            found[-1] = (log, found[-1][1], max(last, found[-1][2]))
        else:
            found.append((log, first, last))
    return found


def _is_need(item: object) -> bool:
    if not isinstance(item, list) or len(item) < 2 or not is_hash(item[1]):
        return False
    if item[0] == "b":
        return len(item) == 2
    numbers = item[2:]
    if len(numbers) != 2 or not all(type(number) is int for number in numbers):
        return False
    first, last = numbers
    if item[0] == "r":
        return bool(0 <= first < last <= MAX_WHOLE)
    return bool(item[0] == "e" and 1 <= first <= last <= MAX_INTEGER)


def _key(device: str, group: str) -> str:
    return f"need:{group}:{device}"
