"""The menu of whoever is signed in: passphrases, recovery sheet, vault, integrity, and when the window locks.

Opens one dialog for each; the vault is asked beside everything else. Knows no record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.casefile.vault import Vault
from desktop.casework.desk import Desk
from desktop.ui.aside import Aside
from desktop.ui.doorway import Doorway, Failure, Progress
from desktop.ui.locking import MINUTES, SETTING, minutes_of
from desktop.ui.security import ChangePassphrase, NewRecoverySheet, OfficerPassphrase
from desktop.ui.steps import DeskStep, StepDialog
from desktop.ui.theme import SPACE, icon
from desktop.ui.verifying import VerifyStep


class _State(NamedTuple):
    in_vault: bool
    minutes: int


class Security(QObject):
    """The menu. ``told`` brings a sentence and its tone, ``minutes_changed`` the time of the idle lock."""

    told = Signal(str, str)
    minutes_changed = Signal(int)

    def __init__(self, window: QWidget, doorway: Doorway, *, vault: Vault | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._doorway = doorway
        self._vault = vault or Vault()
        self._aside = Aside(self)
        self.change = self._action(self.tr("Change my passphrase…"), "key-round", self._change)
        self.officer = self._action(self.tr("Passphrase for another officer…"), "users", self._officer)
        self.sheet = self._action(self.tr("New recovery sheet…"), "printer", self._sheet)
        self.verify = self._action(self.tr("Check integrity…"), "list-checks", self._verify)
        self.remember = self._action(self.tr("Remember on this PC"), "lock-open", lambda: None)
        self.remember.setCheckable(True)
        self.remember.setEnabled(False)
        self.remember.toggled.connect(self._remember)
        self.lock_after = QMenu(self.tr("Lock when idle"), window)
        self.lock_after.setIcon(icon("clock"))
        self._choices = QActionGroup(self)
        for minutes in MINUTES:
            self._add_minutes(minutes)
        doorway.read(self, _state, self._show_state)

    @property
    def actions(self) -> list[QAction]:
        """The entries of the menu, in order."""
        return [
            self.change,
            self.officer,
            self.sheet,
            self.verify,
            self.remember,
            self.lock_after.menuAction(),
        ]

    def _action(self, text: str, picture: str, run: Callable[[], object]) -> QAction:
        action = QAction(icon(picture), text, self)
        action.triggered.connect(run)
        return action

    def _add_minutes(self, minutes: int) -> None:
        choice = self._choices.addAction(self.tr("after {minutes} minutes").format(minutes=minutes))
        choice.setCheckable(True)
        choice.setData(minutes)
        choice.triggered.connect(lambda: self._lock_after(minutes))
        self.lock_after.addAction(choice)

    def _show_state(self, state: _State) -> None:
        self.remember.blockSignals(True)
        self.remember.setChecked(state.in_vault)
        self.remember.setEnabled(True)
        self.remember.blockSignals(False)
        for choice in self._choices.actions():
            choice.setChecked(choice.data() == state.minutes)
        self.minutes_changed.emit(state.minutes)

    # the dialogs

    def _change(self) -> None:
        self._open(ChangePassphrase(self._doorway), self.tr("The passphrase is changed."))

    def _officer(self) -> None:
        self._open(OfficerPassphrase(self._doorway), self.tr("The officer can sign in with it from now on."))

    def _sheet(self) -> None:
        words = self.tr("The new recovery sheet is in force; destroy the old one.")
        self._open(NewRecoverySheet(self._doorway), words, width=240 * SPACE)

    def _verify(self) -> None:
        """Beside the window: a large case file takes its time."""
        step = VerifyStep(self._doorway, self._aside)
        StepDialog(step, self._window, width=180 * SPACE).show()
        step.perform()

    def stop(self) -> None:
        """Ends what runs beside the doorway; the case file may be closed after this."""
        self._aside.close()

    def _open(self, step: DeskStep, words: str, *, width: int = 140 * SPACE) -> None:
        dialog = StepDialog(step, self._window, width=width)
        dialog.accepted.connect(lambda: self.told.emit(words, "done"))
        dialog.open()

    # the vault and the lock

    def _remember(self, on: bool) -> None:
        """Beside the doorway: a vault may take its time, and nothing that is typed may wait for it."""
        vault, casefile = self._vault, self._doorway.desk.casefile

        def work(_: Progress) -> bool:
            if on:
                return casefile.remember_in_vault(vault)
            casefile.forget_in_vault(vault)
            return True

        self.remember.setEnabled(False)
        self._aside.run(
            self, work, lambda done: self._remembered(on, done), self._not_remembered, patient=False
        )

    def _remembered(self, on: bool, done: bool) -> None:
        if not done:
            self.told.emit(self.tr("The system's vault is not available; nothing was remembered."), "soon")
        elif on:
            self.told.emit(self.tr("This PC opens the case file without a passphrase from now on."), "done")
        else:
            self.told.emit(self.tr("This PC asks for the passphrase again."), "done")
        self._doorway.read(self, _state, self._show_state)

    def _not_remembered(self, failure: Failure) -> None:
        self.told.emit(f"{failure.sentence} [{failure.code}]", "law")
        self._doorway.read(self, _state, self._show_state)

    def _lock_after(self, minutes: int) -> None:
        self._doorway.write(
            self,
            lambda desk: desk.put_setting(SETTING, str(minutes)),
            lambda _: self.minutes_changed.emit(minutes),
        )


def _state(desk: Desk) -> _State:
    return _State(desk.casefile.in_vault, minutes_of(desk.setting(SETTING)))
