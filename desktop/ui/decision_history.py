"""Earlier decisions of one record: who decided what, when, why, and what stood beside it. Plain text only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop.casework.decisions import Past
from desktop.ui.conflict_choice import plain
from desktop.ui.exchange_words import moment_words
from desktop.ui.theme import SPACE, look


def past_words(past: Past) -> list[str]:
    """A decision in lines: what was chosen, beside what, by whom, why."""
    translate = QCoreApplication.translate
    chosen = past.chosen.shown if past.chosen is not None else "—"
    lines = [translate("decisions", "{}: decided for {}").format(past.label, chosen)]
    if past.others:
        beside = "、".join(choice.shown for choice in past.others)
        lines.append(translate("decisions", "Beside it stood: {}").format(beside))
    if past.reason:
        lines.append(translate("decisions", "Reason: {}").format(past.reason))
    who = (past.writer.officer, moment_words(past.writer.at), past.writer.pc)
    lines.append(" · ".join(part for part in who if part))
    return lines


class DecisionHistory(QWidget):
    """Decisions one below the other, the newest first; nothing where there is none."""

    def __init__(self, found: Sequence[Past] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 2 * SPACE, 0, 0)
        self._box.setSpacing(SPACE)
        self.lines: list[str] = []
        self.show_decisions(found)

    def show_decisions(self, found: Sequence[Past]) -> None:
        """Shows decisions in place of those shown before."""
        while (item := self._box.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.lines = []
        if found:
            heading = QLabel(self.tr("Earlier decisions of this record"))
            look(heading, "heading")
            self._box.addWidget(heading)
        for past in found:
            self._box.addWidget(self._one(past))
        self.setVisible(bool(found))

    def _one(self, past: Past) -> QWidget:
        frame = QFrame()
        look(frame, "plain", part="choice")
        box = QVBoxLayout(frame)
        box.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        box.setSpacing(SPACE // 2)
        words = past_words(past)
        self.lines += words
        for number, line in enumerate(words):
            label = plain(line)
            if number:
                look(label, "hint")
            box.addWidget(label)
        return frame
