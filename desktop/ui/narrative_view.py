"""Long texts side by side with what differs marked, by colour and by underline. Plain text only.

Of more than two, any two can be laid beside each other. Knows choices; what is chosen is the panel's matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QComboBox, QGridLayout, QPlainTextEdit, QPushButton, QWidget

from desktop.casework.conflict_words import Choice
from desktop.casework.differences import Piece, differences
from desktop.ui.theme import SPACE, colour, look

_HEIGHT = 44 * SPACE


class NarrativeView(QWidget):
    """Two of several texts. ``taken`` gives one of them, to begin merging with."""

    taken = Signal(str)

    def __init__(self, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = [str(choice.value) for choice in choices]
        self.heads: list[QComboBox] = []
        self.sides: list[QPlainTextEdit] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE)
        for column in range(2):
            head, side = self._head(column), QPlainTextEdit()
            side.setReadOnly(True)
            side.setFixedHeight(_HEIGHT)
            side.setAccessibleName(self.tr("Text to compare {}").format(column + 1))
            take = QPushButton(self.tr("Begin merging with this text"))
            look(take, "quiet")
            take.clicked.connect(lambda _=False, column=column: self._take(column))
            self.heads.append(head)
            self.sides.append(side)
            for line, widget in enumerate((head, side, take)):
                grid.addWidget(widget, line, column)
            grid.setColumnStretch(column, 1)
        for head in self.heads:
            head.currentIndexChanged.connect(lambda _: self._compare())
        self._compare()

    def _head(self, column: int) -> QComboBox:
        head = QComboBox()
        head.setAccessibleName(self.tr("Which text stands here {}").format(column + 1))
        head.addItems([self.tr("Value {}").format(number) for number in range(1, len(self._texts) + 1)])
        head.setCurrentIndex(column)
        head.setEnabled(len(self._texts) > 2)
        return head

    def _take(self, column: int) -> None:
        self.taken.emit(self._texts[self.heads[column].currentIndex()])

    def _compare(self) -> None:
        one, other = (self._texts[head.currentIndex()] for head in self.heads)
        for side, pieces in zip(self.sides, differences(one, other), strict=True):
            _write(side, pieces)


def _write(side: QPlainTextEdit, pieces: Sequence[Piece]) -> None:
    side.clear()
    same, differs = QTextCharFormat(), QTextCharFormat()
    differs.setBackground(QColor(colour("soon_soft")))
    differs.setFontUnderline(True)
    differs.setFontWeight(QFont.Weight.Bold)
    cursor = QTextCursor(side.document())
    for piece in pieces:
        cursor.insertText(piece.text, same if piece.same else differs)
    cursor.movePosition(QTextCursor.MoveOperation.Start)
    side.setTextCursor(cursor)
