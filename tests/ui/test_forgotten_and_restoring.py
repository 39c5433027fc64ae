"""Back in with the recovery key, or from a backup; nothing is overwritten and no mistake costs anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.casefile.recovery import new_recovery_bytes, recovery_text
from desktop.casefile.unlocking import Passphrase
from desktop.casework.setting_up import open_case_file
from desktop.ui.aside import Aside
from desktop.ui.forgotten import Forgotten
from desktop.ui.restoring import Restoring
from tests.casefile.sample import snapshot
from tests.desks import PASSPHRASE
from tests.ui.doors import closed_file, type_into

NEW = "three white herons"


def _forgotten(qtbot: QtBot, aside: Aside, folder: Path) -> Forgotten:
    page = Forgotten(aside)
    qtbot.addWidget(page)
    page.show_file(folder)
    page.show()
    return page


def test_the_printed_key_opens_and_the_new_passphrase_counts_from_then_on(
    qtbot: QtBot, aside: Aside, tmp_path: Path
) -> None:
    key = closed_file(tmp_path / "库")
    page = _forgotten(qtbot, aside, tmp_path / "库")
    type_into(qtbot, page.key, key.lower().replace("-", " "), enter=True)
    assert page.key.remark.text() == "输入无误。"
    type_into(qtbot, page.new.first, NEW, enter=True)
    with qtbot.waitSignal(page.opened) as opened:
        type_into(qtbot, page.new.second, NEW, enter=True)
    (opened.args or [])[0].close()
    assert page.key.text() == page.new.text() == page.new.second.text() == ""
    open_case_file(tmp_path / "库", Passphrase(NEW)).close()


def test_a_key_that_does_not_fit_is_said_at_the_key_and_changes_nothing(
    qtbot: QtBot, aside: Aside, tmp_path: Path
) -> None:
    closed_file(tmp_path / "库")
    before = snapshot(tmp_path / "库")
    page = _forgotten(qtbot, aside, tmp_path / "库")
    type_into(qtbot, page.key, "ABCD", enter=True)
    page.perform()
    assert "有误" in page.key.remark.text()
    type_into(qtbot, page.key, recovery_text(new_recovery_bytes()))
    type_into(qtbot, page.new.first, NEW)
    type_into(qtbot, page.new.second, NEW, enter=True)
    qtbot.waitUntil(lambda: "不属于此案件库" in page.key.remark.text())
    assert snapshot(tmp_path / "库") == before


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [("", "", "请设定口令"), ("short", "short", "太短"), (NEW, NEW + "x", "不一致")],
)
def test_a_passphrase_that_cannot_be_used_is_said_at_its_field(
    qtbot: QtBot, aside: Aside, tmp_path: Path, first: str, second: str, said: str
) -> None:
    page = _forgotten(qtbot, aside, tmp_path)
    type_into(qtbot, page.key, recovery_text(new_recovery_bytes()))
    type_into(qtbot, page.new.first, first)
    type_into(qtbot, page.new.second, second, enter=True)
    assert said in page.new.first.remark.text() + page.new.second.remark.text()
    assert page.running is None


def test_the_strength_line_follows_the_typing(qtbot: QtBot, aside: Aside, tmp_path: Path) -> None:
    page = _forgotten(qtbot, aside, tmp_path)
    line = page.new.first
    for text, tone, word in (
        ("1234567", "law", "还差 1"),
        ("12345678", "soon", "连续"),
        (NEW, "", "不易猜中"),
    ):
        type_into(qtbot, line, text)
        assert (line.line.property("state") or "") == tone, text
        assert word in line.remark.text()


def _backed_up(folder: Path) -> Path:
    closed_file(folder)
    with open_case_file(folder, Passphrase(PASSPHRASE)) as casefile:
        return casefile.backup()


@pytest.mark.parametrize("named", ["case file", "backups", "backup"])
def test_a_backup_is_restored_beside_and_then_opens(
    qtbot: QtBot, aside: Aside, tmp_path: Path, named: str
) -> None:
    backup = _backed_up(tmp_path / "库")
    place = {"case file": tmp_path / "库", "backups": backup.parent, "backup": backup}[named]
    before = snapshot(tmp_path / "库")
    page = Restoring(aside)
    qtbot.addWidget(page)
    page.show()
    type_into(qtbot, page.source, str(place))
    qtbot.waitUntil(lambda: page.into.text() == str(tmp_path / "库-恢复"))
    assert page.which.currentData() == backup
    with qtbot.waitSignal(page.restored) as restored:
        page.into.setFocus(Qt.FocusReason.OtherFocusReason)
        qtbot.keyClick(page.into.line, Qt.Key.Key_Return)
    assert restored.args == [tmp_path / "库-恢复"]
    assert snapshot(tmp_path / "库") == before
    with open_case_file(tmp_path / "库-恢复", Passphrase(PASSPHRASE)) as casefile:
        assert casefile.restored


def test_a_folder_that_holds_something_is_refused_at_its_field(
    qtbot: QtBot, aside: Aside, tmp_path: Path
) -> None:
    _backed_up(tmp_path / "库")
    page = Restoring(aside)
    qtbot.addWidget(page)
    page.show()
    type_into(qtbot, page.source, str(tmp_path / "库"))
    qtbot.waitUntil(lambda: page.which.isEnabled())
    type_into(qtbot, page.into, str(tmp_path / "库"), enter=True)
    qtbot.waitUntil(lambda: "不是空的" in page.into.remark.text())


def test_without_a_backup_nothing_is_begun(qtbot: QtBot, aside: Aside, tmp_path: Path) -> None:
    page = Restoring(aside)
    qtbot.addWidget(page)
    page.show()
    type_into(qtbot, page.source, str(tmp_path))
    qtbot.waitUntil(lambda: page._looking is not None)
    page.perform()
    assert "没有备份" in page.source.remark.text()
    assert page.running is None
