"""The same ledger gives the same people from xlsx, xls and text in every usual encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.casework.ledgers.reading import read_ledger
from tests.casework.ledgers.books import GOOD, REFERENCE, codes, read

TEXT = f'序号,姓名,性别,证件号码,备注\n1,莫测试,男,{GOOD},\n2,甘样例,女,,"有，逗号\n和换行"\n'
HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "a.csv"),
        ("utf-8-sig", "a.csv"),
        ("gb18030", "a.csv"),
        ("gbk", "a.txt"),
        ("utf-16", "a.csv"),
    ],
)
def test_text_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str, name: str) -> None:
    reading = read(tmp_path, TEXT.encode(encoding), name=name)
    assert [row.record.name for row in reading.rows] == ["莫测试", "甘样例"]
    assert reading.rows[0].record.id_number == GOOD
    assert reading.rows[1].record.note == "有，逗号\n和换行"


@pytest.mark.parametrize(("separator", "name"), [("\t", "a.tsv"), (";", "a.csv"), ("\t", "a.csv")])
def test_other_separators_are_noticed(tmp_path: Path, separator: str, name: str) -> None:
    text = "标题\n" + TEXT.splitlines()[0].replace(",", separator) + f"\n1{separator}莫测试{separator}男\n"
    reading = read(tmp_path, text.encode(), name=name)
    assert (reading.rows[0].record.name, reading.rows[0].row_number) == ("莫测试", 3)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_every_way(tmp_path: Path, end: str) -> None:
    text = end.join(["姓名,性别", "莫测试,男", ",", "甘样例,女", ",", ""])
    reading = read(tmp_path, text.encode(), name="a.csv")
    assert [row.record.name for row in reading.rows] == ["莫测试", "甘样例"]
    assert [row.row for row in reading.refused] == [3]


def test_rare_characters_survive_gb18030(tmp_path: Path) -> None:
    reading = read(tmp_path, "姓名,性别\n𫖯𬍛·样例,男\n".encode("gb18030"), name="a.csv")
    assert reading.rows[0].record.name == "𫖯𬍛·样例"


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    reading = read(tmp_path, b"\xef\xbb\xbf" + "姓名,性别,备注\n=1+1,男,@x\n".encode(), name="a.csv")
    assert (reading.rows[0].record.name, reading.rows[0].record.note) == ("=1+1", "@x")


def test_a_number_that_a_spreadsheet_rounded_before_saving_as_text_is_flagged(tmp_path: Path) -> None:
    reading = read(tmp_path, "姓名,证件号码\n莫测试,4.50923E+17\n".encode(), name="a.csv")
    assert codes(reading.rows[0]) == {"id_rounded"}
    assert reading.rows[0].record.id_number_claimed == "4.50923E+17"


def test_an_old_workbook_is_read_with_its_dates_times_and_rounded_numbers() -> None:
    reading = read_ledger(HERE / "people.xls", "people", reference=REFERENCE)
    first, second = (row.record for row in reading.rows)
    assert (first.name, str(first.birth), first.id_number, first.paid) == (
        "莫测试",
        "1985-04-12",
        GOOD,
        380_000,
    )
    assert first.arrived_at is not None
    assert (first.arrived_at.hour, first.arrived_at.minute) == (9, 20)
    assert (second.name, str(second.birth), second.id_number, second.paid) == (
        "甘样例",
        "1990-10-01",
        None,
        380_000,
    )
    assert codes(reading.rows[1]) == {"id_rounded"}


def test_an_old_workbook_with_a_long_number_formatted_as_a_date_is_read_and_flagged() -> None:
    reading = read_ledger(HERE / "number_as_date.xls", "people", reference=REFERENCE)
    assert codes(reading.rows[0]) == {"id_rounded"}


def test_reading_leaves_the_file_and_its_folder_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT, "utf-8")
    path.chmod(0o444)
    before = path.stat()
    read_ledger(path, "people", reference=REFERENCE)
    after = path.stat()
    assert (before.st_mtime_ns, before.st_size, before.st_mode) == (
        after.st_mtime_ns,
        after.st_size,
        after.st_mode,
    )
    assert list(tmp_path.iterdir()) == [path]
