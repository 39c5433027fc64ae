"""The figures over a raid and over the desk: counted, never kept. Cheap enough to ask for after each act.

Knows the tables; knows no window.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.casework.codes import code_table, usual_word
from desktop.casework.identity import check_resident_number
from desktop.casework.ledgers.people import FULL_AGE, LONGEST_STAY
from desktop.casework.listing import Query, total
from desktop.casework.lists.sources import standing_person
from desktop.casework.partial_dates import PartialDate, whole_years
from desktop.casework.printing_words import BEIJING, cash
from desktop.changes.journal import Journal
from desktop.changes.rights import APPLIED
from desktop.changes.store import chunks, marks
from desktop.errors import UserError
from desktop.models.schema import shared_tables
from desktop.wire import canonical
from desktop.wire.entries import MARK
from desktop.wire.ids import is_row_id, row_bytes

PAGES = ("leads", "cases", "raids", "people", "property_lists", "items", "documents")
"""The lists that the desk counts."""


class DispositionCount(msgspec.Struct, frozen=True):
    """How many people have a disposition; ``code`` is ``None`` for words that are in no table."""

    code: str | None
    name: str
    count: int


class RaidOverview(msgspec.Struct, frozen=True):
    """The figures of one raid. ``dispositions`` stand in the order of the code table, other words after.

    ``unbalanced`` are people without a disposition. ``seized_fen`` is the cash on lists of seizure, in 分.
    ``over_eight_hours`` counts who stayed longer, or is there still. Withdrawn records count nowhere.
    """

    found: int
    dispositions: tuple[DispositionCount, ...]
    unbalanced: int
    minors: int
    flagged: int
    over_eight_hours: int
    items: int
    seized_fen: int
    documents: int


class DeskOverview(msgspec.Struct, frozen=True):
    """The figures of the desk: lines of each list, what waits for a decision, what others may not have.

    ``conflicts`` counts what ``Desk.conflicts`` lists; ``quarantine`` entries that do not count yet;
    ``unsent`` entries of this PC that no other PC has said it holds.
    """

    counts: Mapping[str, int]
    conflicts: int
    quarantine: int
    unsent: int


# one raid


def raid_overview(conn: Connection, raid: str, *, now: datetime | None = None) -> RaidOverview:
    """The figures of a raid. Whoever has no leaving time is there until the raid ended, else until ``now``.

    Raises ``UserError`` for a raid that is not there.
    """
    about = _raid(conn, raid)
    people = _people(conn, raid)
    day = _instant(about["started_at"]) or now or datetime.now(UTC)
    end = _instant(about["ended_at"]) or now or datetime.now(UTC)
    counts, unbalanced = _dispositions([person["disposition"] for person in people])
    items, fen = _property(conn, raid)
    return RaidOverview(
        found=len(people),
        dispositions=counts,
        unbalanced=unbalanced,
        minors=sum(_is_minor(person, day.astimezone(BEIJING).date()) for person in people),
        flagged=sum(bool(json.loads(person["flags"] or "[]")) for person in people),
        over_eight_hours=sum(_stayed_long(person, end) for person in people),
        items=items,
        seized_fen=fen,
        documents=_documents(conn, raid),
    )


def _raid(conn: Connection, raid: str) -> Mapping[str, Any]:
    found = None
    if is_row_id(raid):
        found = (
            conn.exec_driver_sql("SELECT started_at, ended_at FROM raid WHERE id = ?", (row_bytes(raid),))
            .mappings()
            .first()
        )
    if found is None:
        raise UserError("acts.no_such_record", kind="raid")
    return dict(found)


def _people(conn: Connection, raid: str) -> list[dict[str, Any]]:
    rows = conn.exec_driver_sql(
        "SELECT p.disposition, p.arrived_at, p.left_at, p.flags, p.minor_claimed, q.birth, q.id_number"
        " FROM presence AS p LEFT JOIN person AS q ON q.id = p.person"
        f" WHERE p.raid = ? AND p.withdrawn <> 1 AND {standing_person('p')}",
        (row_bytes(raid),),
    )
    return [dict(row) for row in rows.mappings()]


def _dispositions(texts: list[str | None]) -> tuple[tuple[DispositionCount, ...], int]:
    """Counts by code in the order of the table, then by other words; and how many have none."""
    table = code_table("dispositions")
    known: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for text in texts:
        if text and text.strip():
            code = table.code_of(text)
            (other if code is None else known)[text if code is None else code] += 1
    counts = [
        DispositionCount(code, usual_word(about), known[code])
        for code, about in table.codes.items()
        if known[code]
    ]
    counts += [DispositionCount(None, text, count) for text, count in sorted(other.items())]
    return tuple(counts), len(texts) - sum(count.count for count in counts)


def _is_minor(person: Mapping[str, Any], day: date) -> bool:
    """By the birth date of a good number, else the one told, else the claim; in doubt the person is none."""
    birth = _birth(person, day)
    if birth is None:
        return code_table("yes_no").code_of(person["minor_claimed"] or "") == "yes"
    return whole_years(birth.earliest, day) < FULL_AGE


def _birth(person: Mapping[str, Any], day: date) -> PartialDate | None:
    found = check_resident_number(person["id_number"] or "", today=day)
    if found.birth is not None:
        return found.birth
    try:
        told = PartialDate.parse(person["birth"] or "")
    except ValueError:
        return None
    return told if told.earliest <= day else None


def _stayed_long(person: Mapping[str, Any], end: datetime) -> bool:
    arrived = _instant(person["arrived_at"])
    return arrived is not None and (_instant(person["left_at"]) or end) - arrived > LONGEST_STAY


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _property(conn: Connection, raid: str) -> tuple[int, int]:
    """How many lines, and the cash among those seized, in 分."""
    rows = conn.exec_driver_sql(
        "SELECT l.purpose, i.unit, i.quantity FROM property_list AS l JOIN item AS i ON i.list = l.id"
        " WHERE l.raid = ? AND l.withdrawn <> 1 AND i.withdrawn <> 1",
        (row_bytes(raid),),
    ).all()
    sums = [cash(unit or "", quantity or "") for purpose, unit, quantity in rows if purpose == "seize"]
    return len(rows), int(sum(Decimal(amount) for amount in sums if amount) * 100)


def _documents(conn: Connection, raid: str) -> int:
    """Issued for the raid, its people or its lists."""
    about = (
        "SELECT ?1 UNION SELECT id FROM presence WHERE raid = ?1"
        " UNION SELECT person FROM presence WHERE raid = ?1"
        " UNION SELECT id FROM property_list WHERE raid = ?1"
    )
    issued = f"SELECT count(*) FROM document WHERE withdrawn <> 1 AND subject IN ({about})"
    return int(conn.exec_driver_sql(issued, (row_bytes(raid),)).scalar_one())


# the desk


def desk_overview(conn: Connection) -> DeskOverview:
    """The figures of the desk, for a file that has its keys."""
    return DeskOverview(
        counts={name: total(conn, Query(name)) for name in PAGES},
        conflicts=_conflicts(conn),
        quarantine=_quarantine(conn),
        unsent=_unsent(conn),
    )


def _conflicts(conn: Connection) -> int:
    """Among the rows whose writes differ or that bear a mark of withdrawal: few, whatever the file holds."""
    tables = shared_tables()
    candidates: dict[str, list[bytes]] = {}
    for row, table in conn.exec_driver_sql(
        "SELECT r.row, p.tbl FROM register AS r JOIN place AS p ON p.no = r.place"
        " GROUP BY r.row, r.field HAVING r.field = ? OR min(r.value) <> max(r.value)",
        (MARK,),
    ):
        if table in tables:
            candidates.setdefault(tables[table].table.name, []).append(row)
    return sum(
        _disputed(conn, table, piece)
        for table, rows in candidates.items()
        for piece in chunks(dict.fromkeys(rows))
    )


def _disputed(conn: Connection, table: str, rows: list[bytes]) -> int:
    within = f'FROM "{table}" WHERE id IN ({marks(len(rows))})'
    found = conn.exec_driver_sql(f"SELECT total(conflicts) + total(withdrawn = 2) {within}", tuple(rows))
    return int(found.scalar_one())


def _quarantine(conn: Connection) -> int:
    # Two ranges of the index of verdicts instead of one look at each entry.
    below, above = (
        conn.exec_driver_sql(f"SELECT count(*) FROM entry WHERE verdict {sign} ?", (APPLIED,)).scalar_one()
        for sign in "<>"
    )
    return int(below + above)


def _unsent(conn: Connection) -> int:
    device = Journal(conn).pen().device
    held = _held(conn, device)
    logs = conn.exec_driver_sql("SELECT no, id FROM log WHERE device = ?", (device,)).all()
    return sum(
        conn.exec_driver_sql(
            "SELECT count(*) FROM entry WHERE log = ? AND n > ?", (no, held.get(log, 0))
        ).scalar_one()
        for no, log in logs
    )


def _held(conn: Connection, device: str) -> dict[str, int]:
    """For each log how far some other PC said it holds it without a gap."""
    held: dict[str, int] = {}
    told = conn.exec_driver_sql("SELECT body FROM have WHERE device <> ? AND body <> ''", (device,))
    for body in told.scalars():
        for log, parts in canonical.decode(body.encode())["logs"].items():
            reached = [last for first, last, _ in parts if first == 1]
            held[log] = max([held.get(log, 0), *reached])
    return held
