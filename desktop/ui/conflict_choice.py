"""One value that can be chosen: its number, the value, who wrote it where and when. Plain text only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QRadioButton, QWidget

from desktop.casework.conflict_words import Choice, Writer
from desktop.ui.exchange_words import moment_words
from desktop.ui.theme import SPACE, look

_SHORT = 30


class ChoiceRow(QFrame):
    """A numbered choice; ``short`` cuts a text that stands elsewhere. ``chosen``: it was taken by hand."""

    chosen = Signal()

    def __init__(
        self,
        number: int,
        choice: Choice,
        *,
        revealed: bool,
        short: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.choice = choice
        self.told: list[QLabel] = []
        self.radio = QRadioButton(str(number))
        self.radio.setAccessibleName(f"{number} {choice.full if revealed else choice.shown}")
        frame_choice(self, self.radio)
        self.radio.clicked.connect(self._take)
        text = choice.full if revealed else choice.shown
        if short and len(text) > _SHORT:
            text = " ".join(text[:_SHORT].split()) + "…"
        self.value = plain(text)
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
            self.told.append(told)
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
    """Who wrote a value: what, by whom, when, on which PC; then on what basis."""
    lines = []
    for writer in writers:
        when = moment_words(writer.at)
        if writer.clock_off:
            told = QCoreApplication.translate("conflicts", "{} (that PC's clock was declared wrong)")
            when = told.format(when)
        lines.append(" · ".join(part for part in (writer.words, writer.officer, when, writer.pc) if part))
        if writer.basis:
            lines.append(writer.basis)
    return lines


def plain(text: str) -> QLabel:
    """Text from records: never markup, wrapped, can be selected."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    return made
