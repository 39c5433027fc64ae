"""The two forms about items that act on several at once: adding lines to a list, and moving items.

Knows the acts by name and how they are typed, not what they do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from desktop.casework.fields import act_fields
from desktop.ui.doorway import Doorway
from desktop.ui.form_panel import FormPanel
from desktop.ui.small_grid import ThingsEditor
from desktop.ui.theme import SPACE, look

_MOST_AT_ONCE = 500
_NAMED = 3
_WIDTHS = (180, 150, 60, 70, 130)
_NUMBERED = re.compile(r"(.*?)(\d{1,15})(\D*)", re.DOTALL)


class MoveForm(FormPanel):
    """Moves one item or several, all or none. ``holder`` is who has them now, where that is one person."""

    def __init__(
        self,
        doorway: Doorway,
        items: Sequence[tuple[str, str]],
        holder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._items = [row for row, _ in items]
        fields = [field for field in act_fields("item.move") if field.word != "item"]
        super().__init__(doorway, self._called([name for _, name in items]), fields, parent)
        self.editors["moved_at"].put(datetime.now().astimezone().isoformat(timespec="minutes"))
        self.editors["giver"].put(holder or None)

    def _called(self, names: Sequence[str]) -> str:
        shown = self.tr(", ").join(names[:_NAMED])
        if len(names) <= _NAMED:
            return self.tr("Move {}").format(shown)
        return self.tr("Move {} items: {}…").format(len(names), shown)

    @property
    def place(self) -> str:
        """The items."""
        return ":".join(["move", *self._items[:1], str(len(self._items))])

    def inputs(self) -> list[tuple[str, dict[str, Any]]]:
        """The same movement of each item."""
        typed = {word: editor.value() for word, editor in self.editors.items()}
        known = {word: value for word, value in typed.items() if value is not None}
        return [("item.move", {"item": row, **known}) for row in self._items]


class AddItemsForm(FormPanel):
    """Adds lines to a list: typed, pasted from Excel, or repeated."""

    def __init__(self, doorway: Doorway, property_list: str, parent: QWidget | None = None) -> None:
        self._list = property_list
        fields = [field for field in act_fields("property.add") if field.word == "items"]
        super().__init__(doorway, self.tr("Add items"), fields, parent)
        self.things = self.editors["items"]
        assert isinstance(self.things, ThingsEditor)
        self.grid = self.things.grid
        for column, width in enumerate(_WIDTHS):
            self.grid.setColumnWidth(column, width)
        self._offer_repeating()

    def _offer_repeating(self) -> None:
        self.count = QSpinBox()
        self.count.setRange(1, _MOST_AT_ONCE)
        self.count.setAccessibleName(self.tr("How many more"))
        self.more = QPushButton(self.tr("Add as many like this row (Ctrl+D)"))
        self.more.clicked.connect(self.repeat)
        hint = QLabel(
            self.tr("Paste from Excel or WPS with Ctrl+V. A number at the end of the note counts on.")
        )
        look(hint, "hint")
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        for widget in (self.count, self.more, hint):
            row.addWidget(widget)
        row.addStretch(1)
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertLayout(box.count() - 1, row)
        QShortcut(QKeySequence("Ctrl+D"), self, self.repeat)

    @property
    def place(self) -> str:
        """The list."""
        return f"act:property.add:{self._list}"

    def inputs(self) -> list[tuple[str, dict[str, Any]]]:
        """The lines that were typed; none while there are none."""
        items = self.editors["items"].value()
        return [("property.add", {"property_list": self._list, "items": items})] if items else []

    def repeat(self) -> None:
        """Adds lines like the one under the cursor, as many as are asked for."""
        rows, at = self.grid.rows(), self.grid.currentRow()
        if not rows:
            return
        at = min(max(at, 0), len(rows) - 1)
        new = [self._next(rows[at], number) for number in range(1, self.count.value() + 1)]
        self.grid.put_rows([*rows[: at + 1], *new, *rows[at + 1 :]])
        self.grid.setCurrentCell(at + len(new), 0)
        self.things.changed.emit()

    @staticmethod
    def _next(row: dict[str, str], by: int) -> dict[str, str]:
        found = _NUMBERED.fullmatch(row.get("note", ""))
        if found is None:
            return dict(row)
        before, number, after = found.groups()
        return {**row, "note": f"{before}{int(number) + by:0{len(number)}}{after}"}
