"""The sticks that are plugged in, looked for every two seconds while somebody wants to know.

Looks off the window's thread. Knows no case file and no bundle.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.sync.drives import Drive, removable_drives
from desktop.ui.doorway import Doorway

_EVERY_MS = 2_000


class DriveWatch(QObject):
    """Tells the sticks by ``changed`` when they are others than before."""

    changed = Signal(object)

    def __init__(
        self,
        doorway: Doorway,
        parent: QObject | None = None,
        *,
        look: Callable[[], list[Drive]] = removable_drives,
        every_ms: int = _EVERY_MS,
    ) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._look = look
        self._asking = False
        self.drives: list[Drive] = []
        self._timer = QTimer(self, interval=every_ms)
        self._timer.timeout.connect(self.ask)

    def begin(self) -> None:
        """Looks now and from now on."""
        self.ask()
        self._timer.start()

    def end(self) -> None:
        """Looks no more."""
        self._timer.stop()

    @property
    def looking(self) -> bool:
        """Whether it goes on looking."""
        return self._timer.isActive()

    def ask(self) -> None:
        """Looks now, unless the last look has not come back."""
        if not self._asking:
            self._asking = True
            self._doorway.press(self, self._look, self._found, lambda _: self._found([]))

    def _found(self, drives: list[Drive]) -> None:
        self._asking = False
        if drives != self.drives:
            self.drives = drives
            self.changed.emit(drives)
