"""How the measure of a list stands: approved or not, the 24 hours of an exception, the days of the period.

Red is what the law has let run out or wants now; each state has its sign and its words. Knows states as data.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.casework.desk import Desk
from desktop.casework.measure_state import MeasureState, measure_state
from desktop.casework.typed import shown_moment
from desktop.ui.notice import Notice
from desktop.ui.page import Services, Tone
from desktop.ui.theme import SPACE, icon, look

_MINUTE_MS = 60_000
SOON_DAYS = 7
"""When so few days of a period are left, it is amber."""

_HOUR = 60


class Told(NamedTuple):
    """What is said about one thing, and how."""

    words: str
    tone: Tone


class _Found(NamedTuple):
    view: dict[str, Any]
    state: MeasureState


def _read(desk: Desk, row: str) -> _Found | None:
    state = measure_state(desk, row, datetime.now().astimezone())
    return None if state is None else _Found(desk.show("property_list", row)[0], state)


class MeasureBar(QWidget):
    """Shows the state of one list, and goes on with the clock."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._list: str | None = None
        self._view: Mapping[str, Any] = {}
        self.approval = Notice()
        self.approval.acted.connect(self.approve)
        self._sign, self.period = QLabel(), QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(self.approval, 1)
        row.addWidget(self._sign)
        row.addWidget(self.period)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self.read)
        services.doorway.changed.connect(lambda _: self.read())
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._minute.start()
        self.read()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._minute.stop()

    def show_list(self, row: str | None) -> None:
        """Shows the state of a list, or nothing."""
        self._list = row
        self.setVisible(row is not None)
        self.read()

    def read(self) -> None:
        """Reads the state anew."""
        row = self._list
        if row is not None:
            self._services.doorway.read(
                self, lambda desk: _read(desk, row), self._arrived, key=f"measure:{id(self)}"
            )

    def _arrived(self, found: _Found | None) -> None:
        if found is None or found.view["id"] != self._list:
            return
        self._view = found.view
        told = self.about_approval(found.state)
        pending = found.state.approval == "on_the_spot"
        step = self.tr("Record the approval") if pending else ""
        self.approval.say(told.words, told.tone, step=step)
        told = self.about_period(found.state)
        self.period.setText(told.words)
        look(self.period, told.tone)
        self._sign.setPixmap(icon("clock", told.tone).pixmap(4 * SPACE, 4 * SPACE))

    def about_approval(self, state: MeasureState) -> Told:
        """The approval, or the exception with its clock."""
        if state.approval == "missing":
            return Told(self.tr("No approval by the principal head stands behind this list."), "law")
        if state.approval == "on_the_spot":
            return Told(self._clock(state), "law")
        words = {
            "written": self.tr("Approved in writing"),
            "oral": self.tr("Approved by word"),
            "made_up": self.tr("Done on the spot, approval made up in time"),
            "made_up_late": self.tr("Done on the spot, approval made up after the 24 hours"),
        }[state.approval]
        named = " ".join(filter(None, [words, state.approver, shown_moment(state.approved_at)]))
        return Told(named, "law" if state.approval == "made_up_late" else "done")

    def _clock(self, state: MeasureState) -> str:
        due, left = shown_moment(state.due), state.minutes_left
        if left is None:
            return self.tr("Done on the spot; the approval is to be made up within 24 hours.")
        hours, minutes = divmod(abs(left), _HOUR)
        if left >= 0:
            return self.tr("Done on the spot: the approval is due {}, in {} h {} min.").format(
                due, hours, minutes
            )
        return self.tr("Done on the spot: the approval was due {}, {} h {} min ago.").format(
            due, hours, minutes
        )

    def about_period(self, state: MeasureState) -> Told:
        """How many days the measure may still last."""
        left = state.days_left
        if left is None:
            return Told(self.tr("No start is recorded: the period cannot be counted."), "law")
        if left < 0:
            return Told(self.tr("Ended {}, {} days ago").format(state.last_day, -left), "law")
        if left == 0:
            return Told(self.tr("Ends today, {}").format(state.last_day), "soon")
        words = self.tr("Until {}, {} days left").format(state.last_day, left)
        return Told(words, "soon" if left <= SOON_DAYS else "done")

    def approve(self) -> None:
        """Begins the act that makes the approval up."""
        values = {
            "measure": self._view.get("measure"),
            "raid": self._view.get("raid"),
            "makes_up": self._view.get("approval"),
            "form": "written",
            "approved_at": datetime.now().astimezone().isoformat(timespec="minutes"),
        }
        self._services.act("measure.approve", values)
