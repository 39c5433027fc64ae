"""隔离区: what came and does not count, who wrote it, why; mass changes that wait to be shown. For people.

A city lets entries count again from here, an office shows mass changes. Looking applies nothing. Knows lists
and dialogs; orders are written through the doorway.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.quarantined import Detail, Line, Mass, Overview, detail, mass_changes, overview
from desktop.ui.application import spoken
from desktop.ui.exchange_words import moment_words, reason_words, verdict_short
from desktop.ui.orders import ApproveStep, LiftStep, ReleaseStep
from desktop.ui.page import Services, action_button, allow
from desktop.ui.quarantine_list import MassModel, QuarantineModel, WrittenModel
from desktop.ui.standing_view import plain_table
from desktop.ui.steps import DeskStep, StepDialog
from desktop.ui.theme import ROW, SPACE, icon, look

_DETAIL_WIDTH = 116 * SPACE
_MOMENT_WIDTH = 35 * SPACE
_NAME_WIDTH = 36 * SPACE
_MOST_MASSES = 4
_DIALOG_WIDTH = 180 * SPACE


class DetailPanel(QWidget):
    """One entry: who, when, why, and what it would do, as plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = ""
        self.who, self.why, self.rest = QLabel(), QLabel(), QLabel()
        look(self.who, "heading")
        look(self.why, "soon")
        look(self.rest, "hint")
        self.model = WrittenModel(self)
        self.table = plain_table(self.model, self.tr("What the entry would do"), 2)
        self.table.setWordWrap(True)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.horizontalHeader().setMaximumSectionSize(_NAME_WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * SPACE, 0, 0, 0)
        box.setSpacing(SPACE)
        for label in (self.who, self.why, self.rest):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            box.addWidget(label)
        box.addWidget(self.table, 1)
        box.addStretch(0)

    def show_line(self, line: Line | None) -> None:
        """Shows who wrote an entry and why it does not count; ``None``: nothing is chosen."""
        self.model.show_lines([])
        self.table.setVisible(False)
        if line is None:
            self.who.setText(self.tr("Choose an entry to see what it would do."))
            self.why.clear()
            self.rest.clear()
            return
        parts = (line.act, line.pc, line.officer, moment_words(line.at))
        self.who.setText(" · ".join(part for part in parts if part))
        self.why.setText(reason_words(line))
        self._group = self.tr("Records of: {}").format(line.group)
        self.rest.setText(self._group)

    def show_detail(self, found: Detail | None) -> None:
        """Shows what the entry would do."""
        if found is None:
            return
        about = self.tr("Entry {entry}, no. {number} of its log")
        words = [self._group, about.format(entry=found.entry, number=found.number)]
        if not found.readable:
            words.append(self.tr("Its content cannot be read."))
        if found.more:
            words.append(self.tr("{} more lines are not shown.").format(found.more))
        self.rest.setText("\n".join(words))
        self.model.show_lines(found.written)
        self.table.setVisible(bool(found.written))


