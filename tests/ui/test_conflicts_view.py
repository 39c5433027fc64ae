"""Disagreements decided by keyboard: a number, a reason, done; never without a reason, never unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.errors import message
from desktop.ui.conflict_list import PAGE
from desktop.ui.doorway import Doorway
from desktop.ui.pages.conflicts import ConflictsView
from tests.ui.desks import (
    CITY,
    COUNTY,
    HOSTILE,
    Said,
    act,
    desks,
    disagree,
    enrol,
    people,
    read,
    services_of,
    write,
)
from tests.ui.hands import commit, press

CTRL = Qt.KeyboardModifier.ControlModifier


class Bench:
    """A desk and the view on its disagreements."""

    def __init__(self, desk: Desk, doorway: Doorway) -> None:
        self.desk, self.doorway = desk, doorway
        services, said = services_of(doorway)
        self.said: Said = said
        self.view = ConflictsView(services)

    def open(self, qtbot: QtBot) -> ConflictsView:
        """Shows the view with the keyboard in its list."""
        self.view.resize(1200, 560)
        self.view.show()
        self.refresh(qtbot)
        self.view.table.setFocus(Qt.FocusReason.OtherFocusReason)
        return self.view

    def refresh(self, qtbot: QtBot) -> None:
        """Reads anew, both lists and the reasons."""
        self.view.refresh()
        self.settle(qtbot)

    def settle(self, qtbot: QtBot) -> None:
        """Waits until everything that was asked for is done."""
        for ask in (self.doorway.write, self.doorway.read, self.doorway.read):
            done: list[int] = []
            ask(self.view, lambda _: 1, done.append)
            qtbot.waitUntil(lambda done=done: bool(done))

    def choose(self, *rows: int) -> None:
        """Chooses lines of the list."""
        self.view.table.clearSelection()
        model = self.view.table.selectionModel()
        for row in rows:
            model.select(
                self.view.model.index(row, 0),
                QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
            )


@pytest.fixture
def bench(desk: Desk, doorway: Doorway) -> Iterator[Bench]:
    """One desk."""
    made = Bench(desk, doorway)
    yield made
    made.view.close()
    made.view.deleteLater()


def test_an_empty_list_says_what_would_stand_there(qtbot: QtBot, bench: Bench) -> None:
    view = bench.open(qtbot)
    assert view.none.isVisible()
    assert view.none.text().startswith("没有需要裁定的分歧")
    assert not view.table.isVisible()
    assert not view.history.isVisible()


def test_a_number_a_reason_and_enter_decide(qtbot: QtBot, bench: Bench) -> None:
    (row,) = people(bench.desk, {"name": HOSTILE})
    disagree(bench.desk, "person", [row], "address", "一楼", HOSTILE)
    view = bench.open(qtbot)
    panel = view.panel
    assert [choice.value.text() for choice in panel.rows] == ["一楼", HOSTILE]
    assert all(choice.value.textFormat() == Qt.TextFormat.PlainText for choice in panel.rows)
    assert not panel.decide.isEnabled()
    assert panel.decide.toolTip() == "请先选定一项（可按数字键）"
    press(qtbot, Qt.Key.Key_2)
    assert panel.rows[1].radio.isChecked()
    assert panel.decide.toolTip() == "请先填写理由"
    commit("当面核实12")
    press(qtbot, Qt.Key.Key_1)
    assert panel.reason.currentText() == "当面核实121"
    assert panel.rows[1].radio.isChecked()
    press(qtbot, Qt.Key.Key_Return)
    with qtbot.waitSignal(bench.doorway.changed):
        press(qtbot, Qt.Key.Key_Return)
    bench.settle(qtbot)
    assert bench.desk.show("person", row)[0]["address"] == HOSTILE
    assert bench.said.told == [("已裁定 1 项。", "done")]
    assert view.none.isVisible()
    assert view.past.rowCount() == 1
    cells = [view.past.index(0, column).data() for column in range(6)]
    assert cells[1:] == [HOSTILE, "现住址", HOSTILE, "当面核实121", "陈珍"]


def test_earlier_reasons_are_offered_and_none_is_chosen(qtbot: QtBot, bench: Bench) -> None:
    one, two = people(bench.desk, {"name": "甲"}, {"name": "乙"})
    disagree(bench.desk, "person", [one, two], "address", "一楼", "二楼")
    bench.desk.decide(bench.desk.conflicts()[0].id, "一楼", "按原始登记")
    view = bench.open(qtbot)
    press(qtbot, Qt.Key.Key_1)
    assert view.panel.reason.currentText() == ""
    press(qtbot, Qt.Key.Key_Down)
    assert view.panel.reason.currentText() == "按原始登记"
    with qtbot.waitSignal(bench.doorway.changed):
        press(qtbot, Qt.Key.Key_S, CTRL)
    bench.settle(qtbot)
    assert bench.desk.conflicts() == []


def test_another_value_is_typed_as_its_field_is(qtbot: QtBot, bench: Bench) -> None:
    (row,) = people(bench.desk, {"name": "甲"})
    (presence,) = bench.desk.show("presence")
    disagree(
        bench.desk,
        "presence",
        [presence["id"]],
        "arrived_at",
        "2020-06-07T09:00+08:00",
        "2020-06-07T10:00+08:00",
    )
    view = bench.open(qtbot)
    press(qtbot, Qt.Key.Key_3)
    commit("不是时间")
    view.panel.reason.setFocus()
    commit("核对录像")
    press(qtbot, Qt.Key.Key_S, CTRL)
    assert view.panel.editor is not None
    assert view.panel.editor.remark.isVisible()
    assert len(bench.desk.conflicts()) == 1
    view.panel.editor.put("2020-06-07T09:30+08:00")
    view.panel.reason.setFocus()
    with qtbot.waitSignal(bench.doorway.changed):
        press(qtbot, Qt.Key.Key_S, CTRL)
    bench.settle(qtbot)
    assert bench.desk.show("presence")[0]["arrived_at"] == "2020-06-07T09:30+08:00"
    assert row


def test_equal_cases_are_chosen_and_decided_at_once(qtbot: QtBot, bench: Bench) -> None:
    rows = people(bench.desk, *({"name": f"人{number}"} for number in range(4)))
    disagree(bench.desk, "person", rows[:3], "address", "遣散", "移交")
    disagree(bench.desk, "person", rows[3:], "address", "遣散", "解救")
    view = bench.open(qtbot)
    bench.choose(0, 3)
    assert not view.panel.rows
    bench.choose(0)
    assert view.panel.alike.isVisible()
    assert view.panel.alike.text() == "一并选中相同的 3 项"
    qtbot.keyClick(view.panel.alike, Qt.Key.Key_Space)
    assert view._rows() == [0, 1, 2]
    view.table.setFocus()
    press(qtbot, Qt.Key.Key_2)
    commit("按原始登记")
    with qtbot.waitSignal(bench.doorway.changed):
        press(qtbot, Qt.Key.Key_S, CTRL)
    bench.settle(qtbot)
    assert bench.said.told == [("已裁定 3 项。", "done")]
    assert [found.row for found in bench.desk.conflicts()] == rows[3:]
    assert {view["address"] for view in bench.desk.show("person") if view["id"] in rows[:3]} == {"移交"}


def test_what_came_meanwhile_is_shown_instead_of_covered(qtbot: QtBot, bench: Bench) -> None:
    (row,) = people(bench.desk, {"name": "甲"})
    before = bench.desk.show("person", row)[0]["seen"]
    disagree(bench.desk, "person", [row], "address", "一楼", "二楼")
    view = bench.open(qtbot)
    act(bench.desk, "record.correct", kind="person", id=row, fields={"address": "三楼"}, seen=before)
    press(qtbot, Qt.Key.Key_1)
    commit("核实")
    press(qtbot, Qt.Key.Key_S, CTRL)
    bench.settle(qtbot)
    bench.settle(qtbot)
    assert bench.said.told[0][0].startswith(message("acts.conflict_moved", "zh"))
    assert [choice.value.text() for choice in view.panel.rows] == ["一楼", "二楼", "三楼"]
    assert bench.desk.show("decision") == []


def test_a_disputed_withdrawal_is_kept_or_withdrawn(qtbot: QtBot, bench: Bench) -> None:
    (row,) = people(bench.desk, {"name": "甲"})
    seen = bench.desk.show("person", row)[0]["seen"]
    act(bench.desk, "record.correct", kind="person", id=row, fields={"address": "二楼"}, seen=seen)
    act(bench.desk, "record.withdraw", kind="person", id=row, reason="重复登记", seen=seen)
    view = bench.open(qtbot)
    assert [choice.value.text() for choice in view.panel.rows] == ["撤销这条记录", "保留这条记录"]
    assert view.panel.editor is None
    press(qtbot, Qt.Key.Key_2)
    commit("不是同一人")
    with qtbot.waitSignal(bench.doorway.changed):
        press(qtbot, Qt.Key.Key_S, CTRL)
    bench.settle(qtbot)
    assert bench.desk.show("person", row)[0]["withdrawn"] == 0
    view.history.selectRow(0)
    assert [choice.value.text() for choice in view.panel.rows] == ["保留这条记录", "撤销这条记录"]


def test_a_decision_is_taken_again_from_the_list_below(qtbot: QtBot, bench: Bench) -> None:
    (row,) = people(bench.desk, {"name": "甲"})
    disagree(bench.desk, "person", [row], "address", "一楼", "二楼")
    bench.desk.decide(bench.desk.conflicts()[0].id, "二楼", "当面核实")
    view = bench.open(qtbot)
    view.history.setFocus()
    view.history.selectRow(0)
    assert view.panel.notice.text() == "已裁定，理由：当面核实"
    assert view.panel.decide.text() == "重新裁定"
    press(qtbot, Qt.Key.Key_2)
    commit("复核")
    with qtbot.waitSignal(bench.doorway.changed):
        press(qtbot, Qt.Key.Key_S, CTRL)
    bench.settle(qtbot)
    assert bench.desk.show("person", row)[0]["address"] == "一楼"
    assert view.past.rowCount() == 2


def test_personal_numbers_are_shown_in_full_when_asked_and_that_is_noted(qtbot: QtBot, bench: Bench) -> None:
    (row,) = people(bench.desk, {"name": "甲"})
    disagree(bench.desk, "person", [row], "id_number", "450923199001010019", "450923199001010027")
    view = bench.open(qtbot)
    assert [choice.value.text() for choice in view.panel.rows] == ["450923********0019", "450923********0027"]
    assert "19900101" not in view.model.index(0, 2).data()
    assert bench.said.disclosed == []
    qtbot.keyClick(view.panel.reveal, Qt.Key.Key_Space)
    assert [choice.value.text() for choice in view.panel.rows] == ["450923199001010019", "450923199001010027"]
    assert bench.said.disclosed == [("person", row, "id_number")]
    qtbot.keyClick(view.panel.open, Qt.Key.Key_Space)
    assert bench.said.went == [("person", row)]


def test_thousands_come_page_by_page_and_equal_ones_are_all_chosen(qtbot: QtBot, bench: Bench) -> None:
    rows = people(bench.desk, *({"name": f"人{number}"} for number in range(PAGE + 30)))
    disagree(bench.desk, "person", rows, "address", "一", "二")
    view = bench.open(qtbot)
    assert view.model.rowCount() == PAGE
    assert view.model.total() == PAGE + 30
    assert view.model.canFetchMore(view.table.rootIndex())
    qtbot.keyClick(view.panel.alike, Qt.Key.Key_Space)
    bench.settle(qtbot)
    assert len(view._rows()) == PAGE + 30
    view.table.setFocus()
    press(qtbot, Qt.Key.Key_1)
    commit("统一按现场登记")
    with qtbot.waitSignal(bench.doorway.changed, timeout=30_000):
        press(qtbot, Qt.Key.Key_S, CTRL)
    bench.settle(qtbot)
    bench.settle(qtbot)
    assert bench.desk.conflicts() == []
    assert view.past.rowCount() == PAGE
    view.past.fetchMore(view.history.rootIndex())
    bench.settle(qtbot)
    assert view.past.rowCount() == PAGE + 30


def test_what_is_another_office_s_is_shown_and_left_to_it(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with desks(tmp_path, CITY, COUNTY) as (city, county):
        enrol(city, county)
        (row,) = people(county, {"name": "甲"})
        disagree(county, "person", [row], "address", "一楼", "二楼")
        stick = tmp_path / "stick"
        stick.mkdir()
        write(county, stick)
        read(city, stick)
        doorway = Doorway(city)
        bench = Bench(city, doorway)
        counts: list[int] = []
        bench.view.counted.connect(counts.append)
        view = bench.open(qtbot)
        assert counts[-1] == 0
        assert view.model.index(0, 3).data() == "其他单位"
        assert view.panel.notice.text() == message("changes.not_own_row", "zh")
        assert not view.panel.decide.isVisible()
        press(qtbot, Qt.Key.Key_1)
        assert not view.panel.rows[0].radio.isChecked()
        doorway.close()
        view.close()
        view.deleteLater()


def test_the_models_keep_the_rules(qtbot: QtBot, bench: Bench, qtmodeltester: object) -> None:
    rows = people(bench.desk, {"name": "甲"}, {"name": "乙"})
    disagree(bench.desk, "person", rows, "address", "一楼", "二楼")
    bench.desk.decide(bench.desk.conflicts()[0].id, "一楼", "核实")
    view = bench.open(qtbot)
    for model in (view.model, view.past):
        assert model.rowCount() == 1
        qtmodeltester.check(model)  # type: ignore[attr-defined]
