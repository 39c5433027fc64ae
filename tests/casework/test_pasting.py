"""Pasting into the grid of people: what the clipboard holds, the same checks as a ledger's, nothing lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.casework.acts.people import Found
from desktop.casework.clipboard import pasted_cells
from desktop.casework.importing import found_of
from desktop.casework.ledgers.rows import PersonRow
from desktop.casework.listing import LISTINGS
from desktop.casework.pasting import FIELDS, CellFlag, PastedRow, check_row, filled, parse_paste
from desktop.errors import UserError
from tests.casework.ledgers.books import GOOD, HEADINGS, REFERENCE, number, people_xlsx, person, read
from tests.casework.test_printing import act, county_desk

SHOWN = ["site_number", "name", "sex", "birth", "age", "id_number", "household", "upline", "note"]


def paste(text: str, columns: list[str] | None = None) -> list[PastedRow]:
    return parse_paste(text, SHOWN if columns is None else columns, REFERENCE)


def said(flags: list[CellFlag] | tuple[CellFlag, ...]) -> set[tuple[str, str]]:
    """Column and code of each flag, without what is only offered."""
    return {(flag.column, flag.code.partition(".")[2]) for flag in flags if flag.fill is None}


def offered(flags: list[CellFlag] | tuple[CellFlag, ...]) -> dict[str, str]:
    return {flag.column: flag.fill for flag in flags if flag.fill is not None}


def beside(found: Found) -> list[list[str]]:
    """What no field holds, without what the reading worked out."""
    return [pair for pair in found.extra or [] if pair[0] != "id_place"]


# the clipboard


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("\r\n\r\n", []),
        ("a", [["a"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\t\tb\n\nc", [["a", "", "b"], [""], ["c"]]),
        ('"两行\n文字"\tb', [["两行\n文字", "b"]]),
        ('"a\tb"\t"c""d"\n"e"', [["a\tb", 'c"d'], ["e"]]),
        ('5" 管\t"未完\nb', [['5" 管', '"未完'], ["b"]]),
        ('"a"b\t"c"', [['"a"b', "c"]]),
        ('""\t"', [["", '"']]),
        ("\ufeff姓名\r姓", [["姓名"], ["姓"]]),
    ],
)
def test_the_clipboard_is_taken_apart_so(text: str, rows: list[list[str]]) -> None:
    assert pasted_cells(text) == rows


@given(st.lists(st.lists(st.text('a"\t\n ', max_size=6), min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_was_copied_with_quotes_comes_back(rows: list[list[str]]) -> None:
    quoted = ["\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    assert pasted_cells("\n".join(quoted)) == rows


@pytest.mark.parametrize("text", ["a\n" * 200_001, "a\t" * 501, "a" * 32_768, "\t" * 1_000_000])
def test_a_paste_beyond_the_limits_of_a_ledger_is_one_sentence(text: str) -> None:
    with pytest.raises(UserError) as caught:
        paste(text)
    assert caught.value.code.startswith("ledgers.")


def test_quotes_without_end_cost_no_time() -> None:
    assert len(pasted_cells(('"""x\t' * 400 + "\n") * 500)) == 500


# headings and columns


def test_headings_are_found_by_name_in_any_order_and_unknown_columns_are_kept() -> None:
    (row,) = paste(
        "备注\t车牌号\t证件号码\t姓名\t介绍人（上线）\n=1+1\t桂A12345\t" + GOOD + "\t莫测试\t样例哥\n"
    )
    found = row.found
    assert (found.name, found.id_number, found.presence_note) == ("莫测试", GOOD, "=1+1")
    assert (found.upline_claimed, beside(found), row.row) == ("样例哥", [["车牌号", "桂A12345"]], 2)
    assert said(row.flags) == {("upline", "upline_not_listed")}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("姓名\n莫测试\n甘样例", ["莫测试", "甘样例"]),
        ("姓名\t电话\n莫测试\t13800001111", ["莫测试"]),
        ("登记表\t\n姓名\t性别\n莫测试\t男", ["莫测试"]),
        ("A1\t莫测试\t男", ["莫测试"]),
        ("A1\t莫测试\t男\n姓名\t性别\t备注\nA2\t甘样例\t女", ["莫测试", "性别", "甘样例"]),
        ("\t莫测试\n\n\t甘样例", ["莫测试", "甘样例"]),
    ],
)
def test_a_first_row_is_headings_only_when_it_says_so(text: str, names: list[str]) -> None:
    assert [row.found.name for row in paste(text)] == names


