"""Lists of records as item models: pages come from SQL by key, never more rows in Python than are looked at.

Opening shows the first page at once; the keys of all rows follow from the reading thread. Knows listings and
the doorway, no page of the window.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from desktop.casework.desk import Desk
from desktop.casework.listing import LISTINGS, Column, Line, Listing, Query, first_page, keys, lines, shown
from desktop.changes.store import Changes
from desktop.ui.application import spoken
from desktop.ui.doorway import Doorway
from desktop.ui.theme import colour, icon
from desktop.wire.ids import row_bytes, row_text

PAGE = 200
_KEPT = 50
_KEY = 16
_REFRESH_MS = 150
_RIGHT = {"money", "decimal", "count"}
_Index = QModelIndex | QPersistentModelIndex

LineRole = Qt.ItemDataRole.UserRole + 1
"""The :class:`Line` of a row, or ``None`` while it is being fetched."""


class PagedModel(QAbstractTableModel):
    """The rows of one query. ``counted`` tells how many there are, once all keys are known."""

    counted = Signal(int)

    def __init__(self, doorway: Doorway, query: Query, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._query = query
        self._keys = b""
        self._whole = False
        self._pages: OrderedDict[int, list[Line]] = OrderedDict()
        self._wanted: set[int] = set()
        self._generation = 0
        self._name = f"{query.listing}:{id(self)}"
        self._refresh = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._refresh.timeout.connect(self.refresh)
        self._fetch = QTimer(self, singleShot=True, interval=0)
        self._fetch.timeout.connect(self._fetch_wanted)
        doorway.changed.connect(self._changed)

    # what is asked

    @property
    def listing(self) -> Listing:
        """Which list it is."""
        return LISTINGS[self._query.listing]

    @property
    def query(self) -> Query:
        """What was asked last."""
        return self._query

    def ask(self, query: Query) -> None:
        """Shows other rows: first page at once, the rest when its keys are known."""
        self._query = query
        self._generation += 1
        generation = self._generation
        self._doorway.read(
            self,
            lambda desk: _first(desk, query),
            lambda found: self._take_first(generation, found),
            key=f"{self._name}:first",
        )

    def refresh(self) -> None:
        """Reads the same rows anew; selection and place stay with their records."""
        query, generation = self._query, self._generation
        self._doorway.read(
            self,
            lambda desk: _keys(desk, query),
            lambda found: self._take_keys(generation, found),
            key=f"{self._name}:keys",
        )

    def _changed(self, _: Changes) -> None:
        self._refresh.start()

    # what arrives

    def _take_first(self, generation: int, found: list[Line]) -> None:
        if generation != self._generation:
            return
        self.beginResetModel()
        self._keys = b"".join(row_bytes(line.id) for line in found)
        self._pages = OrderedDict({0: found} if found else {})
        self._wanted.clear()
        self._whole = len(found) < PAGE
        self.endResetModel()
        if self._whole:
            self.counted.emit(len(found))
        else:
            self.refresh()

    def _take_keys(self, generation: int, found: bytes) -> None:
        if generation != self._generation:
            return
        if not self._whole and found.startswith(self._keys):
            first, last = len(self._keys) // _KEY, len(found) // _KEY - 1
            if last >= first:
                self.beginInsertRows(QModelIndex(), first, last)
                self._keys = found
                self.endInsertRows()
        elif found != self._keys:
            self._rearrange(found)
        self._whole = True
        self._pages.clear()
        self._wanted.clear()
        if self._keys:
            last_cell = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last_cell)
        self.counted.emit(self.rowCount())

    def _rearrange(self, found: bytes) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self.key(index.row()) for index in before]
        self._keys = found
        places = {key: _place(found, key) for key in set(ids)}
        after = [
            QModelIndex() if (row := places[key]) is None else self.createIndex(row, index.column())
            for key, index in zip(ids, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # rows

    def key(self, row: int) -> bytes:
        """The id of a row, as bytes."""
        return self._keys[row * _KEY : (row + 1) * _KEY]

    def row_of(self, record: str) -> int | None:
        """Where a record stands; ``None`` when it is not in the list."""
        return _place(self._keys, row_bytes(record))

    def record(self, row: int) -> str:
        """The id of the record in a row."""
        return row_text(self.key(row))

    def line(self, row: int) -> Line | None:
        """A row, if it was fetched; otherwise it is asked for."""
        page = self._pages.get(row // PAGE)
        if page is None:
            self._wanted.add(row // PAGE)
            self._fetch.start()
            return None
        self._pages.move_to_end(row // PAGE)
        place = row % PAGE
        return page[place] if place < len(page) else None

    def _fetch_wanted(self) -> None:
        for page in sorted(self._wanted):
            ids = [self.key(row) for row in range(page * PAGE, min((page + 1) * PAGE, self.rowCount()))]
            query, generation, keys_now = self._query, self._generation, self._keys
            work = partial(_lines, query=query, ids=ids)
            self._doorway.read(self, work, partial(self._take_page, generation, keys_now, page))

    def _take_page(self, generation: int, keys_then: bytes, page: int, found: list[Line]) -> None:
        self._wanted.discard(page)
        if generation != self._generation or keys_then is not self._keys:
            return
        self._pages[page] = found
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        last = min((page + 1) * PAGE, self.rowCount()) - 1
        self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, self.columnCount() - 1))

    # the model's own duties

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._keys) // _KEY

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.listing.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self.listing.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.ForegroundRole,
            Qt.ItemDataRole.DecorationRole,
            Qt.ItemDataRole.AccessibleTextRole,
            LineRole,
        ):
            return None
        line = self.line(index.row())
        if role == LineRole:
            return line
        if line is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        return _cell(column, line, index.column(), role)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self.listing.columns):
            return None
        column = self.listing.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.zh if spoken() == "zh" else column.en
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _cell(column: Column, line: Line, place: int, role: int) -> Any:
    text = shown(column, line.cells[place], spoken())
    if role == Qt.ItemDataRole.ForegroundRole:
        if line.withdrawn:
            return colour("muted")
        return colour("soon") if column.kind == "flags" and text else None
    if role == Qt.ItemDataRole.DecorationRole:
        if place == 0 and (line.conflicts or line.withdrawn == 2):
            return icon("git-branch", "soon")
        return icon("triangle-alert", "soon") if column.kind == "flags" and text else None
    return text


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.kind in _RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _place(all_keys: bytes, key: bytes) -> int | None:
    at = all_keys.find(key)
    while at >= 0:
        if at % _KEY == 0:
            return at // _KEY
        at = all_keys.find(key, at + 1)
    return None


def _first(desk: Desk, query: Query) -> list[Line]:
    with desk.casefile.reader.connect() as conn:
        return first_page(conn, query, PAGE)


def _keys(desk: Desk, query: Query) -> bytes:
    with desk.casefile.reader.connect() as conn:
        return keys(conn, query)


def _lines(desk: Desk, query: Query, ids: list[bytes]) -> list[Line]:
    with desk.casefile.reader.connect() as conn:
        return lines(conn, query, ids)
