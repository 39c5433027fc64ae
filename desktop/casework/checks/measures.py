"""Findings about sealing and seizing: approval, its 24-hour clock when it is made up, two officers.

条例 第十四条第二款, 第十五条, 第十七条第二款; 行政强制法 第十八条, 第十九条. What another PC wrote may be
anything: nothing here takes a text for a time. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Connection

from desktop.casework.acts.property import make_up_due
from desktop.casework.checks.finding import Finding, Place
from desktop.casework.checks.records import listed
from desktop.casework.law import measures
from desktop.casework.printing_words import BEIJING, days_after, local_day
from desktop.wire.ids import row_text

_SOON_DAYS = 5
"""So many days before its end a period is called to mind: time enough to extend it or to give things back."""


def of_measures(conn: Connection, now: datetime) -> Iterator[Finding]:
    """Lists and exceptions on the spot that the law is not satisfied with, as of ``now``."""
    yield from _approvals(conn)
    yield from _exceptions(conn, now)
    yield from _officers(conn)
    yield from _periods(conn, now)


def _approvals(conn: Connection) -> Iterator[Finding]:
    query = (
        "SELECT l.id, l.grp, l.started_at, l.approval IS NULL, a.withdrawn, a.on_the_spot, a.approved_at"
        " FROM property_list l LEFT JOIN approval a ON a.id = l.approval WHERE l.withdrawn <> 1"
    )
    for row, group, started, none, withdrawn, on_the_spot, approved in conn.exec_driver_sql(query):
        place = Place("property_list", row_text(row), group, "approval")
        begun, given = moment_or_none(started), moment_or_none(approved)
        if none or withdrawn == 1:
            yield place.finding("findings.no_approval", "red")
        elif not on_the_spot and begun is not None and given is not None and given > begun:
            yield place.finding("findings.approved_afterwards", "red")


def _exceptions(conn: Connection, now: datetime) -> Iterator[Finding]:
    query = (
        "SELECT a.id, a.grp, a.approved_at, (SELECT min(m.approved_at) FROM approval m"
        " WHERE m.makes_up = a.id AND m.withdrawn <> 1)"
        " FROM approval a WHERE a.on_the_spot AND a.withdrawn <> 1"
        " AND EXISTS (SELECT 1 FROM property_list l WHERE l.approval = a.id AND l.withdrawn <> 1)"
    )
    for row, group, started, made_up in conn.exec_driver_sql(query):
        place = Place("approval", row_text(row), group, "makes_up")
        begun, given = moment_or_none(started), moment_or_none(made_up)
        due = None if begun is None else make_up_due(begun)
        where = {"due": "—" if due is None else due.isoformat(timespec="minutes")}
        if made_up is None:
            late = due is None or now > due
            code = "findings.make_up_overdue" if late else "findings.make_up_due"
            yield place.finding(code, "red" if late else "amber", where=where)
        elif due is not None and given is not None and given > due:
            yield place.finding("findings.made_up_late", "red", where=where)


def _officers(conn: Connection) -> Iterator[Finding]:
    credentials = {
        row_text(row): bool(credential)
        for row, credential in conn.exec_driver_sql("SELECT id, credential FROM officer WHERE withdrawn <> 1")
    }
    needed = measures().officers
    query = "SELECT id, grp, officers FROM property_list WHERE withdrawn <> 1"
    for row, group, officers in conn.exec_driver_sql(query):
        # An officer whose record has not arrived may have a credential; the dangling link is found elsewhere.
        able = [one for one in set(listed(officers)) if credentials.get(one, True)]
        if len(able) < needed:
            place = Place("property_list", row_text(row), group, "officers")
            yield place.finding("findings.too_few_officers", "red", where={"needed": str(needed)})


def _periods(conn: Connection, now: datetime) -> Iterator[Finding]:
    """Lists whose period (条例 第十八条第一款) is over or ends soon while something is still held."""
    query = (
        "SELECT l.id, l.grp, l.started_at, l.days FROM property_list l WHERE l.withdrawn <> 1"
        " AND EXISTS (SELECT 1 FROM item i WHERE i.list = l.id AND i.withdrawn <> 1"
        " AND NOT EXISTS (SELECT 1 FROM movement m WHERE m.item = i.id AND m.withdrawn <> 1"
        " AND m.kind IN ('give_back', 'transfer', 'dispose')))"
    )
    today = now.astimezone(BEIJING).date()
    for row, group, started, days in conn.exec_driver_sql(query):
        period = days if isinstance(days, int) else measures().period_days
        last = days_after(local_day(started if isinstance(started, str) else ""), period)
        if not last:
            continue
        left = (date.fromisoformat(last) - today).days
        place, where = Place("property_list", row_text(row), group, "days"), {"last": last}
        if left < 0:
            yield place.finding("findings.period_over", "red", where=where)
        elif left <= _SOON_DAYS:
            yield place.finding("findings.period_ends", "amber", where=where)


def moment_or_none(text: object) -> datetime | None:
    """A time with its offset; ``None`` for whatever else stands there."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return None if found is None or found.tzinfo is None else found
