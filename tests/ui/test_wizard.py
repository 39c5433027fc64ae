"""The first-start wizard: five pages by keyboard, a kept recovery sheet, nothing half made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from desktop.casefile.casefile import CaseFile
from desktop.casefile.unlocking import Passphrase, RecoveryKey
from desktop.casework import setting_up
from desktop.casework.desk import Desk
from desktop.casework.setting_up import open_case_file
from desktop.ui import recovery_keeping
from desktop.ui.aside import Aside
from desktop.ui.printing import a4_printer
from desktop.ui.wizard import Wizard
from tests.ui.doors import type_into

SECRET = "three white herons 鹭"
OFFICER = "陈某某"


@pytest.fixture
def wizard(qtbot: QtBot, aside: Aside) -> Iterator[Wizard]:
    made = Wizard(aside)
    qtbot.addWidget(made)
    made.show()
    yield made
    if made._new is not None:
        made._new.casefile.close()


def _to_the_folder(qtbot: QtBot, wizard: Wizard) -> None:
    type_into(qtbot, wizard.office.code, "450923")
    type_into(qtbot, wizard.office.short, "博市监", enter=True)
    type_into(qtbot, wizard.officer.name, OFFICER, enter=True)
    type_into(qtbot, wizard.officer.credential, "45092301001", enter=True)
    type_into(qtbot, wizard.passphrase.new.first, SECRET, enter=True)
    type_into(qtbot, wizard.passphrase.new.second, SECRET, enter=True)
    assert wizard.number == 3


def _make(qtbot: QtBot, wizard: Wizard, folder: Path) -> str:
    """Fills in everything and makes the file; returns its recovery key."""
    _to_the_folder(qtbot, wizard)
    type_into(qtbot, wizard.folder.folder, str(folder))
    qtbot.keyClick(wizard, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: wizard.number == 4)
    assert wizard._new is not None
    return wizard._new.recovery


def test_five_pages_make_a_file_that_opens_with_both_secrets(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    key = _make(qtbot, wizard, tmp_path / "库")
    assert not wizard.go.isEnabled()
    assert wizard.go.toolTip()
    type_into(qtbot, wizard.keeping.typed, key[-6:].lower())
    with qtbot.waitSignal(wizard.made) as made:
        qtbot.keyClick(wizard.go, Qt.Key.Key_Return)
    casefile = (made.args or [])[0]
    with casefile:
        desk = Desk(casefile)
        (office,) = desk.show("office")
        assert (office["name"], office["short_name"]) == ("博白县市场监督管理局", "博市监")
        assert [officer["name"] for officer in desk.show("officer")] == [OFFICER]
    assert wizard.number == 0
    for unlock in (Passphrase(SECRET), RecoveryKey(key)):
        open_case_file(tmp_path / "库", unlock).close()


def test_no_passphrase_key_or_name_is_left_in_any_file_or_log(
    qtbot: QtBot,
    wizard: Wizard,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    key = _make(qtbot, wizard, tmp_path / "库")
    type_into(qtbot, wizard.keeping.typed, key[-6:])
    with qtbot.waitSignal(wizard.made) as made:
        wizard.perform()
    sought = [SECRET, OFFICER, key, key.replace("-", ""), key[:9]]
    data = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    (made.args or [])[0].close()
    data |= {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    said = capfd.readouterr()
    data[Path("log")] = (said.out + said.err + caplog.text).encode()
    assert len(data) > 4
    for path, found in data.items():
        for text in sought:
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert text.encode(encoding) not in found, path
    shown = [
        entry.text() for entry in (wizard.officer.name, wizard.passphrase.new.first, wizard.keeping.typed)
    ]
    assert shown == ["", "", ""]
    assert wizard.keeping._key == ""


# the office


def test_a_region_of_the_tree_fills_in_code_and_names(qtbot: QtBot, wizard: Wizard) -> None:
    office = wizard.office
    (item,) = office.tree.findItems("陆川县", Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    office.tree.setCurrentItem(item)
    assert (office.code.text(), office.name.text()) == ("450922", "陆川县市场监督管理局")
    office.authority.setCurrentIndex(1)
    assert (office.code.text(), office.name.text()) == ("450922-ga", "陆川县公安局")
    type_into(qtbot, office.name, "陆川县公安局经侦大队")
    type_into(qtbot, office.code, "450923-ga")
    assert office.name.text() == "陆川县公安局经侦大队"
    assert office.short.text() == "博公"
    assert office.tree.currentItem().text(0) == "博白县"


@pytest.mark.parametrize("code", ["", "45092", "450923ga", "450923-GA"])
def test_a_code_that_is_none_is_said_at_its_field(qtbot: QtBot, wizard: Wizard, code: str) -> None:
    type_into(qtbot, wizard.office.code, code)
    wizard.perform()
    assert wizard.number == 0
    assert wizard.office.code.remark.text()
    assert wizard.office.code.line.hasFocus()


def test_going_back_keeps_what_was_typed(qtbot: QtBot, wizard: Wizard) -> None:
    _to_the_folder(qtbot, wizard)
    for number in (2, 1, 0):
        qtbot.keyClick(wizard, Qt.Key.Key_Escape)
        assert wizard.number == number
    assert wizard.officer.name.text() == OFFICER
    with qtbot.waitSignal(wizard.left):
        qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert wizard.officer.name.text() == ""


def test_the_passphrase_must_not_be_the_office(qtbot: QtBot, wizard: Wizard) -> None:
    _to_the_folder(qtbot, wizard)
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    type_into(qtbot, wizard.passphrase.new.first, "45092301001x")
    assert "最先被试" in wizard.passphrase.new.first.remark.text()


# nothing half made


def test_a_folder_that_is_not_empty_is_said_at_its_field_and_left_alone(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x", "utf-8")
    _to_the_folder(qtbot, wizard)
    type_into(qtbot, wizard.folder.folder, str(tmp_path / "full"), enter=True)
    qtbot.waitUntil(lambda: "不是空的" in wizard.folder.folder.remark.text())
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    assert wizard.passphrase.new.text() == SECRET


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "reports" not in path.parts]


@pytest.mark.parametrize("where", ["set_up", "render", "_start"])
def test_an_error_while_it_is_made_leaves_nothing_and_can_be_tried_again(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr(CaseFile if where == "_start" else setting_up, where, fail)
    _to_the_folder(qtbot, wizard)
    type_into(qtbot, wizard.folder.folder, str(tmp_path / "库"), enter=True)
    qtbot.waitUntil(lambda: wizard.notice.code == "window.bug")
    assert SECRET not in wizard.notice.text()
    assert _files(tmp_path) == []
    assert not (tmp_path / "库").exists()
    monkeypatch.undo()


def test_giving_up_on_the_last_page_asks_and_then_takes_the_file_away(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    _make(qtbot, wizard, tmp_path / "库")
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert (tmp_path / "库").exists()
    assert wizard.notice.step.isVisible()
    with qtbot.waitSignal(wizard.left):
        qtbot.mouseClick(wizard.notice.step, Qt.MouseButton.LeftButton)
    assert _files(tmp_path) == []
    assert wizard.number == 0
    assert not wizard.unfinished


def test_a_file_that_comes_too_late_is_taken_away(
    qtbot: QtBot, wizard: Wizard, aside: Aside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, create = threading.Event(), setting_up.create_with_sheet

    def slow(*arguments: object) -> object:
        go.wait(5)
        return create(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("desktop.ui.wizard.create_with_sheet", slow)
    _to_the_folder(qtbot, wizard)
    type_into(qtbot, wizard.folder.folder, str(tmp_path / "库"), enter=True)
    assert wizard.busy.isVisible()
    go.set()
    aside.close()
    assert _files(tmp_path) == []


# the recovery sheet


def _pdf_printer(path: Path) -> Callable[..., QPrinter]:
    def ask(*_: object) -> QPrinter:
        printer = a4_printer("x")
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        return printer

    return ask


def test_a_printed_sheet_counts_as_kept(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery_keeping, "ask_printer", _pdf_printer(tmp_path / "printed.pdf"))
    _make(qtbot, wizard, tmp_path / "库")
    with qtbot.waitSignal(wizard.keeping.kept):
        qtbot.mouseClick(wizard.keeping.print, Qt.MouseButton.LeftButton)
    document = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    assert len(document) == 1
    document.close()
    assert wizard.go.isEnabled()


def test_a_printer_that_was_not_chosen_keeps_nothing(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery_keeping, "ask_printer", lambda *_: None)
    _make(qtbot, wizard, tmp_path / "库")
    qtbot.mouseClick(wizard.keeping.print, Qt.MouseButton.LeftButton)
    assert not wizard.go.isEnabled()


def test_a_saved_sheet_counts_as_kept_but_never_inside_the_case_file(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = _make(qtbot, wizard, tmp_path / "库")
    monkeypatch.setattr(recovery_keeping, "ask_where", lambda *_: tmp_path / "库" / "sheet.pdf")
    qtbot.mouseClick(wizard.keeping.save, Qt.MouseButton.LeftButton)
    assert "不能存入" in wizard.keeping.notice.text()
    monkeypatch.setattr(recovery_keeping, "ask_where", lambda *_: tmp_path / "sheet.pdf")
    with qtbot.waitSignal(wizard.keeping.kept):
        qtbot.mouseClick(wizard.keeping.save, Qt.MouseButton.LeftButton)
    document = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")
    assert key[:4] in document[0].get_textpage().get_text_range()
    document.close()
    assert not (tmp_path / "库" / "sheet.pdf").exists()


def test_a_disk_that_refuses_the_sheet_is_told_and_nothing_counts_as_kept(
    qtbot: QtBot, wizard: Wizard, tmp_path: Path
) -> None:
    _make(qtbot, wizard, tmp_path / "库")
    wizard.keeping.save_to(tmp_path / "nowhere" / "sheet.pdf")
    qtbot.waitUntil(lambda: wizard.keeping.notice.code == "environment.not_found")
    assert not wizard.keeping.is_kept


def test_another_key_typed_back_is_refused(qtbot: QtBot, wizard: Wizard, tmp_path: Path) -> None:
    key = _make(qtbot, wizard, tmp_path / "库")
    wrong = ("A" if key[-6] != "A" else "B") + key[-5:]
    type_into(qtbot, wizard.keeping.typed, wrong)
    assert "不一致" in wizard.keeping.typed.remark.text()
    assert not wizard.go.isEnabled()
    type_into(qtbot, wizard.keeping.typed, key[-6:])
    assert wizard.go.isEnabled()
