"""Leaves a small case file of this version, at each release: ``python -m tests.old_casefiles.make 0.1.0``.

Made through the program itself, with invented people, a known passphrase and a cheap cost of a guess. What is
there is never made anew: later versions must open it as it was left.
"""

from __future__ import annotations

import io
import json
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.slots import Argon2
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk, set_up
from desktop.changes.outline import dump
from desktop.models.schema import REVISIONS
from desktop.sync import enrolment, exchange
from desktop.wire.groups import office_group
from desktop.wire.ids import new_row_id

HERE = Path(__file__).parent
PASSPHRASE = "old case file, invented"
CHEAP = Argon2(memory_kib=64, passes=1, lanes=1)
PHOTOGRAPH = b"invented photograph" * 500
_NIGHT = "2020-06-07T{}+08:00"


class PC:
    """A case file being made, and how to act on it."""

    def __init__(self, place: Path, office: str) -> None:
        row = new_row_id(office_group(office), "officer.ar", office)
        schema = AlembicSchema(REVISIONS)

        def migrate(engine: Any) -> None:
            schema.migrate(engine)
            with engine.begin() as conn:
                set_up(conn, office, f"练习局{office}", "陈珍", f"{office}01001", row)

        self.casefile, _ = CaseFile.create(
            place,
            passphrase=PASSPHRASE,
            officer=row,
            migrate=migrate,
            state=place.parent / "state",
            cost=CHEAP,
        )
        self.desk = Desk(self.casefile)
        self.officer = row

    def do(self, act: str, **values: Any) -> dict[str, Any]:
        """Performs an act; returns the ids it made."""
        return self.desk.do([(act, parse_act(act, values))])[0].ids

    def send(self, other: PC, stick: Path) -> None:
        """Everything to another PC, by stick."""
        stick.mkdir()
        exchange.export(self.casefile.engine, self.casefile.blobs, stick)
        with other.casefile.engine.connect() as conn:
            identity = other.desk.journal(conn).pen().age_identity
        exchange.import_folder(other.casefile.engine, other.casefile.blobs, identity, stick)


def fill(place: Path) -> PC:
    """A county's case file that was enrolled and has seen a raid, a second PC and its disagreements."""
    one, two, city = (
        PC(place / "casefile", "450923"),
        PC(place / "two", "450923"),
        PC(place / "city", "450900"),
    )
    with city.casefile.engine.begin() as conn:
        enrolment.make_root(city.desk.journal(conn), 3, 2)
    for pc in (one, two, one):
        _enrol(city, pc)
    made = _night(one, place)
    one.send(two, place / "first")
    person = made["people"][0]
    for pc, phone in ((one, "13800000001"), (two, "13800000002")):
        pc.do("person.correct", id=person, fields={"phone": phone, "occupation": f"商贩{phone[-1]}"})
    two.do("record.withdraw", kind="person", id=made["people"][1], reason="重复登记")
    two.send(one, place / "second")
    one.desk.decide(f"person:{person}:occupation", "商贩1", "当面核实")
    one.send(city, place / "third")
    city.do("comment.write", subject_kind="person", subject=person, nature="opinion", content="请核实住址")
    city.do("directive.issue", nature="supervise", content="限期报送", office="450923", due="2099-11-30")
    bulletin = city.do("bulletin.issue", title="练习通报", summary="招募信息")["bulletin"]
    city.send(one, place / "fourth")
    one.do("bulletin.sign", bulletin=bulletin)
    directive = one.desk.show("directive")[0]["id"]
    one.do("directive.answer", directive=directive, content="已核实", final=True)
    for pc in (two, city):
        pc.casefile.close()
    return one


def _enrol(city: PC, pc: PC) -> None:
    with pc.casefile.engine.begin() as conn:
        request = enrolment.request(pc.desk.journal(conn), "")
    with city.casefile.engine.begin() as conn:
        answer = enrolment.grant(city.desk.journal(conn), request)
    with pc.casefile.engine.begin() as conn:
        enrolment.accept(pc.desk.journal(conn), answer)


