"""Files that are no ledgers, or too much of one, end in one clear sentence: nothing is half read."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from desktop.casework.ledgers import limits
from desktop.casework.ledgers.headings import ledger_kinds
from desktop.casework.ledgers.reading import read_ledger
from desktop.casework.ledgers.xlsx_guard import inspect_xlsx, unseen_values
from desktop.errors import UserError
from tests.casework.ledgers.books import HEADINGS, REFERENCE, people_xlsx, person, read, repack, xlsx

HERE = Path(__file__).parent


def _refused(folder: Path, data: bytes, name: str = "ledger.xlsx", kind: str = "people") -> str:
    with pytest.raises(UserError) as caught:
        read(folder, data, kind, name)
    assert caught.value.sentence("zh")
    assert caught.value.sentence("en")
    assert [path.name for path in folder.iterdir()] == [name]
    assert (folder / name).read_bytes() == data
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "ledger.xlsx"),
        (b"", "ledger.csv"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "ledger.xlsx"),
        (b"%PDF-1.7\n", "ledger.xlsx"),
        (b"<html><table><tr><td>x</td></tr></table>", "ledger.xls"),
        (b"MZ\0\0\0\0", "ledger.csv"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, data: bytes, name: str) -> None:
    assert _refused(tmp_path, data, name) == "ledgers.not_a_workbook"


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_ledger(tmp_path, "people", reference=REFERENCE)
    assert caught.value.code == "ledgers.not_a_workbook"
    with pytest.raises(UserError) as caught:
        read_ledger(tmp_path / "none.xlsx", "people", reference=REFERENCE)
    assert caught.value.code == "environment.not_found"


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_a_workbook_cut_short_is_damaged(tmp_path: Path, kept: float) -> None:
    data = people_xlsx(person(姓名="莫测试"))
    assert _refused(tmp_path, data[: int(len(data) * kept)]) == "ledgers.damaged"


def test_a_workbook_with_a_flipped_byte_is_read_or_refused_but_never_crashes(tmp_path: Path) -> None:
    data = people_xlsx(person(姓名="莫测试"))
    for at in range(0, len(data), 61):
        broken = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        with suppress(UserError):
            assert len(read(tmp_path, broken).rows) == 1


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        ("xlsx", "ledger.xls", "xlsx"),
        ("xlsx", "ledger.csv", "xlsx"),
        ("xls", "ledger.xlsx", "xls"),
        ("text", "ledger.xlsx", "text"),
        ("text", "ledger.xls", "text"),
        ("xlsx", "ledger", "xlsx"),
    ],
)
def test_a_wrong_extension_is_named_with_what_the_file_is(
    tmp_path: Path, data: str, name: str, found: str
) -> None:
    contents = {
        "xlsx": people_xlsx(person(姓名="莫测试")),
        "xls": (HERE / "people.xls").read_bytes(),
        "text": "姓名,性别\n莫测试,男\n".encode(),
    }
    (tmp_path / name).write_bytes(contents[data])
    with pytest.raises(UserError) as caught:
        read_ledger(tmp_path / name, "people", reference=REFERENCE)
    assert caught.value.code == "ledgers.wrong_extension"
    assert caught.value.params["found"] == found


def test_a_kind_nobody_knows_is_refused_before_the_file_is_opened(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read_ledger(tmp_path / "none.xlsx", "cats", reference=REFERENCE)
    assert caught.value.code == "ledgers.unknown_kind"


def test_wrong_columns_are_refused_with_those_that_are_needed(tmp_path: Path) -> None:
    data = xlsx(("表", [["商品", "价格"], ["苹果", 3]]))
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_ledger(tmp_path / "a.xlsx", "people", reference=REFERENCE)
    assert caught.value.code == "ledgers.no_headings"
    assert "姓名" in caught.value.sentence("zh")


def test_headings_without_a_row_below_are_no_ledger(tmp_path: Path) -> None:
    assert _refused(tmp_path, people_xlsx()) == "ledgers.no_rows"


def test_an_encrypted_workbook_is_named_as_such(tmp_path: Path) -> None:
    data = (HERE / "people.xls").read_bytes()
    name = "Workbook".encode("utf-16-le")
    at = data.index(name)
    other = "EncryptedPackage".encode("utf-16-le")
    entry = other.ljust(64, b"\0") + struct.pack("<H", len(other) + 2)
    assert _refused(tmp_path, data[:at] + entry + data[at + 66 :], "ledger.xls") == "ledgers.encrypted"


def test_an_encrypted_xlsx_is_named_as_such_whatever_its_container(tmp_path: Path) -> None:
    data = (HERE / "people.xls").read_bytes()
    at = data.index("Workbook".encode("utf-16-le"))
    other = "EncryptedPackage".encode("utf-16-le")
    entry = other.ljust(64, b"\0") + struct.pack("<H", len(other) + 2)
    assert _refused(tmp_path, data[:at] + entry + data[at + 66 :], "ledger.xlsx") == "ledgers.encrypted"


def test_an_old_workbook_with_a_password_is_named_as_such(tmp_path: Path) -> None:
    data = (HERE / "people.xls").read_bytes()
    writer = struct.pack("<H", 0x005C)
    at = data.index(writer, 512)
    assert (
        _refused(tmp_path, data[:at] + struct.pack("<H", 0x002F) + data[at + 2 :], "a.xls")
        == "ledgers.encrypted"
    )


def test_an_old_workbook_with_a_value_in_the_far_corner_is_refused_before_it_is_laid_out(
    tmp_path: Path,
) -> None:
    tracemalloc.start()
    assert _refused(tmp_path, (HERE / "far_corner.xls").read_bytes(), "a.xls") == "ledgers.too_many_cells"
    assert tracemalloc.get_traced_memory()[1] < 10 * limits.MEGABYTE
    tracemalloc.stop()


def test_an_old_workbook_cut_or_changed_anywhere_never_crashes(tmp_path: Path) -> None:
    data = (HERE / "people.xls").read_bytes()
    for at in range(0, len(data), 149):
        for broken in (data[:at], data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]):
            with suppress(UserError):
                assert read(tmp_path, broken, "people", "a.xls").rows


def _bomb(declared: int | None) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" * (limits.EXPANDED_BYTES // 5 + 10))
    data = bytearray(output.getvalue())
    if declared is not None:
        size = struct.pack("<I", limits.EXPANDED_BYTES // 5 * 5 + 50)
        at = data.index(size)
        while at >= 0:
            data[at : at + 4] = struct.pack("<I", declared)
            at = data.find(size)
    return bytes(data)


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    assert _refused(tmp_path, _bomb(None)) == "ledgers.too_big"


def test_a_zip_bomb_that_lies_is_stopped_while_it_expands(tmp_path: Path) -> None:
    data = _bomb(1000)
    tracemalloc.start()
    assert _refused(tmp_path, data) in ("ledgers.too_big", "ledgers.damaged")
    assert tracemalloc.get_traced_memory()[1] < 100 * limits.MEGABYTE
    tracemalloc.stop()


def _sheet(xml: str) -> bytes:
    return repack(
        people_xlsx(person(姓名="莫测试")),
        lambda name, old: xml.encode() if name == "xl/worksheets/sheet1.xml" else old,
    )


_XML = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "ledgers.too_many_columns"),
        ("<row r=\"1\"><c r = 'XFD1' ><v>1</v></c></row>", "ledgers.too_many_columns"),
        ('<x:row r="1"><x:c s="1" r="XFD1"><x:v>1</x:v></x:c></x:row>', "ledgers.too_many_columns"),
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "ledgers.too_many_rows"),
        ('<row r="1048576"><c><v>1</v></c></row>', "ledgers.too_many_rows"),
        ("<row>" + "<c><v>1</v></c>" * 501 + "</row>", "ledgers.too_many_columns"),
        ('<row r="9"><c r="A1"><v>1</v></c><c r="GR150000"><v>1</v></c></row>', "ledgers.too_many_cells"),
        ('<row r="1"><c s="a>b" r="XFD1048576"><v>1</v></c></row>', "ledgers.damaged"),
    ],
)
def test_a_value_far_away_is_refused_before_the_sheet_is_laid_out(
    tmp_path: Path, rows: str, code: str
) -> None:
    assert _refused(tmp_path, _sheet(_XML.format(rows))) == code


def test_many_large_sheets_are_refused_together(tmp_path: Path) -> None:
    def far(book: Any) -> None:
        for at in range(6):
            book.add_worksheet(f"远{at}").write_string(19_999, 99, "x")

    data = xlsx(("表", [HEADINGS, person(姓名="莫测试")]), then=far)
    assert _refused(tmp_path, data) == "ledgers.too_many_cells"


def test_a_sheet_that_is_only_formatted_far_down_is_read(tmp_path: Path) -> None:
    def stretch(name: str, old: bytes) -> bytes:
        return old.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')

    assert len(read(tmp_path, repack(people_xlsx(person(姓名="莫测试")), stretch)).rows) == 1


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "rows",
    [
        "<row><c " + 'r="A1" ' * 400_000 + "<v>" + ">",
        "<row><c " + 't="e" ' * 400_000 + "<v>" + ">",
        '<row r="1"><c r="A1"><f>1</f>' + " " * 3_000_000 + "<x></row>",
        '<row r="1"><c r="A1">' + " " * 3_000_000 + "<x></row>",
        "<row>" + "<c><f/>" * 400_000 + "</row>",
        "<" + "a" * 3_000_000 + ">",
    ],
)
def test_markup_made_to_be_slow_is_looked_through_quickly(tmp_path: Path, rows: str) -> None:
    data = _sheet(_XML.format(rows))
    (tmp_path / "a.xlsx").write_bytes(data)
    with suppress(UserError):
        inspect_xlsx(data)
    with suppress(UserError):
        unseen_values(data, "查获人员登记表")


@pytest.mark.timeout(20)
def test_text_made_to_be_slow_is_read_quickly_in_every_column(tmp_path: Path) -> None:
    hostile = ["\u0315\u0316" * 16_000, "(" * 32_000, ":" * 32_000, "1 " * 16_000, "９" * 32_000]
    headings = [column.heading for column in ledger_kinds()["people"].columns.values()]
    rows = [[text] * len(headings) for text in hostile]
    head = [["("] * 3, ["(" * 32_000] * 50]
    reading = read(tmp_path, xlsx(("表", [*head, headings, *rows])))
    assert len(reading.rows) == len(hostile)
    assert reading.rows[0].record.note == hostile[0]


def test_more_sheets_than_anybody_keeps_are_refused(tmp_path: Path) -> None:
    def many(name: str, old: bytes) -> bytes:
        sheet = b'<sheet name="%d" sheetId="1" r:id="rId1"/>'
        more = b"".join(sheet % number for number in range(600))
        return old.replace(b"</sheets>", more + b"</sheets>") if name == "xl/workbook.xml" else old

    assert _refused(tmp_path, repack(people_xlsx(person(姓名="莫测试")), many)) == "ledgers.damaged"


@pytest.mark.parametrize("mark", ["<!DOCTYPE a [<!ENTITY b 'c'>]>", "\0"])
def test_tricks_of_xml_that_no_office_program_writes_are_refused(tmp_path: Path, mark: str) -> None:
    assert _refused(tmp_path, _sheet(mark + _XML.format(""))) == "ledgers.damaged"


def test_one_long_text_used_by_very_many_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.casework.ledgers.xlsx_guard._SHARED_TEXT", 1_000_000)
    long = "长" * 30_000
    rows = [person(姓名="莫测试", 备注=long) for _ in range(20)]
    assert _refused(tmp_path, people_xlsx(*rows)) == "ledgers.too_big"
    short = [person(姓名="莫测试", 备注=long), *(person(姓名="莫测试", 备注="短") for _ in range(20))]
    assert len(read(tmp_path, people_xlsx(*short)).rows) == 21


def test_a_sheet_outside_the_usual_folder_is_not_trusted(tmp_path: Path) -> None:
    def move(name: str, old: bytes) -> bytes:
        return old.replace(b"worksheets/sheet1.xml", b"media/sheet1.xml") if name.endswith(".rels") else old

    assert _refused(tmp_path, repack(people_xlsx(person(姓名="莫测试")), move)) == "ledgers.damaged"


def test_a_cell_longer_than_any_workbook_holds_is_refused_with_its_row(tmp_path: Path) -> None:
    text = "姓名,性别,备注\n莫测试,男,短\n甘样例,女," + "长" * 32_768 + "\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    with pytest.raises(UserError) as caught:
        read_ledger(tmp_path / "a.csv", "people", reference=REFERENCE)
    assert (caught.value.code, caught.value.params["row"]) == ("ledgers.cell_too_long", 3)


def test_more_rows_than_the_limit_are_refused(tmp_path: Path) -> None:
    text = "姓名,性别\n" + "莫测试,男\n" * limits.ROWS
    assert _refused(tmp_path, text.encode(), "a.csv") == "ledgers.too_many_rows"


def test_more_columns_than_the_limit_are_refused(tmp_path: Path) -> None:
    text = "姓名,性别\n莫测试" + ",男" * limits.COLUMNS + "\n"
    assert _refused(tmp_path, text.encode(), "a.csv") == "ledgers.too_many_columns"


def test_a_file_larger_than_the_limit_is_not_even_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.casework.ledgers.files.FILE_BYTES", 100)
    assert _refused(tmp_path, people_xlsx(person(姓名="莫测试"))) == "ledgers.too_big"


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    assert _refused(tmp_path, b"\xc3\x28,\xff\xff\n\x80\xff\n", "a.csv") == "ledgers.encoding"


def test_a_quoted_cell_that_never_ends_is_damaged(tmp_path: Path) -> None:
    assert _refused(tmp_path, '姓名,性别\n"莫测试,男\n'.encode(), "a.csv") == "ledgers.damaged"


def test_a_file_that_cannot_be_opened_by_this_user_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError) as caught:
        read_ledger(tmp_path / "a.xlsx", "people", reference=REFERENCE)
    assert caught.value.code == "environment.no_permission"


def test_macros_are_ignored_and_it_is_said(tmp_path: Path) -> None:
    output = BytesIO(people_xlsx(person(姓名="莫测试")))
    with zipfile.ZipFile(output, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Auto_Open()")
    reading = read(tmp_path, output.getvalue(), name="ledger.xlsm")
    assert [found.code for found in reading.flags if found.row == 0] == ["ledgers.macros_ignored"]
    assert len(reading.rows) == 1


def test_a_macro_sheet_and_a_hidden_sheet_are_listed_not_read(tmp_path: Path) -> None:
    def more(book: Any) -> None:
        book.add_chartsheet("图")
        hidden = book.add_worksheet("旧表")
        for column, heading in enumerate(HEADINGS):
            hidden.write_string(0, column, heading)
        hidden.write_string(1, 2, "甘样例")
        hidden.hide()

    data = xlsx(("登记表", [HEADINGS, person(姓名="莫测试")]), then=more)
    reading = read(tmp_path, data)
    assert len(reading.rows) == 1
    assert {found.sheet: found.code for found in reading.skipped_sheets} == {
        "图": "ledgers.sheet_macro",
        "旧表": "ledgers.sheet_hidden",
    }


def test_where_the_library_breaks_off_inside_a_row_it_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_date(book: Any) -> None:
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        book.get_worksheet_by_name("表").write_number("C2", -1e300, style)

    monkeypatch.setattr("desktop.casework.ledgers.files.without_huge_dates", lambda data, _: data)
    data = xlsx(("表", [["姓名", "性别", "证件号码"], ["莫测试", "男"]]), then=as_date)
    assert _refused(tmp_path, data) == "ledgers.unreadable_cell"
