"""One sentence in place, with its sign: what happened, what to do about it, the code for the telephone.

Never a dialog. Knows failures, nothing of what failed.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.ui.doorway import Failure
from desktop.ui.page import Tone
from desktop.ui.theme import SPACE, icon, look

_SIGNS = {"law": "circle-alert", "soon": "triangle-alert", "done": "circle-check"}


class Notice(QFrame):
    """Hidden until something is said. ``acted`` is sent when the step that it offers is taken."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = ""
        self._sign = QLabel()
        self._sign.setFixedWidth(5 * SPACE)
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.step = QPushButton()
        self.step.setAccessibleName(self.tr("What can be done about it"))
        self.step.clicked.connect(self.acted)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        row.setSpacing(2 * SPACE)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        row.addWidget(self.step, 0, Qt.AlignmentFlag.AlignVCenter)
        self.clear()

    def text(self) -> str:
        """What it says; empty while it says nothing."""
        return self._words.text()

    def say(self, words: str, tone: Tone, *, step: str = "", code: str = "") -> None:
        """One sentence; ``step`` names what can be done about it at once."""
        self.code = code
        self._words.setText(f"{words} [{code}]" if code else words)
        self._sign.setPixmap(icon(_SIGNS[tone], tone).pixmap(5 * SPACE, 5 * SPACE))
        self.step.setText(step)
        self.step.setAccessibleName(step or self.tr("What can be done about it"))
        self.step.setVisible(bool(step))
        look(self, tone, part="notice")
        look(self._words, tone)
        self.setAccessibleName(words)
        self.show()

    def refuse(self, failure: Failure, *, step: str = "") -> None:
        """Why something was not done, and where the report of a bug lies."""
        report = f"\n{failure.report}" if failure.report else ""
        self.say(failure.sentence + report, "law", step=step, code=failure.code)

    def clear(self) -> None:
        """Says nothing any more."""
        self.code = ""
        self._words.clear()
        self.hide()
