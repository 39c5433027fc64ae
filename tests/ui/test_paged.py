"""Lists come from SQL by pages, keep their place when records change, and sort and filter in the database."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.casework import importing
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.casework.entering import read_typed
from desktop.casework.listing import Query
from desktop.ui.doorway import Doorway
from desktop.ui.paged import PAGE, PagedModel
from desktop.ui.table import ListView
from tests.ui.hands import commit, press
from tests.ui.test_entry_grid import DAY, raid

__all__ = ["raid"]
COUNT = 2 * PAGE + 50
HOSTILE = "<b>&\"';--"


@pytest.fixture
def many(desk: Desk, raid: str) -> str:
    """A raid with more people than two pages hold."""
    rows = [{"site_number": f"A{number:04}", "name": f"甲{number % 7}"} for number in range(COUNT - 1)]
    rows.append({"site_number": "B0001", "name": HOSTILE})
    importing.import_ledger(desk, read_typed(rows, DAY), raid)
    return raid


@pytest.fixture
def view(qtbot: QtBot, doorway: Doorway, many: str) -> ListView:
    """The register of that raid."""
    made = ListView(doorway, Query(listing="people"), empty="nobody")
    qtbot.addWidget(made)
    made.resize(1200, 500)
    made.show()
    qtbot.waitExposed(made)
    made.ask(Query(listing="people", within=many, sort=("site_number", False)))
    qtbot.waitUntil(lambda: made.model.rowCount() == COUNT)
    return made


def _texts(view: ListView, column: int = 0) -> list[str]:
    return [str(view.model.index(row, column).data()) for row in range(view.model.rowCount())]


def test_the_model_keeps_the_rules_of_models(qtbot: QtBot, doorway: Doorway, many: str) -> None:
    model = PagedModel(doorway, Query(listing="people"))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.ask(Query(listing="people", within=many))
    qtbot.waitUntil(lambda: model.rowCount() == COUNT)
    model.ask(Query(listing="people", within=many, contains=(("name", "甲3"),)))
    qtbot.waitUntil(lambda: 0 < model.rowCount() < PAGE)
    assert tester.model() is model


def test_a_page_is_fetched_when_it_comes_into_view(qtbot: QtBot, view: ListView) -> None:
    view.table.scrollToBottom()
    qtbot.waitUntil(lambda: _texts(view)[-1] == "B0001")
    name = next(place for place, column in enumerate(view.model.listing.columns) if column.word == "name")
    assert view.model.index(COUNT - 1, name).data() == HOSTILE


def test_the_cursor_stays_with_its_record_when_the_order_changes(
    qtbot: QtBot, view: ListView, desk: Desk
) -> None:
    record = view.model.record(COUNT - 1)
    assert view.table.choose(record)
    (seen,) = desk.show("presence", record)
    change = {"id": record, "fields": {"site_number": "A0000"}, "seen": seen["seen"]}
    desk.do([("presence.correct", parse_act("presence.correct", change))])
    qtbot.waitUntil(lambda: view.model.row_of(record) != COUNT - 1)
    assert view.table.record() == record


def test_the_filter_row_narrows_the_list_by_keyboard(qtbot: QtBot, view: ListView) -> None:
    view.table.setFocus()
    view.table.selectRow(0)
    press(qtbot, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    commit("B0")
    qtbot.waitUntil(lambda: _texts(view) == ["B0001"])
    assert view.count.text() == "筛选出1条"
    for field in view.table.header.findChildren(QLineEdit):
        field.clear()
    qtbot.waitUntil(lambda: view.model.rowCount() == COUNT)


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(qtbot: QtBot, view: ListView) -> None:
    view.table.header.sectionClicked.emit(0)
    qtbot.waitUntil(lambda: view.model.query.sort == ("site_number", False))
    view.table.header.sectionClicked.emit(0)
    qtbot.waitUntil(lambda: view.model.rowCount() == COUNT and _texts(view)[0] == "B0001")


def test_rows_are_copied_for_excel_as_they_are_shown(qtbot: QtBot, view: ListView) -> None:
    qtbot.waitUntil(lambda: _texts(view)[0] == "A0000")
    view.table.selectRow(0)
    press_on = view.table
    press_on.setFocus()
    press(qtbot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert cells[:2] == ["A0000", "甲0"]


def test_an_empty_list_says_what_belongs_there(qtbot: QtBot, doorway: Doorway) -> None:
    view = ListView(doorway, Query(listing="leads"), empty="线索登记在这里", begin=("登记线索", lambda: None))
    qtbot.addWidget(view)
    view.show()
    view.ask()
    qtbot.waitUntil(lambda: view._stack.currentIndex() == 1)


def test_widths_and_hidden_columns_are_kept_for_the_user(qtbot: QtBot, view: ListView, desk: Desk) -> None:
    view.table.setColumnHidden(3, True)
    view.table.setColumnWidth(1, 233)
    qtbot.waitUntil(lambda: desk.setting("columns:people") is not None)
    again = ListView(view._doorway, Query(listing="people"), empty="")
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: again.table.columnWidth(1) == 233)
    assert again.table.isColumnHidden(3)


def test_the_list_is_written_to_excel_as_shown_and_noted(
    qtbot: QtBot, view: ListView, desk: Desk, tmp_path: Path
) -> None:
    view.write_workbook(tmp_path / "people.xlsx")
    qtbot.waitUntil(view.out.isEnabled)
    sheet = openpyxl.load_workbook(tmp_path / "people.xlsx").worksheets[0]
    texts = [cell.value for cell in sheet["B"]]
    assert (len(texts), texts[-1]) == (COUNT + 1, HOSTILE)
    (note,) = [note for note in desk.audit.list() if note.action == "export"]
    assert note.what.count == COUNT
