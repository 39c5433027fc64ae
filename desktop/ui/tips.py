"""Tooltips show text as it is: what somebody else recorded is never read as markup."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel


class PlainTips(QObject):
    """Watches an application: Qt makes its tooltip labels by itself, and would guess what they hold.

    The label is made plain before it gets its first text, so that it has the right size too.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if (
            event.type() == QEvent.Type.Polish
            and isinstance(watched, QLabel)
            and watched.inherits("QTipLabel")
        ):
            watched.setTextFormat(Qt.TextFormat.PlainText)
        return False
