"""Disagreements and past decisions as lists that come page by page, read through the doorway."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from desktop.casework.conflict_words import Described, described
from desktop.casework.decisions import Past, decisions
from desktop.casework.desk import Desk
from desktop.changes.disputes import Dispute
from desktop.ui.application import spoken
from desktop.ui.doorway import Doorway
from desktop.ui.exchange_words import moment_words
from desktop.ui.headed import HeadedTable, Index
from desktop.ui.theme import colour, icon

PAGE = 100


class _Table(HeadedTable):
    """Lines of text below headings."""

    def cell(self, row: int, column: int) -> str:
        """The text of a cell."""
        raise NotImplementedError

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.cell(index.row(), index.column())
        return None


class _Page(NamedTuple):
    keys: list[Dispute]
    own: int
    device: str
    lines: list[Described]


class ConflictModel(_Table):
    """The disagreements, this office's own first. ``counted`` tells how many it has to decide.

    ``device`` is this PC.
    """

    counted = Signal(int)
    refreshed = Signal()

    def __init__(self, doorway: Doorway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._keys: list[Dispute] = []
        self._taken = 0
        self._reading = False
        self.device = ""
        self.lines: list[Described] = []
        self.heads = (self.tr("Record"), self.tr("Field"), self.tr("Values"), self.tr("To decide"))

    def refresh(self) -> None:
        """Reads anew what is there, as far as it was read before."""
        size = max(PAGE, self._taken)
        self._doorway.read(self, lambda desk: _first(desk, size), self._replace, key=f"conflicts:{id(self)}")

    def _replace(self, page: _Page) -> None:
        self.beginResetModel()
        self._keys, self.lines, self.device = page.keys, page.lines, page.device
        self._taken = min(len(page.keys), max(PAGE, self._taken))
        self._reading = False
        self.endResetModel()
        self.counted.emit(page.own)
        self.refreshed.emit()

    def total(self) -> int:
        """How many there are, shown or not."""
        return len(self._keys) - self._taken + len(self.lines)

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802
        return not parent.isValid() and self._taken < len(self._keys) and not self._reading

    def fetchMore(self, parent: Index) -> None:  # noqa: N802
        if self.canFetchMore(parent):
            self.read_more(PAGE)

    def read_more(self, count: int, then: Callable[[], None] | None = None) -> None:
        """Reads so many more; ``then`` is called when they are there."""
        wanted = self._keys[self._taken : self._taken + count]
        keys = self._keys
        self._reading = True

        def arrived(lines: list[Described]) -> None:
            if keys is self._keys:
                self._append(len(wanted), lines)
            if then is not None:
                then()

        self._doorway.read(self, lambda desk: described(desk, wanted, spoken()), arrived)

    def read_all(self, then: Callable[[], None]) -> None:
        """Reads all that is left."""
        if self._taken < len(self._keys):
            self.read_more(len(self._keys), then)
        else:
            then()

    def _append(self, taken: int, lines: list[Described]) -> None:
        self._reading = False
        self._taken += taken
        if lines:
            first = len(self.lines)
            self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
            self.lines += lines
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.lines)

    def cell(self, row: int, column: int) -> str:
        line = self.lines[row]
        values = "　/　".join(choice.shown.replace("\n", " ") for choice in line.choices)
        whose = self.tr("other office") if line.blocked else self.tr("here")
        return (line.title, line.label, values, whose)[column]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 3:
            return icon("lock" if line.blocked else "split", "muted" if line.blocked else "soon")
        if role == Qt.ItemDataRole.ForegroundRole and line.blocked:
            return colour("muted")
        return super().data(index, role)


def _first(desk: Desk, size: int) -> _Page:
    office = desk.office()
    keys = desk.disputes()
    own = [key for key in keys if key.owned_by(office)]
    keys = own + [key for key in keys if not key.owned_by(office)]
    return _Page(keys, len(own), desk.device(), described(desk, keys[:size], spoken()))


class PastModel(_Table):
    """Decisions, newest first."""

    def __init__(self, doorway: Doorway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._more = False
        self.lines: list[Past] = []
        self.heads = (
            self.tr("When"),
            self.tr("Record"),
            self.tr("Field"),
            self.tr("Decided"),
            self.tr("Reason"),
            self.tr("By"),
        )

    def refresh(self) -> None:
        """Reads the newest."""
        self._doorway.read(
            self, lambda desk: decisions(desk, spoken(), limit=PAGE), self._replace, key=f"past:{id(self)}"
        )

    def _replace(self, lines: list[Past]) -> None:
        self.beginResetModel()
        self.lines, self._more = lines, len(lines) == PAGE
        self.endResetModel()

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802
        return not parent.isValid() and self._more

    def fetchMore(self, parent: Index) -> None:  # noqa: N802
        if self.canFetchMore(parent):
            self._more = False
            last = self.lines[-1].id
            self._doorway.read(
                self, lambda desk: decisions(desk, spoken(), before=last, limit=PAGE), self._append
            )

    def _append(self, lines: list[Past]) -> None:
        if lines:
            first = len(self.lines)
            self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
            self.lines += lines
            self.endInsertRows()
        self._more = len(lines) == PAGE

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.lines)

    def cell(self, row: int, column: int) -> str:
        line = self.lines[row]
        chosen = line.chosen.shown.replace("\n", " ") if line.chosen else "—"
        when, who = moment_words(line.writer.at), line.writer.officer
        return (when, line.title, line.label, chosen, line.reason, who)[column]
