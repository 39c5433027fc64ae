"""The command line as a script sees it: exit codes, JSON, one sentence for every mistake, nothing half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.unlocking import Passphrase
from desktop.models.schema import REVISIONS
from tests.commandline import RAID, SECRET, Liandong, enrol, new_file


def test_a_new_file_has_its_office_officer_and_recovery_sheet(liandong: Liandong, tmp_path: Path) -> None:
    made = new_file(liandong, tmp_path / "a")
    code, officers, _ = liandong("show", tmp_path / "a", "officer")
    assert code == 0
    assert [(item["id"], item["credential"]) for item in officers] == [(made["officer"], "45092301001")]
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert liandong("verify", tmp_path / "a")[1]["sound"] is True


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "nowhere", "person"), "casefile.not_found"),
        (("show", "{a}", "unicorn"), "acts.no_such_kind"),
        (("show", "{a}", "person", "nobody"), "acts.no_such_record"),
        (("show", "{a}", "person", "--where", "colour=red"), "acts.unknown_field"),
        (("form", "print", "{a}", "nothing", "--blank", "-o", "{a}.x"), "printing.unknown_form"),
        (("export", "{a}", "--to", "{a}"), "enrolment.not_enrolled"),
        (("read", "{a}", "people", "missing.xlsx", "--dry-run"), ""),
        (("import", "{a}", "--from", "{a}/nowhere"), "carrier."),
    ],
)
def test_a_mistake_is_one_sentence_with_a_code_and_exit_1(
    liandong: Liandong, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    new_file(liandong, tmp_path / "a")
    words = [item.replace("{a}", str(tmp_path / "a")) for item in arguments]
    exit_code, _, said = liandong(*words)
    assert exit_code == 1, said
    assert f"[{code}" in said


def test_wrong_usage_is_exit_2(liandong: Liandong, tmp_path: Path) -> None:
    assert liandong("nonsense", unlock=False)[0] == 2
    assert liandong("show", unlock=False)[0] == 2
    assert liandong("form", "print", tmp_path, "site_record", "-o", tmp_path / "x")[0] == 2


def test_a_wrong_passphrase_changes_nothing(liandong: Liandong, tmp_path: Path) -> None:
    new_file(liandong, tmp_path / "a")
    (tmp_path / "pass").write_text("not the passphrase\n", "utf-8")
    code, _, said = liandong("show", tmp_path / "a", "person")
    assert code == 1
    assert "[casefile.wrong_passphrase]" in said


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 5000,
        {},
        [],
        {**RAID, "surprise": 1},
        {**RAID, "title": 5},
        {**RAID, "started_at": "yesterday"},
        {**RAID, "started_at": "2020-06-07"},
        [RAID, {"title": "x"}],
    ],
)
def test_input_that_does_not_fit_an_act_writes_nothing(
    liandong: Liandong, tmp_path: Path, value: Any
) -> None:
    new_file(liandong, tmp_path / "a")
    code, _, said = liandong("do", tmp_path / "a", "raid.record", "--json", "-", json_in=value)
    if value == []:
        assert code == 0
    else:
        assert code == 1, said
    assert liandong("show", tmp_path / "a", "raid")[1] == []


def test_the_law_on_measures_is_enforced_in_words(liandong: Liandong, tmp_path: Path) -> None:
    a = tmp_path / "a"
    first = new_file(liandong, a)["officer"]
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]

    def officer(**values: Any) -> str:
        found = liandong("do", a, "officer.add", "--json", "-", json_in=values)[1]
        return str(found["ids"]["officer"])

    second = officer(name="郭秀", credential="45092301014")
    head = officer(name="潘文", principal_head=True)
    approve = {"measure": 5, "approver": head, "form": "written", "raid": raid}
    approve["approved_at"] = "2020-06-06T20:30+08:00"
    for change, code in (
        ({"approver": second}, "acts.not_principal_head"),
        ({"form": "oral"}, "acts.written_approval"),
        ({"measure": 9}, "acts.no_such_measure"),
    ):
        said = liandong("do", a, "measure.approve", "--json", "-", json_in={**approve, **change})[2]
        assert f"[{code}]" in said
    approval = liandong("do", a, "measure.approve", "--json", "-", json_in=approve)[1]["ids"]["approval"]
    seize = {
        "raid": raid, "purpose": "seize", "measure": 5, "started_at": "2020-06-07T10:00+08:00",
        "officers": [first, second], "place": "讲台", "approval": approval, "party": "负责人",
        "items": [{"name": "手机", "quantity": "1"}],
    }  # fmt: skip
    for change, code in (
        ({"officers": [first]}, "acts.two_officers"),
        ({"officers": [first, head]}, "acts.two_officers"),
        ({"approval": None}, "acts.approval_missing"),
        ({"started_at": "2020-06-06T10:00+08:00"}, "acts.approval_after_measure"),
        ({"measure": 4}, "acts.approval_for_other_measure"),
        ({"items": [{"name": "x", "quantity": "many"}]}, "acts.quantity"),
    ):
        said = liandong("do", a, "property.list", "--json", "-", json_in={**seize, **change})[2]
        assert f"[{code}]" in said
    code, done, said = liandong("do", a, "property.list", "--json", "-", json_in=seize)
    assert (code, done["gaps"]) == (0, [])
    urgent = {**seize, "approval": None, "on_the_spot": "物品正被转移"}
    code, done, said = liandong("do", a, "property.list", "--json", "-", json_in=urgent)
    assert code == 0
    assert done["gaps"] == [{"code": "acts.gap_make_up_approval", "due": "2020-06-08T10:00+08:00"}]
    assert "2020-06-08T10:00+08:00" in said


def test_verify_names_a_row_that_was_changed_past_the_log(liandong: Liandong, tmp_path: Path) -> None:
    a = tmp_path / "a"
    officer = new_file(liandong, a)["officer"]
    unlock = Passphrase(SECRET)
    with (
        CaseFile.open(a, unlock=unlock, write=True, schema=AlembicSchema(REVISIONS)) as casefile,
        casefile.engine.begin() as conn,
    ):
        conn.exec_driver_sql("UPDATE officer SET credential = '1'")
        conn.exec_driver_sql("UPDATE entry SET body = replace(body, '4509', '4508') WHERE n = 1")
    code, found, _ = liandong("verify", a)
    assert code == 3
    (row,) = [item for item in found["findings"] if item["finding"] == "row" and item["id"] == officer]
    assert [(one["kind"], one["id"]) for one in row["records"]] == [("officer", officer)]
    assert "陈珍" in row["records"][0]["title"]
    assert [item for item in found["findings"] if item["finding"] == "entry"]


def test_a_restored_copy_starts_a_new_incarnation_and_both_branches_count(
    liandong: Liandong, tmp_path: Path
) -> None:
    city, pc, stick = (tmp_path / name for name in ("city", "pc", "stick"))
    stick.mkdir()
    new_file(liandong, city, "450900")
    new_file(liandong, pc)
    assert liandong("city", "init", city, "--keys", "1", "--need", "1", "--out", tmp_path / "keys")[0] == 0
    enrol(liandong, tmp_path, city, pc)
    made = liandong("backup", pc, "--to", tmp_path / "backups")[1]["backup"]
    assert liandong("do", pc, "raid.record", "--json", "-", json_in=RAID)[0] == 0
    assert liandong("export", pc, "--to", stick)[0] == 0
    assert liandong("restore", made, "--into", tmp_path / "again", unlock=False)[0] == 0
    other = {**RAID, "title": "恢复之后"}
    assert liandong("do", tmp_path / "again", "raid.record", "--json", "-", json_in=other)[0] == 0
    assert liandong("export", tmp_path / "again", "--to", stick)[0] == 0
    assert liandong("import", city, "--from", stick)[0] == 0
    assert liandong("import", tmp_path / "again", "--from", stick)[0] == 0
    titles = {item["title"] for item in liandong("show", city, "raid")[1]}
    assert titles == {"练习行动", "恢复之后"}
    group = ("--group", "office:450923")
    assert liandong("dump", city, *group)[1] == liandong("dump", tmp_path / "again", *group)[1]


def test_values_that_no_entry_can_hold_are_refused_in_words(liandong: Liandong, tmp_path: Path) -> None:
    a = tmp_path / "a"
    new_file(liandong, a)
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    for act, value, code in (
        ("people.add", {"raid": raid, "people": [{"paid": 2**60}]}, "acts.number"),
        ("people.add", {"raid": "x", "people": [{}]}, "acts.no_such_record"),
        ("record.withdraw", {"kind": "raid", "id": "x", "reason": "y"}, "changes.no_such_row"),
        ("document.issue", {"form": "site_record", "subject_kind": "raid", "subject": "x",
                            "issued_at": "2020-06-07T10:00+08:00"}, "acts.no_such_record"),
    ):  # fmt: skip
        exit_code, _, said = liandong("do", a, act, "--json", "-", json_in=value)
        assert (exit_code, f"[{code}]" in said) == (1, True), said
    assert liandong("show", a, "presence", "--where", f"paid={2**70}")[1] == []
    odd = {"raid": raid, "people": [{"name": "甲", "extra": [["未知列", "=1+1"]]}]}
    assert liandong("do", a, "people.add", "--json", "-", json_in=odd)[0] == 0
    assert liandong("show", a, "person")[1][0]["extra"] == [["未知列", "=1+1"]]


def test_acts_lists_every_act_with_its_schema(liandong: Liandong) -> None:
    code, found, _ = liandong("acts", "--json", unlock=False)
    assert code == 0
    wanted = (
        "lead.open case.file raid.record people.add person.correct measure.approve property.list item.move"
    )
    assert {*wanted.split(), "file.attach", "document.issue", "record.withdraw"} <= set(found)
    assert all("$ref" in item["schema"] or "properties" in item["schema"] for item in found.values())


def test_one_box_finds_records_beside_a_window_and_before_they_are_indexed(
    liandong: Liandong, tmp_path: Path
) -> None:
    a = tmp_path / "a"
    new_file(liandong, a)
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    people = [{"name": "曾乐", "id_number": "450923199001010019"}, {"name": "张伟", "note": "\"'; -- OR"}]
    added = liandong("do", a, "people.add", "--json", "-", json_in={"raid": raid, "people": people})
    first, second = added[1]["ids"]["people"]
    for text, row, field in (
        ("zengle", first, "name"),
        ("0019", first, "id_number"),
        ("张", second, "name"),
        ("or", second, "note"),
        ("练习大厦", raid, "place"),
    ):
        code, (hit, *others), _ = liandong("search", a, text)
        assert (code, hit["id"], hit["field"], others) == (0, row, field, [])
    assert liandong("search", a, "0019")[1][0]["subtitle"] == "450923********0019"
    schema = AlembicSchema(REVISIONS)
    with CaseFile.open(a, unlock=Passphrase(SECRET), write=True, schema=schema) as window:
        with window.engine.begin() as conn:
            conn.exec_driver_sql("DELETE FROM search_state")
            conn.exec_driver_sql("DELETE FROM search_doc")
        assert [hit["id"] for hit in liandong("search", a, "zw")[1]] == [second]
        assert len(liandong("search", a, "练习", "--limit", "1")[1]) == 1
    assert liandong("search", a, '"*')[:2] == (0, [])
    assert liandong("search", a, "x", "--limit", "0")[0] == 2


def test_a_list_is_told_as_the_window_shows_it_and_written_as_a_workbook(
    liandong: Liandong, tmp_path: Path
) -> None:
    a = tmp_path / "a"
    new_file(liandong, a)
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    people = [
        {"name": "莫测试", "id_number": "450923198504120019", "site_number": "A2"},
        {"name": "甘样例", "site_number": "A10", "arrived_at": "2020-06-07T09:30+08:00"},
    ]
    liandong("do", a, "people.add", "--json", "-", json_in={"raid": raid, "people": people})
    code, found, _ = liandong("list", a, "people", "--within", raid)
    assert code == 0
    assert [line["cells"]["name"] for line in found] == ["莫测试", "甘样例"]
    assert found[0]["cells"]["id_number"] == "450923********0019"
    found = liandong("list", a, "people", "--where", "arrived_at=0607", "--where", "name=样")[1]
    assert [line["cells"]["arrived_at"] for line in found] == ["2020-06-07 09:30"]
    found = liandong("list", a, "people", "--sort", "-site_number", "--limit", "1")[1]
    assert [line["cells"]["site_number"] for line in found] == ["A2"]
    code, made, _ = liandong("list", a, "people", "--within", raid, "-o", tmp_path / "people.xlsx")
    assert (code, made["listing"]) == (0, "people")
    sheet = openpyxl.load_workbook(tmp_path / "people.xlsx").worksheets[0]
    assert [cell.value for cell in sheet["B"]] == [sheet["B1"].value, "莫测试", "甘样例"]
    code, _, said = liandong("list", a, "cats")
    assert (code, "[lists.unknown_listing]" in said) == (1, True)
    assert liandong("list", a, "people", "--where", "name")[0] == 2


def test_a_filled_template_is_read_and_its_report_tells_the_fate_of_each_row(
    liandong: Liandong, tmp_path: Path
) -> None:
    a, ledger = tmp_path / "a", tmp_path / "people.xlsx"
    new_file(liandong, a)
    raid = liandong("do", a, "raid.record", "--json", "-", json_in=RAID)[1]["ids"]["raid"]
    assert liandong("template", "people", "-o", ledger, unlock=False)[0] == 0
    book = openpyxl.load_workbook(ledger)
    places = {cell.value: cell.column for cell in book.worksheets[0][1]}
    for row, (name, sex) in enumerate([("莫测试", "男"), ("甘样例", "？")], 2):
        book.worksheets[0].cell(row, places["姓名"], name)
        book.worksheets[0].cell(row, places["性别"], sex)
    book.save(ledger)
    report = tmp_path / "fates.xlsx"
    code, told, _ = liandong("read", a, "people", ledger, "--into", raid, "--dry-run", "--report", report)
    assert (code, told["accepted"]) == (3, 2)
    rows = list(openpyxl.load_workbook(report).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [(row[1], row[2], row[5]) for row in rows[:2]] == [(2, "", "莫测试"), (3, "性别", "？")]
    assert liandong("template", "cats", "-o", ledger, unlock=False)[0] == 1
