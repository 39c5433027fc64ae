"""Templates and reports: what is written is text, and a filled template reads back as it was."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from desktop.casework.ledgers.headings import ledger_kinds
from desktop.casework.ledgers.reading import KINDS
from desktop.casework.ledgers.rows import PersonRow
from desktop.casework.ledgers.workbooks import fate_report, template_bytes, write_template
from desktop.errors import UserError
from tests.casework.ledgers.books import GOOD, people_xlsx, person, read


@pytest.mark.parametrize("kind", list(ledger_kinds()))
def test_an_empty_template_has_the_headings_and_choices_and_no_row(tmp_path: Path, kind: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, template_bytes(kind), kind)
    assert caught.value.code == "ledgers.no_rows"
    book = openpyxl.load_workbook(BytesIO(template_bytes(kind)))
    about = ledger_kinds()[kind]
    headings = [cell.value for cell in book.worksheets[0][1]]
    assert headings == [column.heading for column in about.columns.values() if column.type != "combined"]
    codes = [column for column in about.columns.values() if column.type.startswith("code:")]
    assert len(book.worksheets[0].data_validations.dataValidation) == len(codes)
    assert book.worksheets[1].sheet_state == "hidden"


@pytest.mark.parametrize("kind", list(ledger_kinds()))
def test_a_template_with_records_reads_back_as_the_same_records(tmp_path: Path, kind: str) -> None:
    hostile = "<b>&\"';--=1+1 @x _x0041_"
    record = KINDS[kind].record(name=hostile, note="=HYPERLINK(1)", sequence="1", extra={"附加": "=1+1"})
    reading = read(tmp_path, template_bytes(kind, [record]), kind)
    assert reading.rows[0].record.name == hostile
    assert (reading.rows[0].record.note, reading.rows[0].record.extra) == ("=HYPERLINK(1)", {"附加": "=1+1"})


def test_people_survive_the_round_trip_with_everything_that_was_claimed(tmp_path: Path) -> None:
    rows = [
        person(
            姓名="莫测试",
            性别="男",
            出生日期="1985-04-12",
            证件类型="身份证",
            证件号码=GOOD,
            交纳金额="3800.5",
        ),
        person(姓名="甘样例", 出生日期="15/05/20", 证件号码="4.50923E+17", 到场时间="早上", 介绍人="莫测试"),
        person(备注="什么也不说", 性别="女", 到场时间="22:00", 离开时间="01:30", 加入时间="2019-05"),
    ]
    first = read(tmp_path, people_xlsx(*rows))
    records = [row.record for row in first.rows if isinstance(row.record, PersonRow)]
    again = read(tmp_path, template_bytes("people", records))
    skip = {"upline_row"}
    for before, after in zip(records, again.rows, strict=True):
        for name in set(PersonRow.__struct_fields__) - skip:
            assert getattr(after.record, name) == getattr(before, name), name


def test_no_cell_of_a_report_is_a_formula_and_every_row_has_its_fate(tmp_path: Path) -> None:
    rows = [
        person(姓名="莫测试", 联系电话="=1+1", 介绍人="=cmd|x"),
        person(),
        person(姓名="甘样例", 出生日期="2010-01-01"),
        person(姓名="=韦+练习", 性别="男"),
    ]
    reading = read(tmp_path, people_xlsx(*rows))
    data = fate_report(reading)
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    lines = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]
    assert [(line[1], line[2]) for line in lines] == [
        (3, "联系电话"),
        (3, "介绍人(上线)"),
        (4, ""),
        (5, "出生日期"),
        (6, ""),
    ]
    assert lines[0][5] == "=1+1"
    assert lines[2][3:5] == ("未读入", "空行")
    assert lines[4][3:6] == ("已读入", "", "=韦+练习")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]


def test_a_template_is_written_whole_and_alone(tmp_path: Path) -> None:
    write_template("people", tmp_path / "模板.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["模板.xlsx"]
    assert openpyxl.load_workbook(tmp_path / "模板.xlsx").sheetnames[0] == "查获人员登记表"


def test_a_template_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        template_bytes("cats")
    assert caught.value.code == "ledgers.unknown_kind"
