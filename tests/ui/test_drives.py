"""Sticks are looked for only while somebody wants to know."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.sync.drives import Drive
from desktop.ui.doorway import Doorway
from desktop.ui.drives import DriveWatch

STICK = Drive("/media/u/STICK", "STICK", 1 << 30, False)


def test_sticks_are_told_when_they_change_and_only_then(qtbot: QtBot, doorway: Doorway) -> None:
    answers = [[STICK], [STICK], [], [], [STICK]]
    looked: list[int] = []

    def look() -> list[Drive]:
        looked.append(1)
        return answers[min(len(looked), len(answers)) - 1]

    watch = DriveWatch(doorway, look=look, every_ms=5)
    told: list[list[Drive]] = []
    watch.changed.connect(told.append)
    watch.begin()
    qtbot.waitUntil(lambda: len(told) == 3)
    watch.end()
    assert told == [[STICK], [], [STICK]]
    watch.deleteLater()


def test_a_look_that_fails_is_no_stick_and_the_next_one_counts(qtbot: QtBot, doorway: Doorway) -> None:
    looked: list[int] = []

    def look() -> list[Drive]:
        looked.append(1)
        if len(looked) == 1:
            raise OSError(5, "pulled while looking")
        return [STICK]

    watch = DriveWatch(doorway, look=look, every_ms=5)
    watch.begin()
    with qtbot.waitSignal(watch.changed) as told:
        pass
    watch.end()
    assert told.args == [[STICK]]
    watch.deleteLater()
