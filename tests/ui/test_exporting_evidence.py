"""证据导出 in the window: by keyboard, noted with its purpose; what is withheld is a choice in words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.casework.audit import AuditLog
from desktop.casework.desk import Desk
from desktop.changes.journal import Journal
from desktop.sync import enrolment
from desktop.ui.doorway import Doorway
from desktop.ui.exporting_evidence import EvidenceStep
from desktop.ui.program import page_makers
from desktop.ui.record_panel import RecordPanel
from desktop.ui.shell import Shell
from desktop.ui.steps import StepDialog
from tests.casework.raids import act
from tests.desks import new_desk
from tests.ui.doors import type_into
from tests.ui.hands import press
from tests.ui.papers import Window


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A city with its root, which has the roster of a raid."""
    with new_desk(tmp_path / "city", office="450900") as made:
        with made.casefile.engine.begin() as conn:
            enrolment.make_root(Journal(conn), 2, 2)
        started = {"title": "练习行动", "place": "练习大厦", "started_at": "2020-06-07T09:20+08:00"}
        raid = act(made, "raid.record", **started)["raid"]
        people = [{"site_number": f"A{number}", "name": f"人员{number}"} for number in range(3)]
        act(made, "people.add", raid=raid, people=people)
        yield made


@pytest.fixture
def panel(qtbot: QtBot, doorway: Doorway) -> RecordPanel:
    made = RecordPanel(Window(doorway).services())
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    return made


def _person(desk: Desk) -> str:
    return str(desk.show("person")[0]["id"])


def _open(qtbot: QtBot, panel: RecordPanel, kind: str, record: str) -> EvidenceStep:
    """The dialog, by keyboard: history, then the button beside it."""
    panel.show_record(kind, record)
    qtbot.waitUntil(panel.origin.isEnabled)
    assert not panel.prove.isVisible()
    panel.origin.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    panel.prove.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    (dialog,) = panel.findChildren(StepDialog)
    assert isinstance(dialog.step, EvidenceStep)
    assert not dialog.isModal()
    qtbot.waitExposed(dialog)
    return dialog.step


def test_a_record_is_exported_by_keyboard_and_the_recipients_steps_are_told(
    qtbot: QtBot, desk: Desk, panel: RecordPanel, tmp_path: Path
) -> None:
    raid = str(desk.show("raid")[0]["id"])
    step = _open(qtbot, panel, "raid", raid)
    assert Path(step.out.text()).name == f"证据-现场行动-{raid[-8:]}"
    type_into(qtbot, step.purpose, "移送起诉", enter=True)
    type_into(qtbot, step.out, str(tmp_path / "证据"), enter=True)
    qtbot.waitUntil(lambda: step.done)
    names = {path.name for path in (tmp_path / "证据").iterdir()}
    assert {"check.sh", "summary.pdf", "run-0.jsonl", "SHA256SUMS", "exporter.sig"} <= names
    assert (tmp_path / "证据.tar").is_file()
    said = step.result.text()
    assert "sh check.sh" in said
    with desk.casefile.reader.connect() as conn:
        root = Journal(conn).root()
    assert root is not None
    assert root in said.replace(" ", "")
    assert "没有未列全文的内容" in step.notice.text()
    (note,) = AuditLog(desk.casefile).list(action="export")
    assert (note.record, note.what.kind, note.what.purpose) == (raid, "evidence", "移送起诉")
    (dialog,) = panel.findChildren(StepDialog)
    with qtbot.waitSignal(dialog.accepted):
        assert step.go.hasFocus()
        press(qtbot, Qt.Key.Key_Space)


def test_what_several_people_share_is_withheld_and_shown_only_after_a_choice(
    qtbot: QtBot, desk: Desk, panel: RecordPanel, tmp_path: Path
) -> None:
    step = _open(qtbot, panel, "person", _person(desk))
    type_into(qtbot, step.purpose, "复核")
    type_into(qtbot, step.out, str(tmp_path / "证据"), enter=True)
    qtbot.waitUntil(lambda: step.done)
    assert "1 条未列全文" in step.notice.text()
    lines = b"".join(path.read_bytes() for path in (tmp_path / "证据").glob("run-*"))
    assert "人员2".encode() not in lines
    step.notice.step.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert not step.done
    assert step.whole.isChecked()
    assert "也会看到" in step.consequence.text()
    assert not list(tmp_path.glob("证据-*"))
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: step.done)
    (again,) = (path for path in tmp_path.glob("证据-*") if path.is_dir())
    assert "人员2".encode() in b"".join(path.read_bytes() for path in again.glob("run-*"))
    assert "条记录的内容" in step.notice.text()
    assert len(AuditLog(desk.casefile).list(action="export")) == 2


def test_without_a_purpose_nothing_is_noted_or_written(
    qtbot: QtBot, desk: Desk, panel: RecordPanel, tmp_path: Path
) -> None:
    step = _open(qtbot, panel, "person", _person(desk))
    type_into(qtbot, step.out, str(tmp_path / "证据"), enter=True)
    assert step.purpose.remark.text() == "请填写此项。"
    assert AuditLog(desk.casefile).list(action="export") == []
    assert not (tmp_path / "证据").exists()


def test_it_can_be_stopped_and_leaves_nothing(
    qtbot: QtBot, desk: Desk, doorway: Doorway, panel: RecordPanel, tmp_path: Path
) -> None:
    step = _open(qtbot, panel, "person", _person(desk))
    go = threading.Event()
    doorway.write(step, lambda _: go.wait(10))
    type_into(qtbot, step.purpose, "复核")
    type_into(qtbot, step.out, str(tmp_path / "out" / "证据"), enter=True)
    qtbot.waitUntil(lambda: step.progress is not None)
    qtbot.keyClick(step, Qt.Key.Key_Escape)
    go.set()
    qtbot.waitUntil(lambda: not step.working)
    assert step.notice.text() == "已停止，没有写出任何内容。"
    assert not list(tmp_path.rglob("证据*"))
    assert step.go.isEnabled()


def test_a_folder_that_is_there_is_left_alone(
    qtbot: QtBot, desk: Desk, panel: RecordPanel, tmp_path: Path
) -> None:
    step = _open(qtbot, panel, "person", _person(desk))
    type_into(qtbot, step.purpose, "复核")
    type_into(qtbot, step.out, str(tmp_path), enter=True)
    qtbot.waitUntil(lambda: step.notice.code == "cli.exists")


def test_the_palette_has_it_for_the_record_in_view(qtbot: QtBot, qapp: QApplication, desk: Desk) -> None:
    shell = Shell(desk, page_makers())
    qtbot.addWidget(shell)
    shell.show()
    shell.go_to("person", _person(desk))
    found = lambda: [one.text() for one in shell.actions_now() if one.isEnabled()]  # noqa: E731
    qtbot.waitUntil(lambda: "导出证据…" in found())
    shell.search.setFocus()
    shell.search.setText("daochuzhengju")
    qtbot.waitUntil(shell.search.results.isVisible)
    qtbot.keyClick(shell.search, Qt.Key.Key_Return)
    (dialog,) = shell.findChildren(StepDialog)
    assert isinstance(dialog.step, EvidenceStep)
    dialog.close()
    shell.shut()
