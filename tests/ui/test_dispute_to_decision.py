"""From a paper that is in dispute to the very disagreement that stops it."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.casework.papers import conflict_id, paper
from desktop.ui.doorway import Doorway
from desktop.ui.drives import DriveWatch
from desktop.ui.pages.exchange import ExchangePage
from tests.casework.raids import Raid, contradict
from tests.ui.papers import Window


def test_a_dispute_is_shown_among_many_by_its_id(qtbot: QtBot, desk: Desk, doorway: Doorway) -> None:
    raid = Raid(desk)
    contradict(desk, "raid", raid.raid, "region", "450923", "450922")
    contradict(desk, "raid", raid.raid, "place", "甲地", "乙地")
    for item in raid.items:
        contradict(desk, "item", item, "quantity", "2", "3")
    (dispute,) = paper(desk, "site_record", raid.raid).disputes
    page = ExchangePage(Window(doorway).services(), watch=DriveWatch(doorway, look=list))
    qtbot.addWidget(page)
    page.resize(1200, 600)
    page.show()
    page.opened()
    page.show_record("conflict", conflict_id(dispute))
    view = page.conflicts
    qtbot.waitUntil(lambda: len(view._rows()) == 1 and view.model.rowCount() == 5)
    (row,) = view._rows()
    assert view.model.lines[row].conflict.id == f"raid:{raid.raid}:place"
    assert page.tabs.currentWidget() is view


def test_a_dispute_that_was_settled_meanwhile_chooses_nothing(
    qtbot: QtBot, desk: Desk, doorway: Doorway
) -> None:
    raid = Raid(desk)
    contradict(desk, "raid", raid.raid, "place", "甲地", "乙地")
    page = ExchangePage(Window(doorway).services(), watch=DriveWatch(doorway, look=list))
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.conflicts.model.refreshed):
        page.show_record("conflict", f"raid:{raid.raid}:region")
    qtbot.waitUntil(lambda: page.conflicts._wanted is None)
    assert page.conflicts._rows() == []