def test_without_headings_the_visible_columns_count_and_nothing_beside_them_is_lost() -> None:
    (row,) = paste(f"A1\t莫测试\t男\t\t35\t{GOOD}\t博白\t甘样例\t腿伤\t多出来的")
    found = row.found
    assert (found.site_number, found.name, found.sex, found.household) == ("A1", "莫测试", "男", "博白")
    assert (found.upline_claimed, found.presence_note) == ("甘样例", "腿伤")
    assert beside(found) == [["年龄", "35"], ["第J列", "多出来的"]]


def test_a_column_shown_twice_or_by_nobody_keeps_its_cells() -> None:
    (row,) = paste("莫测试\t也许\t什么", ["name", "name", ""])
    assert row.found.name == "莫测试"
    assert row.found.extra == [["姓名", "也许"], ["第C列", "什么"]]


def test_every_column_that_is_typed_into_is_a_field_of_the_act() -> None:
    assert set(FIELDS.values()) <= set(Found.__struct_fields__)
    assert {column.word for column in LISTINGS["people"].columns} - FIELDS.keys() == {"age", "flags", "raid"}
    (row,) = paste("\t".join(f"值{index}" for index in range(len(FIELDS))), list(FIELDS))
    kept = {value for value in vars_of(row.found).values() if isinstance(value, str)}
    kept |= {text for _, text in row.found.extra or []}
    assert {f"值{index}" for index in range(len(FIELDS))} <= kept


def vars_of(found: Found) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Found.__struct_fields__}


# the checks


ROWS = [
    person(
        姓名="莫测试", 性别="女", 出生日期="1985-04-12", 证件号码=GOOD, 到场时间="09:30", 离开时间="18:00"
    ),
    person(姓名="甘样例", 证件号码=GOOD, 介绍人="莫测试", 联系电话="12", 交纳金额="3800.5"),
    person(姓名="韦练习", 证件号码=number(born="20050101"), 加入时间="15/05/20", 处置="不在表里"),
    person(备注="什么也不说"),
    person(姓名="覃某", 证件号码="4.50923E+17", 出生日期="2004"),
]


def test_a_paste_says_what_the_same_table_in_a_file_says(tmp_path: Path) -> None:
    text = "\n".join("\t".join(map(str, row)) for row in [HEADINGS, *ROWS])
    pasted = paste(text)
    read_rows = read(tmp_path, people_xlsx(*ROWS, title=False)).rows
    assert len(pasted) == len(read_rows) == len(ROWS)
    for one, other in zip(pasted, read_rows, strict=True):
        assert isinstance(other.record, PersonRow)
        wanted = found_of(other, other.record)
        assert vars_of(one.found) | {"upline_row": 0} == vars_of(wanted) | {"upline_row": 0}
        assert [flag.code for flag in one.flags if flag.fill is None] == [flag.code for flag in other.flags]


def test_flags_stand_at_the_cell_they_are_about_even_where_it_is_no_column() -> None:
    rows = paste("\n".join("\t".join(map(str, row)) for row in [HEADINGS, *ROWS]))
    assert said(rows[0].flags) == {
        ("sex", "sex_differs"),
        ("left_at", "over_eight_hours"),
        ("id_number", "same_number"),
    }
    assert said(rows[1].flags) == {("phone", "phone"), ("id_number", "same_number")}
    assert said(paste("姓名\t证件号码\n某\t" + number(born="20050101"))[0].flags) == {("birth", "minor")}


