"""建立市级恢复密钥: n keepers of whom k together open any case file of the city whose passphrases are lost.

One dialog of the city, beside its other ones. Knows the files of enrolment, no share's content.
"""

from __future__ import annotations

from PySide6.QtWidgets import QListWidget

from desktop.casework.city_recovery import KeepersTold, keepers_told
from desktop.casework.desk import Desk
from desktop.sync import enrolment_files
from desktop.sync.keeping import RecoveryShares
from desktop.ui.asking import Form, PlaceEntry, folder_browser
from desktop.ui.doorway import Doorway
from desktop.ui.enrolling_city import keys_missing
from desktop.ui.enrolling_parts import Shares, count_box
from desktop.ui.steps import DeskStep
from desktop.ui.theme import SPACE
from desktop.wire.recovery import MOST

_LINES = 26 * SPACE


class KeepersStep(DeskStep):
    """Names the keepers and writes a share for each."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Name the keepers of lost case files"),
            self.tr(
                "When all passphrases of an office are lost, these keepers open its case file together."
                " Every case file of the city is sealed to them once it has read what this PC writes next."
            ),
        )
        self.go.setText(self.tr("Name them and write the shares"))
        self.form = Form()
        self.keepers = count_box(self.tr("Keepers"), 3, MOST)
        self.need = count_box(self.tr("Needed to open"), 2, self.keepers.value())
        self.keepers.valueChanged.connect(self.need.setMaximum)
        self.out = PlaceEntry(
            self.tr("Folder"),
            folder_browser(self.tr("Where the shares are written")),
            self.tr("On a stick if possible. The files are secret and must not stay on this PC."),
        )
        self.form.add(self.tr("Keepers"), self.keepers)
        self.form.add(self.tr("Needed to open"), self.need)
        self.form.ask(self.out)
        self.form.performed.connect(self.perform)
        self.shares = Shares()
        self.made = QListWidget()
        self.made.setAccessibleName(self.tr("Share files"))
        self.made.setFixedHeight(_LINES)
        self.made.hide()
        for widget in (self.form, self.shares, self.made):
            self.middle.addWidget(widget)
        self.shares.need(0)
        doorway.read(self, keys_missing, self.shares.need)
        doorway.read(self, lambda desk: keepers_told(desk.casefile), self._say_before)

    def _say_before(self, told: KeepersTold | None) -> None:
        if told is not None and not self.done:
            words = self.tr(
                "{keepers} keepers are named already, {need} of whom open. New ones take their place; older"
                " backups and copies still open with the shares of now."
            )
            self.notice.say(words.format(keepers=told.keepers, need=told.need), "soon")

    def perform(self) -> None:
        """Names them; then ends."""
        if self.done:
            self.leave()
            return
        out = self.out.path()
        if self.working or not self.out.needed() or out is None:
            return
        keepers, need, brought = self.keepers.value(), self.need.value(), self.shares.paths()

        def work(desk: Desk) -> RecoveryShares:
            keys = enrolment_files.read_shares(brought)
            made = enrolment_files.write_keepers(desk.casefile.engine, keepers, need, out, keys)
            desk.announce({})
            return made

        self.run(work, self._made, self.tr("Making the shares…"))

    def _made(self, made: RecoveryShares) -> None:
        self.conclude()
        self.form.setEnabled(False)
        self.shares.hide()
        self.made.addItems([name for name, _ in made.shares])
        self.made.show()
        words = self.tr(
            "Give each share to another person; never keep them together. {need} of {keepers} open."
        )
        self.notice.say(words.format(need=self.need.value(), keepers=len(made.shares)), "done")
        self.go.setFocus()
