"""What the dialogs of enrolment share: digits to read out on the telephone, a word that they are the same,
key shares that were brought, places for files.

Knows no case file.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.sync.enrolment_files import digits
from desktop.ui.theme import SPACE, icon, look

JSON = "JSON (*.json)"
_LINES = 22 * SPACE


def in_documents(name: str) -> str:
    """A place for a new file, as a suggestion."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return str(Path(folder) / name)


class ByTelephone(QWidget):
    """Sixteen digits in large type, what they are of, and a mark that the other side read out the same."""

    marked = Signal()

    def __init__(self, question: str = "") -> None:
        super().__init__()
        self.about = QLabel()
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        self.number = QLabel()
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        look(self.number, "number")
        self.same = QCheckBox(question)
        self.same.setVisible(bool(question))
        self.same.toggled.connect(self.marked)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2 * SPACE)
        for widget in (self.about, self.number, self.same):
            box.addWidget(widget)
        self.clear()

    def show_digits(self, about: str, value: str) -> None:
        """Shows the first digits of a root or a device."""
        self.about.setText(about)
        self.number.setText(digits(value))
        self.number.setAccessibleName(self.number.text())
        self.same.setChecked(False)
        self.show()

    def clear(self) -> None:
        """Shows nothing."""
        self.same.setChecked(False)
        self.hide()


class Shares(QWidget):
    """The key shares that were brought; hidden while none is needed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.needed = 0
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Key shares"))
        self.list.setFixedHeight(_LINES)
        self.add = QPushButton(self.tr("Add…"))
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(self._look_for)
        self.hint = QLabel()
        look(self.hint, "hint")
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        row.addWidget(self.list, 1)
        row.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(row)
        box.addWidget(self.hint)

    def paths(self) -> list[Path]:
        """The files."""
        return [Path(self.list.item(row).text()) for row in range(self.list.count())]

    def need(self, count: int) -> None:
        """How many are needed."""
        self.needed = count
        self.hint.setText(self.tr("{count} key shares are needed.").format(count=count))
        self.setVisible(count > 0)

    def take(self, paths: list[Path]) -> None:
        """Adds files, each once."""
        known = set(self.paths())
        self.list.addItems([str(path) for path in paths if path not in known])
        self.changed.emit()

    def _look_for(self) -> None:
        found, _ = QFileDialog.getOpenFileNames(self, self.tr("Key shares"), "", JSON)
        self.take([Path(name) for name in found])