def _night(pc: PC, place: Path) -> dict[str, Any]:
    """The records of a raid: a row of every kind that acts make."""
    second = pc.do("officer.add", name="郭秀", credential="45092301014")["officer"]
    head = pc.do("officer.add", name="潘文", principal_head=True)["officer"]
    pc.do("office.record", code="450923", name="练习局", short_name="练市监")
    lead = pc.do("lead.open", source="网格员摸排", received_at=_NIGHT.format("06:30"), summary="练习")["lead"]
    case = pc.do(
        "case.file", title="练习案", filed_at=_NIGHT.format("08:00"), lead=lead, officers=[pc.officer, second]
    )["case"]
    groups = [{"name": "第一组", "officers": [{"name": "警甲", "credential": "1", "branch": "经侦"}]}]
    raid = pc.do(
        "raid.record",
        title="练习行动",
        place="练习大厦",
        started_at=_NIGHT.format("09:20"),
        case=case,
        groups=groups,
    )["raid"]
    people = [
        {"name": "甲·“<b>&\"';--”", "phone": "1", "extra": [["未知列", "=1+1"]]},
        {"name": "乙𫖯", "upline_row": 1, "upline_claimed": "甲"},
        {"birth": "2003-05", "id_number_claimed": "45092319900230001x"},
    ]
    made = pc.do("people.add", raid=raid, people=people)
    approval = pc.do(
        "measure.approve",
        measure=5,
        approver=head,
        form="written",
        raid=raid,
        approved_at="2020-06-06T20:30+08:00",
    )["approval"]
    seizing = {
        "raid": raid,
        "case": case,
        "purpose": "seize",
        "measure": 5,
        "place": "讲台",
        "party": "负责人",
    }
    seizing |= {"officers": [pc.officer, second], "started_at": _NIGHT.format("10:00")}
    things = [{"name": "手机", "quantity": "1.50", "unit": "部"}]
    listed = pc.do("property.list", **seizing, approval=approval, items=things)
    pc.do("property.list", **seizing, on_the_spot="物品正被转移", items=things)
    pc.do(
        "item.move",
        item=listed["items"][0],
        kind="store",
        moved_at=_NIGHT.format("20:10"),
        giver="郭秀",
        receiver="胡福",
    )
    issued = {"subject_kind": "property_list", "subject": listed["property_list"]}
    pc.do("document.issue", form="property_list", issued_at=_NIGHT.format("10:00"), **issued)
    (place / "photograph").write_bytes(PHOTOGRAPH)
    pc.do("file.attach", subject_kind="raid", subject=raid, path=str(place / "photograph"), name="现场.jpg")
    return made


def leave(version: str) -> Path:
    """Writes the case file of this version. Raises ``FileExistsError`` when one is there."""
    target = HERE / version
    if target.exists():
        raise FileExistsError(target)
    with tempfile.TemporaryDirectory() as name:
        pc = fill(Path(name))
        with pc.casefile.reader.connect() as conn:
            lines = list(dump(conn))
        pc.casefile.close()
        target.mkdir()
        with tarfile.open(target / "casefile.tar.xz", "w:xz") as archive:
            archive.add(Path(name) / "casefile", "casefile", filter=_plain)
    (target / "dump.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")
    about = {"version": version, "revision": AlembicSchema(REVISIONS).head, "passphrase": PASSPHRASE}
    (target / "about.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    return target


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Nothing about the machine that made it; no lock of it either."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return None if Path(member.name).name == "lock" else member


def unpacked(target: Path, into: Path) -> Path:
    """A copy of a case file that was left."""
    with tarfile.open(fileobj=io.BytesIO((target / "casefile.tar.xz").read_bytes())) as archive:
        archive.extractall(into, filter="data")
    return into / "casefile"


if __name__ == "__main__":
    sys.stdout.write(f"{leave(sys.argv[1])}\n")
