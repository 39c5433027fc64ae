"""A forgotten passphrase: the printed recovery key opens, and a new passphrase is chosen.

The printed key stays valid. Nothing typed here is kept anywhere.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent

from desktop.casefile.casefile import CaseFile
from desktop.casefile.recovery import recovery_bytes
from desktop.casefile.unlocking import Passphrase
from desktop.casework.setting_up import open_case_file
from desktop.errors import UserError
from desktop.ui.aside import Aside
from desktop.ui.asking import Entry, Form
from desktop.ui.doorway import Failure, Progress
from desktop.ui.new_passphrase import NewPassphrase
from desktop.ui.steps import AsideStep

_ON_THE_KEY = frozenset({"casefile.wrong_recovery_key", "casefile.recovery_mistyped"})


class Forgotten(AsideStep):
    """The page. ``opened`` brings the open case file."""

    opened = Signal(object)

    def __init__(self, aside: Aside) -> None:
        super().__init__(
            aside,
            self.tr("Open with the recovery key"),
            self.tr("Take the sealed recovery sheet of this case file and type its key, or scan its code."),
        )
        self.folder = Path()
        self.go.setText(self.tr("Open and set the new passphrase"))
        form = Form()
        self.key = Entry(
            self.tr("Recovery key"),
            self.tr("Nine groups; spaces, hyphens and capitals do not matter, O counts as 0, I and L as 1."),
        )
        self.key.changed.connect(self._check_key)
        form.ask(self.key)
        self.new = NewPassphrase(form)
        form.performed.connect(self.perform)
        self.middle.addWidget(form)
        self.middle.addStretch(1)

    def show_file(self, folder: Path) -> None:
        """Asks for the recovery key of this case file."""
        self.stop()
        self.folder = folder
        self.title.setText(self.tr("Open with the recovery key") + f" · {folder.name}")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.key.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        self.key.put("")
        self.key.say("")
        self.new.clear()

    def _check_key(self) -> None:
        self.key.say(self.tr("Typed without mistake.") if _whole(self.key.text()) else "", "done")

    def perform(self) -> None:
        """Sets the new passphrase and opens with it."""
        if self.working or not self.key.needed():
            return
        if not _whole(self.key.text()):
            self.key.say(UserError("casefile.recovery_mistyped").sentence())
            self.key.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.new.good():
            return
        folder, key, new = self.folder, self.key.text(), self.new.text()

        def work(_: Progress) -> CaseFile:
            CaseFile.recover(folder, key, new)
            return open_case_file(folder, Passphrase(new))

        self.run(work, self._opened, self.tr("Opening the case file…"), drop=CaseFile.close)

    def _opened(self, casefile: CaseFile) -> None:
        self.forget()
        self.opened.emit(casefile)

    def refused(self, failure: Failure) -> None:
        if failure.code in _ON_THE_KEY:
            self.key.say(failure.sentence)
            self.key.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().refused(failure)


def _whole(text: str) -> bool:
    try:
        recovery_bytes(text)
    except UserError:
        return False
    return True
