"""The raid of 7 June with its case, officers, people and list, for the tests of what is printed of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.slots import Argon2
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk, set_up
from desktop.casework.printing import form_data
from desktop.changes.recorder import Recorder
from desktop.models.schema import REVISIONS
from desktop.wire.ids import new_row_id

OFFICE = "博白县市场监督管理局"
STARTED = "2020-06-07T09:20+08:00"
CHEAP = Argon2(memory_kib=64, passes=1, lanes=1)
SUBJECTS = {
    "site_record": "raid",
    "people_register": "raid",
    "property_list": "property_list",
    "measure_decision": "property_list",
}


@contextmanager
def county_desk(folder: Path) -> Iterator[Desk]:
    """A county desk with an empty case file in ``folder``."""
    officer = new_row_id("office:450923", "officer.ar", "450923")
    casefile, _ = CaseFile.create(
        folder / "案件库",
        passphrase="一二三四五六七八",
        officer=officer,
        migrate=AlembicSchema(REVISIONS).migrate,
        cost=CHEAP,
        state=folder / "state",
    )
    with casefile:
        with casefile.engine.begin() as conn:
            set_up(conn, "450923", OFFICE, "陈科长", "45092301001", officer)
        yield Desk(casefile)


def act(desk: Desk, name: str, /, **values: Any) -> dict[str, Any]:
    """Performs one act and returns the ids it made."""
    return desk.do([(name, parse_act(name, values))])[0].ids


def record(desk: Desk, kind: str, /, **values: Any) -> str:
    """Writes a record as another PC might have, past the checks of the acts."""
    with desk.casefile.engine.begin() as conn:
        recorder = Recorder(desk.journal(conn), "")
        row = recorder.create(kind, values)
        recorder.close("test.record")
        recorder.finish()
    return row


def contradict(desk: Desk, kind: str, row: str, field: str, *values: Any) -> None:
    """Leaves all values live in one field, as PCs that have not seen each other do."""
    seen = desk.show(kind, row)[0]["seen"]
    for value in values:
        with desk.casefile.engine.begin() as conn:
            recorder = Recorder(desk.journal(conn), "")
            recorder.change(kind, row, {field: value}, seen)
            recorder.close("test.contradict")
            recorder.finish()


class Raid:
    """The raid of 7 June with its case, officers, people and list; ids as attributes."""

    def __init__(self, desk: Desk, people: list[dict[str, Any]] | None = None) -> None:
        self.desk = desk
        self.head = act(desk, "officer.add", name="潘文", principal_head=True)["officer"]
        self.officers = [
            act(desk, "officer.add", name=name, credential=credential)["officer"]
            for name, credential in (("郭秀", "45092301014"), ("董静松", "45092301022"))
        ]
        self.case = act(
            desk,
            "case.file",
            title="东望集团涉嫌传销案",
            filed_at="2020-06-06T15:00+08:00",
            party="梁浩军",
            officers=self.officers,
        )["case"]
        self.raid: str = act(
            desk,
            "raid.record",
            title="百业中心行动",
            place="博白县百业中心二楼",
            started_at=STARTED,
            ended_at="2020-06-07T19:05+08:00",
            case=self.case,
            situation="现场有人授课。",
            groups=[
                {
                    "name": "第一组",
                    "officers": [
                        {"name": "胡永珍", "credential": "45785221", "branch": "经侦"},
                        {"name": "郭秀", "credential": "45092301014"},
                        {"name": "董静松", "credential": "45092301022"},
                        {"name": "庞某", "duty": "登记"},
                    ],
                }
            ],
        )["raid"]
        if people:
            act(desk, "people.add", raid=self.raid, people=people)
        self.approval = act(
            desk,
            "measure.approve",
            measure=5,
            approver=self.head,
            form="written",
            approved_at="2020-06-06T20:30+08:00",
            raid=self.raid,
        )["approval"]
        made = act(
            desk,
            "property.list",
            raid=self.raid,
            case=self.case,
            purpose="seize",
            measure=5,
            started_at=STARTED,
            officers=self.officers,
            place="博白县百业中心二楼讲台",
            approval=self.approval,
            party="梁浩军",
            witness="王某",
            storage="本局物证室",
            items=[
                {"name": "涉传资金（现金）", "quantity": "128600", "unit": "元", "spec": "人民币 100元券"},
                {"name": "手机", "unit": "部", "note": "屏幕裂", "extra": [["IMEI", "860000000000001"]]},
                {"name": "书籍", "quantity": "64", "unit": "本"},
            ],
        )
        self.list: str = made["property_list"]
        self.items: list[str] = made["items"]

    def subject(self, form_id: str) -> str:
        """The record this form is printed for."""
        return self.raid if SUBJECTS[form_id] == "raid" else self.list

    def data(self, form_id: str, **more: Any) -> Any:
        """The form's data."""
        return form_data(self.desk, form_id, self.subject(form_id), **more)
