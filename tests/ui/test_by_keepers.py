"""All passphrases lost: shares are told apart, enough of them open, nothing of them is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.casefile.casefile import CaseFile
from desktop.casefile.keepers import KeptBy, new_share
from desktop.casefile.unlocking import Passphrase
from desktop.casefile.vault import Vault
from desktop.casework.audit import AuditLog
from desktop.casework.setting_up import open_case_file
from desktop.errors import UserError, message
from desktop.ui.aside import Aside
from desktop.ui.by_keepers import ByKeepers
from desktop.ui.practising import Tell
from desktop.ui.program import Program
from tests.casefile.sample import snapshot
from tests.casefile.test_vault import MemoryKeyring
from tests.desks import PASSPHRASE
from tests.ui.doors import closed_file, type_into
from tests.ui.hands import press

NEW = "three white herons"


class Keepers:
    """A closed case file that any two of three keepers open, and their share files on sticks."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder, self.sticks = tmp_path / "库", tmp_path / "sticks"
        closed_file(self.folder)
        made = [new_share() for _ in range(3)]
        with open_case_file(self.folder, Passphrase(PASSPHRASE)) as casefile:
            casefile.seal_for_keepers(KeptBy("f" * 64, tuple(key for _, key in made), 2))
        self.sticks.mkdir()
        self.texts = [text for text, _ in made]
        self.paths = [self._share(f"share {number}.txt", text) for number, text in enumerate(self.texts, 1)]

    def _share(self, name: str, text: str) -> Path:
        path = self.sticks / name
        path.write_text(f"# a comment\n{text}\n", "utf-8")
        return path

    def foreign(self) -> Path:
        """A share of another city."""
        return self._share("other city.txt", new_share()[0])


@pytest.fixture
def keepers(tmp_path: Path) -> Keepers:
    return Keepers(tmp_path)


def _page(qtbot: QtBot, aside: Aside, folder: Path) -> ByKeepers:
    page = ByKeepers(aside)
    qtbot.addWidget(page)
    page.show()
    page.show_file(folder)
    qtbot.waitUntil(lambda: not page.working)
    return page


def _lines(page: ByKeepers) -> list[str]:
    return [page.list.item(row).text() for row in range(page.list.count())]


