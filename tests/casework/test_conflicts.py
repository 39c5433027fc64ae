"""A disagreement is told with who wrote what; only a person settles it, with a reason; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.conflict_words import Described, described
from desktop.casework.conflicts import Conflict
from desktop.casework.decisions import decisions, recent_reasons
from desktop.casework.desk import Desk
from desktop.casework.settling import Decision
from desktop.errors import UserError
from tests.desks import new_desk

RAID = {"title": "百业中心", "place": "二楼", "started_at": "2020-06-07T09:00+08:00"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path) as made:
        yield made


def act(desk: Desk, name: str, **values: Any) -> dict[str, Any]:
    """Performs one act; what it made."""
    (outcome,) = desk.do([(name, parse_act(name, values))])
    return outcome.ids


def people(desk: Desk, *found: dict[str, Any]) -> list[str]:
    """People of one raid."""
    raid = act(desk, "raid.record", **RAID)["raid"]
    return list(act(desk, "people.add", raid=raid, people=list(found))["people"])


def disagree(desk: Desk, kind: str, row: str, field: str, *values: Any) -> Conflict:
    """Several corrections whose authors had not seen each other's."""
    seen = desk.show(kind, row)[0]["seen"]
    for value in values:
        act(desk, "record.correct", kind=kind, id=row, fields={field: value}, seen=seen)
    return next(found for found in desk.conflicts() if (found.row, found.field) == (row, field))


def told(desk: Desk, language: str = "zh") -> list[Described]:
    """All disagreements in words."""
    return described(desk, desk.disputes(), language)


def test_each_value_is_told_once_with_everybody_who_wrote_it(desk: Desk) -> None:
    (row,) = people(desk, {"name": "甲", "phone": "1"})
    disagree(desk, "person", row, "phone", "2", "3", "2")
    (found,) = told(desk)
    assert (found.label, found.title, found.blocked, found.personal) == ("电话", "甲", "", True)
    assert [(choice.value, len(choice.writers)) for choice in found.choices] == [("2", 2), ("3", 1)]
    writer = found.choices[0].writers[0]
    assert (writer.officer, writer.pc) == ("陈珍", "本机")
    assert writer.at > 1_600_000_000_000
    assert told(desk, "en")[0].label == "Telephone"


def test_a_decision_covers_all_and_says_why(desk: Desk) -> None:
    (row,) = people(desk, {"name": "甲"})
    found = disagree(desk, "person", row, "address", "一楼", "二楼")
    desk.decide(found.id, "二楼", "  当面核实 ")
    assert desk.conflicts() == []
    assert desk.show("person", row)[0]["address"] == "二楼"
    (past,) = decisions(desk, "zh")
    assert past.chosen is not None
    assert (past.chosen.shown, [one.shown for one in past.others]) == ("二楼", ["一楼"])
    assert (past.reason, past.title, past.label, past.writer.officer) == ("当面核实", "甲", "现住址", "陈珍")
    assert recent_reasons(desk) == ["当面核实"]


def test_no_decision_without_a_reason_or_with_a_value_that_cannot_stand_there(desk: Desk) -> None:
    (row,) = people(desk, {"name": "甲"})
    found = disagree(desk, "person", row, "address", "一楼", "二楼")
    for value, reason, code in (
        ("二楼", " ", "acts.missing"),
        (["二楼"], "核实", "acts.value"),
        (7, "核实", "acts.value"),
    ):
        with pytest.raises(UserError) as caught:
            desk.decide(found.id, value, reason)
        assert caught.value.code == code
    assert desk.conflicts() == [found]
    assert desk.show("decision") == []


def test_another_value_and_an_empty_one_can_be_decided(desk: Desk) -> None:
    one, two = people(desk, {"name": "甲"}, {"name": "乙"})
    desk.decide(disagree(desk, "person", one, "address", "一楼", "二楼").id, "三楼", "核实")
    desk.decide(disagree(desk, "person", two, "address", "一楼", "二楼").id, None, "均不属实")
    assert desk.show("person", one)[0]["address"] == "三楼"
    assert desk.show("person", two)[0]["address"] is None
    assert [past.chosen.shown for past in decisions(desk, "zh") if past.chosen] == ["（空）", "三楼"]


