"""The hub on the exchange page: how it stands, since when, a round now, where it is. Knows words, no hub."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.sync.hub_schedule import HubStatus
from desktop.ui.application import spoken
from desktop.ui.hub_words import hub_details, hub_sign, hub_words
from desktop.ui.theme import SPACE, icon, look

_SIGN = 5 * SPACE


class HubBar(QFrame):
    """``now_asked`` wants a round, ``setting_asked`` the dialog."""

    now_asked = Signal()
    setting_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "panel")
        self._sign = QLabel()
        self._sign.setFixedWidth(_SIGN)
        name = QLabel(self.tr("City hub"))
        look(name, "heading")
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.details = QLabel()
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        look(self.details, "hint")
        self.warning = QLabel()
        self.warning.setTextFormat(Qt.TextFormat.PlainText)
        self.warning.setWordWrap(True)
        look(self.warning, "soon")
        self.now = QPushButton(icon("refresh-cw"), self.tr("Exchange now"))
        self.now.clicked.connect(self.now_asked)
        self.setting = QPushButton(icon("settings"), self.tr("Hub…"))
        self.setting.setToolTip(self.tr("Where the hub is; turn it on or off"))
        look(self.setting, "quiet")
        self.setting.clicked.connect(self.setting_asked)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(self.words)
        text.addWidget(self.details)
        text.addWidget(self.warning)
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * SPACE, 2 * SPACE, 4 * SPACE, 2 * SPACE)
        row.setSpacing(3 * SPACE)
        row.addWidget(self._sign)
        row.addWidget(name)
        row.addLayout(text, 1)
        row.addWidget(self.now)
        row.addWidget(self.setting)
        self.show_status(HubStatus("off"))

    def show_status(self, status: HubStatus) -> None:
        """Shows how it stands."""
        sign, role = hub_sign(status)
        self._sign.setPixmap(icon(sign, role).pixmap(_SIGN, _SIGN))
        words = hub_words(status)
        code = f" [{status.code}]" if status.code else ""
        self.words.setText(words + code)
        self.words.setAccessibleName(words)
        details = hub_details(status)
        self.details.setText(details)
        self.details.setVisible(bool(details))
        warned = status.warned(spoken())
        self.warning.setText(warned)
        self.warning.setVisible(bool(warned))
        self.now.setVisible(status.phase != "off")
        self.now.setEnabled(status.phase != "working")
        self.now.setToolTip(words)
