"""Small forms outside the acts: a name, a field, one sentence below it; passphrases, folders, files.

Enter goes to the next field and from the last one performs. Nothing typed here is kept anywhere. Knows no
case file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.theme import SPACE, icon, look, mark

NAME_WIDTH = 24 * SPACE


def in_documents(name: str) -> str:
    """A place for a new file, as a suggestion."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return str(Path(folder) / name)


class Entry(QWidget):
    """One line of text with a sentence below it: a hint, or what is wrong."""

    changed = Signal()

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__()
        self.name = name
        self._hint = hint
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.textChanged.connect(self.changed)
        self.row = QHBoxLayout()
        self.row.setSpacing(2 * SPACE)
        self.row.addWidget(self.line, 1)
        self.remark = QLabel()
        self.remark.setTextFormat(Qt.TextFormat.PlainText)
        self.remark.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        box.addLayout(self.row)
        box.addWidget(self.remark)
        self.setFocusProxy(self.line)
        self.say("")

    def text(self) -> str:
        """What was typed, without surrounding space."""
        return self.line.text().strip()

    def put(self, text: str) -> None:
        """Shows a text."""
        self.line.setText(text)

    def say(self, words: str, tone: str = "law") -> None:
        """One sentence below the field; none brings the hint back."""
        self.remark.setText(words or self._hint)
        self.remark.setVisible(bool(self.remark.text()))
        look(self.remark, tone if words else "hint")
        mark(self.line, tone if words and tone in ("law", "soon") else "")
        self.line.setAccessibleDescription(self.remark.text())

    def needed(self) -> bool:
        """True when something was typed; else the field says that it is needed."""
        self.say("" if self.text() else self.tr("Please fill this in."))
        return bool(self.text())


class SecretEntry(Entry):
    """A passphrase: hidden unless asked to be seen, with a word when the capitals are locked."""

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__(name, hint)
        self._capitals = False
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setMaxLength(1024)
        self._eye = QAction(self)
        self._eye.setShortcut(QKeySequence("Alt+V"))
        self._eye.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._eye.triggered.connect(self._turn)
        self.line.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self._name_eye()
        self.line.installEventFilter(self)

    def text(self) -> str:
        """What was typed, to the letter."""
        return self.line.text()

    def _turn(self) -> None:
        hidden = self.line.echoMode() == QLineEdit.EchoMode.Password
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._name_eye()

    def _name_eye(self) -> None:
        hidden = self.line.echoMode() == QLineEdit.EchoMode.Password
        self._eye.setIcon(icon("eye" if hidden else "eye-off"))
        self._eye.setText(self.tr("Show") if hidden else self.tr("Hide"))
        self._eye.setToolTip(f"{self._eye.text()} (Alt+V)")

    def eventFilter(self, watched: QObject, event: object) -> bool:  # noqa: N802
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            self._watch_capitals(event)
        return False

    def _watch_capitals(self, event: QKeyEvent) -> None:
        locked = capitals_locked(event)
        if event.key() == Qt.Key.Key_CapsLock:
            locked = not self._capitals
        if locked is not None and locked != self._capitals:
            self._capitals = locked
            self.say(self.tr("Capitals are locked.") if locked else "", "soon")


def capitals_locked(event: QKeyEvent) -> bool | None:
    """What one key tells: a capital without Shift, or the reverse; ``None`` when it tells nothing."""
    text = event.text()
    if len(text) != 1 or not text.isascii() or not text.isalpha():
        return None
    return text.isupper() != bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


class PlaceEntry(Entry):
    """A folder or a file: typed, or looked for with ``browse``."""

    def __init__(self, name: str, browse: Callable[[QWidget, str], str], hint: str = "") -> None:
        super().__init__(name, hint)
        self._browse = browse
        self.button = QPushButton(self.tr("Browse…"))
        self.button.setAccessibleName(f"{name} {self.button.text()}")
        self.button.setIcon(icon("folder-open"))
        self.button.clicked.connect(self.look_for)
        self.row.addWidget(self.button)

    def path(self) -> Path | None:
        """The place, or ``None`` when nothing was typed."""
        return Path(self.text()).expanduser() if self.text() else None

    def look_for(self) -> None:
        """Lets the user look for it."""
        found = self._browse(self, self.text())
        if found:
            self.put(found)
            self.say("")


def folder_browser(title: str) -> Callable[[QWidget, str], str]:
    """Looks for a folder."""
    return lambda parent, start: QFileDialog.getExistingDirectory(parent, title, start)


def file_browser(title: str, pattern: str) -> Callable[[QWidget, str], str]:
    """Looks for a file that is there."""
    return lambda parent, start: QFileDialog.getOpenFileName(parent, title, start, pattern)[0]


def new_file_browser(title: str, pattern: str) -> Callable[[QWidget, str], str]:
    """Looks for a place for a new file."""
    return lambda parent, start: QFileDialog.getSaveFileName(parent, title, start, pattern)[0]


class Form(QWidget):
    """Entries below each other with their names. ``performed`` is sent by Enter in the last one."""

    performed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3 * SPACE)
        self._grid.setVerticalSpacing(3 * SPACE)
        self._grid.setColumnStretch(1, 1)

    def add(self, name: str, widget: QWidget) -> None:
        """A further line: a name, and what is typed or chosen there."""
        label = QLabel(name)
        label.setFixedWidth(NAME_WIDTH)
        label.setWordWrap(True)
        label.setContentsMargins(0, SPACE + 2, 0, 0)
        label.setBuddy(widget)
        line = self._grid.rowCount()
        self._grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(widget, line, 1, Qt.AlignmentFlag.AlignTop)
        self.entries.append(widget)

    def ask(self, *entries: Entry) -> None:
        """Further entries."""
        for entry in entries:
            self.add(entry.name, entry)

    def say(self, widget: QWidget) -> None:
        """Something below the fields."""
        self._grid.addWidget(widget, self._grid.rowCount(), 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.focusNextPrevChild(False)
        elif self.entries and self.entries[-1].isAncestorOf(self.focusWidget() or self):
            self.performed.emit()
        else:
            self.focusNextPrevChild(True)
