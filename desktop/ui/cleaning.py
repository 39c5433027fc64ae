"""After an order to expunge: cleans this PC of what was taken away, whichever way the order came.

Looks after each change and at opening; mostly there is nothing to do. Knows the doorway, not how to clean.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.casework.expunging import clean_up
from desktop.ui.doorway import Doorway

_PAUSE_MS = 2000
"""Later than the search index: what an order brings comes with other changes, and is cleaned once."""


class Cleaning(QObject):
    """Cleans when others had their turn; ``cleaned`` says in words what the officer has to see to."""

    cleaned = Signal(str)

    def __init__(self, doorway: Doorway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.clean)
        doorway.changed.connect(lambda _: self._pause.start())

    def clean(self) -> None:
        """Cleans now, if an order left something to clean."""
        if self._doorway.desk.casefile.writable:
            self._doorway.write(self, lambda desk: clean_up(desk.casefile), self._tell, lambda _: None)

    def _tell(self, done: bool) -> None:
        if done:
            self.cleaned.emit(
                self.tr("Something was expunged by order. Older backups, sticks and papers still hold it.")
            )
