"""One line about something long: what it is doing, how far it is, and stopping it. Knows only progress."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from desktop.ui.doorway import Progress
from desktop.ui.theme import SPACE, look

_THOUSAND = 1000
_SILENT_S = 5.0
"""After so long it is said that a disk does not answer."""


class JobStrip(QWidget):
    """Hidden while there is nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._progress: Progress | None = None
        self._words = ""
        self._what = QLabel()
        self._what.setTextFormat(Qt.TextFormat.PlainText)
        look(self._what, "hint")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMaximumWidth(60 * SPACE)
        self._bar.setRange(0, _THOUSAND)
        self.stop = QPushButton(self.tr("Stop"))
        look(self.stop, "quiet")
        self.stop.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._what)
        row.addWidget(self._bar, 1)
        row.addWidget(self.stop)
        row.addStretch(1)
        self.hide()

    def begin(self, what: str, progress: Progress) -> None:
        """Tells about an operation until :meth:`end`."""
        self._progress = progress
        self._words = what
        self._what.setText(what)
        self._bar.setAccessibleName(what)
        self._bar.setRange(0, 0)
        self.stop.setEnabled(True)
        progress.moved.connect(self._moved)
        progress.silent.connect(self._waits)
        self.show()

    def end(self) -> None:
        """There is nothing more to tell."""
        self._progress = None
        self.hide()

    def _moved(self, fraction: float, words: str) -> None:
        self._bar.setRange(0, _THOUSAND if fraction >= 0 else 0)
        self._bar.setValue(round(fraction * _THOUSAND))
        self._words = words or self._words
        self._what.setText(self._words)

    def _waits(self, seconds: float) -> None:
        if seconds < _SILENT_S:
            return
        self._bar.setRange(0, 0)
        self._what.setText(
            self.tr("The target disk does not respond. What you record is saved all the same.")
        )

    def _cancel(self) -> None:
        if self._progress is not None:
            self._progress.cancel()
            self.stop.setEnabled(False)
