"""完整性核验 in the window: beside everything else, stopped by a key, saved with a note in the audit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.casefile.vault import Vault
from desktop.casework import integrity
from desktop.casework.audit import AuditLog
from desktop.casework.desk import Desk
from desktop.ui import verifying
from desktop.ui.doorway import Doorway
from desktop.ui.security_menu import Security
from desktop.ui.steps import StepDialog
from desktop.ui.verifying import VerifyStep
from tests.casefile.test_vault import MemoryKeyring
from tests.casework.raids import act
from tests.ui.hands import press


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def menu(window: QWidget, doorway: Doorway) -> Security:
    return Security(window, doorway, vault=Vault(MemoryKeyring()))


def _raid(desk: Desk, title: str = "练习行动") -> str:
    started = {"title": title, "place": "练习大厦", "started_at": "2020-06-07T09:20+08:00"}
    return str(act(desk, "raid.record", **started)["raid"])


def _spoil(desk: Desk) -> None:
    with desk.casefile.engine.begin() as conn:
        conn.info["projecting"] = True
        conn.exec_driver_sql("UPDATE raid SET place = '别处'")
        conn.info.pop("projecting")


def _begin(qtbot: QtBot, menu: Security, window: QWidget) -> VerifyStep:
    menu.verify.trigger()
    (dialog,) = window.findChildren(StepDialog)
    assert not dialog.isModal()
    qtbot.waitExposed(dialog)
    assert isinstance(dialog.step, VerifyStep)
    return dialog.step


class Held:
    """A report that waits at its first step until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

        def held(desk: Desk, language: str, turn: Callable[[float], None]) -> integrity.Report:
            def step(done: float) -> None:
                self.begun.set()
                self.go.wait(10)
                turn(done)

            return integrity.report(desk, language, step)

        monkeypatch.setattr(verifying, "report", held)


def test_a_sound_file_is_said_to_be_sound(qtbot: QtBot, desk: Desk, menu: Security, window: QWidget) -> None:
    _raid(desk)
    step = _begin(qtbot, menu, window)
    qtbot.waitUntil(lambda: not step.working)
    assert step.notice.text() == "核验通过：没有发现任何改动。"
    assert not step.list.isVisible()


@pytest.mark.tampers
def test_what_does_not_hold_is_named_and_saved_and_the_saving_is_noted(
    qtbot: QtBot,
    desk: Desk,
    menu: Security,
    window: QWidget,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _raid(desk)
    _spoil(desk)
    step = _begin(qtbot, menu, window)
    qtbot.waitUntil(lambda: not step.working)
    assert "发现 1 处不符" in step.notice.text()
    assert "现场行动 练习行动 · 2020-06-07" in step.list.item(0).text()
    assert step.list.hasFocus()
    for button, name in ((step.as_text, "报告.txt"), (step.as_pdf, "报告")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        button.setFocus()
        press(qtbot, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: step.notice.text().startswith("已写出"))
        step.notice.clear()
    assert "练习行动" in (tmp_path / "报告.txt").read_text("utf-8")
    assert (tmp_path / "报告.pdf").read_bytes().startswith(b"%PDF")
    notes = AuditLog(desk.casefile).list(action="export")
    assert [(note.what.kind, note.what.count) for note in notes] == [("integrity", 1)] * 2


def test_work_goes_on_while_it_runs_and_is_no_finding(
    qtbot: QtBot, desk: Desk, menu: Security, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    _raid(desk)
    held = Held(monkeypatch)
    step = _begin(qtbot, menu, window)
    qtbot.waitUntil(held.begun.is_set)
    _raid(desk, "又一行动")
    held.go.set()
    qtbot.waitUntil(lambda: not step.working)
    assert step.notice.text() == "核验通过：没有发现任何改动。"


def test_escape_stops_it_and_closing_the_file_waits_for_it(
    qtbot: QtBot, desk: Desk, menu: Security, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    _raid(desk)
    held = Held(monkeypatch)
    step = _begin(qtbot, menu, window)
    qtbot.waitUntil(held.begun.is_set)
    qtbot.keyClick(step, Qt.Key.Key_Escape)
    held.go.set()
    qtbot.waitUntil(lambda: not step.working)
    assert step.notice.text() == "已停止，其余部分是否完好尚不清楚。"
    held.begun.clear()
    held.go.clear()
    step.perform()
    qtbot.waitUntil(held.begun.is_set)
    ended: list[Any] = []
    threading.Timer(0.1, lambda: (ended.append(True), held.go.set())).start()
    menu.stop()
    assert ended
    assert not step.working
