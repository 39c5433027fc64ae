"""Where an item came from and who had it since, and what a list comes to. Knows records, no screen.

Custody begins with the measure itself; movements follow by their instants, whatever their offsets.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import msgspec

from desktop.casework.desk import Desk
from desktop.casework.printing_sources import WITHDRAWN, Sources
from desktop.casework.printing_words import cash
from desktop.forms.cash import LIMIT

_MOST_UNITS = 6
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of custody. ``kind`` is that of a movement, or ``seal`` or ``seize`` for the first step.

    ``seen`` is the token of the movement, for withdrawing it; the first step has none.
    """

    id: str
    seen: str = ""
    kind: str
    at: str
    giver: str = ""
    receiver: str = ""
    place: str = ""
    reason: str = ""
    withdrawn: bool = False


class Totals(msgspec.Struct, frozen=True):
    """What a list comes to: its lines, its cash in yuan, and how much of each unit, cash apart."""

    lines: int
    cash: Decimal
    units: tuple[tuple[str, Decimal], ...]


def custody(desk: Desk, item: str) -> list[Step]:
    """The steps of an item, oldest first; withdrawn movements stand among them. Raises ``UserError``."""
    (found,) = desk.show("item", item)
    moves = desk.show("movement", where={"item": item})
    steps = [
        Step(
            id=view["id"],
            seen=view["seen"],
            kind=view["kind"] or "",
            at=view["moved_at"] or "",
            giver=view["giver"] or "",
            receiver=view["receiver"] or "",
            place=view["place"] or "",
            reason=view["reason"] or "",
            withdrawn=view["withdrawn"] == WITHDRAWN,
        )
        for view in moves
    ]
    return [*_first(desk, found["list"]), *sorted(steps, key=_order)]


def _first(desk: Desk, row: str | None) -> list[Step]:
    """The measure itself; nothing while the list has not arrived."""
    found = Sources(desk).one("property_list", row)
    if found is None:
        return []
    place = found.text("storage") or found.text("place")
    return [
        Step(
            id=found.id,
            kind=found.text("purpose"),
            at=found.text("started_at"),
            giver=found.text("party"),
            place=place,
        )
    ]


def _order(step: Step) -> tuple[datetime, str]:
    try:
        at = datetime.fromisoformat(step.at)
    except ValueError:
        at = _NEVER
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC), step.id)


def holder(steps: list[Step]) -> str:
    """Who received an item last; empty before its first movement."""
    return next((step.receiver for step in reversed(steps) if step.receiver and not step.withdrawn), "")


def totals(desk: Desk, row: str) -> Totals:
    """What the standing lines of a list come to."""
    lines = [view for view in desk.show("item", where={"list": row}) if view["withdrawn"] != WITHDRAWN]
    money, units = Decimal(), dict[str, Decimal]()
    for view in sorted(lines, key=lambda view: (view["line"] or 0, view["id"])):
        unit, quantity = (view["unit"] or "").strip(), view["quantity"] or ""
        amount = _decimal(cash(unit, quantity))
        if amount is not None:
            money += amount
        elif (count := _decimal(quantity)) is not None:
            units[unit] = units.get(unit, Decimal()) + count
    return Totals(len(lines), money, tuple(list(units.items())[:_MOST_UNITS]))


def _decimal(text: str) -> Decimal | None:
    """A quantity as this program writes it; ``None`` for what another PC may have put there instead."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < LIMIT else None
