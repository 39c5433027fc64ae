"""Which sticks are plugged in, looked for every two seconds while somebody wants to know.

A volume is looked at only when it seems to be a stick, off the window's thread: a share that does not answer
must delay nothing. Knows no case file and no bundle.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]
from PySide6.QtCore import QObject, QStorageInfo, QTimer, Signal

from desktop.ui.doorway import Doorway

_EVERY_MS = 2_000
_MOUNTED_BY_THE_DESKTOP = ("/media/", "/run/media/", "/Volumes/")


class Drive(NamedTuple):
    """One stick: where it is, what it is called, bytes free, whether it can only be read."""

    root: str
    name: str
    free: int
    read_only: bool


def removable_drives() -> list[Drive]:
    """The sticks that are plugged in and ready, by their place."""
    found = []
    for part in psutil.disk_partitions(all=False):
        if is_removable(part.mountpoint, part.device, part.opts):
            volume = QStorageInfo(part.mountpoint)
            if volume.isValid() and volume.isReady():
                name = volume.name() or Path(part.mountpoint).name or part.mountpoint
                found.append(Drive(part.mountpoint, name, volume.bytesAvailable(), volume.isReadOnly()))
    return sorted(found)


def is_removable(root: str, device: str, options: str, sys_block: Path = Path("/sys/class/block")) -> bool:
    """Whether a mounted volume seems to be a stick: the system says so, or mounted it where sticks go."""
    if "removable" in options.split(","):
        return True
    if sys.platform == "win32":
        return False
    if root.startswith(_MOUNTED_BY_THE_DESKTOP):
        return True
    place = (sys_block / Path(device).name).resolve()
    return any(_says_removable(folder) for folder in (place, place.parent))


def _says_removable(folder: Path) -> bool:
    try:
        return (folder / "removable").read_text("ascii").strip() == "1"
    except (OSError, UnicodeDecodeError):
        return False


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
