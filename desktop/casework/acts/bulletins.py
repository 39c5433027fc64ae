"""Acts about bulletins (舆情通报): an office issues one to its city or region, each office signs for it.

Both are rows of their author in the group of those whom the bulletin is for; nobody writes another's.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import select

from desktop.casework.acts.base import Act, ActKind, Scene, moment, moment_or_now, required
from desktop.casework.acts.papers import next_number
from desktop.casework.bulletins import groups_for, receipts
from desktop.casework.codes import code_table
from desktop.casework.directives import day_or_none
from desktop.casework.printing_words import BEIJING
from desktop.errors import UserError
from desktop.models.casework import Officer
from desktop.models.schema import by_kind
from desktop.wire.groups import city_group, city_of
from desktop.wire.ids import row_fits

SERIES = "舆情通报"
"""The series that numbers of bulletins are leased in."""


class IssueBulletin(Act, frozen=True):
    """Issues a bulletin to all offices of this office's city, or, from a city, to those of a region of it.

    ``group`` is ``city:…`` or ``region:…``, by default the city's. ``number`` is one given by hand, by
    default the next one leased to this PC. The period (``period_from``, ``period_to``) is in days.
    """

    title: str
    summary: str
    group: str | None = None
    nature: str | None = None
    urgency: Literal["ordinary", "urgent", "extra_urgent"] = "ordinary"
    issued_at: str | None = None
    period_from: str | None = None
    period_to: str | None = None
    platforms: str | None = None
    asked: str | None = None
    signatory: str | None = None
    number: str | None = None


class SignBulletin(Act, frozen=True):
    """This office has received a bulletin (签收); without ``signatory`` the acting officer signs, now."""

    bulletin: str
    signatory: str | None = None
    made_at: str | None = None


def _issue(scene: Scene, act: IssueBulletin) -> None:
    own = scene.journal.pen().office
    group = act.group or city_group(city_of(own))
    if group not in groups_for(scene.journal):
        raise UserError("acts.no_bulletin_group")
    if act.nature is not None and act.nature not in code_table("bulletin_kinds").codes:
        raise UserError("acts.value")
    issued = moment_or_now(act.issued_at, "issued_at")
    year = moment(issued, "issued_at").astimezone(BEIJING).year
    values: dict[str, Any] = {
        "issuer": own,
        "title": required(act.title, "title"),
        "summary": required(act.summary, "summary"),
        "nature": act.nature,
        "urgency": act.urgency,
        "issued_at": issued,
        "platforms": act.platforms,
        "asked": act.asked,
        "signatory": act.signatory,
        **_period(act),
    }
    values["number"] = act.number or next_number(scene, SERIES, year)
    scene.ids["bulletin"] = scene.recorder.create("bulletin", values, group=group)
    scene.ids["number"] = values["number"]
    scene.ids["group"] = group


def _period(act: IssueBulletin) -> dict[str, str | None]:
    days = {"period_from": act.period_from, "period_to": act.period_to}
    for name, day in days.items():
        if day is not None and day_or_none(day) is None:
            raise UserError("acts.day", field=name)
    if act.period_from and act.period_to and act.period_to < act.period_from:
        raise UserError("acts.period_order")
    return days


def _sign(scene: Scene, act: SignBulletin) -> None:
    found = scene.record("bulletin", act.bulletin)
    own = scene.journal.pen().office
    if row_fits(act.bulletin, found["grp"], by_kind()["bulletin"].wire, own):
        raise UserError("acts.own_bulletin")
    if found["withdrawn"] == 1:
        raise UserError("acts.bulletin_withdrawn")
    if any(one.office == own for one in receipts(scene.conn, act.bulletin, found["grp"])):
        raise UserError("acts.signed_already")
    name = scene.conn.scalar(select(Officer.name).where(Officer.id == scene.officer))
    values = {
        "bulletin": act.bulletin,
        "office": own,
        "signatory": required(act.signatory or name, "signatory"),
        "made_at": moment_or_now(act.made_at, "made_at"),
    }
    scene.ids["receipt"] = scene.recorder.create("bulletin_receipt", values, group=found["grp"])


BULLETINS = (
    ActKind("bulletin.issue", IssueBulletin, _issue, "发布舆情通报", "Issue a bulletin"),
    ActKind("bulletin.sign", SignBulletin, _sign, "签收舆情通报", "Sign for a bulletin"),
)
