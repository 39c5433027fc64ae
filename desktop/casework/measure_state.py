"""How a measure on property stands: whether it was approved, and how long it may still last.

A measure taken on the spot is made up by an approval that names it and is written afterwards (禁止传销条例
第十七条第二款, 行政强制法 第十九条). Knows records, no screen.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from desktop.casework.acts.property import make_up_due
from desktop.casework.desk import Desk
from desktop.casework.law import measures
from desktop.casework.printing_sources import Record, Sources
from desktop.casework.printing_words import BEIJING, days_after, local_day

Approval = Literal["written", "oral", "on_the_spot", "made_up", "made_up_late", "missing"]


class MeasureState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a list. ``due`` is until when an approval is to be made up, ``minutes_left`` from now.

    ``last_day`` is the last day of the period, on which ``days_left`` is 0; both are empty where no day is
    known.
    """

    approval: Approval
    approver: str = ""
    approved_at: str = ""
    reason: str = ""
    due: str = ""
    minutes_left: int | None = None
    last_day: str = ""
    days_left: int | None = None


def measure_state(desk: Desk, row: str, now: datetime) -> MeasureState | None:
    """How the measure of a property list stands at ``now``, which has its offset; ``None`` for no list."""
    sources = Sources(desk)
    found = sources.one("property_list", row)
    if found is None:
        return None
    days = found.number("days")
    last = days_after(local_day(found.text("started_at")), measures().period_days if days is None else days)
    left = (date.fromisoformat(last) - now.astimezone(BEIJING).date()).days if last else None
    return msgspec.structs.replace(_approved(sources, found, now), last_day=last, days_left=left)


def _approved(sources: Sources, found: Record, now: datetime) -> MeasureState:
    approval = sources.standing("approval", found.get("approval"))
    if approval is None:
        return MeasureState(approval="missing")
    if not approval.flag("on_the_spot"):
        return _with(sources, approval, "oral" if approval.text("form") == "oral" else "written")
    started = _moment(found.text("started_at"))
    if started is None:
        return MeasureState(approval="on_the_spot", reason=approval.text("reason"))
    due = make_up_due(started)
    after = _made_up(sources, approval)
    if after is not None:
        return _with(sources, after[1], "made_up" if after[0] <= due else "made_up_late")
    return MeasureState(
        approval="on_the_spot",
        reason=approval.text("reason"),
        due=due.isoformat(timespec="minutes"),
        minutes_left=int((due - now).total_seconds() // 60),
    )


def _with(sources: Sources, approval: Record, state: Approval) -> MeasureState:
    approver = sources.one("officer", approval.get("approver"))
    name = "" if approver is None else approver.text("name")
    return MeasureState(approval=state, approver=name, approved_at=approval.text("approved_at"))


def _made_up(sources: Sources, exception: Record) -> tuple[datetime, Record] | None:
    """The first approval that makes the exception up, and when it was given."""
    timed = (
        (_moment(one.text("approved_at")), one) for one in sources.many("approval", "makes_up", exception.id)
    )
    given = [(at, one) for at, one in timed if at is not None]
    return min(given, key=lambda one: (one[0], one[1].id), default=None)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
