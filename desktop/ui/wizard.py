"""The first-start wizard: five pages, no network, at the end a case file whose recovery sheet is kept.

The file is made, beside the window, when the fourth page is done; whoever gives up on the fifth takes it away
again. Nothing half made is ever left.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop.casefile.casefile import CaseFile
from desktop.casework.setting_up import FirstFacts, New, create_with_sheet, discard
from desktop.ui.aside import Aside
from desktop.ui.doorway import Failure
from desktop.ui.recovery_keeping import RecoveryKeeping
from desktop.ui.steps import AsideStep
from desktop.ui.theme import SPACE, look
from desktop.ui.wizard_pages import FolderPage, OfficePage, OfficerPage, PassphrasePage, WizardPage

_LAST = 4
_AT_THE_FOLDER = ("casefile.folder_not_empty", "casefile.network_folder", "environment.")


class Wizard(AsideStep):
    """The wizard. ``made`` brings the open case file when its recovery sheet is kept."""

    made = Signal(object)

    def __init__(self, aside: Aside) -> None:
        super().__init__(aside, "")
        self._new: New | None = None
        self.office, self.officer = OfficePage(), OfficerPage()
        self.passphrase, self.folder = PassphrasePage(), FolderPage()
        self.keeping = RecoveryKeeping(aside)
        self.keeping.kept.connect(self._kept)
        self.notice.acted.connect(self._give_up)
        self.titles = (
            self.tr("Office"),
            self.tr("First officer"),
            self.tr("Passphrase"),
            self.tr("Folder"),
            self.tr("Recovery sheet"),
        )
        self._explanations = (
            self.tr("The office that works with this case file, for good: a PC belongs to one office."),
            self.tr("Whoever signs in first; others get passphrases of their own later."),
            self.tr("It opens the case file on this PC. It is kept nowhere, not even in the case file."),
            self.tr("All records will stand here, encrypted; copies are made as backups, never by hand."),
            self.tr("Keep this sheet in one of the three ways; then the case file is ready."),
        )
        self._lay_out_pages()
        self._show_where()

    def _lay_out_pages(self) -> None:
        self.pages = QStackedWidget()
        for page in (*self._asking(), self.keeping):
            self.pages.addWidget(page)
        for asking in self._asking():
            asking.form.performed.connect(self.perform)
        self._marks = [QLabel() for _ in self.titles]
        marks = QHBoxLayout()
        marks.setSpacing(8 * SPACE)
        for label in self._marks:
            marks.addWidget(label)
        marks.addStretch(1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6 * SPACE)
        column.addLayout(marks)
        column.addWidget(self.pages, 1)
        self.middle.addWidget(inside, 1)

    def _asking(self) -> tuple[WizardPage, ...]:
        return (self.office, self.officer, self.passphrase, self.folder)

    @property
    def number(self) -> int:
        """The page in view, from 0."""
        return self.pages.currentIndex()

    @property
    def unfinished(self) -> bool:
        """A case file was made whose recovery sheet is not kept yet."""
        return self._new is not None

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if self.number < _LAST:
            self._asking()[self.number].begin()

    # to and fro

    def perform(self) -> None:
        """On to the next page; makes the file after the fourth, ends after the fifth."""
        if self.working:
            return
        if self.number == _LAST:
            self._finish()
        elif self._asking()[self.number].complete():
            if self.number == _LAST - 1:
                self._make()
            else:
                self._turn_to(self.number + 1)

    def leave(self) -> None:
        """One page back; from the first, and from the last, out of the wizard."""
        if self.unfinished:
            self.notice.say(
                self.tr("The recovery sheet is not kept yet. Giving up removes the new, empty case file."),
                "soon",
                step=self.tr("Give up and remove it"),
            )
        elif self.number and not self.working:
            self._turn_to(self.number - 1)
        else:
            super().leave()

    def _give_up(self) -> None:
        if self._new is not None:
            new, self._new = self._new, None
            self.keeping.forget()
            self.run(lambda _: discard(new.casefile), lambda _: AsideStep.leave(self), self.tr("Removing…"))

    def forget(self) -> None:
        for page in self._asking():
            page.forget()
        self.keeping.forget()
        self._turn_to(0)

    def _turn_to(self, number: int) -> None:
        self.notice.clear()
        self.pages.setCurrentIndex(number)
        if number == _LAST - 1:
            self.folder.suggest(self.office.name.text())
        self._show_where()
        if number < _LAST:
            self._asking()[number].begin()
        self.passphrase.new.known = self._known()

    def _known(self) -> tuple[str, ...]:
        office = (self.office.code, self.office.name, self.office.short)
        return tuple(entry.text() for entry in (*office, self.officer.name, self.officer.credential))

    def _show_where(self) -> None:
        number = self.number
        self.title.setText(self.tr("New case file") + f" · {self.titles[number]}")
        self.setAccessibleName(self.title.text())
        self.explanation.setText(self._explanations[number])
        self.explanation.show()
        for place, (label, title) in enumerate(zip(self._marks, self.titles, strict=True)):
            label.setText(f"{'✓' if place < number else place + 1}  {title}")
            look(label, "step" if place == number else "done" if place < number else "plain")
        last = number == _LAST
        self.go.setText(self._go_words(number))
        self.go.setEnabled(not last or self.keeping.is_kept)
        waiting = last and not self.keeping.is_kept
        self.go.setToolTip(self.tr("Keep the recovery sheet first") if waiting else "")
        self.back.setText(self.tr("Give up…") if last else self.tr("Back"))

    def _go_words(self, number: int) -> str:
        if number == _LAST:
            return self.tr("Finish and open")
        return self.tr("Make the case file") if number == _LAST - 1 else self.tr("Next")

    # making it

    def _make(self) -> None:
        office, officer = self.office, self.officer
        first = FirstFacts(
            office.code.text(),
            office.name.text(),
            officer.name.text(),
            officer.credential.text(),
            office.short.text(),
        )
        folder, secret = self.folder.folder.path(), self.passphrase.new.text()
        assert folder is not None
        self.run(
            lambda _: create_with_sheet(folder, first, secret),
            self._made,
            self.tr("Making keys and the case file…"),
            drop=lambda new: discard(new.casefile),
        )

    def _made(self, new: New) -> None:
        self._new = new
        self.passphrase.forget()
        self.keeping.show_sheet(new.sheet, new.recovery, new.casefile.folder)
        self._turn_to(_LAST)

    def refused(self, failure: Failure) -> None:
        if self.number == _LAST - 1 and failure.code.startswith(_AT_THE_FOLDER):
            self.folder.folder.say(failure.sentence)
        else:
            super().refused(failure)

    def _kept(self) -> None:
        self.notice.clear()
        self._show_where()
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self) -> None:
        if self._new is None or not self.keeping.is_kept:
            return
        casefile: CaseFile = self._new.casefile
        self._new = None
        self.stop()
        self.made.emit(casefile)
