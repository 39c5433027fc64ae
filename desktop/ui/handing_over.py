"""The handover sheet from the window: every bundle on a stick is read, then the sheet is saved, or checked.

Knows the doorway and the sheet, no page.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from desktop.casefile.files import write_file
from desktop.casework.desk import Desk
from desktop.errors import UserError
from desktop.sync.handing import Handover, fits, handover_pdf, look_over
from desktop.ui.doorway import Doorway, Failure, Progress
from desktop.ui.page import Tone
from desktop.ui.printing import ask_where

Say = Callable[[str, Tone], None]
Begun = Callable[[str, Progress], None]


class HandingOver(QObject):
    """Makes and checks sheets. ``begun`` is told of what takes long, ``say`` how it ended."""

    def __init__(
        self, doorway: Doorway, window: QWidget, begun: Begun, say: Say, refuse: Callable[[Failure], None]
    ) -> None:
        super().__init__(window)
        self._doorway = doorway
        self._window = window
        self._begun = begun
        self._say = say
        self._refuse = refuse

    def make(self, folder: Path) -> None:
        """Reads the stick, asks where the sheet is to go, and writes it."""
        self._look(folder, self._made)

    def check(self, folder: Path) -> None:
        """Asks for the code on a sheet, reads the stick, and says whether they fit."""
        text, wanted = QInputDialog.getText(
            self._window.window(),
            self.tr("Check against a handover sheet"),
            self.tr("Scan the QR code, or enter the first 16 digits:"),
            QLineEdit.EchoMode.Normal,
        )
        if wanted:
            self._look(folder, lambda found: self._checked(found, text))

    def _look(self, folder: Path, then: Callable[[Handover], None]) -> None:
        progress = self._doorway.long_press(
            self, lambda told: look_over(folder, told.report), then, self._refuse
        )
        self._begun(self.tr("Reading what is there"), progress)

    def _made(self, found: Handover) -> None:
        self._say("", "done")
        name = self.tr("Handover sheet {}").format(found.stick or found.digest[:8])
        path = ask_where(self._window.window(), self.tr("Save as PDF"), name)
        if path is None:
            return

        def pdf(desk: Desk) -> bytes:
            offices = desk.show("office", where={"code": desk.office()}, limit=1)
            return handover_pdf(found, (offices[0]["name"] or "") if offices else desk.office())

        def write(made: bytes) -> None:
            self._doorway.press(
                self,
                lambda: write_file(path, made),
                lambda _: self._say(self.tr("Written: {}").format(path.name), "done"),
                self._refuse,
            )

        self._doorway.read(self, pdf, write, self._refuse)

    def _checked(self, found: Handover, text: str) -> None:
        try:
            same = fits(found, text)
        except UserError as error:
            self._refuse(Failure(error.sentence(), error.code))
            return
        damaged = sum(not file.whole for file in found.files)
        if same and not damaged:
            words = self.tr("The {} files fit the sheet: none is missing, added or changed.")
            self._say(words.format(len(found.files)), "done")
        elif same:
            self._say(self.tr("The files fit the sheet, but {} of them are damaged.").format(damaged), "soon")
        else:
            self._say(
                self.tr("The files do not fit the sheet: do not sign, and have them written again."), "law"
            )
