"""Lists as workbooks: as shown and masked, every text a text, nothing left beside them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Connection

from desktop.casework import sheets
from desktop.casework.ledgers.headings import ledger_kinds
from desktop.casework.ledgers.workbooks import template_bytes
from desktop.casework.listing import LISTINGS, Query
from desktop.casework.sheets import query_workbook
from desktop.errors import Cancelled, UserError
from tests.casework.ledgers.books import GOOD, read
from tests.casework.lists.worlds import found_person, memory, put

HOSTILE = [
    "=1+1", "+8613800001111", "@x", "-2", "<b>&\"';--", "_x0041_", "https://example.invalid", "007",
    "{=1}", "两行\n文字", "𫖯",
]  # fmt: skip


@pytest.fixture
def conn() -> Iterator[Connection]:
    with memory() as found:
        yield found


def _cells(data: bytes) -> list[dict[str, Any]]:
    rows = openpyxl.load_workbook(BytesIO(data)).worksheets[0].iter_rows()
    headings = [cell.value for cell in next(rows)]
    return [dict(zip(headings, row, strict=True)) for row in rows]


def test_every_text_comes_out_as_it_is_and_is_no_formula(conn: Connection) -> None:
    raid = put(conn, "raid", title="=2+2")
    for number, text in enumerate(HOSTILE):
        found_person(conn, raid, text, note=text, site_number=str(number), household=text)
    data = query_workbook(conn, Query("people", raid))
    rows = _cells(data)
    assert [row["姓名"].value for row in rows] == HOSTILE
    assert [row["备注"].value for row in rows] == HOSTILE
    assert {cell.data_type for row in rows for cell in row.values() if cell.value is not None} <= {"s", "n"}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
            assert b"<hyperlink" not in archive.read(name)


def test_a_workbook_shows_what_the_list_shows_in_its_order(conn: Connection) -> None:
    raid = put(conn, "raid", started_at="2020-06-07T09:20+08:00")
    found_person(conn, raid, "莫测试", site_number="2", id_number=GOOD, paid=380050, disposition="rescue")
    found_person(conn, raid, "甘样例", site_number="10", id_number_claimed=GOOD[:-1] + "X")
    found_person(conn, None, "韦练习")
    query = Query("people", raid, sort=("site_number", False), contains=(("name", ""),))
    second, first = _cells(query_workbook(conn, query))
    assert (first["姓名"].value, first["证件号码"].value) == ("莫测试", "450923********0019")
    assert (first["处置"].value, first["年龄"].value) == ("解救", 35)
    assert (first["交纳金额（元）"].value, first["交纳金额（元）"].number_format) == (3800.5, "0.00")
    assert second["证件号码"].value == "450923********001X（自报）"
    assert len(_cells(query_workbook(conn, query, limit=1))) == 1
    revealed = _cells(query_workbook(conn, query, revealed=True, language="en"))
    assert revealed[1]["Identity number"].value == GOOD


@pytest.mark.parametrize("name", list(LISTINGS))
def test_every_list_has_a_workbook_even_when_it_is_empty(conn: Connection, name: str) -> None:
    for language in ("zh", "en"):
        sheet = openpyxl.load_workbook(
            BytesIO(query_workbook(conn, Query(name), language=language))
        ).worksheets[0]
        assert [cell.value for cell in sheet[1]] == [
            getattr(column, language) for column in LISTINGS[name].columns
        ]


def test_a_list_that_is_too_long_is_refused_before_anything_is_written(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "ROWS", 2)
    for _ in range(3):
        put(conn, "lead", summary="x")
    with pytest.raises(UserError) as caught:
        query_workbook(conn, Query("leads"))
    assert caught.value.code == "lists.too_many_rows"
    assert len(_cells(query_workbook(conn, Query("leads"), limit=2))) == 2


def test_whoever_watches_is_told_how_far_it_is_and_may_cancel(conn: Connection) -> None:
    for _ in range(3):
        put(conn, "lead", summary="x")
    told: list[tuple[int, int]] = []
    query_workbook(conn, Query("leads"), watch=lambda done, of: told.append((done, of)))
    assert told == [(3, 3)]

    def cancel(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        query_workbook(conn, Query("leads"), watch=cancel)


FILLED = {
    "people": {
        "序号": "1", "现场编号": "A1", "姓名": "莫测试", "性别": "男", "出生日期": "1985-04-12",
        "证件类型": "居民身份证", "证件号码": GOOD, "民族": "汉", "联系电话": "13800001111",
        "是否未成年": "否", "到场时间": "2020-06-07 09:30", "离开时间": "2020-06-07 16:00",
        "加入时间": "2019-05", "交纳金额": "3800.50", "处置": "教育遣散", "备注": "=1+1",
    },
    "property": {"物品名称": "手机", "数量": "2", "单位": "部", "备注": "@x"},
    "officers": {"姓名": "韦练习", "警种": "经侦", "编组": "第一组", "证件号": "450001"},
    "amr_officers": {"姓名": "陈珍", "执法证号": "45092301001", "职务": "股长"},
}  # fmt: skip


@pytest.mark.parametrize("kind", list(ledger_kinds()))
def test_a_template_that_somebody_filled_in_is_read_without_a_flag(tmp_path: Path, kind: str) -> None:
    book = openpyxl.load_workbook(BytesIO(template_bytes(kind)))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    for heading, text in FILLED[kind].items():
        cell = sheet.cell(2, places[heading], text)
        cell.data_type = "s"
    output = BytesIO()
    book.save(output)
    reading = read(tmp_path, output.getvalue(), kind)
    assert len(reading.rows) == 1
    assert (reading.flags, reading.refused, reading.columns_unknown) == ([], [], [])
