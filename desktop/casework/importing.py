"""Ledger rows become records: one act a row, all of a ledger in one transaction under one batch id.

Whatever a ledger says and no field holds is kept word for word under ``extra``. Knows readings and acts.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import select

from desktop.casework.acts.base import Scene
from desktop.casework.acts.opening import Group, Member, assign
from desktop.casework.acts.people import Found, add_person
from desktop.casework.acts.property import Thing, add_items
from desktop.casework.desk import Desk
from desktop.casework.ledgers.reading import read_ledger
from desktop.casework.ledgers.rows import (
    AmrOfficerRow,
    LedgerReading,
    LedgerRow,
    OfficerRow,
    PersonRow,
    PropertyRow,
    Record,
    plain,
)
from desktop.casework.partial_dates import encode_partial_date
from desktop.changes.store import Changes
from desktop.errors import UserError
from desktop.models.casework import Officer

INTO = {"people": "raid", "officers": "raid", "property": "property_list", "amr_officers": None}
"""What a ledger of each kind is read into."""

_FOUND = frozenset(Found.__struct_fields__)
_THING = frozenset((*Thing.__struct_fields__, "cash"))
_TOLD_APART = frozenset(("extra", "claimed", "sequence", "upline_row"))


def reference_of(desk: Desk, kind: str, into: str | None) -> date:
    """The day a ledger is about: that of the raid or list it is read into, else today."""
    target = INTO.get(kind)
    if target is None or into is None:
        return datetime.now().astimezone().date()
    (found,) = desk.show(target, into)
    text = found.get("started_at")
    return datetime.fromisoformat(text).date() if text else datetime.now().astimezone().date()


def import_ledger(desk: Desk, reading: LedgerReading, into: str | None) -> dict[str, Any]:
    """Writes every row of a reading; returns the ids made. Raises ``UserError``; then nothing is written."""
    target = INTO[reading.kind]
    if target is not None and into is None:
        raise UserError("acts.missing", field="--into")
    batch = secrets.token_hex(8)
    writers = {"people": _people, "property": _property, "officers": _officers, "amr_officers": _amr}
    changes: Changes = {}
    with desk.writing() as conn:
        scene = desk.scene(conn)
        if target is not None and into is not None:
            scene.record(target, into)
        made = writers[reading.kind](scene, reading.rows, into or "")
        changes = scene.recorder.finish(batch=batch)
    desk.announce(changes)
    return {"batch": batch, **made}


def report(reading: LedgerReading) -> dict[str, Any]:
    """The fate of every row, as plain values."""
    return plain(reading)


def dry_run(desk: Desk, kind: str, path: Any, into: str | None) -> LedgerReading:
    """Reads a ledger and writes nothing. Raises ``UserError``."""
    return read_ledger(path, kind, reference=reference_of(desk, kind, into))


def _people(scene: Scene, rows: list[LedgerRow], raid: str) -> dict[str, Any]:
    ids = [scene.recorder.new_id("person") for _ in rows]
    by_line: dict[int | None, str] = dict(enumerate(ids))
    for row, person in zip(rows, ids, strict=True):
        record = row.record
        if isinstance(record, PersonRow):
            add_person(scene, raid, found_of(row, record), person, by_line)
        scene.recorder.close("people.add")
    return {"people": ids}


def found_of(row: LedgerRow, record: PersonRow) -> Found:
    """A ledger row as the input of ``people.add``; ``upline_row`` is the upline's place in the reading."""
    values = _given(record)
    values.pop("upline_row", None)
    for name, ours in (("upline_index", "upline_row"), ("note", "presence_note")):
        if name in values:
            values[ours] = values.pop(name)
    if values.get("id_number") == values.get("id_number_claimed"):
        values.pop("id_number_claimed", None)
    values["ledger_row"] = row.row_number
    values["flags"] = [
        {"column": flag.column, "code": flag.code, "reason": flag.reason_zh} for flag in row.flags
    ]
    known = {name: value for name, value in values.items() if name in _FOUND and value not in ([], {})}
    known["extra"] = _pairs(_rest(values, _FOUND))
    return msgspec.convert(known, Found)


def _given(record: Record) -> dict[str, Any]:
    """What a row says, as plain values; what it leaves out is left out."""
    values: dict[str, Any] = msgspec.to_builtins(record, enc_hook=encode_partial_date)
    return {name: value for name, value in values.items() if value is not None}


def _rest(values: dict[str, Any], known: frozenset[str]) -> dict[str, str]:
    rest = {str(name): str(text) for name, text in values.get("extra", {}).items()}
    rest |= {f"{name}（原文）": str(text) for name, text in values.get("claimed", {}).items()}
    for name, value in values.items():
        if name in known or name in _TOLD_APART or name.endswith("_code"):
            continue
        if value not in ("", False, [], {}):
            rest[name] = str(value)
    return rest


def _pairs(rest: dict[str, str]) -> list[list[str]] | None:
    """Headings and texts side by side: keys of an entry are ASCII words, headings are not."""
    return [[heading, text] for heading, text in rest.items()] or None


def _property(scene: Scene, rows: list[LedgerRow], target: str) -> dict[str, Any]:
    things = []
    for row in rows:
        record = row.record
        if isinstance(record, PropertyRow):
            rest = _rest(_given(record), _THING)
            things.append(
                Thing(
                    name=record.name or "（未写名称）",
                    quantity=record.quantity or "0",
                    spec=record.spec,
                    unit=record.unit,
                    source=record.source,
                    note=record.note,
                    extra=_pairs(rest),
                )
            )
    add_items(scene, target, things)
    scene.recorder.close("property.add")
    return {"items": scene.ids["items"]}


def _officers(scene: Scene, rows: list[LedgerRow], raid: str) -> dict[str, Any]:
    groups: dict[str, list[Member]] = {}
    for row in rows:
        record = row.record
        if isinstance(record, OfficerRow):
            member = Member(record.name or "", record.credential, record.branch, record.duty)
            groups.setdefault(record.group or "未编组", []).append(member)
    assign(scene, raid, [Group(name, members) for name, members in groups.items()])
    scene.recorder.close("raid.assign")
    return {"groups": scene.ids["groups"]}


def _amr(scene: Scene, rows: list[LedgerRow], _: str) -> dict[str, Any]:
    known = {
        credential: officer
        for credential, officer in scene.conn.execute(select(Officer.credential, Officer.id))
        if credential
    }
    made = []
    for row in rows:
        record = row.record
        if isinstance(record, AmrOfficerRow):
            officer = known.get(record.credential or "")
            values = {
                "name": record.full_name or record.name,
                "credential": record.credential,
                "position": record.position,
                "principal_head": record.principal_head or None,
                "note": record.note,
            }
            if officer is None:
                officer = scene.recorder.create("officer", values)
            else:
                changed = {name: value for name, value in values.items() if value is not None}
                scene.recorder.change("officer", officer, changed)
            scene.recorder.close("officer.add")
            made.append(officer)
    return {"officers": made}
