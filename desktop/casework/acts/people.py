"""Acts about people found at a raid. 市监 has no power over persons: nothing here detains anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from desktop.casework.acts.base import Act, ActKind, Scene
from desktop.casework.acts.papers import correct
from desktop.errors import UserError

PERSON_FIELDS = (
    "name", "alias", "sex", "birth", "id_type", "id_number", "id_number_claimed", "ethnic_group", "household",
    "address", "phone", "education", "occupation", "family_name", "family_phone", "note", "extra",
)  # fmt: skip


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One person found (查获人员). Nothing is mandatory: no name and no number is a person all the same."""

    name: str | None = None
    alias: str | None = None
    sex: str | None = None
    birth: str | None = None
    id_type: str | None = None
    id_number: str | None = None
    id_number_claimed: str | None = None
    ethnic_group: str | None = None
    household: str | None = None
    address: str | None = None
    phone: str | None = None
    education: str | None = None
    occupation: str | None = None
    family_name: str | None = None
    family_phone: str | None = None
    note: str | None = None
    extra: list[list[str]] | None = None
    site_number: str | None = None
    minor_claimed: str | None = None
    health: str | None = None
    arrived_at: str | None = None
    left_at: str | None = None
    upline_claimed: str | None = None
    upline_row: int | None = None
    joined_on: str | None = None
    paid: int | None = None
    rank: str | None = None
    role: str | None = None
    liberty_restricted: str | None = None
    disposition: str | None = None
    destination: str | None = None
    responsible: str | None = None
    presence_note: str | None = None
    flags: list[dict[str, str]] | None = None
    ledger_row: int | None = None


class AddPeople(Act, frozen=True):
    """Adds people found at a raid, one or many. ``upline_row`` names the ledger row of the upline."""

    raid: str
    people: list[Found]


class CorrectPerson(Act, frozen=True):
    """Corrects fields of a person. ``seen`` is the token that ``show`` gave with what one corrected."""

    id: str
    fields: dict[str, Any]
    seen: str | None = None


class CorrectPresence(Act, frozen=True):
    """Corrects what is recorded of a person's presence at a raid (times, upline, role, disposition)."""

    id: str
    fields: dict[str, Any]
    seen: str | None = None


def _add_people(scene: Scene, act: AddPeople) -> None:
    scene.record("raid", act.raid)
    if not act.people:
        raise UserError("acts.missing", field="people")
    rows = [scene.recorder.new_id("person") for _ in act.people]
    by_line = {found.ledger_row: row for found, row in zip(act.people, rows, strict=True)}
    for found, row in zip(act.people, rows, strict=True):
        add_person(scene, act.raid, found, row, by_line)
    scene.ids["people"] = rows


def add_person(scene: Scene, raid: str, found: Found, row: str, by_line: Mapping[int | None, str]) -> None:
    """Writes one person under the id ``row``; ``by_line`` finds the upline by its ledger row."""
    values = {name: value for name, value in msgspec.structs.asdict(found).items() if value is not None}
    person = {name: values.pop(name) for name in PERSON_FIELDS if name in values}
    scene.recorder.create("person", person, row=row)
    upline = values.pop("upline_row", None)
    values["note"] = values.pop("presence_note", None)
    values |= {"raid": raid, "person": row, "upline": None if upline is None else by_line.get(upline)}
    scene.recorder.create("presence", values)


def _correct_person(scene: Scene, act: CorrectPerson) -> None:
    correct(scene, "person", act.id, act.fields, act.seen)


def _correct_presence(scene: Scene, act: CorrectPresence) -> None:
    correct(scene, "presence", act.id, act.fields, act.seen)


PEOPLE = (
    ActKind("people.add", AddPeople, _add_people, "登记查获人员", "Add people found"),
    ActKind("person.correct", CorrectPerson, _correct_person, "更正人员信息", "Correct a person"),
    ActKind("presence.correct", CorrectPresence, _correct_presence, "更正在场信息", "Correct a presence"),
)