def _choose(qtbot: QtBot, page: ByKeepers, monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    """By the keyboard: the button opens the system's dialog, which gives these files."""
    names = [str(path) for path in paths]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
    page.add.setFocus()
    press(qtbot, Qt.Key.Key_Return)


def test_two_of_three_open_and_set_a_passphrase_and_nothing_is_left(
    qtbot: QtBot, aside: Aside, keepers: Keepers, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(qtbot, aside, keepers.folder)
    assert page.count.text() == "需要 2 份，已有 0 份（共 3 份，任意 2 份合用）。"
    _choose(qtbot, page, monkeypatch, keepers.paths[2])
    assert page.count.text().startswith("需要 2 份，已有 1 份")
    type_into(qtbot, page.typed, keepers.texts[0].lower(), enter=True)
    assert _lines(page) == ["share 3.txt · 第 3 份", "手工输入 · 第 1 份"]
    assert page.typed.text() == ""
    assert page.new.first.line.hasFocus()
    type_into(qtbot, page.new.first, NEW, enter=True)
    with qtbot.waitSignal(page.opened) as opened:
        type_into(qtbot, page.new.second, NEW, enter=True)
    casefile = (opened.args or [])[0]
    assert isinstance(casefile, CaseFile)
    (note,) = AuditLog(casefile).list(action="city_recovery")
    assert (note.officer, note.what.count) == (casefile.officer, 2)
    casefile.close()
    assert page.new.text() == page.new.second.text() == ""
    assert page.list.count() == 0
    assert not page._brought
    for path in keepers.folder.rglob("*"):
        assert path.is_dir() or not any(text.encode() in path.read_bytes() for text in keepers.texts)
    open_case_file(keepers.folder, Passphrase(NEW)).close()


def test_what_is_no_share_or_another_citys_is_named_and_can_be_taken_away(
    qtbot: QtBot, aside: Aside, keepers: Keepers, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(keepers.folder)
    page = _page(qtbot, aside, keepers.folder)
    nothing = keepers.sticks / "没有.txt"
    twice = [keepers.paths[0], keepers.paths[0]]
    _choose(qtbot, page, monkeypatch, keepers.foreign(), keepers.folder / "keys.json", nothing, *twice)
    lines = _lines(page)
    assert lines[0] == f"other city.txt · {message('casefile.wrong_shares', 'zh')}"
    assert lines[1] == f"keys.json · {message('casefile.no_recovery_share', 'zh')}"
    assert lines[2].startswith("没有.txt · ")
    assert lines[3:] == ["share 1.txt · 第 1 份", "share 1.txt · 第 1 份已经在此"]
    assert page.count.text().startswith("需要 2 份，已有 1 份")
    page.list.setFocus()
    page.list.setCurrentRow(3)
    press(qtbot, Qt.Key.Key_Delete)
    assert page.count.text().startswith("需要 2 份，已有 0 份")
    type_into(qtbot, page.typed, "AGE-SECRET-KEY-1XYZ", enter=True)
    assert page.typed.remark.text() == message("casefile.no_recovery_share", "zh")
    type_into(qtbot, page.new.first, NEW)
    type_into(qtbot, page.new.second, NEW, enter=True)
    assert page.notice.code == "casefile.too_few_shares"
    assert snapshot(keepers.folder) == before


def test_leaving_forgets_the_shares(qtbot: QtBot, aside: Aside, keepers: Keepers) -> None:
    page = _page(qtbot, aside, keepers.folder)
    page.take(keepers.paths)
    type_into(qtbot, page.typed, keepers.texts[0])
    with qtbot.waitSignal(page.left):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.list.count() == 0
    assert page.typed.text() == ""
    assert not page._brought


def test_a_file_that_is_sealed_to_nobody_says_what_helps_instead(
    qtbot: QtBot, aside: Aside, tmp_path: Path
) -> None:
    closed_file(tmp_path / "库")
    page = _page(qtbot, aside, tmp_path / "库")
    assert page.notice.code == "casefile.no_city_slot"
    assert not page.go.isEnabled()
    assert not page.add.isEnabled()


def _no_city(_: Path, __: Tell) -> tuple[Path, str]:
    raise UserError("practice.not_empty")


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot) -> Iterator[Program]:
    made = Program(qapp, _no_city, vault=Vault(MemoryKeyring()))
    qtbot.addWidget(made.entrance)
    yield made
    made.end()


def test_the_way_from_sign_in_and_whoever_opens_next_is_told(
    qtbot: QtBot, program: Program, keepers: Keepers
) -> None:
    program.start(keepers.folder)
    signin, page = program.entrance.pages.signin, program.entrance.pages.by_keepers
    qtbot.waitUntil(signin.keepers.isEnabled)
    qtbot.keyClick(signin.keepers, Qt.Key.Key_Space)
    assert program.entrance.page is page
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert program.entrance.page is signin
    qtbot.keyClick(signin.keepers, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.working)
    page.take(keepers.paths[:2])
    type_into(qtbot, page.new.first, NEW)
    type_into(qtbot, page.new.second, NEW, enter=True)
    for told in (True, True, False):
        qtbot.waitUntil(lambda: program.shell is not None, timeout=20_000)
        assert program.shell is not None
        assert ("用市级恢复密钥设了新口令" in program.shell._notice.text()) is told
        assert program.idle is not None
        program.idle.lock()
        qtbot.waitUntil(lambda: program.shell is None and program.entrance.isVisible())
        type_into(qtbot, signin.passphrase, NEW, enter=True)
    qtbot.waitUntil(lambda: program.shell is not None, timeout=20_000)
