"""来历: beside a record, who wrote each of its values, where and when, and what proves it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.ui.doorway import Doorway
from desktop.ui.origin_view import OriginView
from desktop.ui.record_panel import RecordPanel
from tests.casework.raids import act
from tests.ui.hands import press
from tests.ui.papers import Window

NUMBER = "45092319900101001X"


@pytest.fixture
def panel(qtbot: QtBot, doorway: Doorway) -> RecordPanel:
    made = RecordPanel(Window(doorway).services())
    qtbot.addWidget(made)
    made.resize(380, 640)
    with qtbot.waitActive(made):
        made.show()
    return made


def _person(desk: Desk) -> str:
    started = {"title": "练习行动", "place": "练习大厦", "started_at": "2020-06-07T09:20+08:00"}
    raid = act(desk, "raid.record", **started)["raid"]
    person = {"site_number": "A1", "name": "<b>钱一</b>", "id_number_claimed": NUMBER, "phone": "13900000001"}
    act(desk, "people.add", raid=raid, people=[person])
    (found,) = desk.show("person")
    act(desk, "person.correct", id=found["id"], fields={"name": "钱二"}, seen=found["seen"])
    return str(found["id"])


def _texts(panel: RecordPanel) -> list[str]:
    inside = panel._area.widget()
    return [label.text() for label in inside.findChildren(QLabel)]


def _wait(qtbot: QtBot, panel: RecordPanel, *, origin: bool) -> None:
    qtbot.waitUntil(lambda: isinstance(panel._area.widget(), OriginView) is origin)


def test_a_key_turns_to_where_the_values_come_from_and_back(
    qtbot: QtBot, desk: Desk, panel: RecordPanel
) -> None:
    person = _person(desk)
    panel.show_record("person", person)
    qtbot.waitUntil(panel.origin.isEnabled)
    panel.origin.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    _wait(qtbot, panel, origin=True)
    said = _texts(panel)
    assert said.index("姓名") < said.index("自报证件号码") < said.index("电话")
    assert said[said.index("姓名") + 1] == "钱二"
    assert "<b>钱一</b>（已替换）" in said
    (view,) = panel.findChildren(OriginView)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in view.findChildren(QLabel))
    assert any(text.startswith("陈珍 · 练习局 · 2") and text.endswith("· 更正人员信息") for text in said)
    assert "本机所写 · 尚未签名" in said
    assert not any(NUMBER in text or "13900000001" in text for text in said)
    press(qtbot, Qt.Key.Key_Space)
    _wait(qtbot, panel, origin=False)
    assert "钱二" in _texts(panel)


def test_it_follows_changes_and_another_record_is_shown_as_a_record(
    qtbot: QtBot, desk: Desk, panel: RecordPanel
) -> None:
    person = _person(desk)
    panel.show_record("person", person)
    qtbot.waitUntil(panel.origin.isEnabled)
    panel.origin.click()
    _wait(qtbot, panel, origin=True)
    seen = desk.show("person", person)[0]["seen"]
    act(desk, "record.withdraw", kind="person", id=person, reason="重复登记", seen=seen)
    qtbot.waitUntil(lambda: "重复登记" in _texts(panel))
    assert "撤销" in _texts(panel)
    panel.show_record("office", desk.show("office")[0]["id"])
    qtbot.waitUntil(lambda: "练习局" in _texts(panel))
    assert not panel.origin.isChecked()
