"""One value that can be chosen: its number, the value, who wrote it where and when. Plain text only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QRadioButton, QWidget

from desktop.casework.conflict_words import Choice, Writer
from desktop.ui.exchange_words import moment_words
from desktop.ui.theme import SPACE, look


class ChoiceRow(QFrame):
    """A numbered choice. ``chosen`` is sent when it is taken by hand."""

    chosen = Signal()

    def __init__(self, number: int, choice: Choice, *, revealed: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self.radio = QRadioButton(str(number))
        self.radio.setAccessibleName(f"{number} {choice.full if revealed else choice.shown}")
        frame_choice(self, self.radio)
        self.radio.clicked.connect(self._take)
        self.value = plain(choice.full if revealed else choice.shown)
        look(self.value, "heading")
        grid = QGridLayout(self)
        grid.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.radio, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.value, 0, 1)
        for line, words in enumerate(writer_words(choice.writers), 1):
            told = plain(words)
            look(told, "hint")
            grid.addWidget(told, line, 1)

    def _take(self) -> None:
        self.radio.setChecked(True)
        self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.radio.isEnabled():
            self._take()
        super().mousePressEvent(event)


def frame_choice(frame: QFrame, radio: QRadioButton) -> None:
    """Draws a choice so that one sees which is chosen. Whoever owns the choices keeps to one of them."""
    radio.setAutoExclusive(False)
    look(frame, "plain", part="choice")
    radio.toggled.connect(lambda chosen: look(frame, "chosen" if chosen else "plain", part="choice"))


def writer_words(writers: Sequence[Writer]) -> list[str]:
    """Who wrote a value, a line each: what, by whom, when, on which PC."""
    return [
        " · ".join(
            part for part in (writer.words, writer.officer, moment_words(writer.at), writer.pc) if part
        )
        for writer in writers
    ]


def plain(text: str) -> QLabel:
    """Text from records: never markup, wrapped, can be selected."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    return made
