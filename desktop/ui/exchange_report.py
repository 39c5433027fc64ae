"""What came of a visit to a carrier, bundle by bundle; those for others and those read before as sums.

Knows trips, not how they are made.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.sync.exchange import Read, Sent
from desktop.ui.exchange_jobs import NOT_FOR_US, Line, Trip
from desktop.ui.exchange_words import outcome_words, size_words
from desktop.ui.theme import colour, icon

_Index = QModelIndex | QPersistentModelIndex
_NUMBERS = range(2, 6)


class _Row(NamedTuple):
    cells: list[str]
    tone: str
    vouched: bool = False


class ReportModel(QAbstractTableModel):
    """One row a bundle: with whom, which records, figures, what became of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._heads: list[str] = []

    def show_trip(self, trip: Trip) -> None:
        """Shows a trip; of one that went both ways, first what was read."""
        self.beginResetModel()
        preview = trip.way == "preview"
        self._heads = [
            self.tr("From / to"),
            self.tr("Records of"),
            self.tr("New"),
            self.tr("Known"),
            self.tr("Quarantine"),
            self.tr("Attachments"),
            self.tr("Result"),
        ]
        told = [line for line in trip.read if not self._is_summed(line)]
        self._rows = [self._read_row(line, preview) for line in told]
        self._rows += self._sums(trip)
        self._rows += [self._sent_row(line) for line in trip.sent]
        self.endResetModel()

    def clear(self) -> None:
        """Shows nothing."""
        self.beginResetModel()
        self._rows = []
        self.endResetModel()

    @staticmethod
    def _is_summed(line: Line) -> bool:
        return isinstance(line.bundle, Read) and line.bundle.outcome in ("known", NOT_FOR_US)

    def _read_row(self, line: Line, preview: bool) -> _Row:
        found = line.bundle
        assert isinstance(found, Read)
        tone = "done" if found.outcome == "read" else "soon"
        words = outcome_words(found.outcome, preview=preview)
        if found.outcome == "read" and found.quarantined:
            tone, words = "soon", self.tr("{} (some do not count)").format(words)
        figures = (found.applied, found.known, found.quarantined, found.blobs)
        numbers = map(str, figures) if found.outcome == "read" or any(figures) else [""] * 4
        party = line.party or self.tr("(unknown) {}").format(found.file[:8])
        return _Row([party, line.group, *numbers, words], tone, line.vouched)

    def _sums(self, trip: Trip) -> list[_Row]:
        known = sum(found.outcome == "known" for found in trip.reads)
        others = sum(found.outcome == NOT_FOR_US for found in trip.reads)
        rows = []
        if known:
            rows.append(
                _Row(
                    [
                        "",
                        "",
                        *[""] * 4,
                        self.tr("{} files are known already: read before, or written here").format(known),
                    ],
                    "muted",
                )
            )
        if others:
            rows.append(_Row(["", "", *[""] * 4, self.tr("{} files are for others").format(others)], "muted"))
        return rows

    def _sent_row(self, line: Line) -> _Row:
        sent = line.bundle
        assert isinstance(sent, Sent)
        words = self.tr("Written and checked, {}").format(size_words(sent.bytes))
        to = self.tr("for {} PCs").format(sent.recipients - 1)
        return _Row([to, line.group, str(sent.entries), "", "", str(sent.blobs), words], "done")

    # the model

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else 7

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section] if section < len(self._heads) else ""
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row.cells[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if column == 0 and role == Qt.ItemDataRole.DecorationRole and row.vouched:
            return icon("triangle-alert", "soon")
        if column == 6 and role == Qt.ItemDataRole.DecorationRole and row.tone != "muted":
            return icon("circle-check" if row.tone == "done" else "triangle-alert", row.tone)
        if role == Qt.ItemDataRole.ForegroundRole and column == 6:
            return colour(row.tone)
        return None