class QuarantineView(QWidget):
    """Both lists. ``counted`` tells how much does not count or waits to be shown."""

    counted = Signal(int)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._doorway = services.doorway
        self._city = False
        self._held = self._entries = 0
        self._kept: set[str] = set()
        self.why, self.source = QComboBox(), QComboBox()
        self.model = QuarantineModel(self._doorway, self)
        self.table = plain_table(self.model, self.tr("In quarantine"), 1)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.table.setColumnWidth(0, _MOMENT_WIDTH)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.panel = DetailPanel()
        self.none = QLabel(
            self.tr(
                "Nothing is in quarantine. What comes from a PC that is not enrolled or was cut off, or"
                " breaks the rules, is kept here and does not count."
            )
        )
        self.mass = MassModel(self)
        self.mass_table = plain_table(self.mass, self.tr("Mass changes that wait to be shown"), 2)
        self.mass_table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.mass_table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._make_acts()
        self._lay_out()
        self._wire()
        self._allow()

    def _make_acts(self) -> None:
        self.release = self._act(self.tr("Let the chosen entries count…"), "badge-check", self._release)
        self.approve = self._act(self.tr("Confirm for the whole city…"), "badge-check", self._approve)
        self.lift = self._act(self.tr("Show them on this PC…"), "eye", self._lift)

    def _act(self, text: str, picture: str, run: Callable[[], None]) -> QAction:
        action = QAction(icon(picture), text, self)
        action.triggered.connect(run)
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(2 * SPACE)
        for choice, name in ((self.why, self.tr("Why")), (self.source, self.tr("Written by"))):
            label = QLabel(name)
            label.setBuddy(choice)
            choice.setAccessibleName(name)
            choice.setMinimumContentsLength(18)
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            filters.addWidget(label)
            filters.addWidget(choice, 1)
        filters.addStretch(1)
        filters.addWidget(action_button(self.release))
        self._filters = QWidget()
        self._filters.setLayout(filters)
        filters.setContentsMargins(0, 0, 0, 0)
        look(self.none, "hint")
        self.none.setWordWrap(True)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.table)
        self.split.addWidget(self.panel)
        self.split.setStretchFactor(0, 1)
        self.split.setChildrenCollapsible(False)
        self.panel.setMinimumWidth(_DETAIL_WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2 * SPACE, 0, 0)
        box.setSpacing(2 * SPACE)
        for widget in (self.none, self._filters):
            box.addWidget(widget)
        box.addWidget(self.split, 1)
        box.addWidget(self._mass_part())
        box.addStretch(0)

    def _mass_part(self) -> QWidget:
        self._masses = QWidget()
        heading = QLabel(self.tr("Mass changes that wait to be shown"))
        look(heading, "heading")
        about = QLabel(self.tr("So many records were withdrawn at once that somebody must say it was meant."))
        look(about, "hint")
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        row.addWidget(heading)
        row.addWidget(about, 1)
        row.addWidget(action_button(self.lift))
        row.addWidget(action_button(self.approve))
        box = QVBoxLayout(self._masses)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        box.addLayout(row)
        box.addWidget(self.mass_table)
        return self._masses

    def _wire(self) -> None:
        for box in (self.why, self.source):
            box.currentIndexChanged.connect(lambda _: self._filter())
        self.model.modelAboutToBeReset.connect(self._keep_selection)
        self.model.refreshed.connect(self._refreshed)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        self.mass_table.selectionModel().selectionChanged.connect(lambda *_: self._allow())
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+F"), self, self.why.setFocus, context=here)
        QShortcut(QKeySequence("Ctrl+S"), self, self._act_here, context=here)

    def _act_here(self) -> None:
        """Ctrl+S: the first act that fits what is chosen in the list that has the keyboard."""
        acts = [self.approve, self.lift] if self.mass_table.hasFocus() else [self.release]
        fitting = next((act for act in acts if act.isVisible() and act.isEnabled()), None)
        if fitting is not None:
            fitting.trigger()

    # reading

    def refresh(self) -> None:
        """Reads both lists anew; what is chosen stays chosen."""
        self._doorway.read(self, lambda desk: overview(desk, spoken()), self._show, key=f"kept:{id(self)}")
        self._doorway.read(
            self, lambda desk: mass_changes(desk, spoken()), self._show_mass, key=f"mass:{id(self)}"
        )
        self.model.refresh()

    def _show(self, found: Overview) -> None:
        self._city, self._entries = found.city, found.entries
        reasons = [(verdict_short(why), why, count) for why, count in found.reasons.items()]
        sources = [(source.pc, source.device, source.entries) for source in found.sources]
        _offer(self.why, self.tr("All reasons"), reasons)
        _offer(self.source, self.tr("All PCs"), sources)
        self.none.setVisible(not found.entries)
        self._filters.setVisible(found.entries > 0)
        self.split.setVisible(found.entries > 0)
        self._filter()
        self._allow()
        self.counted.emit(self._entries + self._held)

    def _show_mass(self, found: list[Mass]) -> None:
        chosen = {mass.entry for mass in self._chosen_mass()}
        self._held = len(found)
        self.mass.show_lines(found)
        for row, mass in enumerate(found):
            if mass.entry in chosen:
                choose(self.mass_table, row, also=True)
        self.mass_table.setFixedHeight((min(len(found), _MOST_MASSES) + 1) * ROW + 3 * SPACE)
        self._masses.setVisible(bool(found))
        self._allow()
        self.counted.emit(self._entries + self._held)

    def _filter(self) -> None:
        self.model.filter(self.why.currentData(), self.source.currentData())

    def _keep_selection(self) -> None:
        self._kept = {line.entry for line in self.chosen()}

    def _refreshed(self) -> None:
        rows = [row for row, line in enumerate(self.model.lines) if line.entry in self._kept]
        for row in rows or ([0] if self.model.lines else []):
            choose(self.table, row, also=True)
        self._selected()

    # choosing

    def chosen(self) -> list[Line]:
        """The entries that are chosen, in the order of the list."""
        return [self.model.lines[row] for row in _rows(self.table)]

    def _chosen_mass(self) -> list[Mass]:
        return [self.mass.lines[row] for row in _rows(self.mass_table)]

    def _selected(self) -> None:
        chosen = self.chosen()
        line = chosen[0] if chosen else None
        self.panel.show_line(line)
        if line is not None:
            entry = line.entry
            self._doorway.read(
                self,
                lambda desk: detail(desk, entry, spoken()),
                self.panel.show_detail,
                key=f"detail:{id(self)}",
            )
        self._allow()

    def _allow(self) -> None:
        chosen = self.chosen()
        self.release.setVisible(self._city)
        self.approve.setVisible(self._city)
        fits = bool(chosen) and all(line.releasable for line in chosen)
        why_not = self.tr("Choose entries first")
        if chosen:
            why_not = self.tr("Only entries of a PC of this city that was cut off can be let count")
        allow(self.release, fits, why_not)
        some = bool(self._chosen_mass())
        for action in (self.lift, self.approve):
            allow(action, some, self.tr("Choose a mass change first"))

    # ordering

    def _release(self) -> None:
        words = self.tr("Released. The file is for the offices; it goes along with the next exchange too.")
        self._open(ReleaseStep(self._doorway, self.chosen()), words)

    def _approve(self) -> None:
        words = self.tr("Confirmed. The file is for the offices; it goes along with the next exchange too.")
        self._open(ApproveStep(self._doorway, self._chosen_mass()), words)

    def _lift(self) -> None:
        self._open(LiftStep(self._doorway, self._chosen_mass()), self.tr("Shown on this PC."))

    def _open(self, step: DeskStep, words: str) -> None:
        dialog = StepDialog(step, self.window(), width=_DIALOG_WIDTH)
        dialog.accepted.connect(lambda: self._ordered(words))
        dialog.open()

    def _ordered(self, words: str) -> None:
        self._services.tell(words, "done")
        self.refresh()
        self.table.setFocus()


def choose(table: QTableView, row: int, *, also: bool = False) -> None:
    """Chooses a row, ``also``: beside others. Whichever keys are held: ``selectRow`` heeds them."""
    flag = QItemSelectionModel.SelectionFlag
    how = flag.Select if also else flag.ClearAndSelect
    table.selectionModel().setCurrentIndex(table.model().index(row, 0), how | flag.Rows)


def _rows(table: QTableView) -> list[int]:
    return sorted(index.row() for index in table.selectionModel().selectedRows())


def _offer(box: QComboBox, everything: str, choices: list[tuple[str, str, int]]) -> None:
    """Offers choices with their figures; what was chosen stays chosen while it is there."""
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    box.addItem(everything)
    for words, value, count in choices:
        box.addItem(f"{words}  {count}", value)
    box.setCurrentIndex(max(0, box.findData(chosen)) if chosen is not None else 0)
    box.blockSignals(False)
