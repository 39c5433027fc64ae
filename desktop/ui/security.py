"""Who may open the case file, once it is open: passphrases and the recovery sheet, one dialog each.

Works through the doorway. Knows officers by their records.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QComboBox

from desktop.casework.desk import Desk
from desktop.casework.setting_up import recovery_sheet
from desktop.ui.aside import Aside
from desktop.ui.asking import Form, SecretEntry
from desktop.ui.doorway import Doorway, Failure
from desktop.ui.new_passphrase import NewPassphrase
from desktop.ui.recovery_keeping import RecoveryKeeping
from desktop.ui.steps import DeskStep
from desktop.ui.theme import SPACE


class ChangePassphrase(DeskStep):
    """The acting officer's passphrase."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Change the passphrase"),
            self.tr("Of whoever is signed in now. Backups made before keep the old one."),
        )
        self.go.setText(self.tr("Change it"))
        form = Form()
        self.current = SecretEntry(self.tr("Passphrase now"))
        self.current.changed.connect(lambda: self.current.say(""))
        form.ask(self.current)
        self.new = NewPassphrase(form)
        form.performed.connect(self.perform)
        self.middle.addWidget(form)

    def forget(self) -> None:
        self.current.put("")
        self.new.clear()

    def perform(self) -> None:
        """Changes it."""
        if self.working or not self.current.needed() or not self.new.good():
            return
        current, new = self.current.text(), self.new.text()
        self.run(
            lambda desk: desk.casefile.change_passphrase(current, new), self._changed, self.tr("Changing…")
        )

    def _changed(self, _: object) -> None:
        self.forget()
        self.finished.emit()

    def refused(self, failure: Failure) -> None:
        if failure.code == "casefile.wrong_passphrase":
            self.current.say(failure.sentence)
            self.current.line.selectAll()
            self.current.line.setFocus()
        else:
            super().refused(failure)


class OfficerPassphrase(DeskStep):
    """A passphrase for another officer, who types it; only officers who are recorded and have none yet."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("Passphrase for another officer"),
            self.tr("The officer types it; whoever opens the case file with it acts under that name."),
        )
        self.go.setText(self.tr("Set it"))
        form = Form()
        self.who = QComboBox()
        self.who.setAccessibleName(self.tr("Officer"))
        form.add(self.tr("Officer"), self.who)
        self.new = NewPassphrase(form)
        form.performed.connect(self.perform)
        self.middle.addWidget(form)
        self.go.setEnabled(False)
        doorway.read(self, _without_passphrase, self._offer)

    def _offer(self, found: list[tuple[str, str]]) -> None:
        for name, row in found:
            self.who.addItem(name, row)
        self.go.setEnabled(bool(found))
        if not found:
            words = self.tr("Every officer on record has a passphrase. Record the officer first.")
            self.notice.say(words, "soon")
            self.go.setToolTip(words)

    def forget(self) -> None:
        self.new.clear()

    def perform(self) -> None:
        """Sets it."""
        row = self.who.currentData()
        if self.working or row is None or not self.new.good():
            return
        new = self.new.text()
        self.run(lambda desk: desk.casefile.add_officer(row, new), self._set, self.tr("Setting…"))

    def _set(self, _: object) -> None:
        self.forget()
        self.finished.emit()


class _Fresh(NamedTuple):
    key: str
    sheet: bytes


class NewRecoverySheet(DeskStep):
    """A new recovery key; the sheet printed before is void, and the new one must be kept."""

    def __init__(self, doorway: Doorway) -> None:
        super().__init__(
            doorway,
            self.tr("New recovery sheet"),
            self.tr(
                "The sheet printed before opens nothing any more. Have the printer ready before you begin."
            ),
        )
        self.go.setText(self.tr("Make a new one"))
        self._aside = Aside(self)
        self.keeping = RecoveryKeeping(self._aside)
        self.keeping.setMinimumHeight(110 * SPACE)
        self.keeping.kept.connect(self._kept)
        self.keeping.hide()
        self.middle.addWidget(self.keeping, 1)
        self._made = False

    def forget(self) -> None:
        self.keeping.forget()

    def perform(self) -> None:
        """Makes the key; the second time, when its sheet is kept, ends."""
        if self.working:
            return
        if self.keeping.is_kept:
            self._end()
        elif not self._made:
            folder = self.doorway.desk.casefile.folder
            self.run(_fresh_key, lambda fresh: self._show(fresh, folder), self.tr("Making the key…"))

    def _show(self, fresh: _Fresh, folder: Path) -> None:
        self._made = True
        self.keeping.show()
        self.keeping.show_sheet(fresh.sheet, fresh.key, folder)
        self.go.setText(self.tr("Finish"))
        self.go.setEnabled(False)
        self.go.setToolTip(self.tr("Keep the recovery sheet first"))
        self.back.hide()

    def _kept(self) -> None:
        self.go.setEnabled(True)
        self.go.setToolTip("")
        self.notice.clear()

    def leave(self) -> None:
        """Goes back while nothing is made; afterwards only a kept sheet ends it."""
        if self.keeping.is_kept:
            self._end()
        elif self._made:
            self.notice.say(self.tr("Keep the new sheet first: the old one is void already."), "soon")
        else:
            super().leave()

    def _end(self) -> None:
        self._aside.close()
        self.forget()
        self.finished.emit()


def _without_passphrase(desk: Desk) -> list[tuple[str, str]]:
    known = set(desk.casefile.officers())
    officers = desk.show("officer", where={"withdrawn": "0"})
    return [
        (f"{view['name'] or '—'}  {view['credential'] or ''}".strip(), view["id"])
        for view in officers
        if view["id"] not in known
    ]


def _fresh_key(desk: Desk) -> _Fresh:
    offices = desk.show("office", where={"code": desk.office()}, limit=1)
    key = desk.casefile.new_recovery_key()
    name = (offices[0]["name"] or "") if offices else ""
    return _Fresh(key, recovery_sheet(name, desk.casefile.file_id, key))
