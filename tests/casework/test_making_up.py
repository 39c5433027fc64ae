"""Measures done on the spot: their approval is made up, once, by the head, and late is said in red."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk, Outcome
from desktop.errors import UserError
from tests.desks import new_desk

STARTED = "2020-06-07T10:00+08:00"


class Night:
    """A raid with one list seized on the spot."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        first = desk.casefile.officer
        second = self.do("officer.add", name="郭秀", credential="45092301014").ids["officer"]
        self.head = self.do("officer.add", name="潘文", principal_head=True).ids["officer"]
        self.raid = self.do("raid.record", title="练习", place="练习大厦", started_at=STARTED).ids["raid"]
        listed = self.do(
            "property.list", raid=self.raid, purpose="seize", measure=5, started_at=STARTED, place="讲台",
            officers=[first, second], party="负责人", on_the_spot="物品正被转移", items=[{"name": "手机"}],
        )  # fmt: skip
        (row,) = desk.show("property_list", listed.ids["property_list"])
        self.exception = row["approval"]

    def do(self, act: str, **values: Any) -> Outcome:
        """Performs an act."""
        return self.desk.do([(act, parse_act(act, values))])[0]

    def make_up(self, **change: Any) -> Outcome:
        """The head approves afterwards."""
        values = {"measure": 5, "approver": self.head, "form": "written", "makes_up": self.exception}
        return self.do("measure.approve", **{**values, "approved_at": "2020-06-07T18:00+08:00", **change})


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    with new_desk(tmp_path) as desk:
        yield Night(desk)


def test_an_exception_on_the_spot_is_approved_afterwards(night: Night) -> None:
    outcome = night.make_up()
    (approval,) = night.desk.show("approval", outcome.ids["approval"])
    assert (approval["makes_up"], approval["raid"]) == (night.exception, night.raid)
    assert approval["on_the_spot"] is None
    assert outcome.gaps == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"measure": 4}, "acts.approval_for_other_measure"),
        ({"approved_at": "2020-06-07T09:59+08:00"}, "acts.made_up_before"),
        ({"form": "oral"}, "acts.written_approval"),
        ({"makes_up": "nobody"}, "acts.no_such_record"),
    ],
)
def test_what_makes_nothing_up_is_refused(night: Night, change: dict[str, Any], code: str) -> None:
    before = len(night.desk.show("approval"))
    with pytest.raises(UserError) as refused:
        night.make_up(**change)
    assert refused.value.code == code
    assert len(night.desk.show("approval")) == before


def test_an_approval_given_before_is_not_made_up(night: Night) -> None:
    prior = night.do(
        "measure.approve",
        measure=5,
        approver=night.head,
        form="written",
        raid=night.raid,
        approved_at=STARTED,
    )
    with pytest.raises(UserError) as refused:
        night.make_up(makes_up=prior.ids["approval"])
    assert refused.value.code == "acts.not_on_the_spot"


def test_it_is_made_up_once_and_again_after_a_withdrawal(night: Night) -> None:
    first = night.make_up().ids["approval"]
    with pytest.raises(UserError) as refused:
        night.make_up()
    assert refused.value.code == "acts.made_up_already"
    night.do("record.withdraw", kind="approval", id=first, reason="登记有误")
    night.make_up()


@pytest.mark.parametrize(
    ("at", "late"), [("2020-06-08T10:00+08:00", False), ("2020-06-08T10:01+08:00", True)]
)
def test_a_late_one_is_recorded_and_leaves_a_red_gap(night: Night, at: str, late: bool) -> None:
    gaps = night.make_up(approved_at=at).gaps
    assert [gap["code"] for gap in gaps] == ["acts.gap_made_up_late"] * late
    assert all(gap["due"] == "2020-06-08T10:00+08:00" for gap in gaps)
