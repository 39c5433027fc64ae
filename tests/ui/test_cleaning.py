"""After an order to expunge the window cleans up by itself, and says what is left to the officer."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.casework.desk import Desk
from desktop.changes.judging import EXPUNGE_DUE
from desktop.changes.pen import get_setting, put_setting
from desktop.ui.cleaning import Cleaning
from desktop.ui.doorway import Doorway


def _is_due(desk: Desk) -> bool:
    with desk.casefile.engine.connect() as conn:
        return get_setting(conn, EXPUNGE_DUE) is not None


def test_what_an_order_left_is_cleaned_after_the_change_that_brought_it(
    qtbot: QtBot, desk: Desk, doorway: Doorway
) -> None:
    cleaning = Cleaning(doorway)
    told: list[str] = []
    cleaning.cleaned.connect(told.append)

    def order(desk: Desk) -> None:
        with desk.casefile.engine.begin() as conn:
            put_setting(conn, EXPUNGE_DUE, b"1")
        desk.announce({"person": set()})

    doorway.write(cleaning, order)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert "备份" in told[0]
    assert not _is_due(desk)
    cleaning.clean()
    qtbot.waitUntil(lambda: doorway.idle, timeout=10_000)
    qtbot.wait(50)
    assert len(told) == 1
