"""分歧: what was written differently in two places, for a person to decide; below it what was decided.

Nothing is ever decided by itself. Knows lists and the panel; decisions are written through the doorway.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.conflict_rules import may_be_ruled
from desktop.casework.decisions import recent_reasons
from desktop.casework.desk import Outcome
from desktop.casework.settling import Decision
from desktop.ui.conflict_list import ConflictModel, PastModel
from desktop.ui.conflict_panel import ConflictPanel
from desktop.ui.doorway import Failure
from desktop.ui.page import Services
from desktop.ui.standing_view import plain_table
from desktop.ui.theme import SPACE, look

_MOVED = "acts.conflict_moved"
_RECORD_WIDTH = 56 * SPACE


class ConflictsView(QWidget):
    """Both lists and the panel. ``counted`` tells how many disagreements this office has to decide."""

    counted = Signal(int)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._doorway = services.doorway
        self._kept: set[str] = set()
        self._wanted: str | None = None
        self._at = 0
        self.model = ConflictModel(self._doorway, self)
        self.past = PastModel(self._doorway, self)
        self.table = plain_table(self.model, self.tr("Disagreements to decide"), 2)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.history = plain_table(self.past, self.tr("Decisions"), 4)
        self.history.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for table, column in ((self.table, 0), (self.history, 1)):
            table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            table.setColumnWidth(column, _RECORD_WIDTH)
        self.panel = ConflictPanel(services)
        self.none = QLabel(
            self.tr("There is nothing to decide. What two PCs wrote differently is kept and stands here.")
        )
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 2 * SPACE, 0)
        box.setSpacing(2 * SPACE)
        self.none.setWordWrap(True)
        look(self.none, "hint")
        box.addWidget(self.none)
        box.addWidget(self.table, 3)
        self._heading = QLabel(self.tr("Decided"))
        look(self._heading, "heading")
        box.addWidget(self._heading)
        box.addWidget(self.history, 2)
        box.addStretch(0)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 2 * SPACE, 0, 0)
        whole.addWidget(split)

    def _wire(self) -> None:
        self.model.counted.connect(self.counted)
        self.model.modelAboutToBeReset.connect(self._keep_selection)
        self.model.refreshed.connect(self._refreshed)
        self.past.modelReset.connect(self._show_parts)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.history.selectionModel().selectionChanged.connect(self._looked_back)
        self.panel.decided.connect(self._decide)
        self.panel.alike_asked.connect(self.select_alike)
        self.panel.minor_asked.connect(self.select_minor)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for number in range(1, 10):
            QShortcut(
                QKeySequence(str(number)), self, lambda number=number: self.panel.choose(number), context=here
            )
        QShortcut(QKeySequence("Ctrl+S"), self, self.panel.perform, context=here)
        QShortcut(QKeySequence("Esc"), self, self.table.setFocus, context=here)

    # reading

    def refresh(self) -> None:
        """Reads both lists anew; what is chosen stays chosen."""
        self.model.refresh()
        self.past.refresh()
        self._doorway.read(self, recent_reasons, self.panel.offer_reasons, key=f"reasons:{id(self)}")

    def _show_parts(self) -> None:
        some = self.model.rowCount() > 0
        self.none.setVisible(not some)
        self.table.setVisible(some)
        decided = self.past.rowCount() > 0
        self._heading.setVisible(decided)
        self.history.setVisible(decided)

    # choosing

    def choose(self, conflict: str) -> None:
        """Shows a disagreement by its id, or the first about a record; none if all is settled."""
        self._wanted = conflict
        self.refresh()

    def _choose_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        found = [line.conflict for line in self.model.lines]
        rows = [row for row, one in enumerate(found) if wanted in (one.id, one.row)][:1]
        self._select(rows)
        if rows:
            self.table.setFocus()
            self.table.scrollTo(self.model.index(rows[0], 0))

    def _rows(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _keep_selection(self) -> None:
        rows = self._rows()
        self._kept = {self.model.lines[row].conflict.id for row in rows}
        self._at = rows[0] if rows else max(0, self.table.currentIndex().row())

    def _refreshed(self) -> None:
        self._show_parts()
        if self._wanted is not None:
            self.model.read_all(self._choose_wanted)
            return
        rows = [row for row, line in enumerate(self.model.lines) if line.conflict.id in self._kept]
        if not rows and self.model.lines and not self.history.selectionModel().hasSelection():
            rows = [min(self._at, len(self.model.lines) - 1)]
        self._select(rows)
        if not rows and not self.history.selectionModel().hasSelection():
            self.panel.clear()

    def _select(self, rows: Sequence[int]) -> None:
        found = QItemSelection()
        for first, last in _stretches(rows):
            found.select(self.model.index(first, 0), self.model.index(last, self.model.columnCount() - 1))
        selection = self.table.selectionModel()
        if rows:
            top = self.model.index(rows[0], 0)
            selection.setCurrentIndex(top, QItemSelectionModel.SelectionFlag.NoUpdate)
        selection.select(found, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _selected(self) -> None:
        lines = [self.model.lines[row] for row in self._rows()]
        if not lines:
            return
        self.history.clearSelection()
        differ = len({line.alike for line in lines}) > 1 or len({line.blocked for line in lines}) > 1
        if differ and may_be_ruled(lines):
            self.panel.show_rules(lines, self.model.device)
            return
        if differ:
            self.panel.clear(self.tr("These differ in different ways; only equal ones are decided together."))
            return
        equal = sum(line.alike == lines[0].alike and not line.blocked for line in self.model.lines)
        minor = sum(may_be_ruled([line]) for line in self.model.lines) if may_be_ruled(lines) else 0
        self.panel.show_conflicts(lines, equal, minor)

    def select_minor(self) -> None:
        """Chooses every case of minor weight, reading all that is left of the list."""

        def select() -> None:
            self._select([row for row, line in enumerate(self.model.lines) if may_be_ruled([line])])

        self.model.read_all(select)

    def select_alike(self) -> None:
        """Chooses every case that is equal to the chosen one, reading all that is left of the list."""
        rows = self._rows()
        if not rows:
            return
        alike = self.model.lines[rows[0]].alike

        def select() -> None:
            self._select(
                [row for row, line in enumerate(self.model.lines) if line.alike == alike and not line.blocked]
            )

        self.model.read_all(select)

    def _looked_back(self) -> None:
        rows = self.history.selectionModel().selectedRows()
        if rows:
            self.table.clearSelection()
            self.panel.show_past(self.past.lines[rows[0].row()])

    # deciding

    def _decide(self, orders: Sequence[Decision], reason: str) -> None:
        self.panel.decide.setEnabled(False)
        self._doorway.write(self, lambda desk: desk.settle(orders, reason), self._decided, self._refused)

    def _decided(self, outcomes: Sequence[Outcome]) -> None:
        self._services.tell(self.tr("{} decided.").format(len(outcomes)), "done")
        self.panel.reason.setEditText("")
        self.history.clearSelection()
        self.table.clearSelection()
        self.table.setFocus()
        self.refresh()

    def _refused(self, failure: Failure) -> None:
        self.panel.decide.setEnabled(True)
        self.panel.notice.refuse(failure)
        if failure.code == _MOVED:
            self.table.clearSelection()
            self._services.tell(f"{failure.sentence} [{failure.code}]", "soon")
            self.refresh()


def _stretches(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Rows in order as stretches without a gap."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
