"""The idle lock: by the clock, by sleep, by hand; covered at once, locked when nothing is being written."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QClipboard, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from desktop.ui.locking import IdleLock, minutes_of, now_s

MINUTE = 60.0


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Window(QMainWindow):
    """A window with a field and an act that has a key."""

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.setCentralWidget(self.line)
        self.done = 0
        act = QAction("act", self)
        act.setShortcut(QKeySequence("Ctrl+K"))
        act.triggered.connect(self._act)
        self.addAction(act)
        self.resize(800, 600)

    def _act(self) -> None:
        self.done += 1


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _told(lock: IdleLock) -> list[bool]:
    told: list[bool] = []
    lock.locked.connect(lambda: told.append(True))
    return told


def test_without_a_key_it_locks_after_its_time(qtbot: QtBot, window: Window) -> None:
    lock = IdleLock(window, minutes=0.002)
    with qtbot.waitSignal(lock.locked):
        pass
    assert lock.covered


def test_a_key_or_the_mouse_puts_it_off(qtbot: QtBot, window: Window, clock: Clock) -> None:
    lock = IdleLock(window, 10, clock=clock)
    told = _told(lock)
    for act in (lambda: qtbot.keyClicks(window.line, "a"), lambda: qtbot.mouseMove(window.line)):
        clock.now += 9 * MINUTE
        act()
        lock._look()
        assert told == []
    clock.now += 10 * MINUTE
    lock._look()
    assert told == [True]


def test_after_sleep_the_first_key_locks_and_goes_nowhere(qtbot: QtBot, window: Window, clock: Clock) -> None:
    lock = IdleLock(window, 10, clock=clock)
    clock.now += 8 * 60 * MINUTE
    with qtbot.waitSignal(lock.locked):
        qtbot.keyClicks(window.line, "x")
    assert window.line.text() == ""


def test_covered_the_window_shows_nothing_and_takes_no_key(
    qtbot: QtBot, window: Window, clock: Clock
) -> None:
    qtbot.keyClicks(window.line, "typed before")
    lock = IdleLock(window, 10, clock=clock)
    lock.lock()
    assert window.childAt(window.line.geometry().center()) is not window.line
    window.resize(1000, 700)
    assert window.childAt(990, 690) is not None
    qtbot.keyClicks(window.line, "more")
    qtbot.keySequence(window, "Ctrl+K")
    assert (window.line.text(), window.done) == ("typed before", 0)
    lock.uncover()
    qtbot.keyClicks(window.line, "!")
    qtbot.keySequence(window, "Ctrl+K")
    assert (window.line.text(), window.done) == ("typed before!", 1)


def test_other_windows_stay_free_to_sign_in(qtbot: QtBot, window: Window) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    IdleLock(window).lock()
    qtbot.keyClicks(other, "passphrase")
    assert other.text() == "passphrase"


def test_what_is_being_written_ends_before_the_file_is_closed(window: Window) -> None:
    lock = IdleLock(window)
    told = _told(lock)
    lock.busy(True)
    lock.lock()
    assert lock.covered
    assert told == []
    lock.busy(False)
    assert told == [True]


def test_a_dialog_before_the_window_goes_away_unanswered(qtbot: QtBot, window: Window) -> None:
    lock = IdleLock(window)
    dialog = QDialog(window)
    QTimer.singleShot(0, lock.lock)
    assert dialog.exec() == QDialog.DialogCode.Rejected
    assert not dialog.isVisible()


@pytest.mark.parametrize("ours", [True, False])
def test_only_what_was_copied_here_is_taken_off_the_clipboard(
    qapp: QApplication, window: Window, monkeypatch: pytest.MonkeyPatch, ours: bool
) -> None:
    qapp.clipboard().setText("450923199001010019")
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _: ours)
    IdleLock(window).lock()
    assert bool(qapp.clipboard().text()) is not ours
    qapp.clipboard().clear()


def test_a_closed_window_is_not_watched_and_a_reopened_one_is(window: Window, clock: Clock) -> None:
    lock = IdleLock(window, 10, clock=clock)
    window.close()
    assert not lock._timer.isActive()
    clock.now += 60 * MINUTE
    window.show()
    assert lock._timer.isActive()
    assert not lock.covered


def test_locking_twice_tells_once(window: Window) -> None:
    lock = IdleLock(window)
    told = _told(lock)
    lock.lock()
    lock.lock()
    assert told == [True]


def test_minutes_can_be_changed_while_it_watches(window: Window, clock: Clock) -> None:
    lock = IdleLock(window, 10, clock=clock)
    told = _told(lock)
    clock.now += 4 * MINUTE
    lock.minutes = 3
    assert told == [True]


@pytest.mark.parametrize(
    ("text", "minutes"), [(None, 10), ("5", 5), ("0", 10), ("-3", 10), ("never", 10), ("", 10), ("999", 10)]
)
def test_only_sensible_minutes_count(text: str | None, minutes: int) -> None:
    assert minutes_of(text) == minutes


def test_the_clock_goes_forward() -> None:
    assert now_s() <= now_s()
