"""What this PC put on which carrier: for the report of a lost stick, and so that nothing is written twice.

Knows this file's own facts, no carrier.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import Connection

from desktop.changes.notes import remember
from desktop.sync.lists import lists_of
from desktop.wire.pieces import AttachmentPiece


class Holds(msgspec.Struct, frozen=True):
    """What a bundle holds and for whom; ``heard`` are the numbers of the newest have-lists known by then.

    ``pieces`` are [sha256 of the whole, offset]; ``state`` is what was said with it (``Consignment.state``),
    ``part`` of ``parts`` its place among those written with it.
    """

    runs: list[tuple[str, int, int]]
    blobs: list[str]
    to: list[str]
    pieces: list[tuple[str, int]] = []
    heard: dict[str, int] = {}
    bytes: int = 0
    state: str = ""
    part: int = 0
    parts: int = 1


class Carried(msgspec.Struct, frozen=True):
    """One bundle that was put on a carrier: its file's SHA-256, the stick's id, group, ms since 1970."""

    sha256: str
    stick: str | None
    group: str
    at: int
    holds: Holds


def remember_carried(conn: Connection, found: Carried) -> None:
    """Notes which stick a bundle was put on, and what it holds."""
    holds = msgspec.json.encode(found.holds).decode()
    remember(conn, "carried", found.sha256, found.stick, found.group, found.at, holds)


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def carried(conn: Connection, group: str, present: Mapping[str, int]) -> list[Carried]:
    """What this PC wrote for a group of the bundles that lie there (SHA-256, bytes), oldest first."""
    found = carried_as(conn, group, present)
    return [one for one in found if one.holds.bytes == present[one.sha256]]


def carried_as(conn: Connection, group: str, names: Collection[str]) -> list[Carried]:
    """What this PC wrote for a group in bundles of these names (SHA-256), oldest first."""
    wanted = set(names)
    rows = conn.exec_driver_sql(
        "SELECT sha256, stick, grp, at, holds FROM carried WHERE grp = ? ORDER BY at, sha256", (group,)
    )
    return [
        Carried(sha256, stick, grp, at, msgspec.json.decode(holds, type=Holds))
        for sha256, stick, grp, at, holds in rows
        if sha256 in wanted
    ]


class Lying(msgspec.Struct, frozen=True):
    """Attachments that lie ready for their receivers, who have said nothing since: whole ones, pieces."""

    blobs: frozenset[str]
    pieces: frozenset[tuple[str, int]]

    def misses(self, piece: AttachmentPiece) -> bool:
        """Whether this piece does not lie there."""
        return (piece.whole, piece.offset) not in self.pieces


def lying(found: list[Carried], to: Collection[str], heard: dict[str, int] | None) -> Lying:
    """What need not be written again, of bundles that lie on the carrier as they were proven.

    Whoever has spoken since (``heard``) and still lacks something gets it again: his copy may have been
    damaged. With ``None`` nobody has.
    """
    fitting = [
        one.holds
        for one in found
        if set(to) <= set(one.holds.to)
        and (heard is None or all(one.holds.heard.get(pc) == heard.get(pc) for pc in to))
    ]
    return Lying(
        frozenset(name for holds in fitting for name in holds.blobs),
        frozenset(piece for holds in fitting for piece in holds.pieces),
    )


def heard(conn: Connection, group: str, devices: Collection[str]) -> dict[str, int]:
    """The number of the newest have-list of each PC, of copies together; 0 of one that sent none."""
    return {
        device: sum(have.get("counter", 0) for have in lists_of(conn, group, [device])) for device in devices
    }
