"""涉案财物: lists with their clocks, items with where they are, photos dropped on a row, ledgers read."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.errors import RESOURCES
from desktop.ui.doorway import Doorway
from desktop.ui.item_forms import AddItemsForm, MoveForm
from desktop.ui.ledger_panel import LedgerPanel
from desktop.ui.pages.property import PropertyPage
from tests.casework.raids import Raid, act
from tests.ui.hands import press
from tests.ui.papers import Window

CTRL = Qt.KeyboardModifier.ControlModifier
LEDGER = RESOURCES / "practice" / "raid-2020-06-07.xlsx"


@pytest.fixture
def raid(desk: Desk) -> Raid:
    return Raid(desk)


@pytest.fixture
def window(doorway: Doorway) -> Window:
    return Window(doorway)


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> PropertyPage:
    made = PropertyPage(window.services())
    qtbot.addWidget(made)
    made.resize(1234, 640)
    with qtbot.waitActive(made):
        made.show()
    return made


def open_page(qtbot: QtBot, page: PropertyPage, items: int = 3) -> None:
    """Opens the page and waits until the items of the first list are there."""
    page.opened()
    table = page.items.list.table
    qtbot.waitUntil(lambda: page.items.list.model.rowCount() == items)
    table.setFocus()


def choose_row(qtbot: QtBot, page: PropertyPage, row: int) -> str:
    """Puts the cursor on an item by keyboard and waits until it is shown."""
    table = page.items.list.table
    table.setFocus()
    table.selectRow(row)
    record = page.items.list.model.record(row)
    qtbot.waitUntil(lambda: page.item == record)
    return record


def cell(page: PropertyPage, row: int, word: str) -> str:
    model = page.items.list.model
    column = [one.word for one in model.listing.columns].index(word)
    return str(model.index(row, column).data() or "")


def test_the_newest_list_opens_with_its_items_state_and_totals(
    qtbot: QtBot, page: PropertyPage, raid: Raid
) -> None:
    open_page(qtbot, page)
    qtbot.waitUntil(lambda: "壹拾贰万捌仟陆佰元整" in page.items.total.text())
    assert (
        page.items.total.text() == "合计：3 项　1 部　64 本　现金 128,600.00 元（大写：壹拾贰万捌仟陆佰元整）"
    )
    qtbot.waitUntil(lambda: "已书面批准 潘文" in page.items.bar.approval.text())
    assert "已超" in page.items.bar.period.text()
    assert page.items.bar.period.property("look") == "law"
    qtbot.waitUntil(lambda: cell(page, 0, "whereabouts") == "本局物证室")


def test_lists_of_one_raid_alone_are_shown_when_it_is_chosen(
    qtbot: QtBot, page: PropertyPage, raid: Raid
) -> None:
    other = Raid(raid.desk)
    page.opened()
    qtbot.waitUntil(lambda: page.lists.model.rowCount() == 2)
    page.scope.put(other.raid)
    page.scope.left.emit()
    qtbot.waitUntil(lambda: page.lists.model.rowCount() == 1)
    assert page.lists.model.record(0) == other.list


def test_the_list_that_runs_out_and_the_one_not_approved_stand_out_in_words(
    qtbot: QtBot, page: PropertyPage, raid: Raid
) -> None:
    started = datetime.now().astimezone() - timedelta(days=27)
    act(
        raid.desk,
        "property.list",
        raid=raid.raid,
        purpose="seize",
        measure=5,
        started_at=started.isoformat(timespec="minutes"),
        officers=raid.officers,
        place="讲台",
        on_the_spot="紧急",
    )
    page.opened()
    qtbot.waitUntil(lambda: page.lists.model.rowCount() == 2)
    words = [one.word for one in page.lists.model.listing.columns]
    clocks = page._clocks
    lines = [page.lists.model.line(row) for row in range(2)]
    due = [str(line.cells[words.index("due")]) for line in lines if line is not None]
    assert clocks.about(due[0])[1].endswith("剩 2 日")
    assert "已超" in clocks.about(due[1])[1]
    assert [clocks.about(text)[0] for text in due] == ["soon", "law"]
    assert clocks.about("approval_on_the_spot")[0] == "law"
    assert clocks.about("approval_written")[0] == ""


# -- items --


def test_an_item_shows_its_custody_and_follows_its_movements(
    qtbot: QtBot, page: PropertyPage, raid: Raid
) -> None:
    open_page(qtbot, page)
    item = choose_row(qtbot, page, 1)
    assert item == raid.items[1]
    assert page.detail.currentWidget() is page.custody
    qtbot.waitUntil(lambda: len(page.custody.steps) == 1)
    values = {"kind": "store", "giver": "郭秀", "receiver": "庞某", "place": "二号柜"}
    act(raid.desk, "item.move", item=item, moved_at="2020-06-08T08:00+08:00", **values)
    qtbot.waitUntil(lambda: len(page.custody.steps) == 2)
    qtbot.waitUntil(lambda: cell(page, 1, "whereabouts") == "二号柜")
    assert page.item == item


def test_selected_items_are_moved_together_from_who_has_them(
    qtbot: QtBot, page: PropertyPage, window: Window, raid: Raid, desk: Desk
) -> None:
    for item in raid.items:
        values = {"kind": "store", "giver": "郭秀", "receiver": "庞某"}
        act(desk, "item.move", item=item, moved_at="2020-06-08T08:00+08:00", **values)
    open_page(qtbot, page)
    page.items.list.table.selectAll()
    page.move_act.trigger()
    qtbot.waitUntil(lambda: isinstance(page.beside.currentWidget(), MoveForm))
    form = page.beside.currentWidget()
    assert isinstance(form, MoveForm)
    assert form.editors["giver"].value() == "庞某"
    form.editors["kind"].put("transfer")
    form.editors["receiver"].put("公安局")
    with qtbot.waitSignal(form.performed):
        press(qtbot, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: bool(window.told))
    assert [one["receiver"] for one in desk.show("movement")].count("公安局") == 3
    assert page.beside.currentWidget() is page.detail


def test_acts_say_what_is_to_be_chosen_first(qtbot: QtBot, page: PropertyPage, raid: Raid) -> None:
    assert not page.add_items_act.isEnabled()
    assert page.add_items_act.toolTip() == "请先在上面选择一份清单"
    open_page(qtbot, page)
    assert page.add_items_act.isEnabled()
    assert not page.move_act.isEnabled()
    assert page.move_act.toolTip() == "请先选择物品"
    choose_row(qtbot, page, 0)
    assert page.move_act.isEnabled()


def test_items_are_added_below_the_last_line(
    qtbot: QtBot, page: PropertyPage, raid: Raid, desk: Desk
) -> None:
    open_page(qtbot, page)
    page.add_items_act.trigger()
    form = page.middle.currentWidget()
    assert isinstance(form, AddItemsForm)
    form.grid.paste("账本\t\t册\t2\n投影仪\t\t台\t1")
    with qtbot.waitSignal(form.performed):
        press(qtbot, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.items.list.model.rowCount() == 5)
    qtbot.waitUntil(lambda: cell(page, 4, "name") == "投影仪")
    qtbot.waitUntil(lambda: "5 项" in page.items.total.text())


def test_a_ledger_is_looked_at_before_it_is_read_in(
    qtbot: QtBot, page: PropertyPage, raid: Raid, desk: Desk
) -> None:
    open_page(qtbot, page)
    page.ledger_act.trigger()
    panel = page.middle.currentWidget()
    assert isinstance(panel, LedgerPanel)
    panel.look_at(LEDGER)
    qtbot.waitUntil(panel.take.isEnabled)
    assert len(desk.show("item")) == 3
    panel.take.click()
    qtbot.waitUntil(lambda: page.items.list.model.rowCount() == 15)
    panel.closed.emit()
    assert page.middle.currentWidget() is page.items


def test_withdrawing_names_the_item_and_what_was_seen_of_it(
    qtbot: QtBot, page: PropertyPage, window: Window, raid: Raid, desk: Desk
) -> None:
    open_page(qtbot, page)
    item = choose_row(qtbot, page, 2)
    page.withdraw_act.trigger()
    qtbot.waitUntil(lambda: bool(window.acts))
    (view,) = desk.show("item", item)
    assert window.acts == [("record.withdraw", {"kind": "item", "id": item, "seen": view["seen"]})]
    act(desk, "record.withdraw", kind="item", id=item, reason="误登")
    qtbot.waitUntil(lambda: page.items.list.model.rowCount() == 2)


# -- photos --


def dropped(page: PropertyPage, row: int, paths: list[Path]) -> None:
    """Drags files from outside onto a row and lets go."""
    table = page.items.list.table
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at = table.visualRect(page.items.list.model.index(row, 1)).center() if row >= 0 else QPoint(5, 9999)
    held = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(table.viewport(), QDragEnterEvent(at, *held))
    QApplication.sendEvent(table.viewport(), QDropEvent(QPointF(at), *held))


def test_files_dropped_on_a_row_are_attached_to_that_item(
    qtbot: QtBot, page: PropertyPage, window: Window, raid: Raid, desk: Desk, tmp_path: Path
) -> None:
    photos = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    for number, path in enumerate(photos):
        path.write_bytes(b"photo %d" % number)
    open_page(qtbot, page)
    dropped(page, 1, photos)
    qtbot.waitUntil(lambda: bool(window.told))
    assert window.told == [("已附 2 个文件。", "done")]
    found = desk.show("attachment")
    assert {(one["subject"], one["name"]) for one in found} == {
        (raid.items[1], "a.jpg"),
        (raid.items[1], "b.jpg"),
    }


def test_files_dropped_beside_the_rows_are_attached_to_nothing(
    qtbot: QtBot, page: PropertyPage, window: Window, raid: Raid, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"photo")
    open_page(qtbot, page)
    dropped(page, -1, [tmp_path / "a.jpg"])
    dropped(page, 0, [tmp_path / "not there.jpg"])
    with qtbot.waitCallback() as written:
        page.doorway.write(page, lambda _: None, written)
    assert desk.show("attachment") == []


def test_photos_are_chosen_for_the_item_under_the_cursor(
    qtbot: QtBot,
    page: PropertyPage,
    window: Window,
    raid: Raid,
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"photo")
    chosen = [str(tmp_path / "a.jpg")]
    monkeypatch.setattr("desktop.ui.pages.property.QFileDialog.getOpenFileNames", lambda *_: (chosen, ""))
    open_page(qtbot, page)
    item = choose_row(qtbot, page, 0)
    page.attach_act.trigger()
    qtbot.waitUntil(lambda: bool(window.told))
    assert [one["subject"] for one in desk.show("attachment")] == [item]


def test_a_photo_that_is_gone_attaches_none_of_them(
    qtbot: QtBot, page: PropertyPage, window: Window, raid: Raid, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"photo")
    page.attach_files(raid.items[0], [tmp_path / "a.jpg", tmp_path / "gone.jpg"])
    qtbot.waitUntil(lambda: bool(window.told))
    assert window.told[0][1] == "law"
    assert desk.show("attachment") == []


# -- coming from elsewhere --


def test_an_item_found_elsewhere_is_shown_in_its_list(
    qtbot: QtBot, page: PropertyPage, raid: Raid, desk: Desk
) -> None:
    act(
        desk,
        "property.list",
        raid=raid.raid,
        purpose="seize",
        measure=5,
        started_at="2020-06-07T10:00+08:00",
        officers=raid.officers,
        place="讲台",
        approval=raid.approval,
    )
    values = {"kind": "store", "giver": "郭秀", "receiver": "庞某"}
    moved = act(desk, "item.move", item=raid.items[2], moved_at="2020-06-08T08:00+08:00", **values)
    page.opened()
    page.show_record("movement", moved["movement"])
    qtbot.waitUntil(lambda: page.items.list.table.record() == raid.items[2])
    qtbot.waitUntil(lambda: page.lists.table.record() == raid.list)
    assert page.where() == {"list": raid.list, "item": raid.items[2]}
    assert page.item == raid.items[2]


def test_a_new_list_and_its_papers_are_begun_from_here(
    qtbot: QtBot, page: PropertyPage, window: Window, raid: Raid
) -> None:
    open_page(qtbot, page)
    page.begin_act.trigger()
    ((name, values),) = window.acts
    assert name == "property.list"
    assert datetime.fromisoformat(values["started_at"]).tzinfo is not None
    assert values["raid"] == raid.raid
    page.paper_act.trigger()
    assert window.previewed == [("property_list", raid.list)]


def test_without_a_list_the_page_says_how_to_begin(qtbot: QtBot, page: PropertyPage, window: Window) -> None:
    page.opened()
    qtbot.waitUntil(lambda: page.lists._stack.currentIndex() == 1)
    assert not page.middle.isVisible()


def test_where_there_is_little_room_the_items_come_before_the_detail(
    qtbot: QtBot, page: PropertyPage, raid: Raid
) -> None:
    open_page(qtbot, page)
    assert page.beside.isVisible()
    page.resize(800, 640)
    assert not page.beside.isVisible()
    choose_row(qtbot, page, 0)
    page.move_act.trigger()
    qtbot.waitUntil(page.beside.isVisible)
    press(qtbot, Qt.Key.Key_Escape)
    assert not page.beside.isVisible()
