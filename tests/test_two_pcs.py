"""Two PCs of one office and their city, by command line and stick: they disagree, see it alike, settle it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.casefile.slots import Argon2
from desktop.casework.setting_up import create_case_file
from tests.commandline import RAID, Liandong, enrol, new_file

GROUP = ("--group", "office:450923")
ISSUED = {"form": "measure_decision", "subject_kind": "raid", "issued_at": "2020-06-07T10:00+08:00"}


class Office:
    """The two PCs with one raid and one person, on both; the stick travels between them."""

    def __init__(self, liandong: Liandong, folder: Path) -> None:
        self._liandong = liandong
        self.city, self.one, self.two = (folder / name for name in ("city", "one", "two"))
        self._stick = folder / "stick"
        self._stick.mkdir()
        for pc, office in ((self.city, "450900"), (self.one, "450923"), (self.two, "450923")):
            new_file(liandong, pc, office)
        self.run("city", "init", self.city, "--keys", "3", "--need", "2", "--out", folder / "keys")
        enrol(liandong, folder, self.city, self.one)
        enrol(liandong, folder, self.city, self.two)
        self.run("enrol", "accept", self.one, folder / "g")
        self.raid = self.do(self.one, "raid.record", RAID)["raid"]
        people = [{"name": "<b>&\"';--", "phone": "1"}, {"name": "乙", "phone": "1"}]
        self.person, self.other = self.do(self.one, "people.add", {"raid": self.raid, "people": people})[
            "people"
        ]
        self.exchange()

    def run(self, *words: str | Path, json_in: Any = None, code: int = 0) -> Any:
        """One command, which must end with this exit code; what it printed, or said when it failed."""
        found, printed, said = self._liandong(*words, json_in=json_in)
        assert found == code, said
        return said if code == 1 else printed

    def do(self, pc: Path, act: str, value: dict[str, Any], code: int = 0) -> Any:
        """Performs an act; the ids it made."""
        found = self.run("do", pc, act, "--json", "-", json_in=value, code=code)
        return found["ids"] if code == 0 else found

    def correct(self, pc: Path, row: str, **fields: str) -> None:
        """Corrects a person over what this PC shows."""
        seen = self.run("show", pc, "person", row)["seen"]
        self.do(pc, "person.correct", {"id": row, "fields": fields, "seen": seen})

    def person_at(self, pc: Path, row: str) -> dict[str, Any]:
        """The person as a PC shows it."""
        return dict(self.run("show", pc, "person", row))

    def exchange(self, *readers: Path) -> None:
        """Both PCs write the stick, then both read it, and whoever else."""
        for pc in (self.one, self.two):
            self.run("export", pc, "--to", self._stick)
        for pc in (self.one, self.two, *readers):
            self.run("import", pc, "--from", self._stick)
        assert self.run("dump", self.one, *GROUP) == self.run("dump", self.two, *GROUP)

    def conflicts(self) -> list[dict[str, Any]]:
        """The disagreements, which both PCs must tell alike."""
        found, other = (self.run("conflicts", pc) for pc in (self.one, self.two))
        assert found == other
        return list(found)

    def decide(self, pc: Path, conflict: str, value: Any, code: int = 0) -> Any:
        """Settles a disagreement."""
        decision = {"value": value, "reason": "当面核实"}
        return self.run("decide", pc, conflict, "--json", "-", json_in=decision, code=code)


@pytest.fixture
def office(liandong: Liandong, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    cheap = Argon2(memory_kib=64, passes=1, lanes=1)
    monkeypatch.setitem(create_case_file.__kwdefaults__, "cost", cheap)
    return Office(liandong, tmp_path)


def test_one_person_changed_apart_is_one_conflict_at_both_until_an_officer_decides(office: Office) -> None:
    office.correct(office.one, office.person, phone="2", occupation="商贩")
    office.correct(office.two, office.person, phone="3", education="初中")
    assert office.run("conflicts", office.one) == office.run("conflicts", office.two) == []
    office.exchange(office.city)
    (found,) = office.conflicts()
    assert office.run("conflicts", office.city) == [found]
    assert (found["kind"], found["row"], found["field"]) == ("person", office.person, "phone")
    values = {value["value"]: value for value in found["values"]}
    assert values.keys() == {"2", "3"}
    assert len({value["device"] for value in values.values()}) == 2
    assert all(value["act"] == "person.correct" and value["officer"] for value in values.values())
    merged = office.person_at(office.one, office.person)
    assert (merged["occupation"], merged["education"], merged["conflicts"]) == ("商贩", "初中", 1)
    assert "[changes.not_own_row]" in office.decide(office.city, found["id"], "3", code=1)

    office.decide(office.two, found["id"], "3")
    assert office.run("conflicts", office.two) == []
    office.exchange()
    assert office.conflicts() == []
    for pc in (office.one, office.two):
        settled = office.person_at(pc, office.person)
        assert (settled["phone"], settled["conflicts"]) == ("3", 0)
        (decision,) = office.run("show", pc, "decision")
        assert (decision["subject"], decision["reason"]) == (office.person, "当面核实")
        assert office.run("verify", pc)["sound"]
    assert "[changes.no_conflict]" in office.decide(office.one, found["id"], "2", code=1)


def test_two_decisions_made_apart_are_a_new_conflict(office: Office) -> None:
    office.correct(office.one, office.person, phone="2")
    office.correct(office.two, office.person, phone="3")
    office.exchange()
    (found,) = office.conflicts()
    office.decide(office.one, found["id"], "2")
    office.decide(office.two, found["id"], "3")
    office.exchange()
    (again,) = office.conflicts()
    assert {value["act"] for value in again["values"]} == {"conflict.decide"}
    office.decide(office.one, again["id"], "2")
    office.exchange()
    assert office.conflicts() == []
    assert office.person_at(office.two, office.person)["phone"] == "2"


def test_a_withdrawal_of_what_the_other_changed_is_disputed_at_both_until_repeated(office: Office) -> None:
    withdrawal = {"kind": "person", "id": office.other, "reason": "重复登记"}
    office.do(office.one, "record.withdraw", withdrawal)
    office.correct(office.two, office.other, phone="4")
    assert office.person_at(office.one, office.other)["withdrawn"] == 1
    office.exchange()
    (found,) = office.conflicts()
    assert (found["row"], found["field"], found["values"][0]["value"]) == (
        office.other,
        "withdrawn",
        "重复登记",
    )
    for pc in (office.one, office.two):
        assert office.person_at(pc, office.other)["withdrawn"] == 2
        told = office.run("findings", pc, code=3)["findings"]
        assert [one["code"] for one in told if one["record"] == office.other] == ["findings.disputed"]
    assert found["id"] == f"person:{office.other}:"
    assert [(one["field"], one["value"]) for one in found["unseen"]] == [("phone", "4")]
    office.decide(office.two, found["id"], True)
    office.exchange()
    assert office.conflicts() == []
    assert {office.person_at(pc, office.other)["withdrawn"] for pc in (office.one, office.two)} == {1}


def test_the_second_pc_issues_numbers_of_a_block_leased_to_it(office: Office) -> None:
    paper = {**ISSUED, "subject": office.raid}
    device = office.run("status", office.two)["device"]
    lease = {"series": "强制", "year": 2020, "device": device, "count": 2}
    assert "[acts.not_number_keeper]" in office.do(office.two, "document.issue", paper, code=1)
    assert "[acts.not_number_keeper]" in office.do(office.two, "number.lease", lease, code=1)
    assert office.do(office.one, "document.issue", paper)["number"] == "强制〔2020〕1号"
    assert office.do(office.one, "number.lease", lease)["numbers"] == [11, 12]
    office.exchange()
    issued = [office.do(office.two, "document.issue", paper)["number"] for _ in range(2)]
    assert issued == ["强制〔2020〕11号", "强制〔2020〕12号"]
    assert "[acts.not_number_keeper]" in office.do(office.two, "document.issue", paper, code=1)
    assert office.do(office.one, "document.issue", paper)["number"] == "强制〔2020〕2号"
    office.exchange()
    told = [office.run("findings", pc, "--year", "2020") for pc in (office.one, office.two)]
    assert told[0] == told[1]
    assert told[0]["findings"] == []
    (void,) = told[0]["void_numbers"]
    assert (void["series"], void["first"], void["last"], void["burnt"]) == ("强制", 3, 10, False)
