"""The practice city on its way into the window: built once for this user, with its steps told, then opened.

How it is built is handed in. Knows no command.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import platformdirs
from PySide6.QtCore import Signal

from desktop.casefile.casefile import CaseFile
from desktop.casefile.unlocking import Passphrase
from desktop.casework.setting_up import open_case_file
from desktop.ui.aside import Aside
from desktop.ui.doorway import Progress
from desktop.ui.steps import AsideStep

Tell = Callable[[int, int, str], None]
PracticeDesk = Callable[[Path, Tell], tuple[Path, str]]
"""Builds the practice city in a folder, telling each step; gives its county's case file and passphrase."""


class Practice(AsideStep):
    """The practice city while it is built; then its county desk opens by itself."""

    opened = Signal(object)

    def __init__(self, aside: Aside, make: PracticeDesk) -> None:
        super().__init__(
            aside,
            self.tr("Practice city"),
            self.tr(
                "One raid with 93 people, from the lead to the stick and the city; everything is invented."
            ),
        )
        self._make = make
        self.go.hide()
        self.back.setText(self.tr("Cancel"))
        for place, widget in enumerate((self.busy, self.doing), 3):
            self.box.insertWidget(place, widget)
        self.middle.addStretch(1)

    def perform(self) -> None:
        """Builds it, or finds it, and opens the county desk."""
        make, into = self._make, practice_folder()

        def work(progress: Progress) -> CaseFile:
            folder, passphrase = make(
                into, lambda number, total, words: progress.report((number - 1) / total, words)
            )
            progress.report(1.0)
            return open_case_file(folder, Passphrase(passphrase))

        self.run(work, self.opened.emit, self.tr("Looking for the practice city…"), drop=CaseFile.close)


def practice_folder() -> Path:
    """Where this user's practice city lies."""
    return platformdirs.user_data_path("liandong", appauthor=False) / "practice"
