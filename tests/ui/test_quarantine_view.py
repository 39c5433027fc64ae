"""隔离区 by keyboard: what does not count and why, hostile text as it is, releases and mass changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.changes import holds
from desktop.changes.quarantine import quarantine
from desktop.changes.recorder import Recorder
from desktop.errors import message
from desktop.sync import enrolment, enrolment_files, stating
from desktop.ui.doorway import Doorway
from desktop.ui.orders import ApproveStep, CityOrder, LiftStep, OrderStep, ReleaseStep
from desktop.ui.quarantine_view import QuarantineView, choose
from desktop.ui.steps import StepDialog
from tests.desks import PASSPHRASE
from tests.ui.desks import CITY, COUNTY, HOSTILE, Said, act, desks, lead, read, services_of, write
from tests.ui.doors import type_into
from tests.ui.hands import press

GROUP = f"office:{COUNTY}"


class Table(NamedTuple):
    """A city with its window, a county by command, a stick between them, the city's key shares."""

    city: Desk
    county: Desk
    view: QuarantineView
    said: Said
    stick: Path
    keys: Path

    def show(self, qtbot: QtBot) -> None:
        """Brings the list into view and waits until it has read."""
        self.view.resize(1234, 620)
        self.view.show()
        with qtbot.waitSignals([self.view.model.refreshed, self.view.counted, self.view.counted]):
            self.view.refresh()
        qtbot.waitUntil(lambda: self.view._doorway.idle)

    def exchange(self) -> None:
        """What the county wrote goes to the city."""
        write(self.county, self.stick)
        read(self.city, self.stick)

    def cut(self, after: int) -> None:
        """The city cuts the county's PC off."""
        with self.county.casefile.reader.connect() as conn:
            device = self.county.journal(conn).pen().device
        shares = enrolment_files.read_shares(sorted(self.keys.iterdir()))
        with self.city.casefile.engine.begin() as conn:
            enrolment.cut(self.city.journal(conn), device, after, shares)

    def kept(self) -> int:
        """How many entries do not count at the city."""
        with self.city.casefile.reader.connect() as conn:
            return len(list(quarantine(conn)))


@pytest.fixture
def table(qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    with desks(tmp_path, CITY, COUNTY) as (city, county):
        keys = tmp_path / "keys"
        enrolment_files.write_root(city.casefile.engine, 2, 1, keys, apart=False)
        with county.casefile.engine.begin() as conn:
            request = enrolment.request(county.journal(conn), HOSTILE)
        with city.casefile.engine.begin() as conn:
            answer = enrolment.grant(city.journal(conn), request)
        with county.casefile.engine.begin() as conn:
            enrolment.accept(county.journal(conn), answer)
        doorway = Doorway(city)
        services, said = services_of(doorway)
        stick = tmp_path / "stick"
        stick.mkdir()
        view = QuarantineView(services)
        yield Table(city, county, view, said, stick, keys)
        doorway.close()
        view.close()
        view.deleteLater()


def _cells(table: Table) -> list[list[str]]:
    model = table.view.model
    return [model.cells(row) for row in range(model.rowCount())]


def _dialog(qtbot: QtBot, view: QWidget) -> OrderStep:
    (dialog,) = [found for found in view.window().findChildren(StepDialog) if found.isVisible()]
    qtbot.waitUntil(dialog.isActiveWindow)
    assert isinstance(dialog.step, OrderStep)
    return dialog.step


def test_an_empty_list_says_what_belongs_there(qtbot: QtBot, table: Table) -> None:
    table.show(qtbot)
    assert "隔离区是空的" in table.view.none.text()
    assert table.view.none.isVisible()
    assert not table.view.table.isVisible()
    assert not table.view.mass_table.isVisible()


def test_who_wrote_what_and_why_it_does_not_count(qtbot: QtBot, table: Table, qtmodeltester: QObject) -> None:
    lead(table.county, HOSTILE)
    table.exchange()
    table.cut(1)
    table.show(qtbot)
    (cells,) = _cells(table)
    assert cells[0].startswith("20")
    assert cells[1] == f"{HOSTILE}{COUNTY}局 1号机"
    assert cells[3] == "登记线索"
    assert cells[4] == "1"
    assert cells[5] == "电脑已停用"
    assert table.view.panel.why.text() == message("exchange.verdict_cut", "zh")
    written = table.view.panel.model
    qtbot.waitUntil(lambda: written.rowCount() > 0)
    values = [written.cells(row) for row in range(written.rowCount())]
    assert HOSTILE in [value for _, _, value in values]
    assert values[0][0].startswith("新建 线索 ")
    for label in (table.view.panel.who, table.view.panel.why, table.view.panel.rest):
        assert label.textFormat() == Qt.TextFormat.PlainText
    for model in (table.view.model, written):
        assert model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole) is None
        qtmodeltester.check(model)  # type: ignore[attr-defined]
    with table.city.casefile.reader.connect() as conn:
        assert not conn.exec_driver_sql('SELECT count(*) FROM "lead"').scalar_one()


