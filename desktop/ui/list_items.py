"""The items of one property list: how its measure stands, its lines, what they come to. Knows the listing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.casework.custody import Totals, totals
from desktop.casework.listing import Query
from desktop.forms.cash import capital_amount
from desktop.ui.measure_bar import MeasureBar
from desktop.ui.page import Services
from desktop.ui.table import ListView
from desktop.ui.theme import SPACE

_WIDTHS = {"line": 48, "name": 150, "spec": 110, "unit": 48, "quantity": 70, "source": 110, "movement": 80}
"""Narrow enough that it is seen beside the detail where each item is now."""


class Items(QWidget):
    """The items of one list with what can be done with them, and what they come to."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doorway = services.doorway
        self.property_list: str | None = None
        self.bar = MeasureBar(services)
        self.list = ListView(
            self._doorway,
            Query(listing="items"),
            empty=self.tr("No items yet. Type them, paste them from Excel, or read the property ledger."),
        )
        words = [column.word for column in self.list.model.listing.columns]
        for word, width in _WIDTHS.items():
            self.list.table.setColumnWidth(words.index(word), width)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(2 * SPACE)
        self.total = QLabel()
        self.total.setTextFormat(Qt.TextFormat.PlainText)
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.total.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2 * SPACE, 0, 0)
        box.setSpacing(2 * SPACE)
        box.addWidget(self.bar)
        box.addLayout(self.buttons)
        box.addWidget(self.list, 1)
        box.addWidget(self.total)
        self._doorway.changed.connect(lambda _: self.count())

    def ask(self, property_list: str) -> None:
        """Shows the items of a list."""
        self.property_list = property_list
        self.bar.show_list(property_list)
        self.list.ask(Query(listing="items", within=property_list))
        self.count()

    def count(self) -> None:
        """Reads anew what the list comes to."""
        row = self.property_list
        if row is not None:
            self._doorway.read(self, lambda desk: totals(desk, row), self._counted, key=f"totals:{id(self)}")

    def _counted(self, found: Totals) -> None:
        parts = [self.tr("{} lines").format(found.lines)]
        parts += [f"{quantity:f} {unit}" for unit, quantity in found.units if unit]
        if found.cash:
            words = self.tr("cash {:,.2f} yuan ({})")
            parts.append(words.format(found.cash, capital_amount(found.cash)))
        self.total.setText(self.tr("Total: {}").format("　".join(parts)))

    def chosen(self) -> list[tuple[str, str]]:
        """The items that are selected, with their names."""
        found = []
        for row in self.list.table.records():
            line = self.list.model.line(self.list.model.row_of(row) or 0)
            found.append((row, str(line.cells[1] or "") if line is not None else ""))
        return found
