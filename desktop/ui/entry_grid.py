"""The grid in which people are typed in on a raid night: one row a person, keyboard only, paste from Excel.

What is wrong is marked in place and never blocks; what is typed is a draft at once. Knows the checks of
casework, not what becomes of the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.casework.codes import code_table
from desktop.casework.entering import ENTERED, parse_paste, read_typed, remarks, told_by_number
from desktop.casework.fields import Field, record_field
from desktop.casework.ledgers.rows import LedgerReading
from desktop.errors import UserError
from desktop.ui.application import spoken
from desktop.ui.theme import ROW, colour, icon

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("presence", "site_number", 70),
    ("person", "name", 110),
    ("person", "sex", 48),
    ("person", "id_number", 178),
    ("person", "birth", 100),
    ("person", "ethnic_group", 64),
    ("person", "household", 180),
    ("person", "phone", 116),
    ("presence", "upline_claimed", 100),
    ("presence", "role", 90),
    ("presence", "disposition", 96),
    ("presence", "arrived_at", 130),
    ("presence", "left_at", 130),
    ("presence", "joined_on", 96),
    ("presence", "paid", 96),
    ("person", "address", 160),
    ("person", "alias", 96),
    ("person", "id_type", 110),
    ("person", "education", 96),
    ("person", "occupation", 96),
    ("person", "family_name", 96),
    ("person", "family_phone", 116),
    ("presence", "minor_claimed", 96),
    ("presence", "health", 96),
    ("presence", "rank", 80),
    ("presence", "liberty_restricted", 110),
    ("presence", "destination", 110),
    ("presence", "responsible", 96),
    ("presence", "note", 160),
)
_Index = QModelIndex | QPersistentModelIndex
_AT_ONCE = 300
"""Up to so many rows all are looked at after each cell; doubles in a longer grid are told after a rest."""

_REST_MS = 1_500
_NUMBERED = re.compile(r"(.*?)(\d+)")


def grid_fields() -> list[Field]:
    """The columns of the grid as fields."""
    return [record_field(kind, word) for kind, word, _ in COLUMNS]


class EntryModel(QAbstractTableModel):
    """Rows as they are typed. ``edited`` tells that something was, so that a draft is kept."""

    edited = Signal()

    def __init__(self, reference: date, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reference = reference
        self.fields = grid_fields()
        self.words = [word for _, word, _ in COLUMNS]
        self._rows: list[dict[str, str]] = [{}]
        self._remarks: list[dict[str, str]] = [{}]
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.check)

    # what is typed

    def typed(self) -> list[dict[str, str]]:
        """The rows in which something stands."""
        return [dict(row) for row in self._rows if row]

    def put(self, rows: Sequence[dict[str, str]]) -> None:
        """Shows these rows and an empty one below."""
        self.beginResetModel()
        self._rows = [{word: text for word, text in row.items() if word in ENTERED and text} for row in rows]
        self._rows = [row for row in self._rows if row] + [{}]
        self._remarks = [{} for _ in self._rows]
        self.endResetModel()
        self.check()

    def remarks(self, row: int) -> dict[str, str]:
        """What there is to say about a row, by column."""
        return self._remarks[row]

    def paste(self, text: str, row: int, column: int) -> int:
        """Puts what Excel or WPS copied from a cell on; returns how many rows came."""
        found = parse_paste(text, self.words[column:], self.reference)
        end = row + len(found)
        if end >= len(self._rows):
            self.beginInsertRows(QModelIndex(), len(self._rows), end)
            missing = end + 1 - len(self._rows)
            self._rows += [{} for _ in range(missing)]
            self._remarks += [{} for _ in range(missing)]
            self.endInsertRows()
        for place, typed in enumerate(found, row):
            self._rows[place].update(typed)
        self._fill(range(row, end))
        self.check()
        self.edited.emit()
        return len(found)

    def remove(self, rows: Sequence[int]) -> None:
        """Takes rows out."""
        for row in sorted(set(rows), reverse=True):
            if row < len(self._rows) - 1:
                self.beginRemoveRows(QModelIndex(), row, row)
                self._rows.pop(row)
                self._remarks.pop(row)
                self.endRemoveRows()
        self.check()
        self.edited.emit()

    def bring_back(self, rows: Sequence[dict[str, str]]) -> None:
        """Shows rows again as ``typed`` told them before something was done to them."""
        self.put(rows)
        self.edited.emit()

    def reading(self) -> LedgerReading:
        """The rows as a ledger's reading: what is to be recorded, with its flags."""
        return read_typed(self.typed(), self.reference)

    def _check_row(self, row: int) -> None:
        """Looks at one row at once; at the others at once too, or in a long grid after a rest."""
        if len(self._rows) <= _AT_ONCE:
            self.check()
            return
        (said,) = remarks(read_typed([self._rows[row]], self.reference)) if self._rows[row] else (None,)
        self._remarks[row] = {} if said is None else said.said(spoken())
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))
        self._rest.start()

    def check(self) -> None:
        """Looks at all rows anew: a number may stand in two of them."""
        filled = [row for row in range(len(self._rows)) if self._rows[row]]
        found = remarks(read_typed([self._rows[row] for row in filled], self.reference))
        self._remarks = [{} for _ in self._rows]
        for row, said in zip(filled, found, strict=True):
            self._remarks[row] = said.said(spoken())
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, self.columnCount() - 1))

    def _fill(self, rows: Iterable[int]) -> None:
        """Cells that a good number tells and nobody typed."""
        for row in rows:
            if self._rows[row].get("id_number"):
                self._rows[row].update(told_by_number(self._rows[row], self.reference))

    def next_number(self, row: int) -> str:
        """The site number that follows the one above: A001, A002 …"""
        above = self._rows[row - 1].get("site_number", "") if row else ""
        found = _NUMBERED.fullmatch(above)
        return f"{found[1]}{int(found[2]) + 1:0{len(found[2])}}" if found else ""

    # the model's own duties

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(COLUMNS) + 1

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return section + 1
        return self.tr("Remarks") if section == len(COLUMNS) else self.fields[section].label(spoken())

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return base if index.column() == len(COLUMNS) else base | Qt.ItemFlag.ItemIsEditable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        said = self._remarks[index.row()]
        if index.column() == len(COLUMNS):
            return self._remark_cell(said, index.row(), role)
        word = self.words[index.column()]
        about = said.get(word)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._rows[index.row()].get(word, "")
        if role == Qt.ItemDataRole.BackgroundRole and about:
            return colour("soon_soft")
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return about or None
        return None

    def _remark_cell(self, said: dict[str, str], row: int, role: int) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return "；".join([*said.values(), *self._besides(row)])
        if role == Qt.ItemDataRole.DecorationRole and said:
            return icon("triangle-alert", "soon")
        return colour("soon") if role == Qt.ItemDataRole.ForegroundRole else None

    def _besides(self, row: int) -> list[str]:
        """What came by a paste and has no column here; it is recorded with the rest."""
        others = [word for word in self._rows[row] if word not in self.words]
        return [f"{ENTERED[word]}：{self._rows[row][word]}" for word in others]

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        if role != Qt.ItemDataRole.EditRole or index.column() >= len(COLUMNS):
            return False
        row, word, text = index.row(), self.words[index.column()], str(value).strip()
        if text == self._rows[row].get(word, ""):
            return True
        if text:
            self._begin_row(row, word)
            self._rows[row][word] = text
        else:
            self._rows[row].pop(word, None)
        if word == "id_number":
            self._fill([row])
        self._check_row(row)
        self.edited.emit()
        return True

    def _begin_row(self, row: int, word: str) -> None:
        """A row that is begun gets its number, and an empty one below it."""
        if not self._rows[row] and word != "site_number" and (number := self.next_number(row)):
            self._rows[row]["site_number"] = number
        if row == len(self._rows) - 1:
            self.beginInsertRows(QModelIndex(), row + 1, row + 1)
            self._rows.append({})
            self._remarks.append({})
            self.endInsertRows()


