"""How a measure stands and where its items are: approvals, the 24-hour clock, the period, custody, totals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest

from desktop.casework.custody import custody, totals
from desktop.casework.desk import Desk
from desktop.casework.measure_state import MeasureState, measure_state
from tests.casework.raids import STARTED, Raid, act, county_desk, record


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with county_desk(tmp_path_factory.mktemp("property")) as made:
        yield made


@pytest.fixture
def raid(desk: Desk) -> Raid:
    return Raid(desk)


def state(desk: Desk, row: str, now: str) -> MeasureState:
    found = measure_state(desk, row, datetime.fromisoformat(now))
    assert found is not None
    return found


def on_the_spot(raid: Raid) -> str:
    values = {"raid": raid.raid, "purpose": "seize", "measure": 5, "started_at": STARTED}
    values |= {"officers": raid.officers, "place": "讲台", "on_the_spot": "当事人正在转移财物"}
    return str(act(raid.desk, "property.list", **values)["property_list"])


def approve(raid: Raid, at: str, row: str | None = None) -> str:
    """Approves the measure of the raid, or makes up that of a list on the spot."""
    values = {"measure": 5, "approver": raid.head, "form": "written", "approved_at": at}
    if row is not None:
        values["makes_up"] = raid.desk.show("property_list", row)[0]["approval"]
    return str(act(raid.desk, "measure.approve", raid=raid.raid, **values)["approval"])


def test_a_measure_approved_before_tells_by_whom_and_when(raid: Raid) -> None:
    found = state(raid.desk, raid.list, "2020-06-07T12:00+08:00")
    assert (found.approval, found.approver) == ("written", "潘文")
    assert found.approved_at == "2020-06-06T20:30+08:00"
    assert found.minutes_left is None


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2020-06-07T00:30+08:00", 29),
        ("2020-07-05T23:59+08:00", 1),
        ("2020-07-06T12:00+08:00", 0),
        ("2020-07-06T17:00+00:00", -1),
    ],
)
def test_the_thirty_days_run_out_by_the_day_in_beijing(raid: Raid, now: str, left: int) -> None:
    found = state(raid.desk, raid.list, now)
    assert (found.last_day, found.days_left) == ("2020-07-06", left)


def test_a_measure_on_the_spot_has_a_clock_of_24_hours(raid: Raid) -> None:
    row = on_the_spot(raid)
    found = state(raid.desk, row, "2020-06-08T08:20+08:00")
    assert (found.approval, found.due, found.minutes_left) == ("on_the_spot", "2020-06-08T09:20+08:00", 60)
    assert found.reason == "当事人正在转移财物"
    assert state(raid.desk, row, "2020-06-08T09:21+08:00").minutes_left == -1


def test_an_approval_written_afterwards_makes_it_up_in_time_or_late(raid: Raid) -> None:
    row, other = on_the_spot(raid), on_the_spot(raid)
    approve(raid, "2020-06-08T09:21+08:00", row)
    assert state(raid.desk, row, "2020-06-09T00:00+08:00").approval == "made_up_late"
    approve(raid, "2020-06-08T01:20+00:00", other)
    found = state(raid.desk, other, "2020-06-09T00:00+08:00")
    assert (found.approval, found.approved_at) == ("made_up", "2020-06-08T01:20+00:00")


def test_an_approval_that_does_not_name_it_or_a_withdrawn_one_makes_nothing_up(raid: Raid) -> None:
    row = on_the_spot(raid)
    approve(raid, "2020-06-07T20:00+08:00")
    gone = approve(raid, "2020-06-07T20:00+08:00", row)
    act(raid.desk, "record.withdraw", kind="approval", id=gone, reason="误登")
    assert state(raid.desk, row, "2020-06-07T21:00+08:00").approval == "on_the_spot"


def test_without_an_approval_that_stands_it_is_missing(raid: Raid) -> None:
    act(raid.desk, "record.withdraw", kind="approval", id=raid.approval, reason="误登")
    assert state(raid.desk, raid.list, STARTED).approval == "missing"


def test_what_another_pc_wrote_into_a_list_is_borne(desk: Desk) -> None:
    spot = record(desk, "approval", on_the_spot=True)
    row = record(desk, "property_list", started_at="不详", days=-(2**40), approval=spot)
    found = state(desk, row, STARTED)
    assert (found.approval, found.days_left, found.due) == ("on_the_spot", None, "")
    assert measure_state(desk, "x", datetime.fromisoformat(STARTED)) is None


# -- custody --


def move(raid: Raid, kind: str, at: str, giver: str, receiver: str, place: str = "") -> str:
    values = {"kind": kind, "moved_at": at, "giver": giver, "receiver": receiver, "place": place or None}
    return str(act(raid.desk, "item.move", item=raid.items[0], **values)["movement"])


def test_custody_begins_with_the_measure_and_goes_on_by_the_clock(raid: Raid) -> None:
    move(raid, "lend", "2020-06-09T01:00+00:00", "庞某", "李某", "鉴定中心")
    gone = move(raid, "store", "2020-06-08T08:00+08:00", "郭秀", "庞某", "物证室")
    act(raid.desk, "record.withdraw", kind="movement", id=gone, reason="误登")
    move(raid, "store", "2020-06-08T08:30+08:00", "郭秀", "庞某", "物证室")
    steps = custody(raid.desk, raid.items[0])
    assert [(step.kind, step.receiver, step.withdrawn) for step in steps] == [
        ("seize", "", False),
        ("store", "庞某", True),
        ("store", "庞某", False),
        ("lend", "李某", False),
    ]
    assert (steps[0].giver, steps[0].place) == ("梁浩军", "本局物证室")


def test_movements_at_no_readable_time_come_last_and_items_without_a_list_have_no_first_step(
    desk: Desk,
) -> None:
    item = record(desk, "item", name="账本", list="0190a0b0-0000-7000-8000-000000000000")
    record(desk, "movement", item=item, kind="store", moved_at="不详")
    record(desk, "movement", item=item, kind="lend", moved_at="2020-06-08T08:00+08:00")
    assert [step.kind for step in custody(desk, item)] == ["lend", "store"]


def test_a_list_comes_to_its_cash_and_its_units(raid: Raid) -> None:
    items = [{"name": "零钱", "quantity": "0.50", "unit": "元"}, {"name": "平板", "unit": "部"}]
    act(raid.desk, "property.add", property_list=raid.list, items=items)
    record(raid.desk, "item", list=raid.list, name="残页", unit="页", quantity="1e99999")
    found = totals(raid.desk, raid.list)
    assert (found.lines, found.cash) == (6, Decimal("128600.50"))
    assert found.units == (("部", Decimal(2)), ("本", Decimal(64)))
    act(raid.desk, "record.withdraw", kind="item", id=raid.items[2], reason="误登")
    assert dict(totals(raid.desk, raid.list).units) == {"部": Decimal(2)}
