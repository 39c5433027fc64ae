"""What does not count as a list that comes page by page, and what one entry would do; both as plain text.

Texts of others stand in cells as they were written: nothing here is read as markup, tooltips neither.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from desktop.casework.quarantined import PAGE, Line, Mass, Written, lines
from desktop.ui.application import spoken
from desktop.ui.doorway import Doorway
from desktop.ui.exchange_words import moment_words, reason_short
from desktop.ui.headed import HeadedTable, Index
from desktop.ui.theme import icon


class _Table(HeadedTable):
    """Lines of plain text below headings; ``right`` are the columns of figures."""

    right: frozenset[int] = frozenset()

    def cells(self, row: int) -> list[str]:
        """The texts of a row."""
        raise NotImplementedError

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role == Qt.ItemDataRole.DisplayRole:
            return self.cells(index.row())[index.column()]
        if index.isValid() and role == Qt.ItemDataRole.TextAlignmentRole and index.column() in self.right:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


class QuarantineModel(_Table):
    """Entries that do not count, what came last first. ``refreshed`` follows each new reading."""

    refreshed = Signal()
    right = frozenset({4})

    def __init__(self, doorway: Doorway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heads = [
            self.tr("When, by its clock"),
            self.tr("Written by"),
            self.tr("Officer, as stated"),
            self.tr("Act"),
            self.tr("Records"),
            self.tr("Why"),
        ]
        self._doorway = doorway
        self._why: str | None = None
        self._device: str | None = None
        self._more = False
        self.lines: list[Line] = []

    def filter(self, why: str | None, device: str | None) -> None:
        """Only what is so for this reason, of this PC; ``None`` for any."""
        if (why, device) != (self._why, self._device):
            self._why, self._device = why, device
            self.refresh()

    def refresh(self) -> None:
        """Reads anew, as far as it was read before."""
        why, device, limit = self._why, self._device, max(PAGE, len(self.lines))
        self._doorway.read(
            self,
            lambda desk: (limit, lines(desk, spoken(), why=why, device=device, limit=limit)),
            self._replace,
            key=f"quarantine:{id(self)}",
        )

    def _replace(self, found: tuple[int, list[Line]]) -> None:
        limit, some = found
        self.beginResetModel()
        self.lines, self._more = some, len(some) == limit
        self.endResetModel()
        self.refreshed.emit()

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802
        return not parent.isValid() and self._more

    def fetchMore(self, parent: Index) -> None:  # noqa: N802
        if not self.canFetchMore(parent):
            return
        self._more = False
        before, why, device, known = self.lines[-1].number, self._why, self._device, self.lines
        self._doorway.read(
            self,
            lambda desk: lines(desk, spoken(), why=why, device=device, before=before),
            lambda some: self._append(some) if known is self.lines else None,
        )

    def _append(self, some: list[Line]) -> None:
        if some:
            first = len(self.lines)
            self.beginInsertRows(QModelIndex(), first, first + len(some) - 1)
            self.lines += some
            self.endInsertRows()
        self._more = len(some) == PAGE

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.lines)

    def cells(self, row: int) -> list[str]:
        line = self.lines[row]
        figure = str(line.rows) if line.rows else ""
        return [moment_words(line.at), line.pc, line.officer, line.act, figure, reason_short(line)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role == Qt.ItemDataRole.DecorationRole and index.column() == 1:
            return icon("triangle-alert", "soon") if self.lines[index.row()].vouched else None
        return super().data(index, role)


class WrittenModel(_Table):
    """What one entry would do."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heads = [self.tr("Record"), self.tr("Field"), self.tr("Value")]
        self._lines: list[Written] = []

    def show_lines(self, some: list[Written]) -> None:
        """Shows these."""
        self.beginResetModel()
        self._lines = some
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._lines)

    def cells(self, row: int) -> list[str]:
        line = self._lines[row]
        before = self._lines[row - 1] if row else None
        again = before is not None and (before.what, before.record) == (line.what, line.record)
        return ["" if again else f"{line.what} {line.record}", line.field, line.value]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        return super().data(index, role)


class MassModel(_Table):
    """Mass changes that wait to be shown."""

    right = frozenset({3})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heads = [
            self.tr("Since"),
            self.tr("Written by"),
            self.tr("Records of"),
            self.tr("Records withdrawn"),
        ]
        self.lines: list[Mass] = []

    def show_lines(self, some: list[Mass]) -> None:
        """Shows these."""
        if some != self.lines:
            self.beginResetModel()
            self.lines = some
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.lines)

    def cells(self, row: int) -> list[str]:
        line = self.lines[row]
        return [moment_words(line.at), line.pc, line.group, str(line.rows)]
