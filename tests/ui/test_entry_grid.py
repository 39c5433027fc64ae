"""People are typed into the grid by keyboard, pasted from Excel, kept as a draft and recorded at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.casework.drafts import DraftStore
from desktop.casework.entering import ENTERED
from desktop.casework.identity import check_character
from desktop.ui.doorway import Doorway
from desktop.ui.entry_grid import COLUMNS, EntryGrid, EntryModel
from desktop.ui.entry_tab import EntryTab
from desktop.ui.page import Services
from tests.ui.hands import at, commit, press

DAY = date(2020, 6, 7)
GOOD = "45092319900307123" + check_character("45092319900307123")
PLACE = {word: column for column, (_, word, _) in enumerate(COLUMNS)}
Told = list[tuple[str, str]]


@pytest.fixture
def told() -> Told:
    """What the window was asked to say."""
    return []


@pytest.fixture
def services(doorway: Doorway, told: Told) -> Services:
    """What a window offers, written down."""
    nothing: Callable[..., None] = lambda *_: None  # noqa: E731
    return Services(
        doorway=doorway,
        tell=lambda words, tone: told.append((words, tone)),
        go_to=nothing,
        act=nothing,
        correct=nothing,
        preview=nothing,
        disclose=nothing,
    )


@pytest.fixture
def raid(desk: Desk) -> str:
    """A raid that is recorded."""
    values = {"title": "行动", "place": "某处", "started_at": "2020-06-07T09:20+08:00"}
    (outcome,) = desk.do([("raid.record", parse_act("raid.record", values))])
    return str(outcome.ids["raid"])


@pytest.fixture
def tab(qtbot: QtBot, services: Services, raid: str) -> EntryTab:
    """The tab of this raid, with the cursor in its first cell."""
    made = EntryTab(services)
    qtbot.addWidget(made)
    made.resize(1200, 500)
    made.show()
    qtbot.waitExposed(made)
    made.ask(raid)
    qtbot.waitUntil(lambda: made.model.reference == DAY)
    made.begin()
    return made


def test_the_model_keeps_the_rules_of_models(qtbot: QtBot) -> None:
    model = EntryModel(DAY)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.paste("A001\t甲\nA002\t乙\n", 0, 0)
    model.setData(model.index(2, PLACE["name"]), "丙")
    before = model.typed()
    model.remove([0, 1])
    model.bring_back(before)
    assert [row["name"] for row in model.typed()] == ["甲", "乙", "丙"]


def test_people_are_typed_by_keyboard_alone(qtbot: QtBot, tab: EntryTab, desk: Desk, told: Told) -> None:
    def type_cell(text: str) -> None:
        press(qtbot, Qt.Key.Key_F2)
        commit(text)
        press(qtbot, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: at() is tab.grid)

    for text in ("A001", "<b>甲&\"';--", "", GOOD):
        if text:
            type_cell(text)
        else:
            press(qtbot, Qt.Key.Key_Return)
    tab.grid.setCurrentIndex(tab.model.index(1, PLACE["name"]))
    type_cell("=1+1")
    assert tab.model.typed()[1]["site_number"] == "A002"
    with qtbot.waitSignal(tab.recorded):
        press(qtbot, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    people = {view["name"]: view for view in desk.show("person")}
    assert people.keys() == {"<b>甲&\"';--", "=1+1"}
    first = people["<b>甲&\"';--"]
    assert (first["id_number"], first["birth"], first["sex"]) == (GOOD, "1990-03-07", "男")
    assert tab.model.typed() == []
    assert told[-1][1] == "done"


def test_a_wrong_number_is_marked_in_words_and_blocks_nothing(
    qtbot: QtBot, tab: EntryTab, desk: Desk
) -> None:
    tab.model.setData(tab.model.index(0, PLACE["id_number"]), GOOD[:-1] + "A")
    tab.grid.setCurrentIndex(tab.model.index(0, 0))
    assert tab.about.text().startswith("第1行")
    assert tab.model.index(0, PLACE["id_number"]).data(Qt.ItemDataRole.BackgroundRole) is not None
    with qtbot.waitSignal(tab.recorded):
        tab.perform()
    (person,) = desk.show("person")
    assert (person["id_number"], person["id_number_claimed"]) == (None, GOOD[:-1] + "A")


def test_ninety_three_rows_are_pasted_and_none_is_lost(qtbot: QtBot, tab: EntryTab, desk: Desk) -> None:
    lines = [f"B{number:03}\t某{number}" for number in range(1, 94)]
    QGuiApplication.clipboard().setText("现场编号\t姓名\n" + "\n".join(lines))
    press(qtbot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert len(tab.model.typed()) == 93
    with qtbot.waitSignal(tab.recorded) as recorded:
        tab.perform()
    assert recorded.args == [93]
    assert {view["site_number"] for view in desk.show("presence")} == {line[:4] for line in lines}


def test_every_column_of_the_office_s_register_arrives(qtbot: QtBot, tab: EntryTab, desk: Desk) -> None:
    cells = {heading: f"某{heading}" for heading in ENTERED.values()}
    cells |= {"性别": "女", "出生日期": "1990-03-07", "联系电话": "13800000000", "家属电话": "13900000000"}
    cells |= {"到场时间": "09:20", "离开时间": "19:05", "加入时间": "2019-05", "交纳金额": "3800"}
    cells |= {"是否未成年": "否", "是否被限制自由": "是", "证件号码": GOOD, "证件类型": "居民身份证"}
    tab.grid.paste("序号\t" + "\t".join(cells) + "\n1\t" + "\t".join(cells.values()))
    (row,) = tab.model.typed()
    assert set(row) == set(ENTERED)
    assert "笔录编号：某笔录编号" in tab.model.index(0, len(COLUMNS)).data()
    with qtbot.waitSignal(tab.recorded):
        tab.perform()
    dumped = str(desk.show("person") + desk.show("presence"))
    lost = [text for text in cells.values() if text.startswith("某") and text not in dumped]
    assert lost == []


def test_nothing_is_typed_that_belongs_to_no_raid(qtbot: QtBot, services: Services, raid: str) -> None:
    made = EntryTab(services)
    qtbot.addWidget(made)
    assert not made.grid.isEnabled()
    assert not made.record.isEnabled()
    assert "选择" in made.words.text()
    made.ask(raid)
    assert made.grid.isEnabled()


def test_a_second_paste_goes_below_the_first_and_can_be_taken_back(qtbot: QtBot, tab: EntryTab) -> None:
    tab.grid.paste("A001\t甲\nA002\t乙")
    tab.grid.paste("B001\t丙")
    assert [row["name"] for row in tab.model.typed()] == ["甲", "乙", "丙"]
    tab.grid.setCurrentIndex(tab.model.index(0, 0))
    tab.grid.paste("C001\t丁")
    assert tab.model.typed()[0]["name"] == "丁"
    press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [row["name"] for row in tab.model.typed()] == ["甲", "乙", "丙"]


def test_a_paste_that_would_lose_cells_or_rows_is_refused(qtbot: QtBot, tab: EntryTab, told: Told) -> None:
    tab.grid.paste("\t".join(["甲"] * (len(COLUMNS) + 1)))
    assert "连同表头" in told[-1][0]
    tab.grid.paste("\n".join(["甲"] * 5_001))
    assert "5000" in told[-1][0]
    assert tab.model.typed() == []


def test_what_is_typed_survives_closing_without_recording(
    qtbot: QtBot, tab: EntryTab, services: Services, desk: Desk, raid: str
) -> None:
    tab.model.setData(tab.model.index(0, PLACE["name"]), "没写完")
    qtbot.waitUntil(lambda: DraftStore(desk.casefile).load(f"grid:{raid}") is not None)
    again = EntryTab(services)
    qtbot.addWidget(again)
    again.ask(raid)
    qtbot.waitUntil(lambda: again.model.typed() == [{"name": "没写完"}])
    with qtbot.waitSignal(again.recorded):
        again.perform()
    qtbot.waitUntil(lambda: DraftStore(desk.casefile).load(f"grid:{raid}") is None)


def test_rows_are_taken_out_and_brought_back_and_cells_filled_down(qtbot: QtBot) -> None:
    grid = EntryGrid(EntryModel(DAY))
    qtbot.addWidget(grid)
    grid.entries.put([{"name": "甲", "role": "参与人员"}, {"name": "乙"}])
    grid.setCurrentIndex(grid.entries.index(1, PLACE["role"]))
    grid.fill_down()
    assert grid.entries.typed()[1]["role"] == "参与人员"
    grid.remove_rows()
    assert [row["name"] for row in grid.entries.typed()] == ["甲"]
    grid.undo()
    assert [row["name"] for row in grid.entries.typed()] == ["甲", "乙"]


def test_the_cursor_goes_on_to_the_next_person(qtbot: QtBot, tab: EntryTab) -> None:
    tab.model.put([{"name": "甲"}])
    tab.grid.setCurrentIndex(tab.model.index(0, len(COLUMNS) - 1))
    press(qtbot, Qt.Key.Key_Return)
    assert (tab.grid.currentIndex().row(), tab.grid.currentIndex().column()) == (1, 1)
    press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert (tab.grid.currentIndex().row(), tab.grid.currentIndex().column()) == (1, 0)
    assert at() is tab.grid


def test_a_long_grid_is_looked_at_row_by_row_and_doubles_are_told_after_a_rest(qtbot: QtBot) -> None:
    model = EntryModel(DAY)
    model.put([{"name": f"甲{number}", "site_number": f"A{number:04}"} for number in range(400)])
    last = model.rowCount() - 1
    model.setData(model.index(last, PLACE["site_number"]), "A0007")
    model.setData(model.index(last, PLACE["id_number"]), GOOD[:-1] + "A")
    assert "id_number" in model.remarks(last)
    assert "site_number" not in model.remarks(last)
    qtbot.waitUntil(lambda: "site_number" in model.remarks(last))
