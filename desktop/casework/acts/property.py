"""Acts about measures and property: approval, sealing and seizing on a list, custody movements."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec
from sqlalchemy import func, select

from desktop.casework.acts.base import Act, ActKind, Scene, moment, required
from desktop.casework.law import measures
from desktop.errors import UserError
from desktop.models.casework import Approval, Item


class ApproveMeasure(Act, frozen=True):
    """The principal head's approval of a measure, written where 条例 第十四条第二款 wants it.

    ``makes_up`` names the exception made on the spot (当场先行实施) that is approved afterwards (补办手续).
    """

    measure: int
    approver: str
    form: Literal["written", "oral"]
    approved_at: str
    raid: str | None = None
    case: str | None = None
    reason: str | None = None
    makes_up: str | None = None


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a list. ``quantity`` is a decimal number as text."""

    name: str
    quantity: str = "1"
    spec: str | None = None
    unit: str | None = None
    source: str | None = None
    note: str | None = None
    extra: list[list[str]] | None = None


class ListProperty(Act, frozen=True):
    """Seals or seizes on a list.

    Either ``approval`` (given before ``started_at``) or ``on_the_spot`` with its reason: then the approval is
    to be made up within 24 hours (条例 第十七条第二款, 行政强制法 第十九条). At least two officers with
    credentials (条例 第十五条, 第十六条).
    """

    raid: str
    purpose: Literal["seal", "seize"]
    measure: int
    started_at: str
    officers: list[str]
    place: str
    case: str | None = None
    approval: str | None = None
    on_the_spot: str | None = None
    party: str | None = None
    witness: str | None = None
    storage: str | None = None
    items: list[Thing] = []


class AddItems(Act, frozen=True):
    """Adds lines to a list."""

    property_list: str
    items: list[Thing]


class MoveItem(Act, frozen=True):
    """One movement in the custody of an item. Giver and receiver are two people."""

    item: str
    kind: Literal[
        "store", "lend", "return_to_store", "send_for_appraisal", "transfer", "give_back", "dispose"
    ]
    moved_at: str
    giver: str
    receiver: str
    place: str | None = None
    reason: str | None = None


def _approve(scene: Scene, act: ApproveMeasure) -> None:
    measure = measures().item(act.measure)
    if measure is None:
        raise UserError("acts.no_such_measure")
    if act.raid is None and act.case is None and act.makes_up is None:
        raise UserError("acts.missing", field="raid")
    moment(act.approved_at, "approved_at")
    if not scene.record("officer", act.approver)["principal_head"]:
        raise UserError("acts.not_principal_head")
    if measure.written and act.form != "written":
        raise UserError("acts.written_approval")
    values = msgspec.structs.asdict(act)
    values["basis"] = _basis(act.measure)
    if act.makes_up is not None:
        values["raid"] = _made_up(scene, act, act.makes_up)
    scene.ids["approval"] = scene.recorder.create("approval", values)


def _made_up(scene: Scene, act: ApproveMeasure, exception: str) -> str | None:
    """The raid of the exception that is approved afterwards.

    More than 24 hours later it is recorded all the same and leaves a red gap: 行政强制法 第十九条, 条例
    第十七条第二款.
    """
    found = scene.record("approval", exception)
    if not found["on_the_spot"] or found["withdrawn"] == 1:
        raise UserError("acts.not_on_the_spot")
    if found["measure"] != act.measure or act.raid not in (None, found["raid"]):
        raise UserError("acts.approval_for_other_measure")
    others = select(Approval.id).where(Approval.makes_up == exception, Approval.withdrawn != 1)
    if scene.conn.scalar(others.limit(1)) is not None:
        raise UserError("acts.made_up_already")
    started, approved = (moment(text, "approved_at") for text in (found["approved_at"], act.approved_at))
    if approved < started:
        raise UserError("acts.made_up_before")
    due = make_up_due(started)
    if approved > due:
        scene.red_gap("acts.gap_made_up_late", due=due.isoformat(timespec="minutes"))
    raid: str | None = found["raid"]
    return raid


def make_up_due(started: datetime) -> datetime:
    """When the approval of a measure begun on the spot is due; the clock runs through nights and holidays."""
    return started + timedelta(hours=measures().make_up_hours)


