"""The idle lock: after some minutes without a key or a touch of the mouse the window is covered and locked.

The cover comes at once; ``locked`` follows when nothing is being written any more, and whoever owns the case
file closes it then. Sleep counts as idle. Knows no case file.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QVBoxLayout, QWidget

from desktop.ui.theme import SPACE, icon, look

MINUTES = (3, 5, 10, 15, 30)
USUAL_MINUTES = 10
SETTING = "idle_minutes"
"""The setting of the case file that holds the minutes (``Desk.setting``)."""

_ACTIVE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    }
)
_EATEN = _ACTIVE | {
    QEvent.Type.KeyRelease,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.Shortcut,
    QEvent.Type.ContextMenu,
    QEvent.Type.DragEnter,
    QEvent.Type.Drop,
}


def now_s() -> float:
    """Seconds that go on while the PC sleeps, where the system tells them; never the clock on the wall."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def minutes_of(text: str | None) -> int:
    """The minutes that a setting says; the usual ones when it says nothing sensible."""
    return int(text) if text is not None and text.isdecimal() and int(text) in MINUTES else USUAL_MINUTES


class IdleLock(QObject):
    """Watches the whole application for one window. ``locked`` asks to close the case file now; ``locking``
    comes before it, when what goes on by itself must end."""

    locked = Signal()
    locking = Signal()

    def __init__(
        self, window: QWidget, minutes: float = USUAL_MINUTES, *, clock: Callable[[], float] = now_s
    ) -> None:
        super().__init__(window)
        self._window = window
        self._clock = clock
        self._writing = False
        self._last = clock()
        self._cover: QWidget | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        self.minutes = minutes
        self._watched = QApplication.instance()
        if self._watched is not None:
            self._watched.installEventFilter(self)

    @property
    def minutes(self) -> float:
        """After how many minutes it locks."""
        return self._limit / 60

    @minutes.setter
    def minutes(self, minutes: float) -> None:
        self._limit = minutes * 60
        self._look()

    @property
    def covered(self) -> bool:
        """The window is covered."""
        return self._cover is not None

    def busy(self, writing: bool) -> None:
        """Something is being written, or no longer; for ``Doorway.busy``."""
        self._writing = writing
        if self.covered and not writing:
            self.locked.emit()

    def lock(self) -> None:
        """Covers the window now; ``locked`` follows when nothing is being written any more."""
        if self.covered:
            return
        self._timer.stop()
        self._put_away_dialogs()
        clipboard = QApplication.clipboard()
        if clipboard.ownsClipboard():
            clipboard.clear()
        self._cover = _Cover(self._window, self.tr("Locked. What is still being written is finished first."))
        self.locking.emit()
        if not self._writing:
            self.locked.emit()

    def uncover(self) -> None:
        """Somebody has signed in again: the window is as it was."""
        if self._cover is not None:
            self._cover.deleteLater()
            self._cover = None
        self._last = self._clock()
        self._look()

    def _look(self) -> None:
        left = self._limit - (self._clock() - self._last)
        if self.covered:
            return
        if left <= 0:
            self.lock()
        else:
            self._timer.start(int(left * 1000) + 1)

    def _put_away_dialogs(self) -> None:
        """Whatever stands before the window; a dialog that waits for an answer gets none."""
        for other in QApplication.topLevelWidgets():
            if other is not self._window and other.isVisible() and self._belongs(other):
                if isinstance(other, QDialog):
                    other.reject()
                other.hide()

    def _window_changed(self, *, shown: bool) -> None:
        """A window that is closed is not watched; one that is shown again was just touched."""
        self._timer.stop()
        if shown:
            self._last = self._clock()
            self._look()

    def _belongs(self, other: QWidget | None) -> bool:
        """Was it opened from the window?"""
        return other is self._window or (other is not None and self._belongs(other.parentWidget()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kind = event.type()
        if kind not in _EATEN:
            closing = kind in (QEvent.Type.Show, QEvent.Type.Hide) and not event.spontaneous()
            if closing and watched is self._window:
                self._window_changed(shown=kind == QEvent.Type.Show)
            return False
        if not self.covered and kind in _ACTIVE:
            now = self._clock()
            idle, self._last = now - self._last, now
            if idle < self._limit:
                return False
            QTimer.singleShot(0, self.lock)
            return True
        return self.covered and self._ours(watched)

    def _ours(self, watched: QObject) -> bool:
        """Does the event go to the covered window? Other windows, such as the one to sign in, are free."""
        if isinstance(watched, QWidget):
            return watched.window() is self._window
        parent = watched.parent()
        return watched is self._window.windowHandle() or (parent is not None and self._ours(parent))


class _Cover(QWidget):
    """A blank page over the whole window."""

    def __init__(self, window: QWidget, words: str) -> None:
        super().__init__(window)
        self.setProperty("part", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(words)
        sign, text = QLabel(), QLabel(words)
        sign.setPixmap(icon("lock", "muted").pixmap(10 * SPACE, 10 * SPACE))
        look(text, "hint")
        box = QVBoxLayout(self)
        box.setSpacing(3 * SPACE)
        box.addStretch(1)
        for label in (sign, text):
            box.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False