def test_personal_numbers_stay_masked_and_what_breaks_its_type_stands_as_it_is(
    qtbot: QtBot, table: Table
) -> None:
    raid = act(table.county, "raid.record", title="行动", place="二楼", started_at="2020-06-07T09:00+08:00")
    act(table.county, "people.add", raid=raid["raid"], people=[{"id_number": "450923199001010019"}])
    table.exchange()
    with table.county.casefile.engine.begin() as conn:
        recorder = Recorder(table.county.journal(conn), "")
        recorder.create("person", {"name": ["<img src=x>", 1], "phone": [13800000000]})
        recorder.close("people.add")
        recorder.finish()
    table.exchange()
    table.cut(1)
    table.show(qtbot)
    shown: list[str] = []
    for row in range(table.view.model.rowCount()):
        choose(table.view.table, row)
        qtbot.waitUntil(lambda: table.view._doorway.idle and table.view.panel.model.rowCount() > 0)
        model = table.view.panel.model
        shown += [cell for line in range(model.rowCount()) for cell in model.cells(line)]
    assert "450923********0019" in shown
    assert "450923199001010019" not in "".join(shown)
    assert "13800000000" not in "".join(shown)
    assert any("<img src=x>" in cell for cell in shown)


def test_a_key_that_is_held_does_not_change_what_is_chosen(qtbot: QtBot, table: Table) -> None:
    for number in range(3):
        lead(table.county, f"线索{number}")
    table.exchange()
    table.cut(1)
    table.show(qtbot)
    QTest.keyPress(table.view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    try:
        assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier
        for row in (0, 1, 1):
            choose(table.view.table, row)
            assert table.view.chosen() == [table.view.model.lines[row]]
        with qtbot.waitSignal(table.view.model.refreshed):
            table.view.refresh()
        assert table.view.chosen() == [table.view.model.lines[1]]
    finally:
        QTest.keyRelease(table.view, Qt.Key.Key_Control)


@pytest.mark.tampers
def test_the_list_is_filtered_by_reason_and_pc(qtbot: QtBot, table: Table) -> None:
    for number in range(2):
        lead(table.county, f"线索{number}")
    table.exchange()
    table.cut(1)
    with table.city.casefile.engine.begin() as conn:
        query = "UPDATE entry SET verdict = 'no_grant' WHERE no = (SELECT max(no) FROM entry)"
        conn.exec_driver_sql(query)
    table.show(qtbot)
    view = table.view
    assert [line.why for line in view.model.lines] == ["no_grant", "cut"]
    assert [view.why.itemData(number) for number in range(3)] == [None, "cut", "no_grant"]
    view.table.setFocus()
    press(qtbot, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(view.model.refreshed):
        press(qtbot, Qt.Key.Key_Down)
    assert [line.why for line in view.model.lines] == ["cut"]
    assert view.release.isEnabled()
    view.source.setFocus()
    with qtbot.waitSignal(view.model.refreshed):
        press(qtbot, Qt.Key.Key_Down)
    assert [line.pc for line in view.model.lines] == [f"{HOSTILE}{COUNTY}局 1号机"]
    with qtbot.waitSignals([view.counted, view.counted]):
        view.refresh()
    assert view.why.currentData() == "cut"


def test_a_long_list_comes_page_by_page(qtbot: QtBot, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(105):
        lead(table.county, f"线索{number}")
    table.exchange()
    table.cut(1)
    table.show(qtbot)
    assert table.view.model.rowCount() == 100
    assert table.view.model.canFetchMore(table.view.model.index(-1, -1))
    table.view.model.fetchMore(table.view.model.index(-1, -1))
    qtbot.waitUntil(lambda: table.view.model.rowCount() == 105)
    numbers = [line.number for line in table.view.model.lines]
    assert numbers == sorted(numbers, reverse=True)
    assert not table.view.model.canFetchMore(table.view.model.index(-1, -1))


def test_two_keys_release_what_was_chosen_by_keyboard(qtbot: QtBot, table: Table, tmp_path: Path) -> None:
    for number in range(2):
        lead(table.county, f"线索{number}")
    table.exchange()
    table.cut(1)
    table.show(qtbot)
    table.view.table.setFocus()
    press(qtbot, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(table.view.chosen()) == 2
    press(qtbot, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    step = _dialog(qtbot, table.view)
    assert isinstance(step, ReleaseStep)
    qtbot.waitUntil(lambda: step.shares.isVisible())
    assert "不能收回" in step.explanation.text()
    assert "2 把不同的密钥" in step.keys.text()
    assert step.about.count() == 2
    assert not step.go.isEnabled()
    type_into(qtbot, step.reason, "电话核实")
    type_into(qtbot, step.out, str(tmp_path / "release.json"))
    step.sure.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert step.go.isEnabled()
    type_into(qtbot, step.passphrase, "wrong", enter=True)
    qtbot.waitUntil(lambda: step.passphrase.remark.text() == message("casefile.wrong_passphrase", "zh"))
    type_into(qtbot, step.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: step.notice.code == "enrolment.too_few_keys")
    assert table.kept() == 2
    assert not (tmp_path / "release.json").exists()
    step.shares.take(sorted(table.keys.iterdir()))
    type_into(qtbot, step.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: bool(table.said.told))
    assert table.said.told[0][0].startswith("已放行")
    assert table.kept() == 0
    enrolment_files.accept(
        table.county.casefile.engine, enrolment_files.read_answer(tmp_path / "release.json")
    )
    noted = [note for note in table.city.audit.list() if note.action == "release"]
    assert [(note.what.count, note.what.purpose) for note in noted] == [(2, "电话核实"), (2, "电话核实")]
    assert table.city.audit.check() == []


def test_keys_kept_apart_are_brought_and_no_passphrase_is_asked_for(
    qtbot: QtBot, table: Table, tmp_path: Path
) -> None:
    lead(table.county, "线索")
    table.exchange()
    table.cut(1)
    with table.city.casefile.engine.begin() as conn:
        stating.keep_keys(table.city.journal(conn), [])
    table.show(qtbot)
    table.view.release.trigger()
    step = _dialog(qtbot, table.view)
    assert isinstance(step, ReleaseStep)
    qtbot.waitUntil(lambda: step.shares.isVisible())
    assert step.shares.needed == 2
    assert not step.passphrase.isEnabled()
    type_into(qtbot, step.reason, "电话核实")
    type_into(qtbot, step.out, str(tmp_path / "release.json"))
    step.shares.take(sorted(table.keys.iterdir()))
    step.sure.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    press(qtbot, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(table.said.told))
    assert table.kept() == 0


def test_without_a_reason_nothing_is_released(qtbot: QtBot, table: Table, tmp_path: Path) -> None:
    lead(table.county, "线索")
    table.exchange()
    table.cut(1)
    table.show(qtbot)
    table.view.release.trigger()
    step = _dialog(qtbot, table.view)
    assert isinstance(step, CityOrder)
    step.sure.setChecked(True)
    type_into(qtbot, step.reason, "   ")
    press(qtbot, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not step.working
    assert step.reason.remark.text() == "请填写此项。"
    press(qtbot, Qt.Key.Key_Escape)
    assert not [found for found in table.view.window().findChildren(StepDialog) if found.isVisible()]
    assert table.kept() == 1


@pytest.mark.tampers
def test_what_no_cut_keeps_out_cannot_be_released(qtbot: QtBot, table: Table) -> None:
    lead(table.county, "线索")
    table.exchange()
    with table.city.casefile.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE entry SET verdict = 'no_grant'")
    table.show(qtbot)
    assert not table.view.release.isEnabled()
    assert "停用" in table.view.release.toolTip()


def test_a_county_looks_and_shows_but_does_not_order(qtbot: QtBot, table: Table) -> None:
    doorway = Doorway(table.county)
    services, _ = services_of(doorway)
    view = QuarantineView(services)
    qtbot.addWidget(view)
    view.show()
    with qtbot.waitSignals([view.counted, view.counted, view.model.refreshed]):
        view.refresh()
    assert not view.release.isVisible()
    assert not view.approve.isVisible()
    assert view.lift.isVisible()
    doorway.close()


# mass changes


@pytest.fixture
def withdrawn(table: Table, monkeypatch: pytest.MonkeyPatch) -> Table:
    """The county withdrew most of its leads at once, and the city holds it back."""
    monkeypatch.setattr(holds, "FEW_ROWS", 3)
    monkeypatch.setattr(holds, "ONE_IN", 10)
    rows = [lead(table.county, f"线索{number}") for number in range(6)]
    table.exchange()
    with table.county.casefile.engine.begin() as conn:
        recorder = Recorder(table.county.journal(conn), "")
        for row in rows:
            recorder.withdraw("lead", row, "误登")
        recorder.close("lead.withdraw")
        recorder.finish()
    table.exchange()
    assert _standing_leads(table.city) == 6
    return table


def _standing_leads(desk: Desk) -> int:
    return len(desk.show("lead", where={"withdrawn": "0"}))


def test_a_mass_change_is_shown_here_when_somebody_says_why(qtbot: QtBot, withdrawn: Table) -> None:
    view = withdrawn.view
    withdrawn.show(qtbot)
    assert view.none.isVisible()
    assert view.mass.cells(0)[3] == "6"
    assert not view.lift.isEnabled()
    view.mass_table.setFocus()
    press(qtbot, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    view.lift.trigger()
    step = _dialog(qtbot, view)
    assert isinstance(step, LiftStep)
    assert step.explanation.text().startswith("6 条记录的撤销将在本机显示出来")
    step.sure.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    type_into(qtbot, step.reason, "已核实", enter=True)
    qtbot.waitUntil(lambda: withdrawn.said.told == [("已在本机显示。", "done")])
    assert _standing_leads(withdrawn.city) == 0
    qtbot.waitUntil(lambda: not view.mass_table.isVisible())
    assert [note.what.purpose for note in withdrawn.city.audit.list() if note.action == "lift"] == ["已核实"]


def test_a_city_confirms_a_mass_change_for_all(qtbot: QtBot, withdrawn: Table, tmp_path: Path) -> None:
    view = withdrawn.view
    withdrawn.show(qtbot)
    view.mass_table.setFocus()
    press(qtbot, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    step = _dialog(qtbot, view)
    assert isinstance(step, ApproveStep)
    qtbot.waitUntil(lambda: bool(step.keys.text()))
    assert not step.shares.isVisible()
    type_into(qtbot, step.reason, "已核实")
    type_into(qtbot, step.out, str(tmp_path / "approval.json"))
    step.sure.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    type_into(qtbot, step.passphrase, PASSPHRASE, enter=True)
    qtbot.waitUntil(lambda: bool(withdrawn.said.told))
    assert _standing_leads(withdrawn.city) == 0
    assert (tmp_path / "approval.json").exists()
