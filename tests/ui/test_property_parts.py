"""The clock of a measure, the timeline of an item, and the forms that act on several items at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.casework.custody import custody, holder
from desktop.casework.desk import Desk
from desktop.casework.drafts import DraftStore
from desktop.casework.measure_state import MeasureState
from desktop.ui.custody_view import CustodyView
from desktop.ui.doorway import Doorway
from desktop.ui.drafting import Drafting
from desktop.ui.item_forms import AddItemsForm, MoveForm
from desktop.ui.measure_bar import MeasureBar
from tests.casework.raids import Raid, act
from tests.ui.hands import commit, press
from tests.ui.papers import Window

CTRL = Qt.KeyboardModifier.ControlModifier
POPUP = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def raid(desk: Desk) -> Raid:
    return Raid(desk)


@pytest.fixture
def window(doorway: Doorway) -> Window:
    return Window(doorway)


def begun(raid: Raid, hours_ago: float) -> str:
    """A list begun on the spot so many hours ago."""
    started = datetime.now().astimezone() - timedelta(hours=hours_ago)
    values = {"raid": raid.raid, "purpose": "seize", "measure": 5, "officers": raid.officers, "place": "讲台"}
    values |= {"started_at": started.isoformat(timespec="minutes"), "on_the_spot": "当事人正在转移财物"}
    return str(act(raid.desk, "property.list", **values)["property_list"])


# -- the measure --


@pytest.fixture
def bar(qtbot: QtBot, window: Window) -> MeasureBar:
    made = MeasureBar(window.services())
    qtbot.addWidget(made)
    return made


def test_an_exception_has_its_clock_in_red_with_the_act_that_ends_it(
    qtbot: QtBot, bar: MeasureBar, window: Window, raid: Raid
) -> None:
    row = begun(raid, 10)
    bar.show_list(row)
    qtbot.waitUntil(lambda: "还剩 13 小时 5" in bar.approval.text())
    assert bar.approval.property("look") == "law"
    bar.approval.step.click()
    ((name, values),) = window.acts
    (view,) = raid.desk.show("property_list", row)
    assert name == "measure.approve"
    assert (values["makes_up"], values["measure"], values["raid"]) == (view["approval"], 5, raid.raid)


def test_a_missed_clock_says_by_how_much_and_ends_with_the_approval(
    qtbot: QtBot, bar: MeasureBar, raid: Raid
) -> None:
    row = begun(raid, 26)
    bar.show_list(row)
    qtbot.waitUntil(lambda: "已超过 2 小时 " in bar.approval.text())
    (view,) = raid.desk.show("property_list", row)
    act(
        raid.desk,
        "measure.approve",
        measure=5,
        approver=raid.head,
        form="written",
        approved_at=datetime.now().astimezone().isoformat(timespec="minutes"),
        makes_up=view["approval"],
    )
    qtbot.waitUntil(lambda: "超过 24 小时才补办" in bar.approval.text())
    assert bar.approval.property("look") == "law"
    assert not bar.approval.step.isVisibleTo(bar.approval)


@pytest.mark.parametrize(
    ("left", "tone", "words"),
    [
        (29, "done", "还剩 29 日"),
        (7, "soon", "还剩 7 日"),
        (0, "soon", "今日届满"),
        (-3, "law", "已超 3 日"),
        (None, "law", "无法计算"),
    ],
)
def test_the_period_says_how_many_days_are_left(
    bar: MeasureBar, left: int | None, tone: str, words: str
) -> None:
    state = MeasureState(approval="written", last_day="2020-07-06", days_left=left)
    told = bar.about_period(state)
    assert told.tone == tone
    assert words in told.words


def test_no_list_shows_no_state(qtbot: QtBot, bar: MeasureBar, raid: Raid) -> None:
    bar.show_list(raid.list)
    qtbot.waitUntil(lambda: "已书面批准 潘文" in bar.approval.text())
    bar.show_list(None)
    assert not bar.isVisibleTo(None)


# -- custody --


@pytest.fixture
def timeline(qtbot: QtBot, window: Window) -> CustodyView:
    made = CustodyView(window.services())
    qtbot.addWidget(made)
    return made


def moved(raid: Raid, item: str, giver: str, receiver: str, at: str = "2020-06-08T08:00+08:00") -> str:
    values = {"kind": "store", "moved_at": at, "giver": giver, "receiver": receiver, "place": "物证室"}
    return str(act(raid.desk, "item.move", item=item, **values)["movement"])


def test_the_timeline_tells_each_hand_and_follows_new_ones(
    qtbot: QtBot, timeline: CustodyView, window: Window, raid: Raid
) -> None:
    timeline.show_item(raid.items[0])
    qtbot.waitUntil(lambda: len(timeline.steps) == 1)
    assert timeline.texts(timeline.steps[0]) == ["扣押  2020-06-07 09:20", "梁浩军", "本局物证室"]
    movement = moved(raid, raid.items[0], "郭秀", "<b>庞某</b>")
    qtbot.waitUntil(lambda: len(timeline.steps) == 2)
    assert timeline.texts(timeline.steps[1])[:2] == ["入库  2020-06-08 08:00", "郭秀 → <b>庞某</b>"]
    (button,) = timeline.widget().findChildren(QPushButton)
    button.click()
    ((name, values),) = window.acts
    (view,) = raid.desk.show("movement", movement)
    assert (name, values) == (
        "record.withdraw",
        {"kind": "movement", "id": movement, "seen": view["seen"]},
    )
    act(raid.desk, "record.withdraw", **{**values, "reason": "误登"})
    qtbot.waitUntil(lambda: timeline.steps[1].withdrawn)
    assert timeline.texts(timeline.steps[1])[-1] == "已撤销"
    assert not timeline.widget().findChildren(QPushButton)
    assert holder(custody(raid.desk, raid.items[0])) == ""


# -- moving and adding --


@POPUP
def test_several_items_are_moved_in_one_act_by_keyboard(
    qtbot: QtBot, doorway: Doorway, raid: Raid, desk: Desk
) -> None:
    form = MoveForm(doorway, [(row, "手机") for row in raid.items], "庞某")
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
    form.begin()
    commit("入库")
    press(qtbot, Qt.Key.Key_Return)
    for _ in range(2):
        press(qtbot, Qt.Key.Key_Return)
    commit("李某")
    with qtbot.waitSignal(form.performed):
        press(qtbot, Qt.Key.Key_S, CTRL)
    found = desk.show("movement")
    assert {one["item"] for one in found} == set(raid.items)
    assert {(one["kind"], one["giver"], one["receiver"]) for one in found} == {("store", "庞某", "李某")}
    assert form.accessibleName() == "流转：手机、手机、手机"


def test_one_item_that_cannot_be_moved_moves_none(
    qtbot: QtBot, doorway: Doorway, raid: Raid, desk: Desk
) -> None:
    form = MoveForm(doorway, [(raid.items[0], "手机"), ("0190a0b0-0000-7000-8000-000000000000", "无")])
    qtbot.addWidget(form)
    for word, value in (("kind", "store"), ("giver", "郭秀"), ("receiver", "庞某")):
        form.editors[word].put(value)
    with qtbot.waitSignal(form.draft):
        form.perform()
    qtbot.waitUntil(lambda: "acts.no_such_record" in form._notice.text())
    assert desk.show("movement") == []


@pytest.fixture
def adding(qtbot: QtBot, doorway: Doorway, raid: Raid) -> AddItemsForm:
    made = AddItemsForm(doorway, raid.list)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    made.grid.setFocus()
    return made


def test_lines_are_pasted_repeated_and_recorded_together(
    qtbot: QtBot, adding: AddItemsForm, raid: Raid, desk: Desk
) -> None:
    QGuiApplication.clipboard().setText("手机\t华为\t部\t1\tA001\t物证袋009\n账本\t\t册\t3")
    press(qtbot, Qt.Key.Key_V, CTRL)
    adding.grid.setCurrentCell(0, 0)
    adding.count.setValue(2)
    press(qtbot, Qt.Key.Key_D, CTRL)
    assert [row.get("note") for row in adding.grid.rows()] == ["物证袋009", "物证袋010", "物证袋011", None]
    with qtbot.waitSignal(adding.performed):
        press(qtbot, Qt.Key.Key_S, CTRL)
    added = sorted(desk.show("item", where={"list": raid.list}), key=lambda one: one["line"])[3:]
    assert [one["name"] for one in added] == ["手机", "手机", "手机", "账本"]
    assert [one["line"] for one in added] == [4, 5, 6, 7]


def test_what_is_typed_comes_back_when_the_form_is_opened_again(
    qtbot: QtBot, adding: AddItemsForm, doorway: Doorway, raid: Raid, desk: Desk
) -> None:
    drafting = Drafting(doorway, adding)
    drafting.attach(adding)
    with qtbot.waitSignal(adding.draft):
        adding.grid.paste("手机\t华为")
    qtbot.waitUntil(lambda: DraftStore(desk.casefile).load(adding.place) is not None)
    again = AddItemsForm(doorway, raid.list)
    qtbot.addWidget(again)
    drafting.attach(again)
    qtbot.waitUntil(lambda: again.grid.rows() == [{"name": "手机", "spec": "华为"}])
    with qtbot.waitSignal(again.performed):
        again.perform()
    qtbot.waitUntil(lambda: DraftStore(desk.casefile).load(adding.place) is None)


def test_nothing_to_repeat_repeats_nothing(adding: AddItemsForm) -> None:
    adding.repeat()
    assert adding.grid.rows() == []
