"""同步: what waits and what arrived; writing to and reading from sticks and folders; what is to be decided.

What a stick brings is looked at before it is read in, and shown first when somebody has to decide about it;
what was written counts only after it came back. Dialogs of enrolment belong to others: the page asks for
them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.changes.store import Changes
from desktop.errors import message
from desktop.sync.carrier import CarrierOutcome
from desktop.sync.drives import Drive, let_go
from desktop.ui.application import spoken
from desktop.ui.attachments_view import AttachmentsView
from desktop.ui.carrier_box import CarrierBox
from desktop.ui.doorway import Failure, Progress
from desktop.ui.drives import DriveWatch
from desktop.ui.exchange_jobs import Trip, Way, run_trip
from desktop.ui.exchange_report import ReportModel
from desktop.ui.exchange_words import sentences
from desktop.ui.folder_watch import FolderWatch
from desktop.ui.handing_over import HandingOver
from desktop.ui.hub_bar import HubBar
from desktop.ui.job_strip import JobStrip
from desktop.ui.notice import Notice
from desktop.ui.page import Page, Services, Tone, action_button, allow
from desktop.ui.pages.conflicts import ConflictsView
from desktop.ui.preview_view import PreviewView
from desktop.ui.quarantine_view import QuarantineView
from desktop.ui.standing_read import Picture, read_picture
from desktop.ui.standing_view import StandingView, plain_table
from desktop.ui.theme import SPACE, icon, look
from desktop.ui.trip_words import stopped_words, trip_words, way_words

_BOX_WIDTH = 92 * SPACE


class ExchangePage(Page):
    """The page. ``enrolment_asked`` wants the dialogs of enrolment; ``told`` gives the newest figures."""

    name = "exchange"
    picture = "refresh-cw"
    kinds = frozenset({"conflict"})

    enrolment_asked = Signal()
    told = Signal(object)

    def __init__(
        self, services: Services, parent: QWidget | None = None, *, watch: DriveWatch | None = None
    ) -> None:
        super().__init__(services, "", parent)
        self.title.setText(self.tr("Exchange"))
        self.setAccessibleName(self.title.text())
        self._enrolled = True
        self._progress: Progress | None = None
        self._trip: Trip | None = None
        self.watch = watch or DriveWatch(self.doorway, self)
        self.shared = FolderWatch(self.doorway, self)
        self._step: Callable[[], object] = self.enrolment_asked.emit
        self._plugged: set[str] = set()
        self.enrol = self.add_act(self.tr("Enrolment…"), "key-round", self.enrolment_asked.emit)
        self.both = self.add_act(
            self.tr("Exchange both ways"), "refresh-cw", lambda: self.go("both"), key="F9", primary=True
        )
        self.hub = HubBar()
        self.standing = StandingView()
        self.carrier = CarrierBox(self.watch)
        self.notice = Notice()
        self.notice.acted.connect(lambda: self._step())
        self.strip = JobStrip()
        self.report = ReportModel(self)
        self.table = plain_table(self.report, self.tr("Bundles"), 6)
        self.table.setWordWrap(True)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.confirm = QPushButton(icon("download", "on_accent"), self.tr("Read in"))
        look(self.confirm, "primary")
        self.confirm.setAutoDefault(True)
        self.confirm.clicked.connect(self._go_on)
        self.leave = QPushButton(self.tr("Leave it"))
        self.leave.clicked.connect(self._leave)
        self.looked = PreviewView()
        self.conflicts = ConflictsView(services)
        self.attachments = AttachmentsView(services)
        self.quarantine = QuarantineView(services)
        self.sheets = HandingOver(self.doorway, self, self._reading, self._said, self._refused)
        self.tabs = QTabWidget()
        self._lay_out()
        self.carrier.changed.connect(self._place_changed)
        self.conflicts.counted.connect(self._count_conflicts)
        self.attachments.counted.connect(self._count_attachments)
        self.quarantine.counted.connect(self._count_quarantine)
        self.watch.changed.connect(self._drives_changed)
        self.shared.told.connect(self._show_shared)
        self.doorway.changed.connect(self._changed)
        self._allow()

    # looks

    def _lay_out(self) -> None:
        self.preview = self.make_act(
            self.tr("Look at what is there"), "search", lambda: self.go("preview"), key="F7"
        )
        self.write = self.make_act(self.tr("Write"), "upload", lambda: self.go("write"), key="F8")
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        for action in (self.preview, self.write):
            row.addWidget(action_button(action), 1)
        self.carrier.box.addLayout(row)
        self.sheet = self.make_act(
            self.tr("Handover sheet…"), "printer", lambda: self._hand_over(self.sheets.make)
        )
        self.check = self.make_act(
            self.tr("Check a sheet…"), "list-checks", lambda: self._hand_over(self.sheets.check)
        )
        papers = QHBoxLayout()
        papers.setSpacing(2 * SPACE)
        for action in (self.sheet, self.check):
            papers.addWidget(action_button(action), 1)
        self.carrier.box.addLayout(papers)
        self.carrier.box.addStretch(1)
        self.carrier.setFixedWidth(_BOX_WIDTH)
        top = QHBoxLayout()
        top.setSpacing(3 * SPACE)
        top.addWidget(self.standing, 1)
        top.addWidget(self.carrier)
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 2 * SPACE, 0, 0)
        box.setSpacing(2 * SPACE)
        box.addWidget(self.hub)
        box.addWidget(self.notice)
        box.addWidget(self.strip)
        box.addLayout(top, 1)
        box.addWidget(self._report_panel(), 1)
        box.addWidget(self._shared_panel())
        self.tabs.addTab(whole, self.tr("Hub, sticks and folders"))
        self.tabs.addTab(self.conflicts, self.tr("Disagreements"))
        self.tabs.addTab(self.attachments, self.tr("Attachments"))
        self.tabs.addTab(self.quarantine, self.tr("Quarantine"))
        self.body.addWidget(self.tabs, 1)

    def _shared_panel(self) -> QWidget:
        """The folder that is exchanged by itself: which, how it stands, and turning it on and off."""
        panel = QWidget()
        self._shared_words = QLabel()
        self._shared_words.setTextFormat(Qt.TextFormat.PlainText)
        self._shared_words.setWordWrap(True)
        self._shared_words.setAccessibleName(self.tr("Shared folder"))
        self.share = QPushButton()
        look(self.share, "quiet")
        self.share.clicked.connect(self._turn_sharing)
        row = QHBoxLayout(panel)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(self._shared_words, 1)
        row.addWidget(self.share)
        self._show_shared()
        return panel

    def _show_shared(self) -> None:
        folder = self.shared.folder
        if folder is None:
            self._shared_words.setText(self.tr("No shared folder is exchanged by itself."))
            look(self._shared_words, "hint")
            self.share.setText(self.tr("Exchange the chosen folder by itself"))
        else:
            words = self.tr("{} is exchanged by itself.").format(folder)
            self._shared_words.setText(sentences(words, self.shared.words))
            look(self._shared_words, "hint" if self.shared.tone == "done" else self.shared.tone)
            self.share.setText(self.tr("No longer by itself"))
        self._allow_sharing()

    def _allow_sharing(self) -> None:
        ready = self.shared.folder is not None or (self._enrolled and self.carrier.folder() is not None)
        self.share.setEnabled(ready)
        self.share.setToolTip(self.share.text() if ready else self.tr("Choose a stick or a folder first"))

    def _turn_sharing(self) -> None:
        self.shared.watch(None if self.shared.folder is not None else self.carrier.folder())

    def _report_panel(self) -> QWidget:
        self.panel = QFrame()
        self.panel.setProperty("part", "panel")
        self._report_title = QLabel()
        look(self._report_title, "heading")
        head = QHBoxLayout()
        head.addWidget(self._report_title)
        head.addStretch(1)
        head.addWidget(self.leave)
        head.addWidget(self.confirm)
        box = QVBoxLayout(self.panel)
        box.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        box.addLayout(head)
        box.addWidget(self.looked, 2)
        box.addWidget(self.table, 1)
        self.panel.hide()
        return self.panel

    # what is there

    def opened(self) -> None:
        self.doorway.read(self, lambda desk: read_picture(desk, spoken()), self._show, key="exchange")
        self.conflicts.refresh()
        self.attachments.refresh()
        self.quarantine.refresh()

    def show_record(self, kind: str, record: str) -> None:
        """Shows a disagreement by its id."""
        self.tabs.setCurrentWidget(self.conflicts)
        self.conflicts.choose(record)

    def _changed(self, _: Changes) -> None:
        if self.isVisible():
            self.opened()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.watch.begin()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self.watch.end()

    def _show(self, found: Picture) -> None:
        # A PC whose own acts are held apart must exchange to get out of it.
        self._enrolled = found.summary.enrolled or found.summary.apart is not None
        self.standing.show_picture(found)
        self.carrier.offer(found.parties)
        if not self._enrolled and self._progress is None:
            self._step = self.enrolment_asked.emit
            self.notice.say(message("exchange.not_enrolled_yet", spoken()), "soon", step=self.enrol.text())
        elif self._enrolled and self.notice.step.text() == self.enrol.text():
            self.notice.clear()
        self._allow()
        self.told.emit(found.summary)

    def _count_conflicts(self, count: int) -> None:
        name = self.tr("Disagreements")
        self.tabs.setTabText(1, f"{name}  {count}" if count else name)

    def _count_attachments(self, count: int) -> None:
        name = self.tr("Attachments")
        self.tabs.setTabText(2, f"{name}  {count}" if count else name)

    def _count_quarantine(self, count: int) -> None:
        name = self.tr("Quarantine")
        self.tabs.setTabText(3, f"{name}  {count}" if count else name)

    def _drives_changed(self, drives: list[Drive]) -> None:
        """A stick that was plugged in just now is offered at once, for both ways."""
        before, self._plugged = self._plugged, {drive.root for drive in drives}
        new = [drive for drive in drives if drive.root not in before]
        if not new or not self._enrolled or self._progress is not None:
            return
        self.carrier.choose(new[-1].root)
        if new[-1].read_only:
            self._step = lambda: self.go("read")
            self.notice.say(
                self.tr("{} was plugged in. It can only be read.").format(new[-1].name),
                "done",
                step=self.tr("Read in"),
            )
            return
        self._step = lambda: self.go("both")
        self.notice.say(
            self.tr("{} was plugged in.").format(new[-1].name), "done", step=self.tr("Exchange both ways")
        )

    def where(self) -> dict[str, Any]:
        return {"tab": self.tabs.currentIndex()}

    def return_to(self, where: Mapping[str, Any]) -> None:
        self.tabs.setCurrentIndex(int(where.get("tab", 0)))

    # going to a carrier

    def _why_not(self, way: Way) -> str:
        if not self._enrolled:
            return self.tr("This PC is not enrolled yet")
        if self._progress is not None:
            return self.tr("Something is being read or written")
        if self.carrier.folder() is None:
            return self.tr("Choose a stick or a folder first")
        if way in ("write", "both") and self.carrier.destinations() is None:
            return self.tr("Choose at least one office to write for")
        return ""

    def _allow(self) -> None:
        for action, way in ((self.both, "both"), (self.preview, "preview"), (self.write, "write")):
            why = self._why_not(way)  # type: ignore[arg-type]
            allow(action, not why, why)
        why = self._why_not("read" if self._trip is None else self._trip.then)
        self.confirm.setEnabled(not why)
        self.confirm.setToolTip(why or self.confirm.text())
        why = self._why_not("read")
        for action in (self.sheet, self.check):
            allow(action, not why, why)
        self._allow_sharing()

    def _place_changed(self) -> None:
        told = self._trip
        if told is not None and told.way == "preview" and told.folder != self.carrier.folder():
            self._show_trip(None)
            self.notice.clear()
        self._allow()

    def _go_on(self) -> None:
        """Does what the preview in view was for."""
        if self._trip is not None:
            self.go(self._trip.then, sure=True)

    def go(self, way: Way, *, sure: bool = False) -> None:
        """Begins a visit to the chosen place, unless it cannot be made now.

        ``sure``: somebody has seen what it brings. Else it ends as a preview if that holds anything in doubt.
        """
        folder = self.carrier.folder()
        if self._why_not(way) or folder is None:
            return
        trip = Trip(way, folder, self.carrier.destinations() or (), sure=sure)
        self.notice.clear()
        self._show_trip(None)
        self._progress = self.doorway.long_write(
            self, run_trip(trip, spoken()), self._done, lambda failure: self._failed(trip, failure)
        )
        self.strip.begin(way_words(way)[0], self._progress)
        self._allow()

    def stop(self) -> None:
        self.shared.stop()
        if self._progress is not None:
            self._progress.cancel()

    def _ended(self, trip: Trip) -> None:
        self._progress = None
        self.strip.end()
        self._show_trip(trip)
        self._allow()
        self.opened()

    def _done(self, trip: Trip) -> None:
        self._ended(trip)
        drive = next((one for one in self.watch.drives if one.root == str(trip.folder)), None)
        words, tone = trip_words(trip, stick=drive is not None)
        if drive is not None and trip.sent:
            self._step = lambda: self._eject(drive)
            self.notice.say(words, tone, step=self.tr("Eject"))
        else:
            self.notice.say(words, tone)
        if self.confirm.isVisible():
            self.confirm.setFocus()

    def _eject(self, drive: Drive) -> None:
        """Only what is unmounted may be pulled out."""
        self.doorway.press(self, lambda: let_go(drive), self._ejected, self._refused)

    def _ejected(self, gone: bool) -> None:
        outcome = CarrierOutcome.WRITTEN_EJECTED if gone else CarrierOutcome.WRITTEN_NOT_EJECTED
        self.notice.say(message(outcome.value, spoken()), "done" if gone else "soon")

    # handover sheets

    def _hand_over(self, act: Callable[[Path], None]) -> None:
        folder = self.carrier.folder()
        if folder is not None and self._progress is None:
            self.notice.clear()
            act(folder)

    def _reading(self, what: str, progress: Progress) -> None:
        self._progress = progress
        self.strip.begin(what, progress)
        self._allow()

    def _said(self, words: str, tone: Tone) -> None:
        self._progress = None
        self.strip.end()
        if words:
            self.notice.say(words, tone)
        self._allow()

    def _refused(self, failure: Failure) -> None:
        self._said("", "done")
        if failure.code != "cancelled":
            self.notice.refuse(failure)

    def _failed(self, trip: Trip, failure: Failure) -> None:
        self._ended(trip)
        if failure.code == "cancelled":
            self.notice.say(stopped_words(trip), "soon")
        else:
            self.notice.refuse(failure)

    def _leave(self) -> None:
        """Reads nothing: what was looked at stays where it is."""
        self._show_trip(None)
        self.notice.clear()
        self.carrier.places.setFocus()

    def _show_trip(self, trip: Trip | None) -> None:
        self._trip = trip
        self.looked.show_trip(trip)
        shown = trip is not None and bool(trip.read or trip.sent)
        self.panel.setVisible(shown)
        if trip is None or not shown:
            self.report.clear()
            return
        self._report_title.setText(way_words(trip.way)[1])
        self.confirm.setText(self.tr("Read in and write") if trip.then == "both" else self.tr("Read in"))
        for button in (self.confirm, self.leave):
            button.setVisible(trip.way == "preview" and trip.worth_reading)
        self.report.show_trip(trip)
        # Where every bundle can be read, the figures say it all and need the room.
        self.table.setVisible(self.looked.isHidden() or bool(trip.refused))
