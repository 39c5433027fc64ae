"""Acts that open things: offices, officers, leads, cases, raids with their groups."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select

from desktop.casework.acts.base import Act, ActKind, Scene, moment, required
from desktop.models.casework import Officer


class RecordOffice(Act, frozen=True):
    """The office as it prints itself; ``short_name`` goes into document numbers (文号)."""

    code: str
    name: str
    short_name: str | None = None
    practice: bool | None = None


class AddOfficer(Act, frozen=True):
    """An officer of this office, or one of another authority who takes part."""

    name: str
    credential: str | None = None
    position: str | None = None
    branch: str | None = None
    principal_head: bool | None = None
    note: str | None = None


class OpenLead(Act, frozen=True):
    """A lead (线索). The reporter is an alias: entries are permanent."""

    source: str
    received_at: str
    summary: str
    reporter_alias: str | None = None
    place: str | None = None
    region: str | None = None


class FileCase(Act, frozen=True):
    """Files a case (立案) from a lead or by itself. Two officers are assigned (程序规定 第十九条)."""

    title: str
    filed_at: str
    cause: str = "涉嫌传销"
    case_no: str | None = None
    lead: str | None = None
    party: str | None = None
    officers: list[str] = []


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One officer of a group; found again by credential number, else added."""

    name: str
    credential: str | None = None
    branch: str | None = None
    duty: str | None = None


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group (编组) of a raid."""

    name: str
    officers: list[Member] = []


class RecordRaid(Act, frozen=True):
    """Records a raid with its groups and assigned officers."""

    title: str
    place: str
    started_at: str
    ended_at: str | None = None
    region: str | None = None
    case: str | None = None
    lead: str | None = None
    situation: str | None = None
    groups: list[Group] = []


class AssignOfficers(Act, frozen=True):
    """Assigns more officers to a raid that is recorded already."""

    raid: str
    groups: list[Group]


def _record_office(scene: Scene, act: RecordOffice) -> None:
    scene.ids["office"] = scene.recorder.create("office", msgspec.structs.asdict(act))


def _add_officer(scene: Scene, act: AddOfficer) -> None:
    required(act.name, "name")
    scene.ids["officer"] = scene.recorder.create("officer", msgspec.structs.asdict(act))


def _open_lead(scene: Scene, act: OpenLead) -> None:
    required(act.summary, "summary")
    moment(act.received_at, "received_at")
    scene.ids["lead"] = scene.recorder.create("lead", msgspec.structs.asdict(act))


def _file_case(scene: Scene, act: FileCase) -> None:
    required(act.title, "title")
    moment(act.filed_at, "filed_at")
    if act.lead is not None:
        scene.record("lead", act.lead)
    for officer in act.officers:
        scene.record("officer", officer)
    if len(act.officers) < 2:
        scene.red_gap("acts.gap_case_officers")
    scene.ids["case"] = scene.recorder.create("case", msgspec.structs.asdict(act))


def _record_raid(scene: Scene, act: RecordRaid) -> None:
    required(act.title, "title")
    required(act.place, "place")
    started = moment(act.started_at, "started_at")
    if act.ended_at is not None and moment(act.ended_at, "ended_at") < started:
        scene.red_gap("acts.gap_ends_before_start")
    for kind, row in (("case", act.case), ("lead", act.lead)):
        if row is not None:
            scene.record(kind, row)
    values: dict[str, Any] = msgspec.structs.asdict(act)
    values.pop("groups")
    values.pop("lead")
    scene.ids["raid"] = raid = scene.recorder.create("raid", values)
    assign(scene, raid, act.groups)


def _assign_officers(scene: Scene, act: AssignOfficers) -> None:
    scene.record("raid", act.raid)
    assign(scene, act.raid, act.groups)


def assign(scene: Scene, raid: str, groups: list[Group]) -> None:
    """Writes groups and their officers; an officer is found again by credential number."""
    known = {
        credential: row
        for credential, row in scene.conn.execute(
            select(Officer.credential, Officer.id).where(Officer.withdrawn != 1)
        )
        if credential
    }
    counts: dict[str, int] = {}
    for group in groups:
        place = scene.recorder.create(
            "raid_group", {"raid": raid, "name": required(group.name, "groups.name")}
        )
        counts[group.name] = len(group.officers)
        for member in group.officers:
            row = known.get(member.credential or "")
            if row is None:
                row = scene.recorder.create(
                    "officer",
                    {"name": member.name, "credential": member.credential, "branch": member.branch},
                )
                if member.credential:
                    known[member.credential] = row
            scene.recorder.create(
                "raid_officer", {"raid": raid, "group": place, "officer": row, "duty": member.duty}
            )
    scene.ids["groups"] = counts


OPENING = (
    ActKind("office.record", RecordOffice, _record_office, "登记单位", "Record the office"),
    ActKind("officer.add", AddOfficer, _add_officer, "登记执法人员", "Add an officer"),
    ActKind("lead.open", OpenLead, _open_lead, "登记线索", "Open a lead"),
    ActKind("case.file", FileCase, _file_case, "立案", "File a case"),
    ActKind("raid.record", RecordRaid, _record_raid, "登记现场行动", "Record a raid"),
    ActKind("raid.assign", AssignOfficers, _assign_officers, "行动编组", "Assign officers to a raid"),
)
