"""Who issued a bulletin to whom, which offices have signed for it and which have not: plain text.

Knows a bulletin in words; signing is an act of its page.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.casework.bulletins import Signing
from desktop.casework.typed import shown_moment
from desktop.ui.theme import SPACE, look


class ReceiptsView(QWidget):
    """The issuer, then a line for each office."""

    def __init__(self, found: Signing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 2 * SPACE, 0, 0)
        self._box.setSpacing(SPACE)
        issuer = found.issuer or self.tr("not proven: the issuer it names did not write it")
        self._add(self.tr("Issued by {} to {}").format(issuer, found.to), "hint")
        whole = len(found.signed) + len(found.without)
        self._add(self.tr("Signed for: {} of {} offices").format(len(found.signed), whole), "heading")
        for one in found.signed:
            self._add(" · ".join(part for part in (one.office, one.signatory, shown_moment(one.at)) if part))
        if found.without:
            self._add(self.tr("Not signed for: {} offices").format(len(found.without)), "heading")
        for office in found.without:
            self._add(office)

    def _add(self, text: str, role: str = "") -> None:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role:
            look(label, role)
        self._box.addWidget(label)