def test_what_a_number_says_is_offered_for_blank_cells_and_never_written() -> None:
    (row,) = paste("姓名\t证件号码\n莫测试\t" + GOOD)
    assert (row.found.sex, row.found.birth, row.found.household) == (None, None, None)
    offers = offered(row.flags)
    assert offers.keys() == {"sex", "birth", "household"}
    assert (offers["sex"], offers["birth"]) == ("男", "1985-04-12")
    assert "博白县" in offers["household"]
    taken = filled(row.found, row.flags)
    assert (taken.sex, taken.birth, taken.name) == ("男", "1985-04-12", "莫测试")
    assert offered(check_row(taken, REFERENCE)) == {}
    bad = paste("姓名\t证件号码\n莫测试\t" + GOOD[:-1] + "0")[0]
    assert offered(bad.flags) == {}
    assert said(bad.flags) == {("id_number", "id_check_digit")}
    assert (bad.found.id_number, bad.found.id_number_claimed) == (None, GOOD[:-1] + "0")


def test_totals_and_repeated_headings_are_told_apart_from_people() -> None:
    rows = paste("姓名\t性别\t备注\n莫测试\t男\t\n合计\t1人\t\n姓名\t性别\t备注\n甘样例\t女\t")
    assert [(row.row, row.refused and row.refused.code) for row in rows] == [
        (2, None), (3, "ledgers.row_total"), (4, "ledgers.row_headings_again"), (5, None),
    ]  # fmt: skip
    assert rows[1].found == Found()


def test_a_pasted_upline_is_linked_when_the_rows_are_added(tmp_path: Path) -> None:
    rows = paste("姓名\t介绍人\n莫测试\t甘样例\n甘样例\t无")
    with county_desk(tmp_path) as desk:
        raid = act(desk, "raid.record", title="行动", place="某地", started_at="2020-06-07T09:20+08:00")[
            "raid"
        ]
        people = act(desk, "people.add", raid=raid, people=[_plain(row.found) for row in rows])["people"]
        (presence,) = desk.show("presence", where={"person": people[0]})
        assert presence["upline"] == people[1]


def _plain(found: Found) -> dict[str, Any]:
    return {name: value for name, value in vars_of(found).items() if value is not None}


# one row while it is typed


@pytest.mark.parametrize(
    ("values", "flags"),
    [
        ({}, {("name", "no_name_no_number")}),
        ({"name": "某", "id_number": number(born="20050101")}, {("birth", "minor")}),
        ({"name": "某", "birth": "2005"}, {("birth", "minor")}),
        ({"name": "某", "birth": "2002"}, {("birth", "minor_possible")}),
        ({"name": "某", "id_number": GOOD, "sex": "女"}, {("sex", "sex_differs")}),
        ({"name": "某", "id_type": "身份证", "id_number_claimed": GOOD[:-1]}, {("id_number", "id_length")}),
        ({"name": "某", "phone": "12"}, {("phone", "phone")}),
        ({"name": "某", "arrived_at": "2020-06-07T01:00+00:00", "left_at": "2020-06-07T17:01+08:00"},
         {("left_at", "over_eight_hours")}),
        ({"name": "某", "arrived_at": "2130", "left_at": "0130"}, {("left_at", "left_next_day")}),
        ({"name": "某", "arrived_at": "昨天"}, {("arrived_at", "time_unreadable")}),
        ({"name": "某", "joined_on": "15/05/20"}, {("joined_on", "date_ambiguous")}),
        ({"name": "某", "disposition": "不在表里"}, {("disposition", "code_unknown")}),
        ({"name": "某", "disposition": "rescue", "paid": 380050, "presence_note": "x", "note": "y"}, set()),
    ],
)  # fmt: skip
def test_a_row_that_is_being_typed_is_checked_by_the_same_rules(
    values: dict[str, Any], flags: set[tuple[str, str]]
) -> None:
    assert said(check_row(Found(**values), REFERENCE)) == flags


@given(st.text(max_size=40), st.sampled_from(sorted(FIELDS)))
def test_no_text_in_a_cell_breaks_the_check_or_is_lost(text: str, column: str) -> None:
    if FIELDS[column] != "paid":
        check_row(Found(**{FIELDS[column]: text}), REFERENCE)
    rows = paste('"' + text.replace('"', '""') + '"', [column])
    assert len(rows) <= 1
