"""What a decision rests on is told; minor fields follow a rule; long texts are compared."""

from __future__ import annotations

import random
import time
from pathlib import Path

import msgspec
import pytest

from desktop.casework.conflict_rules import may_be_ruled, ruled
from desktop.casework.conflict_words import described
from desktop.casework.decisions import decisions
from desktop.casework.desk import Desk
from desktop.casework.differences import differences
from desktop.casework.settling import needs_reason
from desktop.changes.journal import Draft
from desktop.errors import UserError
from tests.casework.test_conflicts import desk, disagree, people, told
from tests.ui.desks import COUNTY, desks

__all__ = ["desk"]


def test_each_writer_is_told_with_the_act_and_what_they_had_before_them(desk: Desk) -> None:
    (row,) = people(desk, {"name": "甲", "address": "一楼"})
    disagree(desk, "person", row, "address", "二楼", "三楼")
    (found,) = told(desk)
    assert [choice.writers[0].basis for choice in found.choices] == [
        "更正记录 · 改写前所见：一楼",
        "更正记录",  # on one PC the first had been replaced by then
    ]
    assert not any(choice.writers[0].clock_off for choice in found.choices)
    english = told(desk, "en")[0].choices[0].writers[0].basis
    assert english == "Correct a record · had before them: 一楼"


def test_a_clock_that_was_declared_wrong_is_told_and_is_never_the_later(desk: Desk) -> None:
    (row,) = people(desk, {"name": "甲"})
    disagree(desk, "person", row, "phone", "1", "2")
    with desk.casefile.engine.begin() as conn:
        journal = desk.journal(conn)
        last = conn.exec_driver_sql("SELECT max(n) FROM entry").scalar_one()
        journal.append([Draft("clock.off", f"office:{COUNTY}", [["k", last, last]])], "")
    (found,) = told(desk)
    off = {choice.value: choice.writers[0].clock_off for choice in found.choices}
    assert sorted(off.values()) == [False, True]
    (decision,) = ruled([found], "later", "").decisions
    assert off[decision.value] is False


def test_minor_fields_need_no_reason_those_of_the_law_do(desk: Desk) -> None:
    assert needs_reason("person", "address")
    assert needs_reason("person", "withdrawn")
    assert not needs_reason("person", "phone")
    one, two = people(desk, {"name": "甲"}, {"name": "乙"})
    minor = disagree(desk, "person", one, "phone", "1", "2")
    legal = disagree(desk, "person", two, "address", "一楼", "二楼")
    with pytest.raises(UserError) as caught:
        desk.decide(legal.id, "一楼", " ")
    assert caught.value.code == "acts.missing"
    desk.decide(minor.id, "2", "")
    assert [one.id for one in desk.conflicts()] == [legal.id]
    (past,) = decisions(desk, "zh")
    assert (past.reason, past.field) == ("", "phone")


def test_a_rule_decides_many_minor_cases_and_leaves_what_it_says_nothing_about(desk: Desk) -> None:
    rows = people(desk, *({"name": f"人{number}"} for number in range(6)))
    for number, row in enumerate(rows):
        disagree(desk, "person", row, "phone", str(number), str(number + 10))
    found = told(desk)
    assert may_be_ruled(found)
    later = ruled(found, "later", "")
    assert {one.value for one in later.decisions} == {str(number + 10) for number in range(6)}
    assert later.left == 0
    device = found[0].conflict.values[0].device
    assert ruled(found, "ours", device) == ([], 6)
    assert ruled(found, "theirs", device) == ([], 6)
    desk.settle(later.decisions, "以较晚登记的为准")
    assert desk.conflicts() == []
    (row,) = people(desk, {"name": "甲"})
    disagree(desk, "person", row, "address", "一楼", "二楼")
    assert not may_be_ruled(told(desk))
    assert not may_be_ruled([])


def test_the_decisions_of_one_record_stand_apart_also_after_it_came_into_dispute_again(desk: Desk) -> None:
    one, two = people(desk, {"name": "甲"}, {"name": "乙"})
    desk.decide(disagree(desk, "person", one, "address", "一楼", "二楼").id, "二楼", "当面核实")
    desk.decide(disagree(desk, "person", two, "address", "一楼", "二楼").id, "一楼", "户口本")
    disagree(desk, "person", one, "address", "三楼", "四楼")
    (past,) = decisions(desk, "zh", of=one)
    assert past.chosen is not None
    assert (past.chosen.shown, [other.shown for other in past.others], past.reason) == (
        "二楼",
        ["一楼"],
        "当面核实",
    )
    assert past.writer.officer == "陈珍"
    again = described(desk, desk.disputes(), "zh")[0].choices
    assert again[0].writers[0].basis == "更正记录 · 改写前所见：二楼"


def test_differences_put_together_again_are_the_texts() -> None:
    chance = random.Random(7)
    for _ in range(60):
        one = "".join(chance.choices("甲乙丙。\n<b>", k=chance.randrange(80)))
        other = list(one)
        for _ in range(chance.randrange(6)):
            other.insert(chance.randrange(len(other) + 1), chance.choice("丁戊"))
        left, right = differences(one, "".join(other))
        assert "".join(piece.text for piece in left) == one
        assert "".join(piece.text for piece in right) == "".join(other)
        common = ["".join(piece.text for piece in one if piece.same) for one in (left, right)]
        assert common[0] == common[1]


def test_what_differs_is_marked_by_character() -> None:
    left, right = differences("现场有二十人听课。", "现场有三十人听课。")
    assert [(piece.text, piece.same) for piece in left] == [
        ("现场有", True),
        ("二", False),
        ("十人听课。", True),
    ]
    assert [piece.text for piece in right if not piece.same] == ["三"]


@pytest.mark.parametrize("unit", ["甲", "甲乙。", "甲\n"])
def test_long_texts_are_compared_in_bounded_time(unit: str) -> None:
    one = unit * (60_000 // len(unit))
    begun = time.process_time()
    left, right = differences(one, one[:30_000] + "丁" + one[30_000:] + "戊")
    assert time.process_time() - begun < 2
    assert "".join(piece.text for piece in left) == one
    assert not all(piece.same for piece in right)


def test_ours_and_theirs_are_told_apart_by_the_pc(tmp_path: Path) -> None:
    with desks(tmp_path, COUNTY) as (one,):
        (row,) = people(one, {"name": "甲"})
        disagree(one, "person", row, "phone", "1", "2")
        (found,) = told(one)
        values = [
            msgspec.structs.replace(version, device="else" if version.value == "1" else version.device)
            for version in found.conflict.values
        ]
        other = msgspec.structs.replace(
            found, conflict=msgspec.structs.replace(found.conflict, values=values)
        )
        mine = found.conflict.values[0].device
        assert ruled([other], "ours", mine).decisions[0].value == "2"
        assert ruled([other], "theirs", mine).decisions[0].value == "1"