def test_what_came_meanwhile_stops_a_decision_on_what_was_shown(desk: Desk) -> None:
    (row,) = people(desk, {"name": "甲"})
    before = desk.show("person", row)[0]["seen"]
    found = disagree(desk, "person", row, "address", "一楼", "二楼")
    act(desk, "record.correct", kind="person", id=row, fields={"address": "三楼"}, seen=before)
    with pytest.raises(UserError) as caught:
        desk.settle([Decision(found.id, "二楼", seen=found.seen)], "核实")
    assert caught.value.code == "acts.conflict_moved"
    (now,) = desk.conflicts()
    assert {version.value for version in now.values} == {"一楼", "二楼", "三楼"}
    desk.settle([Decision(now.id, "二楼", seen=now.seen)], "核实")
    assert desk.conflicts() == []


def test_equal_cases_are_alike_and_settled_at_once_or_not_at_all(desk: Desk) -> None:
    rows = people(desk, *({"name": f"人{number}"} for number in range(12)))
    cases = [disagree(desk, "person", row, "address", "遣散", "移交") for row in rows[:11]]
    cases.append(disagree(desk, "person", rows[11], "address", "移交", "解救"))
    alike = {one.conflict.row: one.alike for one in told(desk)}
    assert len({alike[row] for row in rows[:11]}) == 1
    assert alike[rows[11]] != alike[rows[0]]
    orders = [Decision(case.id, "移交", case.seen) for case in cases]
    moved = [*orders[:-1], Decision(cases[11].id, "移交", "stale")]
    with pytest.raises(UserError):
        desk.settle(moved, "按原始登记")
    assert len(desk.conflicts()) == 12
    assert desk.show("decision") == []
    outcomes = desk.settle(orders, "按原始登记")
    assert len(outcomes) == 12
    assert desk.conflicts() == []
    assert {view["address"] for view in desk.show("person")} == {"移交"}
    with desk.casefile.reader.connect() as conn:
        headers = conn.exec_driver_sql("SELECT header FROM entry ORDER BY no DESC LIMIT 12").scalars().all()
    assert len({header.split(b'"b":"')[1][:16] for header in headers}) == 1


def _disputed(desk: Desk) -> tuple[str, Conflict]:
    (row,) = people(desk, {"name": "甲", "address": "一楼"})
    seen = desk.show("person", row)[0]["seen"]
    act(desk, "record.correct", kind="person", id=row, fields={"address": "二楼"}, seen=seen)
    act(desk, "record.withdraw", kind="person", id=row, reason="重复登记", seen=seen)
    (found,) = desk.conflicts()
    return row, found


def test_a_disputed_withdrawal_tells_both_sides(desk: Desk) -> None:
    _, found = _disputed(desk)
    assert found.field == "withdrawn"
    (told_,) = told(desk)
    withdraw, keep = told_.choices
    assert (withdraw.value, keep.value, told_.label) == (True, False, "撤销")
    assert [writer.words for writer in withdraw.writers] == ["撤销理由：重复登记"]
    assert [writer.words for writer in keep.writers] == ["现住址改为：二楼"]


@pytest.mark.parametrize(("withdraw", "state"), [(True, 1), (False, 0)])
def test_a_disputed_withdrawal_is_settled_either_way(desk: Desk, withdraw: bool, state: int) -> None:
    row, found = _disputed(desk)
    desk.settle([Decision(found.id, withdraw, found.seen)], "核实后裁定")
    assert desk.conflicts() == []
    view = desk.show("person", row)[0]
    assert (view["withdrawn"], view["address"]) == (state, "二楼")
    (past,) = decisions(desk, "zh")
    assert past.chosen is not None
    assert (past.chosen.value, past.others[0].value) == (withdraw, not withdraw)
    assert past.reason == "核实后裁定"


def test_a_disputed_withdrawal_takes_yes_or_no_and_only_while_it_is_disputed(desk: Desk) -> None:
    row, found = _disputed(desk)
    with pytest.raises(UserError) as caught:
        desk.decide(found.id, "yes", "核实")
    assert caught.value.code == "acts.value"
    desk.decide(found.id, False, "核实")
    with pytest.raises(UserError) as caught:
        desk.decide(f"person:{row}:", True, "核实")
    assert caught.value.code == "changes.no_conflict"


