"""An officer's hands: text as an input method commits it, keys pressed at whatever has the focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot


def at() -> QWidget:
    """The widget that has the keyboard."""
    found = QApplication.focusWidget()
    assert found is not None, "nothing has the focus"
    return found


def commit(text: str) -> None:
    """Commits text as an input method does: Chinese never comes as keys."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(at(), event)


def press(qtbot: QtBot, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """Presses a key."""
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    qtbot.keyClick(at(), key, held)


def fill(qtbot: QtBot, text: str) -> None:
    """Commits text and presses Enter."""
    commit(text)
    press(qtbot, Qt.Key.Key_Return)
