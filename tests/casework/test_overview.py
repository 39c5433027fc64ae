"""The figures over a raid and over the desk, each against records made for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from desktop.casework.desk import Desk
from desktop.casework.overview import DeskOverview, DispositionCount, desk_overview, raid_overview
from desktop.errors import UserError
from desktop.wire import canonical
from tests.casework.ledgers.books import number
from tests.casework.lists.worlds import RAID_DAY, found_person, memory, put
from tests.casework.test_printing import act, contradict, county_desk, record

NOW = datetime.fromisoformat("2020-06-07T23:00+08:00")


@pytest.fixture
def conn() -> Iterator[Connection]:
    with memory() as found:
        yield found


@pytest.fixture
def raid(conn: Connection) -> str:
    return put(conn, "raid", title="行动", started_at=RAID_DAY)


def test_dispositions_stand_in_the_order_of_the_table_and_the_rest_is_unbalanced(
    conn: Connection, raid: str
) -> None:
    for text in ("解救", "rescue", "遣散", "教育遣散", "自行离开", None, "", " "):
        found_person(conn, raid, "某", disposition=text)
    found_person(conn, raid, "某", disposition="解救", withdrawn=1)
    put(conn, "presence", raid=raid, person=put(conn, "person", withdrawn=1))
    put(conn, "presence", raid=raid, person=None, disposition="解救")
    found = raid_overview(conn, raid)
    assert (found.found, found.unbalanced) == (9, 3)
    assert found.dispositions == (
        DispositionCount("educate_and_send_home", "教育遣散", 2),
        DispositionCount("rescue", "解救", 3),
        DispositionCount(None, "自行离开", 1),
    )


@pytest.mark.parametrize(
    ("values", "minor"),
    [
        ({"birth": "2002-06-08"}, True),
        ({"birth": "2002-06-07"}, False),
        ({"birth": "2003"}, True),
        ({"birth": "2002"}, False),
        ({"birth": "2021-01-01", "minor_claimed": "是"}, True),
        ({"birth": "garbage"}, False),
        ({"minor_claimed": "是"}, True),
        ({"minor_claimed": "yes"}, True),
        ({"minor_claimed": "否"}, False),
        ({"birth": "1985-01-01", "id_number": number(born="20050101")}, True),
        ({"birth": "2010-01-01", "id_number": number(born="19850412")}, False),
        ({}, False),
    ],
)
def test_minors_are_reckoned_on_the_day_of_the_raid(
    conn: Connection, raid: str, values: dict[str, Any], minor: bool
) -> None:
    found_person(conn, raid, "某", **values)
    assert raid_overview(conn, raid).minors == minor


@pytest.mark.parametrize(
    ("arrived", "left", "ended", "long"),
    [
        ("2020-06-07T09:00+08:00", "2020-06-07T17:00+08:00", None, False),
        ("2020-06-07T09:00+08:00", "2020-06-07T17:01+08:00", None, True),
        ("2020-06-07T09:00+08:00", "2020-06-07T09:01+00:00", None, True),
        ("2020-06-07T14:59+08:00", None, None, True),
        ("2020-06-07T15:00+08:00", None, None, False),
        ("2020-06-07T09:00+08:00", None, "2020-06-07T17:00+08:00", False),
        (None, "2020-06-08T09:00+08:00", None, False),
        ("昨天", None, None, False),
        ("2020-06-07T01:00", None, None, False),
    ],
)
def test_a_stay_counts_until_the_leaving_the_end_of_the_raid_or_now(
    conn: Connection, arrived: str | None, left: str | None, ended: str | None, long: bool
) -> None:
    raid = put(conn, "raid", title="行动", started_at=RAID_DAY, ended_at=ended)
    found_person(conn, raid, "某", arrived_at=arrived, left_at=left)
    assert raid_overview(conn, raid, now=NOW).over_eight_hours == long


def test_flags_items_cash_and_documents_are_counted_once(conn: Connection, raid: str) -> None:
    flagged = found_person(conn, raid, "某", flags=[{"reason": "x"}, {"reason": "y"}])
    found_person(conn, raid, "某", flags=[])
    seized, sealed, gone = (
        put(conn, "property_list", raid=raid, purpose=purpose, withdrawn=withdrawn)
        for purpose, withdrawn in (("seize", 0), ("seal", 0), ("seize", 1))
    )
    for row, unit, quantity in (
        (seized, "元", "69800.5"), (seized, "人民币元", "0.01"), (seized, "部", "3"), (seized, "元", "若干"),
        (seized, None, None), (sealed, "元", "100"), (gone, "元", "100"),
    ):  # fmt: skip
        put(conn, "item", list=row, unit=unit, quantity=quantity)
    put(conn, "item", list=seized, unit="元", quantity="1", withdrawn=1)
    for subject in (raid, seized, flagged, put(conn, "raid")):
        put(conn, "document", subject=subject)
    put(conn, "document", subject=raid, withdrawn=1)
    found = raid_overview(conn, raid)
    assert (found.flagged, found.items, found.seized_fen, found.documents) == (1, 6, 6980051, 3)


@pytest.mark.parametrize("raid", ["", "nonsense", "01900000-0000-7000-8000-000000000000"])
def test_a_raid_that_is_not_there_is_one_sentence(conn: Connection, raid: str) -> None:
    with pytest.raises(UserError) as caught:
        raid_overview(conn, raid)
    assert caught.value.code == "acts.no_such_record"


# the desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with county_desk(tmp_path) as made:
        yield made


def _figures(desk: Desk) -> DeskOverview:
    with desk.casefile.reader.connect() as conn:
        return desk_overview(conn)


def test_the_desk_counts_its_lists_and_leaves_withdrawn_records_out(desk: Desk) -> None:
    raid = act(desk, "raid.record", title="行动", place="某地", started_at=RAID_DAY)["raid"]
    people = act(desk, "people.add", raid=raid, people=[{"name": "莫测试"}, {"name": "甘样例"}])["people"]
    act(desk, "record.withdraw", kind="person", id=people[0], reason="重复登记")
    counts = _figures(desk).counts
    assert counts == {
        "leads": 0, "cases": 0, "raids": 1, "people": 1, "property_lists": 0, "items": 0, "documents": 0,
    }  # fmt: skip


def test_conflicts_are_as_many_as_the_desk_lists(desk: Desk) -> None:
    person = record(desk, "person", name="莫测试", alias="甲")
    other = record(desk, "person", name="甘样例")
    assert _figures(desk).conflicts == 0
    contradict(desk, "person", person, "name", "莫测", "莫试")
    contradict(desk, "person", person, "alias", "乙", "丙")
    contradict(desk, "person", other, "name", "同", "同")
    seen = desk.show("person", other)[0]["seen"]
    act(desk, "record.withdraw", kind="person", id=other, reason="重复")
    contradict(desk, "person", other, "phone", "1")
    assert seen
    assert _figures(desk).conflicts == len(desk.conflicts()) == 3


@pytest.mark.tampers
def test_entries_in_quarantine_and_those_nobody_else_has_are_counted(desk: Desk) -> None:
    for _ in range(3):
        record(desk, "lead", summary="x")
    with desk.casefile.engine.begin() as conn:
        log, device, last = conn.exec_driver_sql(
            "SELECT l.id, l.device, max(e.n) FROM entry e JOIN log l ON l.no = e.log GROUP BY l.id"
        ).one()
    before = _figures(desk)
    assert (before.unsent, before.quarantine) == (last, 0)
    lists = [
        (device, "own", 1, {log: [[1, last, "x"]]}),
        ("a" * 32, "g", 1, {log: [[1, last - 1, "x"]]}),
        ("b" * 32, "g", 1, {log: [[2, last, "x"]], "other": [[1, 9, "x"]]}),
    ]
    with desk.casefile.engine.begin() as conn:
        for name, group, counter, logs in lists:
            conn.exec_driver_sql(
                "INSERT INTO have (device, grp, incarnation, counter, body) VALUES (?, ?, '', ?, ?)",
                (name, group, counter, canonical.encode({"logs": logs}).decode()),
            )
        conn.exec_driver_sql("UPDATE entry SET verdict = 'cut' WHERE n = 2")
        conn.exec_driver_sql("UPDATE entry SET verdict = 'a_reason' WHERE n = 3")
    after = _figures(desk)
    assert (after.unsent, after.quarantine) == (1, 2)
