"""A PC that holds its own acts apart says so where its officer looks, and how that ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.sync import enrolment, enrolment_files, stating
from desktop.ui.page import Page, Services
from desktop.ui.pages.exchange import ExchangePage
from desktop.ui.shell import Shell
from tests.ui.desks import CITY, COUNTY, desks, enrol, lead, read, write
from tests.ui.hands import press

APART = "暂时单独存放"


class Told(NamedTuple):
    """A city that changed its keys, and a county that heard of the new ones alone, with its window."""

    city: Desk
    county: Desk
    shell: Shell
    page: ExchangePage


def _page(services: Services) -> Page:
    return ExchangePage(services)


@pytest.fixture
def told(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Told]:
    with desks(tmp_path, CITY, COUNTY, "450921") as (city, county, other):
        enrol(city, county)
        lead(county, "夜间线索")
        stick = tmp_path / "stick"
        stick.mkdir()
        write(county, stick)
        read(city, stick)
        enrol(city, other)
        with city.casefile.engine.begin() as conn:
            keys = stating.rekey(city.journal(conn), 1, 1).statement
        with county.casefile.engine.begin() as conn:
            county.journal(conn).add_statements([keys])
        shell = Shell(county, [_page])
        qtbot.addWidget(shell)
        shell.resize(1366, 768)
        shell.show()
        (page,) = shell.pages
        assert isinstance(page, ExchangePage)
        with qtbot.waitSignal(page.told):
            page.opened()
        yield Told(city, county, shell, page)
        shell.close()


def test_the_window_says_why_and_what_to_do_and_lets_the_officer_do_it(
    qtbot: QtBot, told: Told, tmp_path: Path
) -> None:
    page, shell = told.page, told.shell
    qtbot.waitUntil(lambda: shell.provisional.isVisible())
    for words in (shell.provisional.text(), page.standing.alerts.item(0).text()):
        assert APART in words
        assert "一条也没有丢" in words
        assert "市局更换了密钥" in words
        assert "还缺 1 份" in words
    assert page.standing.alerts.count() == 1, "what is its own is not told again as of a stranger"
    assert not page.notice.isVisible(), "it is not said to have never been enrolled"
    assert APART in shell._about_exchange.text()
    back = tmp_path / "back"
    back.mkdir()
    write(told.city, back)
    page.carrier.add_folder(str(back))
    page.carrier.places.setFocus(Qt.FocusReason.OtherFocusReason)
    qtbot.waitUntil(page.both.isEnabled)
    with qtbot.waitSignal(page.told, timeout=20_000):
        press(qtbot, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: not page.strip.isVisible() and not shell.provisional.isVisible())
    assert page.standing.figure("quarantine") == "0"
    assert read(told.city, back)


def test_the_quarantine_tells_own_entries_from_those_of_strangers(qtbot: QtBot, told: Told) -> None:
    view = told.page.quarantine
    told.page.tabs.setCurrentWidget(view)
    qtbot.waitUntil(lambda: view.model.rowCount() > 0)
    assert {view.model.cells(row)[-1] for row in range(view.model.rowCount())} == {APART}
    qtbot.waitUntil(lambda: view.panel.why.text().startswith("本机所写"))
    with told.city.casefile.engine.begin() as conn:
        answer = enrolment.answer(told.city.journal(conn))
    enrolment_files.accept(told.county.casefile.engine, answer)
    with qtbot.waitSignal(view.counted):
        view.refresh()
    qtbot.waitUntil(view.none.isVisible)
