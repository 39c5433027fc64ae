"""Keeps the search index up with the records: in slices between what others write, never in one go.

Knows the doorway and the index.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.casework.desk import Desk
from desktop.casework.search import SearchIndex
from desktop.ui.doorway import Doorway

_PAUSE_MS = 300


class Indexing(QObject):
    """Catches up after each change, a slice at a time. The search is right meanwhile, only slower."""

    def __init__(self, doorway: Doorway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._index = SearchIndex()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.slice)
        doorway.changed.connect(lambda _: self._pause.start())

    def slice(self) -> None:
        """Indexes for a moment; if more is left, again when others had their turn."""
        index = self._index

        def work(desk: Desk) -> bool:
            with desk.casefile.engine.begin() as conn:
                return index.catch_up(conn)

        self._doorway.write(self, work, self._done, lambda _: None)

    def _done(self, more: bool) -> None:
        if more:
            self.slice()
