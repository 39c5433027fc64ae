"""What somebody else recorded stands in a tooltip as it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.application import make_application

HOSTILE = '<b>张</b><img src="file:///etc/hostname">'


def _tip() -> QLabel:
    (found,) = [
        one for one in QApplication.topLevelWidgets() if isinstance(one, QLabel) and one.inherits("QTipLabel")
    ]
    return found


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_markup_in_a_tooltip_is_shown_and_not_read(qtbot: QtBot) -> None:
    make_application()
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    for text in (HOSTILE, HOSTILE * 2, "甲\n乙"):
        QToolTip.showText(QPoint(5, 5), text, window)
        assert (_tip().text(), _tip().textFormat()) == (text, Qt.TextFormat.PlainText)
        wide = max(_tip().fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
        assert _tip().width() >= min(wide, 200)
    QToolTip.hideText()
