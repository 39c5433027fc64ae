"""What the command line asks of the window: open it, or draw its pages where there is no screen.

The only doorway of this package for the composition root. Knows the program and its pages.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from desktop.casefile.unlocking import Passphrase
from desktop.casework.setting_up import open_case_file
from desktop.errors import UserError
from desktop.ui.application import make_application
from desktop.ui.practising import PracticeDesk
from desktop.ui.program import Program
from desktop.ui.shell import Shell

_SIZE = (1366, 768)
_REST_MS = 250
_LONGEST_S = 20.0


class Windows:
    """Opens windows for the command line. ``practice`` builds the practice city for whoever asks for it."""

    def __init__(self, practice: PracticeDesk) -> None:
        self._practice = practice

    def open(self, folder: Path | None, passphrase: str | None = None) -> int:
        """Shows the window until it is closed; with a passphrase (the practice city's) already signed in.

        Raises ``UserError``: ``window.no_screen``, and those of opening.
        """
        if not has_screen():
            raise UserError("window.no_screen")
        app = make_application()
        program = Program(app, self._practice)
        settle_memory()
        if folder is not None and passphrase is not None:
            program.open(open_case_file(folder, Passphrase(passphrase)))
        else:
            program.start(folder)
        return int(app.exec())

    def draw(self, folder: Path, passphrase: str, into: Path, told: Callable[[Path], None]) -> None:
        """Draws every page of the window on a case file as a PNG in ``into``. Raises ``UserError``."""
        if not has_screen():
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = make_application()
        program = Program(app, self._practice)
        shell = program.open(open_case_file(folder, Passphrase(passphrase)))
        shell.resize(*_SIZE)
        into.mkdir(parents=True, exist_ok=True)
        try:
            for page in shell.pages:
                shell.turn_to(page.objectName())
                for _ in range(2):  # the first of a list, then the first of what it leads to
                    _settle(app, shell)
                    page.show_first()
                _settle(app, shell)
                path = into / f"window-{page.objectName()}.png"
                shell.grab().save(str(path))
                told(path)
        finally:
            program.end()
            app.processEvents()


def settle_memory() -> None:
    """Full collections hold the window (0.3 to 0.5 s, measured): what the program is made of is passed over
    by later ones, and they come seldom; what dies young is still collected at once.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 10_000)


def has_screen() -> bool:
    """Whether a window can be seen here."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform:
        return platform.partition(":")[0] not in ("offscreen", "minimal")
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def _settle(app: QApplication, shell: Shell) -> None:
    """Lets what was asked for arrive and be drawn: until nothing was asked for during a short rest."""
    end = time.monotonic() + _LONGEST_S
    while True:
        loop = QEventLoop()
        QTimer.singleShot(_REST_MS, loop.quit)
        loop.exec()
        app.processEvents()
        if shell.doorway.idle or time.monotonic() > end:
            return