def _list_property(scene: Scene, act: ListProperty) -> None:
    measure = measures().item(act.measure)
    if measure is None or not measure.property:
        raise UserError("acts.no_such_measure")
    scene.record("raid", act.raid)
    _two_officers(scene, act.officers)
    approval = _approval_for(scene, act)
    values = msgspec.structs.asdict(act)
    items = values.pop("items")
    values.pop("on_the_spot")
    values |= {"approval": approval, "days": measures().period_days}
    scene.ids["property_list"] = row = scene.recorder.create("property_list", values)
    if not act.witness and not act.party:
        scene.red_gap("acts.gap_party_or_witness")
    _add(scene, row, act.items, 1)
    if not items:
        scene.red_gap("acts.gap_empty_list")


def _two_officers(scene: Scene, officers: list[str]) -> None:
    with_credentials = {row for row in officers if scene.record("officer", row)["credential"]}
    if len(with_credentials) < measures().officers:
        raise UserError("acts.two_officers")


def _approval_for(scene: Scene, act: ListProperty) -> str:
    started = moment(act.started_at, "started_at")
    if act.approval is not None:
        found = scene.record("approval", act.approval)
        if found["measure"] != act.measure or found["withdrawn"] == 1:
            raise UserError("acts.approval_for_other_measure")
        if found["raid"] not in (None, act.raid):
            raise UserError("acts.approval_for_other_measure")
        if found["on_the_spot"] or moment(found["approved_at"], "approved_at") > started:
            raise UserError("acts.approval_after_measure")
        return act.approval
    if act.on_the_spot is None:
        raise UserError("acts.approval_missing")
    due = make_up_due(started)
    scene.red_gap("acts.gap_make_up_approval", due=due.isoformat(timespec="minutes"))
    return scene.recorder.create(
        "approval",
        {
            "raid": act.raid,
            "measure": act.measure,
            "on_the_spot": True,
            "approved_at": act.started_at,
            "reason": required(act.on_the_spot, "on_the_spot"),
            "basis": _basis(act.measure),
        },
    )


def _basis(measure: int) -> str:
    rules = measures()
    return f"《{rules.law}》{rules.article}{rules.paragraph}第（{'零一二三四五六七八'[measure]}）项"


def _add_items(scene: Scene, act: AddItems) -> None:
    scene.record("property_list", act.property_list)
    add_items(scene, act.property_list, act.items)


def add_items(scene: Scene, row: str, items: list[Thing]) -> None:
    """Writes lines below the last one of a list. Raises ``UserError`` for a line without name or amount."""
    last = scene.conn.scalar(select(func.max(Item.line)).where(Item.list == row))
    _add(scene, row, items, int(last or 0) + 1)


def _add(scene: Scene, row: str, items: list[Thing], first: int) -> None:
    added = []
    for line, thing in enumerate(items, first):
        required(thing.name, "items.name")
        try:
            amount = Decimal(thing.quantity)
        except InvalidOperation:
            raise UserError("acts.quantity") from None
        if not amount.is_finite() or amount < 0:
            raise UserError("acts.quantity")
        values = msgspec.structs.asdict(thing) | {"list": row, "line": line, "quantity": f"{amount:f}"}
        added.append(scene.recorder.create("item", values))
    scene.ids["items"] = added


def _move(scene: Scene, act: MoveItem) -> None:
    scene.record("item", act.item)
    moment(act.moved_at, "moved_at")
    if required(act.giver, "giver") == required(act.receiver, "receiver"):
        raise UserError("acts.giver_is_receiver")
    scene.ids["movement"] = scene.recorder.create("movement", msgspec.structs.asdict(act))


PROPERTY = (
    ActKind("measure.approve", ApproveMeasure, _approve, "批准行政强制措施", "Approve a measure"),
    ActKind(
        "property.list", ListProperty, _list_property, "查封、扣押（开列清单）", "Seal or seize on a list"
    ),
    ActKind("property.add", AddItems, _add_items, "清单补登物品", "Add items to a list"),
    ActKind("item.move", MoveItem, _move, "物品流转", "Move an item"),
)