def test_a_decision_can_be_taken_again_with_the_value_that_was_given_up(desk: Desk) -> None:
    (row,) = people(desk, {"name": "甲"})
    found = disagree(desk, "person", row, "address", "一楼", "二楼")
    desk.decide(found.id, "二楼", "当面核实")
    with pytest.raises(UserError) as caught:
        desk.decide(found.id, "一楼", "复核")
    assert caught.value.code == "changes.no_conflict"
    desk.settle([Decision(found.id, "一楼", again=True)], "复核")
    assert desk.show("person", row)[0]["address"] == "一楼"
    assert [past.reason for past in decisions(desk, "zh")] == ["复核", "当面核实"]
    with pytest.raises(UserError) as caught:
        desk.settle([Decision(found.id, "一楼", again=True)], "复核")
    assert caught.value.code == "acts.nothing_to_change"


def test_links_choices_and_money_are_told_in_words(desk: Desk) -> None:
    one, two = people(desk, {"name": "甲"}, {"name": "乙", "id_number": "450923199001010019"})
    (presence,) = desk.show("presence", where={"person": one})
    disagree(desk, "presence", presence["id"], "upline", one, two)
    disagree(desk, "presence", presence["id"], "paid", 6980000, 330000)
    times = ("2020-06-07T01:20+00:00", "2020-06-07T10:00+08:00")
    disagree(desk, "presence", presence["id"], "arrived_at", *times)
    by_label = {found.label: [choice.shown for choice in found.choices] for found in told(desk)}
    assert by_label["上线"] == ["甲", "乙 · 450923********0019"]
    assert by_label["交费金额（元）"] == ["69,800.00", "3,300.00"]
    assert by_label["到案时间"] == ["2020-06-07 09:20", "2020-06-07 10:00"]
    assert all(found.title == "— · 甲" for found in told(desk))


def test_personal_numbers_are_masked_and_told_in_full_apart(desk: Desk) -> None:
    (row,) = people(desk, {"name": "甲"})
    disagree(desk, "person", row, "id_number", "450923199001010019", "450923199001020014")
    (found,) = told(desk)
    assert found.personal
    assert [choice.shown for choice in found.choices] == ["450923********0019", "450923********0014"]
    assert found.choices[0].full == "450923199001010019"


def test_only_what_is_asked_for_is_read_and_what_was_settled_is_left_out(desk: Desk) -> None:
    rows = sorted(people(desk, *({"name": f"人{number}"} for number in range(5))))
    cases = [disagree(desk, "person", row, "address", "一", "二") for row in rows]
    asked = desk.disputes()[1:3]
    assert [found.conflict.row for found in described(desk, asked, "zh")] == rows[1:3]
    desk.decide(cases[1].id, "一", "核实")
    assert [found.conflict.row for found in described(desk, asked, "zh")] == [rows[2]]


def test_hostile_text_stays_text(desk: Desk) -> None:
    name = "<b>&\"';--{0}%s"
    (row,) = people(desk, {"name": name})
    found = disagree(desk, "person", row, "address", name, "=1+1")
    desk.decide(found.id, name, name)
    (past,) = decisions(desk, "zh")
    assert past.chosen is not None
    assert (past.title, past.chosen.shown, past.reason) == (name, name, name)


def test_several_disagreements_of_one_record_are_settled_in_one_go(desk: Desk) -> None:
    row, found = _disputed(desk)
    seen = desk.show("person", row)[0]["seen"]
    for value in ("1", "2"):
        act(desk, "record.correct", kind="person", id=row, fields={"phone": value}, seen=seen)
    (phone,) = (one for one in desk.conflicts() if one.field == "phone")
    desk.settle([Decision(phone.id, "2"), Decision(found.id, True)], "一并核实")
    view = desk.show("person", row)[0]
    assert (desk.conflicts(), view["phone"], view["withdrawn"]) == ([], "2", 1)
    with pytest.raises(UserError) as caught:
        desk.settle([Decision(phone.id, "2"), Decision("person:nobody:phone", "2")], "核实")
    assert caught.value.code == "acts.no_such_conflict"
