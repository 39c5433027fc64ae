"""Bulletins in the window: the badge, unread ones first, signing by the form, who has signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QListWidget
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.ui.choices import PartyEditor
from desktop.ui.pages.bulletins import BulletinsPage
from desktop.ui.pages.home import HomePage
from desktop.ui.shell import Shell
from tests.ui.desks import CITY, COUNTY, HOSTILE, act, desks, enrol, read, write

Carry = Callable[[Desk, Desk], None]


@pytest.fixture
def pair(qapp: QApplication, tmp_path: Path) -> Iterator[tuple[Desk, Desk, Carry]]:
    """A city and a county, and how one's records come to the other."""
    with desks(tmp_path, CITY, COUNTY) as (city, county):
        enrol(city, county)

        def carry(one: Desk, other: Desk) -> None:
            folder = tmp_path / f"stick{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            write(one, folder)
            read(other, folder)

        yield city, county, carry


@contextmanager
def window(qtbot: QtBot, desk: Desk) -> Iterator[tuple[Shell, BulletinsPage]]:
    """The window on a desk, on the page of bulletins."""
    made = Shell(desk, [HomePage, BulletinsPage])
    made.show()
    qtbot.waitExposed(made)
    made.turn_to("bulletins")
    page = made.page()
    assert isinstance(page, BulletinsPage)
    yield made, page
    made.shut()
    made.close()
    made.deleteLater()
    desk._listeners.clear()  # a window ends with its desk; here the desk goes on


def _nav(shell: Shell) -> list[str]:
    nav = next(one for one in shell.findChildren(QListWidget) if one.accessibleName() == "页面")
    return [nav.item(row).text() for row in range(nav.count())]


def _texts(page: BulletinsPage) -> list[str]:
    return [label.text() for label in page.panel.findChildren(QLabel)]


def test_an_unread_bulletin_is_counted_signed_for_and_its_issuer_sees_it(
    qtbot: QtBot, pair: tuple[Desk, Desk, Carry]
) -> None:
    city, county, carry = pair
    made = act(city, "bulletin.issue", title="招募信息" + HOSTILE, summary="摘要<b>")["bulletin"]
    carry(city, county)
    with window(qtbot, county) as (shell, page):
        qtbot.waitUntil(lambda: _nav(shell)[1] == "通报   1")
        assert not page.sign.isEnabled()
        assert "未签收" in page.sign.toolTip()
        qtbot.waitUntil(lambda: page.list.model.rowCount() == 1)
        page.show_first()
        qtbot.waitUntil(page.sign.isEnabled)
        qtbot.waitUntil(lambda: "已签收：0 / 1 个单位" in _texts(page))
        assert not page.panel.edit.isEnabled()
        page.sign.trigger()
        form = shell.side.form
        assert form is not None
        assert list(form.editors) == ["signatory", "made_at"]
        form.editors["signatory"].put("林向东")
        with qtbot.waitSignal(shell.doorway.changed):
            form.perform()
        qtbot.waitUntil(lambda: not page.sign.isEnabled())
        qtbot.waitUntil(lambda: "已签收：1 / 1 个单位" in _texts(page))
        qtbot.waitUntil(lambda: _nav(shell)[1] == "通报")
    carry(county, city)
    with window(qtbot, city) as (shell, page):
        qtbot.waitUntil(lambda: page.list.model.rowCount() == 1)
        assert _nav(shell)[1] == "通报"
        shell.go_to("bulletin", made)
        qtbot.waitUntil(lambda: any("林向东" in text for text in _texts(page)))
        assert not page.sign.isEnabled()
        assert page.panel.edit.isEnabled()
        hostile = [one for one in page.panel.findChildren(QLabel) if "<b>" in one.text()]
        assert hostile
        assert all(one.textFormat() == Qt.TextFormat.PlainText for one in hostile)


def test_a_bulletin_is_issued_by_the_form_to_a_group_by_its_name(
    qtbot: QtBot, pair: tuple[Desk, Desk, Carry]
) -> None:
    city, _, _ = pair
    with window(qtbot, city) as (shell, page):
        assert {"发布舆情通报", "签收舆情通报"} <= {action.text() for action in shell.actions_now()}
        page.issue.trigger()
        form = shell.side.form
        assert form is not None
        group = form.editors["group"]
        assert isinstance(group, PartyEditor)
        qtbot.waitUntil(lambda: group.combo.count() == 1)
        group.put("city:450900")
        assert group.typed().endswith("全市")
        form.editors["title"].put("招募信息")
        form.editors["summary"].put("摘要")
        form.editors["nature"].put("warning")
        with qtbot.waitSignal(shell.doorway.changed):
            form.perform()
        qtbot.waitUntil(lambda: page.list.model.rowCount() == 1)
    (found,) = city.show("bulletin")
    assert (found["group"], found["nature"], found["issuer"]) == ("city:450900", "warning", CITY)
