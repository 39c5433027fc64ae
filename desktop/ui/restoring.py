"""Restoring a backup into a new folder, from where it is opened like any case file. Overwrites nothing."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox

from desktop.casefile.backups import restore
from desktop.casefile.rescue import Backup, backups_in, case_file_of, free_name
from desktop.ui.aside import Aside
from desktop.ui.asking import Form, PlaceEntry, folder_browser
from desktop.ui.doorway import Failure, Progress
from desktop.ui.steps import AsideStep


class _Found(NamedTuple):
    """The backups at a place, and a new folder beside the case file they are of."""

    backups: list[Backup]
    into: Path | None = None


class Restoring(AsideStep):
    """The page. ``restored`` brings the new folder, still to be signed in to."""

    restored = Signal(object)

    def __init__(self, aside: Aside) -> None:
        super().__init__(
            aside,
            self.tr("Restore a backup"),
            self.tr("A backup becomes a case file of its own in a new folder; nothing is overwritten."),
        )
        self.go.setText(self.tr("Restore"))
        self._looking: Progress | None = None
        form = Form()
        self.source = PlaceEntry(
            self.tr("Where it is"),
            folder_browser(self.tr("The folder with the backups, or the case file")),
            self.tr("A case file, its folder “backups”, or one backup itself."),
        )
        self.source.changed.connect(self._look)
        self.which = QComboBox()
        self.which.setAccessibleName(self.tr("Backup"))
        self.into = PlaceEntry(
            self.tr("New folder"),
            folder_browser(self.tr("An empty folder for the restored case file")),
            self.tr("A folder that is not there yet, or is empty."),
        )
        form.ask(self.source)
        form.add(self.tr("Backup"), self.which)
        form.ask(self.into)
        form.performed.connect(self.perform)
        self.middle.addWidget(form)
        self.middle.addStretch(1)
        self._offer(_Found([]))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.source.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        for entry in (self.source, self.into):
            entry.put("")
            entry.say("")

    def _look(self) -> None:
        place, word = self.source.path(), self.tr("restored")
        if self._looking is not None:
            self._looking.cancel()
        self._offer(_Found([]))
        if place is not None:
            self._looking = self.aside.run(
                self, lambda _: _look_in(place, word), self._offer, lambda _: None, patient=False
            )

    def _offer(self, found: _Found) -> None:
        self.which.clear()
        for item in found.backups:
            self.which.addItem(f"{item.made.astimezone():%Y-%m-%d %H:%M}", item.folder)
        self.which.setEnabled(bool(found.backups))
        if not found.backups:
            self.which.addItem(self.tr("no backup there"))
        self.into.put(str(found.into or ""))

    def perform(self) -> None:
        """Restores the chosen backup."""
        backup = self.which.currentData()
        if self.working or not self.source.needed():
            return
        if backup is None:
            self.source.say(self.tr("There is no backup in this folder."))
            return
        into = self.into.path()
        if not self.into.needed() or into is None:
            return

        def work(_: Progress) -> Path:
            restore(backup, into)
            return into

        self.run(work, self._restored, self.tr("Copying and checking…"))

    def _restored(self, into: Path) -> None:
        self.forget()
        self.restored.emit(into)

    def refused(self, failure: Failure) -> None:
        if failure.code == "casefile.folder_not_empty":
            self.into.say(failure.sentence)
        else:
            super().refused(failure)


def _look_in(place: Path, word: str) -> _Found:
    found, home = backups_in(place), case_file_of(place)
    return _Found(found, free_name(home, word) if found and home is not None else None)
