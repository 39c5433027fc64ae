"""Short tables inside a form: the lines of a list, the officers of a group. Pasted from Excel, or typed.

Knows fields; a grid of many people is another matter and another module.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStyledItemDelegate, QTableWidget, QTableWidgetItem, QWidget

from desktop.casework.fields import Field, record_field
from desktop.ui.application import spoken
from desktop.ui.editors import Editor
from desktop.ui.theme import ROW

_HEIGHT = 6 * ROW
THINGS = ("name", "spec", "unit", "quantity", "source", "note")


class SmallGrid(QTableWidget):
    """A table that grows by a row when its last one is typed in; Enter goes right, then to the next row."""

    def __init__(self, fields: list[Field], parent: QWidget | None = None) -> None:
        super().__init__(1, len(fields), parent)
        self._fields = fields
        self.setHorizontalHeaderLabels([field.label(spoken()) for field in fields])
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)
        self.horizontalHeader().setStretchLastSection(True)
        self.setMinimumHeight(_HEIGHT)
        self.setEditTriggers(
            self.EditTrigger.AnyKeyPressed | self.EditTrigger.DoubleClicked | self.EditTrigger.EditKeyPressed
        )
        self.itemChanged.connect(self._grow)

    def _grow(self, item: QTableWidgetItem) -> None:
        if item.row() == self.rowCount() - 1 and item.text().strip():
            self.insertRow(self.rowCount())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self.state() == self.State.EditingState:
            return  # the editor has had this key; closing it goes on
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Delete):
            for item in self.selectedItems():
                item.setText("")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._next()
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: Any) -> None:  # noqa: N802
        super().closeEditor(editor, hint)
        if hint == QStyledItemDelegate.EndEditHint.SubmitModelCache:
            self._next()

    def _next(self) -> None:
        row, column = self.currentRow(), self.currentColumn() + 1
        if column >= self.columnCount():
            row, column = min(row + 1, self.rowCount() - 1), 0
        self.setCurrentCell(row, column)

    def paste(self, text: str) -> None:
        """Lines and tabs, as Excel and WPS copy them, from the current cell on."""
        top, left = max(self.currentRow(), 0), max(self.currentColumn(), 0)
        lines = text.rstrip("\r\n").splitlines()
        for down, line in enumerate(lines):
            for right, part in enumerate(line.split("\t")):
                if left + right < self.columnCount():
                    while top + down >= self.rowCount():
                        self.insertRow(self.rowCount())
                    self._write(top + down, left + right, part.strip())
        if top + len(lines) == self.rowCount():
            self.insertRow(self.rowCount())

    def _write(self, row: int, column: int, text: str) -> None:
        item = self.item(row, column)
        if item is None:
            self.setItem(row, column, QTableWidgetItem(text))
        else:
            item.setText(text)

    def rows(self) -> list[dict[str, str]]:
        """The rows in which something stands, by field word."""
        found = []
        for row in range(self.rowCount()):
            items = [self.item(row, column) for column in range(self.columnCount())]
            texts = ["" if item is None else item.text().strip() for item in items]
            values = {field.word: text for field, text in zip(self._fields, texts, strict=True) if text}
            if values:
                found.append(values)
        return found

    def put_rows(self, rows: list[dict[str, str]]) -> None:
        """Shows these rows and an empty one below."""
        self.setRowCount(0)
        for number, values in enumerate(rows):
            self.insertRow(number)
            for column, field in enumerate(self._fields):
                self._write(number, column, values.get(field.word, ""))
        self.insertRow(self.rowCount())


class _GridEditor(Editor):
    """A small grid as the editor of one field."""

    def __init__(self, field: Field, fields: list[Field], parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.grid = SmallGrid(fields)
        self.grid.itemChanged.connect(lambda _: self.changed.emit())
        self.take(self.grid)

    def typed(self) -> Any:
        return self.grid.rows()


class ThingsEditor(_GridEditor):
    """The lines of a property list."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, [record_field("item", word) for word in THINGS], parent)

    def value(self) -> Any:
        return self.grid.rows() or None

    def put(self, value: Any) -> None:
        self.grid.put_rows(list(value or []))

    def problem(self) -> str:
        for number, row in enumerate(self.grid.rows(), 1):
            if "name" not in row:
                return self.tr("Line {} has no name").format(number)
        return super().problem()


class GroupsEditor(_GridEditor):
    """The groups of a raid with their officers; a line without a group belongs to that above it."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, [record_field("raid_officer", "group"), *_member_fields()], parent)

    def value(self) -> Any:
        groups: dict[str, list[dict[str, str]]] = {}
        name = ""
        for row in self.grid.rows():
            name = row.get("group") or name or self.tr("First group")
            member = {word: text for word, text in row.items() if word != "group"}
            groups.setdefault(name, [])
            if member:
                groups[name].append(member)
        return [{"name": name, "officers": members} for name, members in groups.items()] or None

    def put(self, value: Any) -> None:
        if value and "officers" in value[0]:
            value = [{"group": group["name"], **member} for group in value for member in group["officers"]]
        self.grid.put_rows(list(value or []))

    def problem(self) -> str:
        for number, row in enumerate(self.grid.rows(), 1):
            if "name" not in row and row.keys() - {"group"}:
                return self.tr("Line {} has no name").format(number)
        return super().problem()


def _member_fields() -> list[Field]:
    return [
        record_field("officer", "name"),
        record_field("officer", "credential"),
        record_field("officer", "branch"),
        record_field("raid_officer", "duty"),
    ]
