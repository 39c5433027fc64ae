"""Typed and pasted people are read as a ledger's are; nothing is mended, nothing blocks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from desktop.casework import importing
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.entering import parse_paste, read_typed, remarks, told_by_number
from desktop.casework.identity import check_character
from desktop.casework.ledgers.rows import PersonRow
from desktop.errors import UserError
from tests.desks import new_desk

DAY = date(2020, 6, 7)
GOOD = "45092319900307123" + check_character("45092319900307123")
BAD = GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")
CHILD = "45092320080307123" + check_character("45092320080307123")


def test_a_good_number_fills_what_is_empty_and_nothing_else() -> None:
    told = told_by_number({"id_number": GOOD, "sex": "女"}, DAY)
    assert told["birth"] == "1990-03-07"
    assert "博白" in told["household"]
    assert "sex" not in told
    assert told_by_number({"id_number": BAD}, DAY) == {}


def test_what_is_wrong_is_remarked_at_its_field_and_kept() -> None:
    rows = [{"name": "甲", "id_number": BAD}, {"name": "乙", "id_number": CHILD}, {"phone": "12"}]
    reading = read_typed(rows, DAY)
    first, second, third = (found.said("zh") for found in remarks(reading))
    assert "id_number" in first
    assert "birth" in second
    assert {"phone", "name"} <= third.keys()
    record = reading.rows[0].record
    assert isinstance(record, PersonRow)
    assert (record.id_number, record.id_number_claimed) == (None, BAD)


def test_the_same_number_twice_is_remarked_and_an_upline_in_the_grid_is_linked() -> None:
    rows = [
        {"name": "甲", "id_number": GOOD, "upline_claimed": "乙"},
        {"name": "乙", "id_number": GOOD},
    ]
    reading = read_typed(rows, DAY)
    assert "id_number" in remarks(reading)[1].zh
    record = reading.rows[0].record
    assert isinstance(record, PersonRow)
    assert record.upline_index == 1


def test_a_paste_without_headings_goes_by_the_columns_in_view() -> None:
    text = 'A001\t=1+1\t"两行\r\n住址"\nA002\t\t\n'
    assert parse_paste(text, ["site_number", "name", "address"], DAY) == [
        {"site_number": "A001", "name": "=1+1", "address": "两行\n住址"},
        {"site_number": "A002"},
    ]


def test_a_paste_with_headings_goes_by_their_names() -> None:
    text = f"证件号码\t备注\t姓名\n{GOOD}\t\t张三\n\t腿伤\t\n"
    assert parse_paste(text, ["site_number"], DAY) == [{"id_number": GOOD, "name": "张三"}, {"note": "腿伤"}]


def test_columns_under_headings_nobody_knows_go_into_the_note() -> None:
    text = "姓名\t鞋码\t证件号码\t备注\n甲\t42\t\t腿伤\n"
    assert parse_paste(text, [], DAY) == [{"name": "甲", "note": "腿伤；鞋码：42"}]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("甲\t乙\n", 1),
        ("姓名\n甲\n", 1),
        ("姓名\t性别\n甲\t男", 1),
        ("梁姓名\t甲\n", 1),
        ("A001\tB\n姓名\t甲", 2),
    ],
)
def test_a_first_row_is_headings_only_when_it_says_so(text: str, rows: int) -> None:
    assert len(parse_paste(text, ["site_number", "name"], DAY)) == rows


def test_hostile_clipboards_are_only_text() -> None:
    for text in ("", "\0", '"unfinished\ta', "a\n" * 5_000, "\ud800\tb"):
        rows = parse_paste(text, ["name", "alias"], DAY)
        read_typed(rows, DAY)
        assert len(rows) <= 5_000
    for text in ("\t" * 50_000, "a\n" * 5_001, "a\tb"):
        with pytest.raises(UserError):
            parse_paste(text, ["name"], DAY)


def test_rows_from_the_grid_become_people_of_the_raid(tmp_path: Path) -> None:
    with new_desk(tmp_path) as desk:
        raid = {"title": "行动", "place": "某处", "started_at": "2020-06-07T09:20+08:00"}
        (outcome,) = desk.do([("raid.record", parse_act("raid.record", raid))])
        rows = [{"name": "甲", "upline_claimed": "乙"}, {"name": "乙", "arrived_at": "0930"}, {}]
        made = importing.import_ledger(desk, read_typed(rows, DAY), outcome.ids["raid"])
        people = [desk.show("person", row)[0]["name"] for row in made["people"]]
        assert people == ["甲", "乙", None]
        presences = {view["person"]: view for view in desk.show("presence")}
        assert presences[made["people"][0]]["upline"] == made["people"][1]
        assert presences[made["people"][1]]["arrived_at"] == "2020-06-07T09:30:00+08:00"
