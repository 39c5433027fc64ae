"""The honest state of the exchange, derived from the newest have-lists of others. Reads only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from desktop.changes.journal import Journal, wall_ms
from desktop.changes.outline import groups, segments
from desktop.sync.exchange import had_by_all
from desktop.sync.needs import Gap, aged_gaps
from desktop.wire.groups import city_of

_DAY = 86_400_000


def status(conn: Connection, now: int | None = None) -> dict[str, Any]:
    """Office, network, and for each group what the others are known to have, what waits, gaps, quarantine.

    ``now`` (ms since 1970) is what the ages of gaps are told by.
    """
    journal = Journal(conn)
    at = wall_ms() if now is None else now
    pen = journal.pen()
    return {
        "office": pen.office,
        "device": pen.device,
        "enrolled": journal.root() is not None and journal.rights().office(pen.device) == pen.office,
        "root": journal.root(),
        "groups": [_group(conn, journal, group, at) for group in groups(conn)],
        "quarantine": _quarantine(conn),
    }


def _group(conn: Connection, journal: Journal, group: str, now: int) -> dict[str, Any]:
    pen = journal.pen()
    total = sum(last - first + 1 for parts in segments(conn, group).values() for first, last, _ in parts)
    others: dict[str, dict[str, Any]] = {}
    for device, office in sorted(journal.rights().readers(group).items()):
        if device == pen.device:
            continue
        waiting = _waiting(conn, group, device)
        found = others.setdefault(office, {"office": office, "waiting": total, "devices": 0})
        found["devices"] += 1
        found["waiting"] = min(found["waiting"], waiting)
    wanted = {office for office in others if office != pen.office} or {city_of(pen.office)}
    synced = bool(others) and all(others.get(office, {"waiting": 1})["waiting"] == 0 for office in wanted)
    return {
        "group": group,
        "entries": total,
        "offices": list(others.values()),
        "synced": synced,
        "gaps": [_gap(gap, now) for gap in aged_gaps(conn, group)],
    }


def _gap(gap: Gap, now: int) -> dict[str, Any]:
    """Asked for in every bundle until it is filled; ``days`` since it was noticed, by this PC's clock."""
    days = 0 if gap.noticed is None else max(0, (now - gap.noticed) // _DAY)
    return {"log": gap.log, "from": gap.first, "to": gap.last, "noticed_at": gap.noticed, "days": days}


def _waiting(conn: Connection, group: str, device: str) -> int:
    had = had_by_all(conn, group, {device})
    waiting = 0
    for log, parts in segments(conn, group).items():
        reached = max(had.get(log, {"": 0}).values())
        waiting += sum(max(0, last - max(first - 1, reached)) for first, last, _ in parts)
    return waiting


def _quarantine(conn: Connection) -> list[dict[str, Any]]:
    return [
        {"reason": reason, "device": device, "group": group, "entries": count}
        for reason, device, group, count in conn.exec_driver_sql(
            "SELECT e.verdict, l.device, l.grp, count(*) FROM entry e JOIN log l ON l.no = e.log"
            " WHERE e.verdict <> 'applied' GROUP BY e.verdict, l.device, l.grp ORDER BY 1, 2, 3"
        )
    ]
