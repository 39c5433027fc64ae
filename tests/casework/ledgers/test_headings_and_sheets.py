"""The right sheet is found by its headings, wherever they stand; every other is listed with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.casework.ledgers.headings import find_headings, fold_heading, ledger_kinds
from desktop.casework.ledgers.reading import KINDS
from desktop.errors import UserError
from tests.casework.ledgers.books import GOOD, HEADINGS, codes, people_xlsx, person, read, xlsx


def _fields(*rows: list[str]) -> dict[str, str | None]:
    found = find_headings(rows)
    assert found is not None
    return {column.heading: column.field for column in found.columns}


def test_every_kind_in_the_data_has_a_reader_and_every_field_a_place_in_its_record() -> None:
    kinds = ledger_kinds()
    assert set(kinds) == set(KINDS)
    for name, kind in kinds.items():
        fields = set(KINDS[name].record.__struct_fields__)
        plain = {field for field, column in kind.columns.items() if column.type != "combined"}
        assert plain <= fields
        assert {f"{field}_code" for field in plain if kind.columns[field].type.startswith("code:")} <= fields
        assert {*kind.required, *kind.any_of} <= set(kind.columns)


@pytest.mark.parametrize("kind", list(ledger_kinds()))
def test_no_heading_of_a_kind_means_two_fields(kind: str) -> None:
    meaning: dict[str, str] = {}
    for field, column in ledger_kinds()[kind].columns.items():
        for word in {fold_heading(word) for word in (column.heading, *column.synonyms)}:
            assert meaning.setdefault(word, field) == field, word


@pytest.mark.parametrize(
    "heading",
    [
        "身份证号",
        "身 份 证 号",
        "身份证\n号码",
        "公民身份号码",
        "证件号码（18位）",
        "*证件号码：",
        "【证件号码】",
        "证件号码 ",
    ],
)
def test_a_heading_is_known_by_its_synonyms_whatever_stands_around_it(heading: str) -> None:
    assert _fields(["姓名", heading])[heading.strip()] == "id_number"


def test_headings_in_two_rows_are_read_together() -> None:
    top = ["序号", "姓名", "家属", "", "到场", "", "基本情况", ""]
    below = ["", "", "姓名", "电话", "时间", "备注", "性别", "民族"]
    fields = _fields(["某次行动登记"], top, below)
    assert fields == {
        "序号": "sequence",
        "姓名": "name",
        "家属姓名": "family_name",
        "家属电话": "family_phone",
        "到场时间": "arrived_at",
        "备注": "note",
        "性别": "sex",
        "民族": "ethnic_group",
    }


def test_rows_under_two_rows_of_headings_are_data(tmp_path: Path) -> None:
    rows = [
        ["登记表"],
        ["序号", "姓名", "性别", "家属", ""],
        ["", "", "", "姓名", "电话"],
        [1, "莫测试", "男", "甘样例", "13800000000"],
    ]

    def merge(book: Any) -> None:
        sheet = book.get_worksheet_by_name("表")
        sheet.merge_range("A1:E1", "登记表")
        sheet.merge_range("D2:E2", "家属")
        sheet.merge_range("A2:A3", "序号")

    reading = read(tmp_path, xlsx(("表", rows), then=merge))
    assert len(reading.rows) == 1
    record = reading.rows[0].record
    assert (record.name, record.family_name, record.family_phone) == ("莫测试", "甘样例", "13800000000")
    assert reading.flags == []


def test_money_under_a_heading_in_ten_thousands_is_counted_so(tmp_path: Path) -> None:
    reading = read(tmp_path, xlsx(("表", [["姓名", "性别", "交纳金额（万元）"], ["莫测试", "男", 6.98]])))
    assert reading.rows[0].record.paid == 6_980_000


def test_a_row_of_data_is_never_taken_for_headings(tmp_path: Path) -> None:
    rows = [["姓名", "性别", "备注"], ["性别", "男", "说明"], ["莫测试", "男", "备注"]]
    reading = read(tmp_path, xlsx(("表", rows)))
    assert [row.record.name for row in reading.rows] == ["性别", "莫测试"]


def test_each_kind_finds_its_own_sheet_in_one_workbook(tmp_path: Path) -> None:
    data = xlsx(
        ("说明", [["请按表填写"]]),
        ("空", []),
        ("警力", [["姓名", "警种", "编组", "证件号"], ["覃样本", "经侦", "第一组", "45000001"]]),
        ("物品", [["物品名称", "单位", "数量"], ["手机", "部", 1]]),
        ("市监", [["姓名", "职务", "执法证号"], ["韦虚构", "执法人员", "45000002"]]),
        ("人员", [HEADINGS, person(姓名="莫测试", 证件号码=GOOD)]),
    )
    sheets = {"people": "人员", "property": "物品", "officers": "警力", "amr_officers": "市监"}
    for kind, sheet in sheets.items():
        reading = read(tmp_path, data, kind)
        assert (reading.kind, reading.sheet, len(reading.rows)) == (kind, sheet, 1)
        reasons = {passed.sheet: passed.code for passed in reading.skipped_sheets}
        assert reasons["说明"] == "ledgers.sheet_without_headings"
        assert reasons["空"] == "ledgers.sheet_empty"
        others = {reasons[other] for other in sheets.values() if other != sheet}
        assert others == {"ledgers.sheet_other_kind"}


def test_a_ledger_of_another_kind_is_not_read_as_this_one(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, people_xlsx(person(姓名="莫测试")), "property")
    assert caught.value.code == "ledgers.no_headings"


def test_two_sheets_of_one_kind_are_read_as_one_list(tmp_path: Path) -> None:
    data = xlsx(
        ("一组", [HEADINGS, person(姓名="莫测试", 证件号码=GOOD)]),
        ("二组", [HEADINGS, person(姓名="甘样例", 介绍人="莫测试", 证件号码=GOOD)]),
    )
    reading = read(tmp_path, data)
    assert reading.sheet == "一组、二组"
    assert [(row.sheet, row.row_number) for row in reading.rows] == [("一组", 2), ("二组", 2)]
    assert reading.rows[1].record.upline_index == 0
    assert all("same_number" in codes(row) for row in reading.rows)
