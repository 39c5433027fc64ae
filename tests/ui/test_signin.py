"""Signing in: a wrong passphrase in place, every refusal with what to do, the vault never in the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.casefile.casefile import CaseFile
from desktop.casefile.unlocking import Passphrase
from desktop.casefile.vault import Vault
from desktop.casework.setting_up import open_case_file
from desktop.ui.aside import Aside
from desktop.ui.asking import SecretEntry
from desktop.ui.signin import SignIn
from tests.casefile.sample import snapshot
from tests.casefile.test_vault import FAILURES, Hangs, MemoryKeyring
from tests.desks import PASSPHRASE
from tests.ui.doors import closed_file, damage, type_into

LIMIT_S = 0.05


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    closed_file(tmp_path / "案件库")
    return tmp_path / "案件库"


@pytest.fixture
def hangs() -> Iterator[Hangs]:
    ring = Hangs()
    yield ring
    ring.answered.set()


def _page(qtbot: QtBot, aside: Aside, folder: Path, ring: MemoryKeyring | None = None) -> SignIn:
    page = SignIn(aside, vault=Vault(ring or MemoryKeyring(), time_limit_s=LIMIT_S))
    qtbot.addWidget(page)
    page.show_file(folder)
    page.show()
    qtbot.waitUntil(lambda: page._asking is None)
    return page


def _enter(qtbot: QtBot, page: SignIn, text: str = PASSPHRASE) -> CaseFile:
    with qtbot.waitSignal(page.opened) as opened:
        type_into(qtbot, page.passphrase, text, enter=True)
    casefile = (opened.args or [])[0]
    assert isinstance(casefile, CaseFile)
    return casefile


def test_enter_opens_and_nothing_typed_stays(qtbot: QtBot, aside: Aside, folder: Path) -> None:
    page = _page(qtbot, aside, folder)
    with _enter(qtbot, page) as casefile:
        assert casefile.writable
    assert page.passphrase.text() == ""
    assert page.open.isEnabled()


def test_a_wrong_passphrase_is_said_below_the_field_and_can_be_typed_again(
    qtbot: QtBot, aside: Aside, folder: Path
) -> None:
    before = snapshot(folder)
    page = _page(qtbot, aside, folder)
    type_into(qtbot, page.passphrase, "not the passphrase", enter=True)
    qtbot.waitUntil(lambda: "口令不正确" in page.passphrase.remark.text())
    assert page.passphrase.line.property("state") == "law"
    assert page.notice.isHidden()
    assert page.passphrase.line.hasFocus()
    assert snapshot(folder) == before
    _enter(qtbot, page).close()


def test_no_passphrase_is_asked_for_and_nothing_begun(qtbot: QtBot, aside: Aside, folder: Path) -> None:
    page = _page(qtbot, aside, folder)
    qtbot.keyClick(page.passphrase.line, Qt.Key.Key_Return)
    assert page.passphrase.remark.text()
    assert page.busy.isHidden()


def test_while_it_opens_it_says_so_and_takes_no_second_passphrase(
    qtbot: QtBot, aside: Aside, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def slow(path: Path, unlock: Passphrase) -> CaseFile:
        go.wait(5)
        return open_case_file(path, unlock)

    monkeypatch.setattr("desktop.ui.entering.open_case_file", slow)
    page = _page(qtbot, aside, folder)
    type_into(qtbot, page.passphrase, PASSPHRASE, enter=True)
    assert page.busy.isVisible()
    assert not page.open.isEnabled()
    assert page.doing.text()
    with qtbot.waitSignal(page.opened) as opened:
        go.set()
    (opened.args or [])[0].close()
    assert page.busy.isHidden()


def test_going_back_while_it_opens_leaves_the_file_closed(
    qtbot: QtBot, aside: Aside, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, done = threading.Event(), threading.Event()

    def slow(path: Path, unlock: Passphrase) -> CaseFile:
        go.wait(5)
        try:
            return open_case_file(path, unlock)
        finally:
            done.set()

    monkeypatch.setattr("desktop.ui.entering.open_case_file", slow)
    page = _page(qtbot, aside, folder)
    type_into(qtbot, page.passphrase, PASSPHRASE, enter=True)
    with qtbot.waitSignal(page.left), qtbot.assertNotEmitted(page.opened):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    go.set()
    qtbot.waitUntil(done.is_set)
    qtbot.waitUntil(lambda: not (folder / "open").exists())
    open_case_file(folder, Passphrase(PASSPHRASE)).close()


def test_who_holds_the_file_is_told_with_the_time(qtbot: QtBot, aside: Aside, folder: Path) -> None:
    page = _page(qtbot, aside, folder)
    with open_case_file(folder, Passphrase(PASSPHRASE)):
        type_into(qtbot, page.passphrase, PASSPHRASE, enter=True)
        qtbot.waitUntil(lambda: page.notice.code == "casefile.in_use")
    assert "进程" in page.notice.text()
    assert page.notice.step.isHidden()
    type_into(qtbot, page.passphrase, PASSPHRASE)
    with qtbot.waitSignal(page.opened) as opened:
        qtbot.keyClick(page.passphrase.line, Qt.Key.Key_Return)
    (opened.args or [])[0].close()


def _truncate(folder: Path) -> None:
    data = (folder / "case.db").read_bytes()
    (folder / "case.db").write_bytes(data[:-100])


SPOILT = {
    "casefile.corrupt": lambda folder: damage(folder / "case.db"),
    "casefile.truncated": _truncate,
    "casefile.half_copied": lambda folder: (folder / "case.db").unlink(),
}


@pytest.mark.parametrize("code", SPOILT)
def test_a_damaged_file_offers_its_newest_backup_and_opens_that(
    qtbot: QtBot, aside: Aside, folder: Path, code: str
) -> None:
    with open_case_file(folder, Passphrase(PASSPHRASE)) as casefile:
        casefile.backup()
    SPOILT[code](folder)
    before = snapshot(folder)
    page = _page(qtbot, aside, folder)
    type_into(qtbot, page.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: page.notice.code == code)
    remarks = list[str]()
    page.remarked.connect(remarks.append)
    with qtbot.waitSignal(page.opened) as opened:
        qtbot.mouseClick(page.notice.step, Qt.MouseButton.LeftButton)
    with (opened.args or [])[0] as casefile:
        assert casefile.folder == folder.with_name("案件库-恢复")
    assert "可能缺失" in remarks[0]
    assert snapshot(folder) == before


def test_without_a_backup_the_damage_is_said_and_nothing_is_made(
    qtbot: QtBot, aside: Aside, folder: Path
) -> None:
    damage(folder / "case.db")
    page = _page(qtbot, aside, folder)
    type_into(qtbot, page.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: page.notice.code == "casefile.corrupt")
    qtbot.mouseClick(page.notice.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.notice.code == "casefile.no_backup")
    assert not folder.with_name("案件库-恢复").exists()


def test_a_folder_that_is_no_case_file_says_so(qtbot: QtBot, aside: Aside, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for name, code in (("other", "casefile.foreign"), ("nowhere", "casefile.not_found")):
        page = _page(qtbot, aside, tmp_path / name)
        assert page.notice.code == code
        type_into(qtbot, page.passphrase, PASSPHRASE, enter=True)
        assert page.notice.isHidden()
        qtbot.waitUntil(lambda page=page, code=code: page.notice.code == code)


# the vault


def test_a_remembered_file_opens_by_itself_and_can_be_forgotten(
    qtbot: QtBot, aside: Aside, folder: Path
) -> None:
    ring = MemoryKeyring()
    page = _page(qtbot, aside, folder, ring)
    page.remember.setChecked(True)
    with qtbot.assertNotEmitted(page.remarked):
        _enter(qtbot, page).close()
    assert len(ring.kept) == 1
    again = SignIn(aside, vault=Vault(ring, time_limit_s=5))
    qtbot.addWidget(again)
    with qtbot.waitSignal(again.opened) as opened:
        again.show_file(folder)
    with (opened.args or [])[0] as casefile:
        casefile.forget_in_vault(Vault(ring))
    later = _page(qtbot, aside, folder, ring)
    assert later.busy.isHidden()


@pytest.mark.parametrize("failure", FAILURES)
def test_a_vault_that_fails_leaves_the_prompt_and_changes_nothing(
    qtbot: QtBot, aside: Aside, folder: Path, failure: type[MemoryKeyring], hangs: Hangs
) -> None:
    with open_case_file(folder, Passphrase(PASSPHRASE)) as casefile:
        assert casefile.remember_in_vault(Vault(MemoryKeyring()))
    before = snapshot(folder)
    page = _page(qtbot, aside, folder, hangs if failure is Hangs else failure())
    qtbot.waitUntil(lambda: page.open.isEnabled() and page._running is None)
    assert page.notice.isHidden()
    assert snapshot(folder) == before
    _enter(qtbot, page).close()


def test_a_passphrase_typed_while_the_vault_thinks_opens_at_once(
    qtbot: QtBot, aside: Aside, folder: Path, hangs: Hangs
) -> None:
    with open_case_file(folder, Passphrase(PASSPHRASE)) as casefile:
        assert casefile.remember_in_vault(Vault(MemoryKeyring()))
    page = SignIn(aside, vault=Vault(hangs, time_limit_s=60))
    qtbot.addWidget(page)
    page.show_file(folder)
    page.show()
    assert page.doing.text()
    _enter(qtbot, page).close()


def test_a_vault_that_keeps_nothing_is_told_and_the_file_opens_all_the_same(
    qtbot: QtBot, aside: Aside, folder: Path
) -> None:
    page = _page(qtbot, aside, folder, FAILURES[0]())
    page.remember.setChecked(True)
    remarks = list[str]()
    page.remarked.connect(remarks.append)
    _enter(qtbot, page).close()
    assert len(remarks) == 1
    assert "没有记住" in remarks[0]


def test_after_a_lock_only_a_passphrase_opens(qtbot: QtBot, aside: Aside, folder: Path) -> None:
    ring = MemoryKeyring()
    with open_case_file(folder, Passphrase(PASSPHRASE)) as casefile:
        assert casefile.remember_in_vault(Vault(ring))
    page = SignIn(aside, vault=Vault(ring))
    qtbot.addWidget(page)
    page.show_file(folder, locked=True)
    page.show()
    assert page._asking is None
    assert page.remember.isHidden()
    assert page.open.text() == "解锁"
    _enter(qtbot, page).close()
    page.show_file(folder)
    assert page.remember.isVisible()
    with qtbot.waitSignal(page.opened) as opened:
        pass
    (opened.args or [])[0].close()


# the field


def test_locked_capitals_are_told_while_typing(qtbot: QtBot) -> None:
    entry = SecretEntry("口令")
    qtbot.addWidget(entry)
    qtbot.keyClicks(entry.line, "a")
    qtbot.keyClick(entry.line, "B", Qt.KeyboardModifier.ShiftModifier)
    assert entry.remark.text() == ""
    qtbot.keyClick(entry.line, "C")
    assert "大写" in entry.remark.text()
    qtbot.keyClick(entry.line, Qt.Key.Key_CapsLock)
    assert entry.remark.text() == ""


def test_what_is_typed_can_be_looked_at(qtbot: QtBot) -> None:
    entry = SecretEntry("口令")
    qtbot.addWidget(entry)
    assert entry.line.echoMode() == QLineEdit.EchoMode.Password
    entry.show()
    entry.line.setFocus()
    qtbot.waitUntil(entry.line.hasFocus)
    qtbot.keyClick(entry.line, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    (eye,) = entry.line.actions()
    assert entry.line.echoMode() == QLineEdit.EchoMode.Normal
    assert eye.text() == "隐藏"
