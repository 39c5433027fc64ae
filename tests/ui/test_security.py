"""Passphrases, recovery sheet and vault of the open case file, each in a dialog of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.casefile.unlocking import Passphrase, RecoveryKey, unlock_keys
from desktop.casefile.vault import Vault
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.errors import UserError
from desktop.ui.doorway import Doorway
from desktop.ui.locking import SETTING
from desktop.ui.security import ChangePassphrase, NewRecoverySheet, OfficerPassphrase
from desktop.ui.security_menu import Security
from desktop.ui.steps import DeskStep, StepDialog
from tests.casefile.test_vault import MemoryKeyring, NoBackend
from tests.desks import PASSPHRASE
from tests.ui.doors import type_into

NEW = "three white herons"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def _opens(desk: Desk, unlock: Passphrase | RecoveryKey) -> str | None:
    """Whose slot it opens, if any."""
    try:
        return unlock_keys(desk.casefile._key_file, unlock).officer
    except UserError:
        return None


def _shown(qtbot: QtBot, window: QWidget, step: DeskStep) -> StepDialog:
    dialog = StepDialog(step, window)
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


def test_the_passphrase_is_changed_with_the_one_of_now(
    qtbot: QtBot, window: QWidget, doorway: Doorway, desk: Desk
) -> None:
    step = ChangePassphrase(doorway)
    dialog = _shown(qtbot, window, step)
    type_into(qtbot, step.current, "not the passphrase")
    type_into(qtbot, step.new.first, NEW)
    type_into(qtbot, step.new.second, NEW, enter=True)
    qtbot.waitUntil(lambda: "口令不正确" in step.current.remark.text())
    assert _opens(desk, Passphrase(PASSPHRASE)) == desk.casefile.officer
    with qtbot.waitSignal(dialog.accepted):
        type_into(qtbot, step.current, PASSPHRASE)
        step.perform()
    assert _opens(desk, Passphrase(PASSPHRASE)) is None
    assert _opens(desk, Passphrase(NEW)) == desk.casefile.officer


def test_escape_leaves_everything_as_it_was(
    qtbot: QtBot, window: QWidget, doorway: Doorway, desk: Desk
) -> None:
    step = ChangePassphrase(doorway)
    dialog = _shown(qtbot, window, step)
    type_into(qtbot, step.current, PASSPHRASE)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(step.current.line, Qt.Key.Key_Escape)
    assert _opens(desk, Passphrase(PASSPHRASE)) == desk.casefile.officer


def test_another_officer_gets_a_passphrase_once(
    qtbot: QtBot, window: QWidget, doorway: Doorway, desk: Desk
) -> None:
    act = parse_act("officer.add", {"name": "郭秀", "credential": "45092301014"})
    (outcome,) = desk.do([("officer.add", act)])
    step = OfficerPassphrase(doorway)
    dialog = _shown(qtbot, window, step)
    qtbot.waitUntil(lambda: step.who.count() == 1)
    assert step.who.currentText() == "郭秀  45092301014"
    type_into(qtbot, step.new.first, NEW)
    with qtbot.waitSignal(dialog.accepted):
        type_into(qtbot, step.new.second, NEW, enter=True)
    assert _opens(desk, Passphrase(NEW)) == outcome.ids["officer"]
    again = OfficerPassphrase(doorway)
    _shown(qtbot, window, again)
    qtbot.waitUntil(lambda: again.notice.text() != "")
    assert not again.go.isEnabled()
    assert again.go.toolTip()


def test_a_new_recovery_sheet_must_be_kept_and_the_old_one_opens_nothing(
    qtbot: QtBot, window: QWidget, doorway: Doorway, desk: Desk
) -> None:
    old = desk.casefile.new_recovery_key()
    step = NewRecoverySheet(doorway)
    dialog = _shown(qtbot, window, step)
    assert _opens(desk, RecoveryKey(old)) is not None
    qtbot.mouseClick(step.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(step.keeping.isVisible)
    key = step.keeping._key
    assert _opens(desk, RecoveryKey(old)) is None
    assert _opens(desk, RecoveryKey(key)) == desk.casefile.officer
    with qtbot.assertNotEmitted(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert "请先留存" in step.notice.text()
    assert not step.go.isEnabled()
    type_into(qtbot, step.keeping.typed, key[-6:])
    with qtbot.waitSignal(dialog.accepted):
        step.perform()
    assert step.keeping._key == ""


def test_a_dialog_waits_for_what_it_has_begun(qtbot: QtBot, window: QWidget, doorway: Doorway) -> None:
    go = threading.Event()
    doorway.write(doorway, lambda _: go.wait(5))
    step = ChangePassphrase(doorway)
    dialog = _shown(qtbot, window, step)
    type_into(qtbot, step.current, PASSPHRASE)
    type_into(qtbot, step.new.first, NEW)
    type_into(qtbot, step.new.second, NEW, enter=True)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        go.set()


# the menu


@pytest.fixture
def ring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def menu(qtbot: QtBot, window: QWidget, doorway: Doorway, ring: MemoryKeyring) -> Iterator[Security]:
    made = Security(window, doorway, vault=Vault(ring))
    qtbot.waitUntil(made.remember.isEnabled)
    yield made
    made._aside.close()


def test_the_vault_remembers_and_forgets_from_the_menu(
    qtbot: QtBot, menu: Security, ring: MemoryKeyring, desk: Desk
) -> None:
    assert not menu.remember.isChecked()
    for on in (True, False):
        with qtbot.waitSignal(menu.told) as told:
            menu.remember.trigger()
        assert (told.args or [])[1] == "done"
        assert desk.casefile.in_vault is on
        assert bool(ring.kept) is on
        qtbot.waitUntil(menu.remember.isEnabled)
        assert menu.remember.isChecked() is on


def test_a_vault_that_fails_is_told_and_the_mark_goes_back(
    qtbot: QtBot, window: QWidget, doorway: Doorway
) -> None:
    menu = Security(window, doorway, vault=Vault(NoBackend()))
    qtbot.waitUntil(menu.remember.isEnabled)
    with qtbot.waitSignal(menu.told) as told:
        menu.remember.trigger()
    assert (told.args or [])[1] == "soon"
    qtbot.waitUntil(menu.remember.isEnabled)
    assert not menu.remember.isChecked()


def test_the_time_of_the_lock_is_kept_and_told(
    qtbot: QtBot, menu: Security, window: QWidget, doorway: Doorway, desk: Desk
) -> None:
    five = next(action for action in menu.lock_after.actions() if action.data() == 5)
    ten = next(action for action in menu.lock_after.actions() if action.data() == 10)
    assert ten.isChecked()
    with qtbot.waitSignal(menu.minutes_changed) as told:
        five.trigger()
    assert told.args == [5]
    assert desk.setting(SETTING) == "5"
    with qtbot.waitSignal(Security(window, doorway).minutes_changed) as told:
        pass
    assert told.args == [5]


def test_each_entry_opens_its_dialog(qtbot: QtBot, menu: Security, window: QWidget) -> None:
    for action, step in (
        (menu.change, ChangePassphrase),
        (menu.officer, OfficerPassphrase),
        (menu.sheet, NewRecoverySheet),
    ):
        action.trigger()
        (dialog,) = [found for found in window.findChildren(StepDialog) if found.isVisible()]
        assert isinstance(dialog.step, step)
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(
            lambda dialog=dialog: not any(found.isVisible() for found in window.findChildren(StepDialog))
        )


def test_no_passphrase_is_left_in_a_file(
    qtbot: QtBot, window: QWidget, doorway: Doorway, tmp_path: Path
) -> None:
    step = ChangePassphrase(doorway)
    dialog = _shown(qtbot, window, step)
    type_into(qtbot, step.current, PASSPHRASE)
    type_into(qtbot, step.new.first, NEW)
    with qtbot.waitSignal(dialog.accepted):
        type_into(qtbot, step.new.second, NEW, enter=True)
    for path in (item for item in tmp_path.rglob("*") if item.is_file()):
        for text in (PASSPHRASE, NEW):
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert text.encode(encoding) not in path.read_bytes(), path
