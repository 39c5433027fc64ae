"""What reading would bring, before it is read: records by sender and kind in figures; what would be held.

The same figures stand beside what was read after a look that raised no doubt. Reading and leaving are the
page's matter.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.casework.lists.showing import code_label
from desktop.sync.exchange import Read
from desktop.sync.previewing import OTHER, Counts
from desktop.ui.application import spoken
from desktop.ui.exchange_jobs import Trip
from desktop.ui.headed import HeadedTable, Index
from desktop.ui.notice import Notice
from desktop.ui.standing_view import plain_table
from desktop.ui.theme import SPACE, colour, icon

_NUMBERS = range(2, 7)
_MARKED = {4: "soon", 5: "soon", 6: "law"}


class _Row(NamedTuple):
    party: str
    kind: str
    counts: Counts
    vouched: bool


class PreviewModel(HeadedTable):
    """One row a sender and kind."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self.heads = [
            self.tr("From"),
            self.tr("Kind"),
            self.tr("New"),
            self.tr("Changed"),
            self.tr("In dispute"),
            self.tr("Withdrawn"),
            self.tr("Quarantine"),
        ]

    def show_trip(self, trip: Trip) -> None:
        """Shows the figures of a preview, or of the look before reading."""
        found: dict[tuple[str, str], Counts] = {}
        lines = trip.read if trip.way == "preview" else trip.looked
        vouched = {line.party for line in lines if line.vouched}
        for line in lines:
            for kind, counts in line.bundle.kinds.items() if isinstance(line.bundle, Read) else ():
                found.setdefault((line.party, kind), Counts()).add(counts)
        self.beginResetModel()
        self._rows = [
            _Row(party, kind, counts, party in vouched) for (party, kind), counts in sorted(found.items())
        ]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._rows)

    def cells(self, row: int) -> list[str]:
        """The texts of a row; a figure of nought is left blank."""
        party, kind, counts, _ = self._rows[row]
        name = self.tr("Other entries") if kind == OTHER else code_label("record_kinds", kind, spoken())
        figures = (counts.new, counts.changed, counts.conflicting, counts.withdrawn, counts.quarantined)
        return [party, name, *(str(figure) if figure else "" for figure in figures)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        column = index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.cells(index.row())[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 0 and self._rows[index.row()].vouched:
            return icon("triangle-alert", "soon")
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column in _MARKED:
            return colour(_MARKED[column])
        return None


class PreviewView(QWidget):
    """The figures, and a warning above them where a bundle withdraws very many records."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PreviewModel(self)
        self.table = plain_table(self.model, self.tr("What reading would change"), 1)
        self.warning = Notice()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        box.addWidget(self.warning)
        box.addWidget(self.table, 1)
        self.hide()

    def show_trip(self, trip: Trip | None) -> None:
        """Shows what a preview found; hides itself where there is nothing to show."""
        self.warning.clear()
        if trip is None:
            self.hide()
            return
        self.model.show_trip(trip)
        self.setVisible(self.model.rowCount() > 0)
        if trip.way == "preview" and trip.held:
            told = self.tr(
                "{who} withdraws very many records at once: {rows} will be shown as before until somebody"
                " confirms it. Ask there before reading."
            )
            self.warning.say(told.format(who="、".join(_holding(trip)), rows=trip.held), "law")


def _holding(trip: Trip) -> list[str]:
    """Who sends what would be held."""
    lines = (line for line in trip.read if isinstance(line.bundle, Read) and line.bundle.held)
    return list(dict.fromkeys(line.party for line in lines))
