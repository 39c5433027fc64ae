"""Clocks inside a list: the days a measure may still last, an approval that is wanting. Knows the columns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.casework.printing_words import BEIJING
from desktop.ui.measure_bar import SOON_DAYS
from desktop.ui.paged import LineRole
from desktop.ui.theme import colour, icon

_LATE_STATES = ("approval_missing", "approval_on_the_spot")
_Index = QModelIndex | QPersistentModelIndex


class ClockDelegate(QStyledItemDelegate):
    """Days of a list with how many are left, and its approval: with sign, words and colour."""

    def initStyleOption(self, option: Any, index: _Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        line = index.data(LineRole)
        if line is None:
            return
        value = line.cells[index.column()]
        tone, words = self.about(str(value)) if value else ("", "")
        if tone:
            option.text = words or option.text
            option.icon = icon("clock" if words else "circle-alert", tone)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(role, colour(tone))

    def about(self, value: str) -> tuple[str, str]:
        """The tone of a cell, and its words where others than its own are to be shown."""
        if value in _LATE_STATES:
            return "law", ""
        try:
            left = (date.fromisoformat(value) - datetime.now(BEIJING).date()).days
        except ValueError:
            return "", ""
        if left < 0:
            return "law", self.tr("{}, {} days over").format(value, -left)
        return "soon" if left <= SOON_DAYS else "done", self.tr("{}, {} left").format(value, left)
