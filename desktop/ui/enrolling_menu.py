"""What can be done about enrolment now: the acts that this PC has, as buttons of the exchange page.

Which there are follows from the office and from whether it has joined. Opens one dialog for each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.casework.desk import Desk
from desktop.ui.doorway import Doorway
from desktop.ui.enrolling import AcceptStep, RequestStep
from desktop.ui.enrolling_city import CutStep, GrantStep, RootStep
from desktop.ui.enrolling_keepers import KeepersStep
from desktop.ui.enrolling_vouching import DevicesStep, VouchStep
from desktop.ui.steps import DeskStep, StepDialog
from desktop.ui.theme import icon
from desktop.wire.groups import city_of


class _State(NamedTuple):
    city: bool
    root: str | None
    granted: bool


class Enrolling(QObject):
    """The acts. ``done`` follows each that was done; ``told`` brings a sentence and its tone for the page."""

    done = Signal()
    told = Signal(str, str)

    def __init__(self, window: QWidget, doorway: Doorway) -> None:
        super().__init__(window)
        self._window = window
        self._doorway = doorway
        self.request = self._action(
            self.tr("Ask to be enrolled…"), "upload", RequestStep, self.tr("The request is written.")
        )
        self.accept = self._action(
            self.tr("Accept the city's answer…"),
            "badge-check",
            AcceptStep,
            self.tr("Accepted: this PC belongs to the city's network."),
        )
        self.root = self._action(
            self.tr("Make the city's root…"), "key-round", RootStep, self.tr("The city's root is made.")
        )
        self.grant = self._action(
            self.tr("Grant a PC…"),
            "plus",
            GrantStep,
            self.tr("Granted; hand the answer to that office."),
        )
        self.cut = self._action(
            self.tr("Cut a PC off…"),
            "x",
            CutStep,
            self.tr("Cut off; hand the file to every office, to be accepted like an answer."),
        )
        self.vouch = self._action(
            self.tr("Vouch for a second PC…"),
            "badge-check",
            VouchStep,
            self.tr("Vouched for; hand the file to that PC, and its request to the city."),
        )
        self.devices = self._action(self.tr("PCs of this network…"), "list-checks", DevicesStep, "")
        self.keepers = self._action(
            self.tr("Name the keepers of lost case files…"),
            "users",
            KeepersStep,
            self.tr(
                "The keepers are named; exchange with every office, so that its case file is sealed to them."
            ),
        )
        self.refresh()

    @property
    def actions(self) -> list[QAction]:
        """All of them, in order; those that do not fit now are invisible."""
        return [
            self.request,
            self.accept,
            self.root,
            self.grant,
            self.vouch,
            self.cut,
            self.devices,
            self.keepers,
        ]

    def _action(self, text: str, picture: str, step: Callable[[Doorway], DeskStep], words: str) -> QAction:
        action = QAction(icon(picture), text, self)
        action.setToolTip(text)
        action.setVisible(False)
        action.triggered.connect(lambda: self._open(step(self._doorway), words))
        return action

    def _open(self, step: DeskStep, words: str) -> None:
        dialog = StepDialog(step, self._window)
        dialog.accepted.connect(lambda: self._end(words))
        dialog.open()

    def _end(self, words: str) -> None:
        self.told.emit(words, "done")
        self.refresh()
        self.done.emit()

    def refresh(self) -> None:
        """Looks again which acts fit."""
        self._doorway.read(self, _state, self._show)

    def _show(self, state: _State) -> None:
        joined = state.root is not None
        self.request.setVisible(not joined)
        self.accept.setVisible(True)
        self.root.setVisible(state.city and not joined)
        self.grant.setVisible(state.city and joined)
        self.cut.setVisible(state.city and joined)
        self.vouch.setVisible(joined and state.granted)
        self.devices.setVisible(joined)
        self.keepers.setVisible(state.city and joined)


def _state(desk: Desk) -> _State:
    with desk.casefile.reader.connect() as conn:
        journal = desk.journal(conn)
        pen = journal.pen()
        granted = journal.rights().office(pen.device) == pen.office
        return _State(city_of(pen.office) == pen.office, journal.root(), granted)
