"""The way in, from the start of the program to one open case file; closing it leaves nothing open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.casefile.casefile import CaseFile
from desktop.casefile.unlocking import Passphrase
from desktop.casefile.vault import Vault
from desktop.casework.setting_up import open_case_file
from desktop.errors import UserError
from desktop.ui.entrance import Entrance
from desktop.ui.practising import Tell, practice_folder
from desktop.ui.recent import recent_files
from tests.casefile.test_vault import MemoryKeyring
from tests.desks import PASSPHRASE
from tests.ui.doors import closed_file, type_into


def _no_city(_: Path, __: Tell) -> tuple[Path, str]:
    raise UserError("practice.not_empty")


@pytest.fixture
def entrance(qapp: QApplication, qtbot: QtBot) -> Iterator[Entrance]:
    made = Entrance(qapp, _no_city, vault=Vault(MemoryKeyring()))
    qtbot.addWidget(made)
    yield made
    made.close()


def _opened(qtbot: QtBot, entrance: Entrance) -> CaseFile:
    with qtbot.waitSignal(entrance.opened, timeout=20_000) as opened:
        pass
    casefile = (opened.args or [])[0]
    assert isinstance(casefile, CaseFile)
    return casefile


def test_a_file_named_at_the_start_is_signed_in_to_and_remembered(
    qtbot: QtBot, entrance: Entrance, tmp_path: Path
) -> None:
    closed_file(tmp_path / "库")
    entrance.start(tmp_path / "库")
    assert entrance.page is entrance.pages.signin
    type_into(qtbot, entrance.pages.signin.passphrase, PASSPHRASE, enter=True)
    with _opened(qtbot, entrance) as casefile:
        assert casefile.writable
    assert not entrance.isVisible()
    assert recent_files() == [tmp_path / "库"]


def test_without_a_file_the_last_ones_are_offered_and_escape_comes_back(
    qtbot: QtBot, entrance: Entrance, tmp_path: Path
) -> None:
    closed_file(tmp_path / "库")
    entrance.start(tmp_path / "库")
    qtbot.keyClick(entrance.pages.signin, Qt.Key.Key_Escape)
    assert entrance.page is entrance.pages.welcome
    entrance.pages.welcome.chosen.emit(tmp_path / "库")
    assert entrance.page is entrance.pages.signin
    assert entrance.pages.signin.folder == tmp_path / "库"


def test_a_forgotten_passphrase_leads_to_the_recovery_key_and_back(
    qtbot: QtBot, entrance: Entrance, tmp_path: Path
) -> None:
    key = closed_file(tmp_path / "库")
    entrance.start(tmp_path / "库")
    qtbot.mouseClick(entrance.pages.signin.forgot, Qt.MouseButton.LeftButton)
    page = entrance.pages.forgotten
    assert entrance.page is page
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert entrance.page is entrance.pages.signin
    qtbot.mouseClick(entrance.pages.signin.forgot, Qt.MouseButton.LeftButton)
    type_into(qtbot, page.key, key)
    type_into(qtbot, page.new.first, "three white herons")
    type_into(qtbot, page.new.second, "three white herons", enter=True)
    _opened(qtbot, entrance).close()


def test_a_restored_backup_is_signed_in_to(qtbot: QtBot, entrance: Entrance, tmp_path: Path) -> None:
    closed_file(tmp_path / "库")
    with open_case_file(tmp_path / "库", Passphrase(PASSPHRASE)) as casefile:
        casefile.backup()
    entrance.start()
    qtbot.mouseClick(entrance.pages.welcome.restore, Qt.MouseButton.LeftButton)
    page = entrance.pages.restoring
    type_into(qtbot, page.source, str(tmp_path / "库"))
    qtbot.waitUntil(lambda: page.into.text() != "")
    page.perform()
    qtbot.waitUntil(lambda: entrance.page is entrance.pages.signin)
    assert entrance.pages.signin.folder == tmp_path / "库-恢复"


def test_the_practice_city_is_built_with_its_steps_and_opens_by_itself(
    qapp: QApplication, qtbot: QtBot
) -> None:
    go = threading.Event()

    def make(into: Path, tell: Tell) -> tuple[Path, str]:
        tell(2, 4, "读入查获人员登记表")
        go.wait(5)
        closed_file(into / "county")
        return into / "county", PASSPHRASE

    entrance = Entrance(qapp, make)
    qtbot.addWidget(entrance)
    entrance.start()
    qtbot.mouseClick(entrance.pages.welcome.practice, Qt.MouseButton.LeftButton)
    page = entrance.pages.practice
    qtbot.waitUntil(lambda: page.doing.text() == "读入查获人员登记表")
    assert page.busy.value() / page.busy.maximum() == 0.25
    with qtbot.waitSignal(entrance.opened) as opened:
        go.set()
    with (opened.args or [])[0] as casefile:
        assert casefile.folder == practice_folder() / "county"


def test_a_practice_city_that_cannot_be_built_is_one_sentence(qtbot: QtBot, entrance: Entrance) -> None:
    entrance.start()
    qtbot.mouseClick(entrance.pages.welcome.practice, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: entrance.pages.practice.notice.code == "practice.not_empty")
    qtbot.keyClick(entrance.pages.practice, Qt.Key.Key_Escape)
    assert entrance.page is entrance.pages.welcome


def test_closing_while_a_file_opens_leaves_it_closed(
    qtbot: QtBot, entrance: Entrance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def slow(path: Path, unlock: Passphrase) -> CaseFile:
        go.wait(5)
        return open_case_file(path, unlock)

    monkeypatch.setattr("desktop.ui.entering.open_case_file", slow)
    closed_file(tmp_path / "库")
    entrance.start(tmp_path / "库")
    type_into(qtbot, entrance.pages.signin.passphrase, PASSPHRASE, enter=True)
    go.set()
    with qtbot.assertNotEmitted(entrance.opened):
        entrance.close()
    assert not (tmp_path / "库" / "open").exists()
    open_case_file(tmp_path / "库", Passphrase(PASSPHRASE)).close()


def test_a_new_file_without_a_kept_sheet_keeps_the_window_open(
    qtbot: QtBot, entrance: Entrance, tmp_path: Path
) -> None:
    entrance.start()
    qtbot.mouseClick(entrance.pages.welcome.new, Qt.MouseButton.LeftButton)
    wizard = entrance.pages.wizard
    assert entrance.page is wizard
    type_into(qtbot, wizard.office.code, "450923")
    wizard.perform()
    type_into(qtbot, wizard.officer.name, "陈某某")
    type_into(qtbot, wizard.officer.credential, "1", enter=True)
    type_into(qtbot, wizard.passphrase.new.first, PASSPHRASE)
    type_into(qtbot, wizard.passphrase.new.second, PASSPHRASE, enter=True)
    type_into(qtbot, wizard.folder.folder, str(tmp_path / "库"), enter=True)
    qtbot.waitUntil(lambda: wizard.number == 4)
    assert not entrance.close()
    assert entrance.isVisible()
    assert wizard.notice.step.isVisible()
    assert wizard._new is not None
    type_into(qtbot, wizard.keeping.typed, wizard._new.recovery[-6:])
    with qtbot.waitSignal(entrance.opened) as opened:
        wizard.perform()
    (opened.args or [])[0].close()
    assert recent_files() == [tmp_path / "库"]
