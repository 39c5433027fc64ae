"""Every row in comes out as one person, typed as far as it can be read and flagged where it cannot."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.casework.ledgers.cells import BEIJING
from desktop.casework.ledgers.rows import LedgerRow, PersonRow, plain
from desktop.casework.partial_dates import PartialDate
from tests.casework.ledgers.books import (
    GOOD,
    HEADINGS,
    codes,
    number,
    one,
    people,
    people_xlsx,
    person,
    read,
    repack,
    wide,
    xlsx,
)

FULL = {
    "序号": 1,
    "现场编号": "A001",
    "姓名": "莫测试",
    "性别": "男",
    "出生日期": "1985-04-12",
    "证件类型": "居民身份证",
    "证件号码": GOOD,
    "联系电话": "13800000000",
    "是否未成年": "否",
    "到场时间": "09:20",
    "离开时间": "12:00",
    "介绍人": "无",
    "加入时间": "2019-05",
    "交纳金额": 69800,
    "处置": "教育遣散",
    "备注": "无",
}


def test_a_full_row_is_typed_and_has_nothing_to_remark(tmp_path: Path) -> None:
    record, found = one(tmp_path, **FULL)
    assert found == set()
    assert (record.sequence, record.site_number, record.name) == ("1", "A001", "莫测试")
    assert (record.sex, record.sex_code, record.birth) == ("男", "1", PartialDate(1985, 4, 12))
    assert (record.id_type_code, record.id_number, record.id_number_claimed) == ("111", GOOD, GOOD)
    assert record.arrived_at == datetime(2020, 6, 7, 9, 20, tzinfo=BEIJING)
    assert (record.joined_on, record.paid) == (PartialDate(2019, 5), 6_980_000)
    assert (record.disposition, record.disposition_code) == ("教育遣散", "educate_and_send_home")
    assert (record.extra, record.claimed) == ({}, {})


def test_ninety_three_rows_in_are_ninety_three_people_out(tmp_path: Path) -> None:
    rows = [
        person(
            序号=at, 姓名="" if at % 7 == 0 else f"样例{at}", 证件号码="坏" if at % 5 == 0 else "", 性别="男"
        )
        for at in range(93)
    ]
    reading = read(tmp_path, people_xlsx(*rows))
    assert [row.row_number for row in reading.rows] == list(range(3, 96))
    assert reading.refused == []


def test_only_rows_that_are_no_record_are_refused_and_each_is_listed(tmp_path: Path) -> None:
    rows = [
        person(序号=1, 姓名="莫测试", 性别="男"),
        person(),
        list(HEADINGS),
        person(序号="合计", 交纳金额=3800),
        person(序号="共计2人"),
        person(序号=2),
        person(序号=3, 姓名="甘样例", 性别="女"),
        person(),
    ]
    reading = read(tmp_path, people_xlsx(*rows))
    assert [row.row_number for row in reading.rows] == [3, 9]
    assert [(row.row, row.code) for row in reading.refused] == [
        (4, "ledgers.row_empty"),
        (5, "ledgers.row_headings_again"),
        (6, "ledgers.row_total"),
        (7, "ledgers.row_total"),
        (8, "ledgers.row_only_number"),
    ]


@pytest.mark.parametrize(
    ("written", "flag"),
    [
        ("450923198504120018", "id_check_digit"),
        ("450923198504310019", "id_birth_date"),
        ("450923850412001", "id_fifteen"),
        ("4509231985", "id_length"),
        ("拒绝提供", "id_characters"),
        ("4.50923E+17", "id_rounded"),
        ("450923198504120000", "id_rounded"),
        (450923198504120019.0, "id_rounded"),
        (450923850412001.0, "id_fifteen"),
    ],
)
def test_a_wrong_number_stays_a_claim_and_is_never_mended(
    tmp_path: Path, written: str | float, flag: str
) -> None:
    record, found = one(tmp_path, 性别="男", 证件类型="居民身份证", 证件号码=written)
    assert found == {flag}
    assert record.id_number is None
    assert record.id_number_claimed
    if isinstance(written, str):
        assert record.id_number_claimed == written


@pytest.mark.parametrize(
    "written",
    [f" {GOOD} ", wide(GOOD), "450923 19850412 0019", "11010519491231002x"],
)
def test_spaces_wide_digits_and_a_small_x_are_cleaned(tmp_path: Path, written: str) -> None:
    record, found = one(tmp_path, 性别="", 证件类型="身份证", 证件号码=written)
    assert record.id_number in (GOOD, "11010519491231002X")
    assert found <= {"id_cleaned"}
    assert record.id_number_claimed == written.strip()


def test_a_good_number_that_ends_in_zeros_is_kept_and_a_person_is_asked_to_look(tmp_path: Path) -> None:
    record, found = one(tmp_path, 性别="女", 证件类型="身份证", 证件号码="450923198504139000")
    assert (record.id_number, found) == ("450923198504139000", {"id_ends_in_zeros"})


def test_a_number_and_a_column_that_contradict_each_other_are_flagged(tmp_path: Path) -> None:
    record, found = one(tmp_path, 性别="女", 出生日期="1985-04-13", 证件号码=GOOD)
    assert found == {"sex_differs", "birth_differs"}
    assert (record.sex_code, record.birth) == ("2", PartialDate(1985, 4, 13))
    assert one(tmp_path, 性别="男", 出生日期="1985", 证件号码=GOOD)[1] == set()


def test_residence_permits_and_foreign_papers_are_taken_with_their_type(tmp_path: Path) -> None:
    record, found = one(tmp_path, 证件号码=number(830000))
    assert (record.id_type_code, found) == ("taiwan_permit", set())
    assert one(tmp_path, 证件类型="居民身份证", 证件号码=number(810000))[1] == {"id_type_differs"}
    assert one(tmp_path, 证件类型="护照", 证件号码=GOOD)[1] == {"id_type_differs"}
    record, found = one(tmp_path, 证件类型="护照", 证件号码="E12345678")
    assert (record.id_type_code, record.id_number, found) == ("414", "E12345678", set())
    record, found = one(tmp_path, 证件类型="外国某证", 证件号码="AB-123456")
    assert (record.id_number, found) == (None, {"code_unknown", "id_characters"})
    record, found = one(tmp_path, 证件号码="E12345678")
    assert (record.id_number, record.id_number_claimed, found) == (None, "E12345678", {"id_type_missing"})


def test_no_name_and_no_number_is_a_person_all_the_same(tmp_path: Path) -> None:
    rows = people(tmp_path, person(性别="男", 处置="教育遣散"), person(备注="自报“阿样”"))
    assert [codes(row) for row in rows] == [{"no_name_no_number"}, {"no_name_no_number", "one_cell_row"}]


def test_minors_are_flagged_and_so_is_a_claim_that_says_otherwise(tmp_path: Path) -> None:
    assert one(tmp_path, 证件号码=number(born="20020608", sequence=2))[1] == {"minor"}
    assert one(tmp_path, 证件号码=number(born="20020607", sequence=2))[1] == set()
    assert one(tmp_path, 出生日期="2004.3.9", 是否未成年="是")[1] == {"minor"}
    assert one(tmp_path, 出生日期="2004.3.9", 是否未成年="否")[1] == {"minor", "minor_claim_differs"}
    assert one(tmp_path, 出生日期="1990-01-01", 是否未成年="是")[1] == {"minor_claim_differs"}
    assert one(tmp_path, 出生日期="2002")[1] == {"minor_possible"}
    assert one(tmp_path, 是否未成年="是")[1] == {"minor"}


def test_a_stay_over_eight_hours_is_flagged_and_the_next_day_understood(tmp_path: Path) -> None:
    assert one(tmp_path, 到场时间="09:20", 离开时间="17:20")[1] == set()
    assert one(tmp_path, 到场时间="09:20", 离开时间="17:21")[1] == {"over_eight_hours"}
    record, found = one(tmp_path, 到场时间="22:00", 离开时间="01:30")
    assert found == {"left_next_day"}
    assert record.left_at == datetime(2020, 6, 8, 1, 30, tzinfo=BEIJING)
    record, found = one(tmp_path, 到场时间="2020-06-07 22:00", 离开时间="2020-06-07 21:00")
    assert found == {"left_before_arrival"}
    assert one(tmp_path, 到场时间="2020-06-06 22:00", 离开时间="23:00")[1] == set()


@pytest.mark.parametrize(
    "typed",
    ["09:20", "9:20", "0920", "9：20", "9时20分", "9点20", time(9, 20), 0.3888889, 920, "2020/6/7 9:20"],
)
def test_one_time_is_read_however_it_is_typed(tmp_path: Path, typed: str | float | time) -> None:
    record, found = one(tmp_path, 性别="男", 到场时间=typed)
    assert (record.arrived_at, found) == (datetime(2020, 6, 7, 9, 20, tzinfo=BEIJING), set())


@pytest.mark.parametrize("typed", ["早上", "25:00", "2461", "9", 9, "09:20:99"])
def test_a_time_nobody_can_read_stays_as_it_was_written(tmp_path: Path, typed: str | int) -> None:
    record, found = one(tmp_path, 性别="男", 到场时间=typed)
    assert record.arrived_at is None
    assert record.claimed == {"arrived_at": str(typed)}
    assert found == {"time_unreadable"}


@pytest.mark.parametrize(
    ("typed", "value", "flag"),
    [
        (date(1985, 4, 12), "1985-04-12", None),
        (31149, "1985-04-12", "date_from_serial"),
        (19850412, "1985-04-12", None),
        ("1985年4月12日", "1985-04-12", None),
        ("1985年4月", "1985-04", None),
        (1985, "1985", None),
        ("15/05/20", None, "date_ambiguous"),
        ("4月12日", None, "date_ambiguous"),
        ("1985-02-30", None, "date_impossible"),
        ("不详", None, "date_unreadable"),
        ("2021-01-01", "2021-01-01", "date_in_future"),
    ],
)
def test_a_birth_date_is_read_or_kept_as_text(
    tmp_path: Path, typed: str | int | date, value: str | None, flag: str | None
) -> None:
    record, found = one(tmp_path, 性别="男", 出生日期=typed)
    assert found == ({flag} if flag else set())
    assert record.birth == (PartialDate.parse(value) if value else None)
    assert record.claimed == ({} if value else {"birth": str(typed)})


def test_a_day_of_the_matter_without_a_year_takes_the_reference_year(tmp_path: Path) -> None:
    record, found = one(tmp_path, 性别="男", 加入时间="5月1日")
    assert (record.joined_on, found) == (PartialDate(2020, 5, 1), {"year_assumed"})
    assert one(tmp_path, 性别="男", 加入时间="2020-07")[1] == {"date_in_future"}


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        (69800, 6_980_000),
        ("69,800元", 6_980_000),
        ("￥3800.5", 380_050),
        ("6.98万", 6_980_000),
        (wide("69800"), 6_980_000),
        ("0", 0),
    ],
)
def test_money_is_counted_in_fen(tmp_path: Path, typed: str | int, fen: int) -> None:
    record, found = one(tmp_path, 性别="男", 交纳金额=typed)
    assert (record.paid, found) == (fen, set())


@pytest.mark.parametrize("typed", ["约三千", "3800-69800", "0.001", "1e3"])
def test_money_nobody_can_read_stays_as_it_was_written(tmp_path: Path, typed: str) -> None:
    record, found = one(tmp_path, 性别="男", 交纳金额=typed)
    assert (record.paid, record.claimed, found) == (None, {"paid": typed}, {"money_unreadable"})


@pytest.mark.parametrize(
    "typed",
    [
        "13800000000",
        13800000000,
        "138 0000 0000",
        "+86 13800000000",
        "0775-8222222",
        "8222222",
        "13800000000/13900000000",
    ],
)
def test_telephones_of_every_usual_form_are_taken(tmp_path: Path, typed: str | int) -> None:
    record, found = one(tmp_path, 性别="男", 联系电话=typed)
    assert (record.phone, found) == (str(typed), set())


@pytest.mark.parametrize("typed", ["1380000000", "23800000000", "无手机\n联系村委"])
def test_what_is_no_telephone_is_kept_and_flagged(tmp_path: Path, typed: str) -> None:
    record, found = one(tmp_path, 性别="男", 联系电话=typed)
    assert (record.phone, found) == (typed, {"phone"})


def test_the_same_person_twice_is_flagged_on_both_rows_and_not_merged(tmp_path: Path) -> None:
    rows = people(
        tmp_path,
        person(姓名="莫测试", 证件号码=GOOD),
        person(姓名="莫 测试", 出生日期="1985-04-12", 证件号码=GOOD),
        person(姓名="莫测试", 出生日期="1985.4.12"),
        person(姓名="无名氏", 出生日期="1985"),
        person(姓名="无名氏", 出生日期="1985"),
    )
    assert len(rows) == 5
    assert [codes(row) for row in rows[:3]] == [
        {"same_number"},
        {"same_number", "same_name_and_birth"},
        {"same_name_and_birth"},
    ]
    assert "第 4 行" in rows[0].flags[0].reason_zh
    assert "row 3" in next(found for found in rows[1].flags if found.code.endswith("same_number")).reason_en
    assert not codes(rows[3]) | codes(rows[4])


def test_two_rounded_numbers_are_not_the_same_person(tmp_path: Path) -> None:
    rows = people(
        tmp_path, person(姓名="莫测试", 证件号码="4.50923E+17"), person(姓名="甘样例", 证件号码="4.50923E+17")
    )
    assert [codes(row) for row in rows] == [{"id_rounded"}, {"id_rounded"}]


def test_a_site_number_given_twice_is_flagged(tmp_path: Path) -> None:
    rows = people(tmp_path, person(姓名="莫测试", 现场编号="A1"), person(姓名="甘样例", 现场编号="A 1"))
    assert all("same_site_number" in codes(row) for row in rows)


def _records(rows: list[LedgerRow]) -> list[PersonRow]:
    return [row.record for row in rows if isinstance(row.record, PersonRow)]


def test_an_upline_in_the_list_is_linked_and_one_outside_stays_text(tmp_path: Path) -> None:
    rows = people(
        tmp_path,
        person(姓名="莫测试", 现场编号="A001", 介绍人="外地人"),
        person(姓名="甘 样例", 介绍人="莫测试"),
        person(姓名="覃样本", 介绍人="甘样例（B009）"),
        person(姓名="韦虚构", 介绍人="A001"),
        person(姓名="农假设", 介绍人="不详"),
    )
    assert [(one.upline_claimed, one.upline_index, one.upline_row) for one in _records(rows)] == [
        ("外地人", None, None),
        ("莫测试", 0, 3),
        ("甘样例（B009）", 1, 4),
        ("A001", 0, 3),
        ("不详", None, None),
    ]
    assert ["upline_not_listed" in codes(row) for row in rows] == [True, False, False, False, False]


def test_an_upline_with_a_common_name_is_not_guessed(tmp_path: Path) -> None:
    rows = people(
        tmp_path,
        person(姓名="莫测试", 现场编号="A1"),
        person(姓名="莫测试", 现场编号="A2"),
        person(姓名="甘样例", 介绍人="莫测试"),
        person(姓名="覃样本", 介绍人="莫测试（A2）"),
    )
    assert codes(rows[2]) == {"upline_several"}
    assert [one.upline_index for one in _records(rows)] == [None, None, None, 1]


def test_oneself_as_upline_and_loops_are_flagged(tmp_path: Path) -> None:
    rows = people(
        tmp_path,
        person(姓名="莫测试", 介绍人="莫测试"),
        person(姓名="甘样例", 介绍人="覃样本"),
        person(姓名="覃样本", 介绍人="韦虚构"),
        person(姓名="韦虚构", 介绍人="甘样例"),
        person(姓名="农假设", 介绍人="韦虚构"),
    )
    loop = {"upline_loop"}
    assert [codes(row) for row in rows] == [{"upline_self"}, loop, loop, loop, set()]
    assert rows[0].record.upline_index is None


def test_a_chain_of_five_thousand_uplines_is_followed_without_trouble(tmp_path: Path) -> None:
    names = [f"样例{at}" for at in range(5000)]
    lines = ["姓名,介绍人,性别"] + [f"{name},{upline},男" for name, upline in pairwise([*names, names[0]])]
    reading = read(tmp_path, "\n".join(lines).encode(), name="a.csv")
    assert all(codes(row) == {"upline_loop"} for row in reading.rows)


def test_hostile_text_comes_through_word_for_word(tmp_path: Path) -> None:
    text = "<b>&\"';--=1+1 _x0041_ 𫖯𬍛"
    record, _ = one(tmp_path, 备注=text, 介绍人="=1+1", 现场编号="@A")
    assert (record.note, record.upline_claimed, record.site_number) == (text, "=1+1", "@A")
    assert one(tmp_path, 姓名="买买提·样例")[0].name == "买买提·样例"


def test_invisible_characters_are_kept_and_said(tmp_path: Path) -> None:
    record, found = one(tmp_path, 姓名="莫\u200b测\u202e试", 性别="男")
    assert record.name == "莫\u200b测\u202e试"
    assert "hidden_characters" in found


def test_unknown_columns_and_columns_without_a_heading_are_kept(tmp_path: Path) -> None:
    rows = [["姓名", "性别", "血型", "", "姓名"], ["莫测试", "男", "A型", "无题", "二名"], ["甘样例", "女"]]
    reading = read(tmp_path, xlsx(("表", rows)))
    assert reading.rows[0].record.extra == {"血型": "A型", "第D列": "无题", "姓名（E列）": "二名"}
    assert reading.rows[1].record.extra == {}
    assert reading.columns_unknown == ["血型", "姓名（E列）", "第D列"]
    assert [found.code for found in reading.flags if found.row == 0] == ["ledgers.column_twice"]


def test_a_long_number_that_was_rounded_is_flagged_in_every_column(tmp_path: Path) -> None:
    rows = [
        ["姓名", "性别", "银行卡号", "笔录编号"],
        ["莫测试", "男", 6228480000000000018.0, 4509230000000000011.0],
    ]
    row = read(tmp_path, xlsx(("表", rows))).rows[0]
    assert [(found.column, found.code) for found in row.flags] == [
        ("银行卡号", "ledgers.number_rounded"),
        ("笔录编号", "ledgers.number_rounded"),
    ]


def test_words_outside_a_code_table_are_kept_and_said(tmp_path: Path) -> None:
    record, found = one(tmp_path, 性别="未填", 处置="待定")
    assert (record.sex, record.sex_code, record.disposition_code) == ("未填", None, None)
    assert found == {"code_unknown"}


def test_a_formula_is_read_by_its_saved_value_and_flagged_without_one(tmp_path: Path) -> None:
    def formulas(book: Any) -> None:
        sheet = book.get_worksheet_by_name("表")
        sheet.write_formula("A2", "=T(B9)", None, "莫测试")
        sheet.write_formula("B2", '="男"', None, "男")
        sheet.write_formula("C2", "=1900*2", None, 3800)
        sheet.write_formula("D2", "=NA()", None, "#N/A")

    rows = [["姓名", "性别", "交纳金额", "备注", "现住址"], ["", "", "", "", "某地"]]
    data = xlsx(("表", rows), then=formulas)
    row = read(tmp_path, data).rows[0]
    assert (row.record.name, row.record.paid, row.record.note) == ("莫测试", 380_000, None)
    assert [(found.column, found.code) for found in row.flags] == [("备注", "ledgers.error_value")]

    def forget(name: str, old: bytes) -> bytes:
        return old.replace(b"<v>3800</v>", b"") if name.endswith("sheet1.xml") else old

    row = read(tmp_path, repack(data, forget)).rows[0]
    assert row.record.paid is None
    assert ("交纳金额", "ledgers.formula_without_value") in [
        (found.column, found.code) for found in row.flags
    ]


@pytest.mark.parametrize("style", ["yyyy-mm-dd", "[h]:mm"])
@pytest.mark.parametrize("written", [450923198504120019.0, 1e300, -1e18, 450923198504.0, 1e10, 1e9])
def test_a_number_that_is_no_date_is_read_however_its_cell_is_formatted(
    tmp_path: Path, written: float, style: str
) -> None:
    def as_dates(book: Any) -> None:
        sheet = book.get_worksheet_by_name("表")
        sheet.write_number("C2", written, book.add_format({"num_format": style}))
        sheet.write_number("D2", 43989, book.add_format({"num_format": "yyyy-mm-dd"}))

    rows = [["姓名", "性别", "证件号码", "加入时间"], ["莫测试", "男"]]
    reading = read(tmp_path, xlsx(("表", rows), then=as_dates))
    record = reading.rows[0].record
    assert (record.id_number, str(record.joined_on)) == (None, "2020-06-07")
    assert record.id_number_claimed
    assert codes(reading.rows[0]) & {"id_rounded", "id_type_missing"}


def test_a_merged_cell_counts_for_its_first_row_and_the_others_are_told(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        book.get_worksheet_by_name("表").merge_range("C2:C4", "3800")

    rows = [["姓名", "性别", "交纳金额"], *([name, "男", ""] for name in ("莫测试", "甘样例", "覃样本"))]
    reading = read(tmp_path, xlsx(("表", rows), then=merge))
    assert [row.record.paid for row in reading.rows] == [380_000, None, None]
    assert [codes(row) for row in reading.rows] == [set(), {"merged_cell"}, {"merged_cell"}]
    assert "第 2 行" in reading.rows[2].flags[0].reason_zh


def test_two_values_in_one_cell_are_told_apart_or_kept(tmp_path: Path) -> None:
    rows = [
        ["姓名", "证件类型/号码", "家属姓名/电话", "交纳金额/份数"],
        ["莫测试", f"居民身份证 {GOOD}", "甘样例/13800000000", "69800/21份"],
        ["覃样本", "没带证件", "家里没人", "几千"],
    ]
    reading = read(tmp_path, xlsx(("表", rows)))
    first, second = (row.record for row in reading.rows)
    assert (first.id_type_code, first.id_number) == ("111", GOOD)
    assert (first.family_name, first.family_phone) == ("甘样例", "13800000000")
    assert (first.paid, first.shares) == (6_980_000, "21份")
    assert second.claimed == {"id_document": "没带证件", "family_contact": "家里没人", "paid_shares": "几千"}


def test_a_reading_is_plain_json_with_text_for_dates(tmp_path: Path) -> None:
    values = plain(read(tmp_path, people_xlsx(person(**FULL))))
    record = values["rows"][0]["record"]
    assert (record["birth"], record["joined_on"]) == ("1985-04-12", "2019-05")
    assert record["arrived_at"] == "2020-06-07T09:20:00+08:00"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(HEADINGS))), before=st.integers(0, 3), left=st.integers(0, 3))
def test_the_headings_may_stand_in_any_order_and_place(
    tmp_path: Path, order: list[int], before: int, left: int
) -> None:
    cells = person(**FULL)
    rows = [["标题"]] * before + [
        [""] * left + [HEADINGS[at] for at in order],
        [""] * left + [cells[at] for at in order],
    ]
    reading = read(tmp_path, xlsx(("表", rows)))
    usual = read(tmp_path, people_xlsx(cells))
    assert reading.rows[0].record == usual.rows[0].record
    assert reading.columns_unknown == []
