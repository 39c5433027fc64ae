"""What is shown without a case file: the last ones by keyboard, and how to begin when there is none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.ui.aside import Aside
from desktop.ui.recent import recent_files, remember_file
from desktop.ui.welcome import Welcome
from tests.ui.doors import closed_file


def _page(qtbot: QtBot, aside: Aside) -> Welcome:
    page = Welcome(aside)
    qtbot.addWidget(page)
    page.show()
    return page


def test_without_any_file_it_says_how_to_begin(qtbot: QtBot, aside: Aside) -> None:
    page = _page(qtbot, aside)
    assert page.empty.isVisible()
    assert not page.list.isVisible()
    assert not page.open.isVisible()
    assert page.new.property("look") == "primary"


def test_enter_chooses_the_last_one_and_what_is_gone_is_marked(
    qtbot: QtBot, aside: Aside, tmp_path: Path
) -> None:
    closed_file(tmp_path / "博白库")
    remember_file(tmp_path / "拔掉的优盘")
    remember_file(tmp_path / "博白库")
    page = _page(qtbot, aside)
    qtbot.waitUntil(lambda: "找不到" in page.list.item(1).text())
    assert page.list.item(0).text() == "博白库"
    with qtbot.waitSignal(page.chosen) as chosen:
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert chosen.args == [tmp_path / "博白库"]


def test_delete_takes_one_off_the_list_and_touches_no_file(
    qtbot: QtBot, aside: Aside, tmp_path: Path
) -> None:
    closed_file(tmp_path / "库")
    remember_file(tmp_path / "库")
    page = _page(qtbot, aside)
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert recent_files() == []
    assert page.empty.isVisible()
    assert (tmp_path / "库" / "keys.json").exists()