class _Delegate(QStyledItemDelegate):
    """A line for each cell; words of a code table are offered while they are typed."""

    def __init__(self, fields: Sequence[Field], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fields = fields

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        brush = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(brush, QColor):
            painter.fillRect(option.rect, brush)  # type: ignore[attr-defined]
        super().paint(painter, option, index)

    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> QWidget:
        line = QLineEdit(parent)
        field = self._fields[index.column()]
        line.setAccessibleName(field.label(spoken()))
        what, _, table = field.editor.partition(":")
        if what in ("suggest", "code"):
            names = [code.name for code in code_table(table).codes.values()]
            completer = QCompleter(names, line)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            line.setCompleter(completer)
        return line


class EntryGrid(QTableView):
    """The grid itself. ``asked`` tells Ctrl+S, ``refused`` why a paste was not taken."""

    asked = Signal()
    refused = Signal(str)

    def __init__(self, model: EntryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries = model
        self._undo: list[list[dict[str, str]]] = []
        self.setModel(model)
        self.setItemDelegate(_Delegate(model.fields, self))
        self.setAccessibleName(self.tr("People being entered"))
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        for place, (_, _, width) in enumerate(COLUMNS):
            self.setColumnWidth(place, width)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setTabKeyNavigation(True)
        self.setWordWrap(False)

    def begin(self) -> None:
        """Puts the cursor into the first empty row."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        row = self.entries.rowCount() - 1
        self.setCurrentIndex(self.entries.index(row, 1 if row else 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self.state() == QAbstractItemView.State.EditingState:
            return  # the editor has had this key; closing it goes on
        held = event.modifiers()
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.key() == Qt.Key.Key_S and held == Qt.KeyboardModifier.ControlModifier:
            self.asked.emit()
        elif event.key() == Qt.Key.Key_D and held == Qt.KeyboardModifier.ControlModifier:
            self.fill_down()
        elif event.key() == Qt.Key.Key_Z and held == Qt.KeyboardModifier.ControlModifier:
            self.undo()
        elif event.key() == Qt.Key.Key_Delete and held == Qt.KeyboardModifier.ControlModifier:
            self.remove_rows()
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.empty_cells()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_on(back=bool(held & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: Any) -> None:  # noqa: N802
        super().closeEditor(editor, hint)
        if hint == QStyledItemDelegate.EndEditHint.SubmitModelCache:
            self.go_on()

    def go_on(self, *, back: bool = False) -> None:
        """To the next cell; from the last one to the name in the next row."""
        here = self.currentIndex()
        column, row = here.column() + (-1 if back else 1), here.row()
        if column >= len(COLUMNS):
            row, column = min(row + 1, self.entries.rowCount() - 1), 1
        elif column < 0:
            row, column = max(row - 1, 0), len(COLUMNS) - 1
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(self.entries.index(row, column), flags.ClearAndSelect)

    def paste(self, text: str) -> None:
        """Pastes what Excel or WPS copied, from the cursor on, which then stands below it."""
        here, before = self.currentIndex(), self.entries.typed()
        row = here.row() if here.isValid() else self.entries.rowCount() - 1
        try:
            count = self.entries.paste(text, row, max(here.column(), 0))
        except UserError as refused:
            self.refused.emit(f"{refused.sentence(spoken())} [{refused.code}]")
            return
        if count:
            self._undo.append(before)
            self.setCurrentIndex(self.entries.index(row + count, max(here.column(), 0)))

    def empty_cells(self) -> None:
        """Empties the selected cells; Ctrl+Z fills them again."""
        self._undo.append(self.entries.typed())
        for index in self.selectedIndexes():
            self.entries.setData(index, "")

    def fill_down(self) -> None:
        """Copies the cell above into the selected cells."""
        self._undo.append(self.entries.typed())
        for index in self.selectedIndexes():
            if index.row() and index.column() < len(COLUMNS):
                above = self.entries.index(index.row() - 1, index.column())
                self.entries.setData(index, above.data(Qt.ItemDataRole.EditRole))

    def remove_rows(self) -> None:
        """Takes the selected rows out of the grid; Ctrl+Z brings them back."""
        self._undo.append(self.entries.typed())
        self.entries.remove([index.row() for index in self.selectedIndexes()])

    def undo(self) -> None:
        """Takes back the last paste, fill or removal; what was typed into cells since then goes with it."""
        if self._undo:
            here = self.currentIndex()
            row, column = here.row(), here.column()
            self.entries.bring_back(self._undo.pop())
            row = min(max(row, 0), self.entries.rowCount() - 1)
            self.setCurrentIndex(self.entries.index(row, max(column, 0)))
