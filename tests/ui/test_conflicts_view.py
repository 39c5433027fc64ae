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


def test_a_minor_field_needs_no_reason_one_of_the_law_does(qtbot: QtBot, bench: Bench) -> None:
    (row,) = people(bench.desk, {"name": "甲"})
    disagree(bench.desk, "person", [row], "phone", "1", "2")
    view = bench.open(qtbot)
    assert "可不填" in view.panel.reason.lineEdit().placeholderText()  # type: ignore[union-attr]
    view.panel.choose(2)
    assert view.panel.decide.isEnabled()
    with qtbot.waitSignal(bench.doorway.changed):
        view.panel.perform()
    bench.settle(qtbot)
    assert bench.desk.show("person", row)[0]["phone"] == "2"


def test_minor_cases_that_differ_are_decided_by_one_rule_with_one_reason(qtbot: QtBot, bench: Bench) -> None:
    rows = people(bench.desk, *({"name": f"人{number}"} for number in range(3)))
    for number, row in enumerate(rows):
        disagree(bench.desk, "person", [row], "phone", str(number), f"1{number}")
    disagree(bench.desk, "person", rows[:1], "address", "一楼", "二楼")
    view = bench.open(qtbot)
    minor = [row for row, line in enumerate(view.model.lines) if line.conflict.field == "phone"]
    bench.choose(minor[0])
    assert view.panel.minor.isVisible()
    assert view.panel.minor.text() == "选定全部 3 项次要分歧"
    view.panel.minor.click()
    assert [row.value.text() for row in view.panel.rows] == [
        "一律以较晚登记的为准：裁定 3 项，保留 0 项",
        "一律以本机登记的为准：裁定 0 项，保留 3 项",
        "一律以其他电脑登记的为准：裁定 0 项，保留 3 项",
    ]
    view.panel.choose(1)
    assert not view.panel.decide.isEnabled()
    view.panel.reason.setEditText("以后登记的为准")
    with qtbot.waitSignal(bench.doorway.changed):
        view.panel.perform()
    bench.settle(qtbot)
    assert [bench.desk.show("person", row)[0]["phone"] for row in rows] == ["10", "11", "12"]
    assert [one.field for one in bench.desk.conflicts()] == ["address"]
    bench.choose(*range(view.model.rowCount()))
    assert view.panel.other is not None  # one of the law is never put under a rule


def test_long_texts_stand_side_by_side_and_a_person_merges_them(qtbot: QtBot, bench: Bench) -> None:
    (row,) = people(bench.desk, {"name": "甲"})
    long = "现场有二十人集中听课，讲台上摆放宣传资料，" * 3
    one, other = long + "未见打斗。", long.replace("二十", "三十") + HOSTILE
    disagree(bench.desk, "person", [row], "note", one, other)
    view = bench.open(qtbot)
    narrative = view.panel.narrative
    assert narrative is not None
    assert [side.toPlainText() for side in narrative.sides] == [one, other]
    assert all(not head.isEnabled() for head in narrative.heads)
    assert view.panel.rows[0].value.text().endswith("…")
    narrative.taken.emit(other)
    assert view.panel.editor is not None
    assert view.panel.editor.value() == other
    assert view.panel.other is not None
    assert view.panel.other.isChecked()
    view.panel.editor.put("合并后的记述")
    view.panel.reason.setEditText("综合两份笔录")
    with qtbot.waitSignal(bench.doorway.changed):
        view.panel.perform()
    bench.settle(qtbot)
    assert bench.desk.show("person", row)[0]["note"] == "合并后的记述"


def test_earlier_decisions_of_the_record_stand_below_a_new_dispute(qtbot: QtBot, bench: Bench) -> None:
    (row,) = people(bench.desk, {"name": "甲"})
    disagree(bench.desk, "person", [row], "address", "一楼", HOSTILE)
    (found,) = bench.desk.conflicts()
    bench.desk.decide(found.id, HOSTILE, "当面核实")
    disagree(bench.desk, "person", [row], "address", "三楼", "四楼")
    view = bench.open(qtbot)
    qtbot.waitUntil(lambda: bool(view.panel.earlier.lines))
    lines = view.panel.earlier.lines
    assert lines[:3] == [f"现住址：裁定为 {HOSTILE}", "当时另有：一楼", "理由：当面核实"]
    assert "陈珍" in lines[3]
    told = [label.text() for label in view.panel.rows[0].told]
    assert told[1] == f"更正记录 · 改写前所见：{HOSTILE}"
