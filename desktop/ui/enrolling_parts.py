"""What the dialogs of enrolment share: digits to read out on the telephone, a word that they are the same,
key shares that were brought, places for files, the way from a file that is looked at to what is done with it.

Knows no case file of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.desk import Desk
from desktop.sync import enrolment, enrolment_files
from desktop.sync.enrolment_files import digits
from desktop.ui.asking import Form, PlaceEntry
from desktop.ui.doorway import Doorway
from desktop.ui.steps import DeskStep
from desktop.ui.theme import SPACE, icon, look

JSON = "JSON (*.json)"
_LINES = 22 * SPACE


def count_box(name: str, value: int, most: int) -> QSpinBox:
    """A number from 1 to ``most``."""
    box = QSpinBox()
    box.setAccessibleName(name)
    box.setRange(1, most)
    box.setValue(value)
    return box


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


class Asked(NamedTuple):
    """A request as it was read, and who asks by it."""

    data: bytes
    asker: enrolment.Asker


def look_at_request(path: Path) -> Asked:
    """Reads a PC's request. Raises ``UserError``."""
    data = enrolment_files.read_request(path)
    return Asked(data, enrolment.asker(data))


class Words(NamedTuple):
    """What the button of a step says by turns: to look, to act; why it waits; what it does while it looks."""

    look: str
    act: str
    waits: str
    looking: str


class ComparedStep(DeskStep):
    """Looks at a file first; acts on it once the digits in it were compared with the other side.

    ``found`` is what was looked at, ``None`` before.
    """

    def __init__(
        self, doorway: Doorway, title: str, explanation: str, file: PlaceEntry, question: str, words: Words
    ) -> None:
        super().__init__(doorway, title, explanation)
        self.file = file
        self.file.changed.connect(self._reset)
        self.form = Form()
        self.form.performed.connect(self.perform)
        self.who = ByTelephone(question)
        self.who.marked.connect(self.say_what_is_next)
        self.found: Any = None
        self._words = words

    def lay_out(self, *entries: PlaceEntry, between: QWidget | None = None) -> None:
        """Puts the parts in their order; call it last."""
        self.form.ask(self.file, *entries)
        for widget in (self.form, between, self.who):
            if widget is not None:
                self.middle.addWidget(widget)
        self._reset()

    def forget(self) -> None:
        self.file.put("")

    def _reset(self) -> None:
        self.found = None
        self.who.clear()
        self.file.say("")
        self.say_what_is_next()

    def say_what_is_next(self) -> None:
        """The button says what it does now, and waits until the digits were compared."""
        waiting = self.found is not None and not self.who.same.isChecked()
        self.go.setText(self._words.look if self.found is None else self._words.act)
        self.go.setEnabled(not waiting)
        self.go.setToolTip(self._words.waits if waiting else "")

    def perform(self) -> None:
        """Looks at the file; then, compared, acts."""
        path = self.file.path()
        if self.working or not self.file.needed() or path is None:
            return
        if self.found is None:
            self.run(lambda desk: self.look(desk, path), self._show, self._words.looking)
        elif self.who.same.isChecked():
            self.act(self.found)

    def look(self, desk: Desk, path: Path) -> Any:
        """What the file says, off the window's thread. Raises ``UserError``."""
        raise NotImplementedError

    def show_found(self, found: Any) -> None:
        """Shows it, with its digits in ``who``."""
        raise NotImplementedError

    def act(self, found: Any) -> None:
        """Does what the step is for."""
        raise NotImplementedError

    def _show(self, found: Any) -> None:
        self.found = found
        self.show_found(found)
        self.say_what_is_next()
        self.who.same.setFocus()
