"""What the tests of the way in share: a closed case file, the vaults of the tests, typing as a user does."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.casework.setting_up import FirstFacts, create_case_file
from tests.desks import CHEAP, PASSPHRASE

FIRST = FirstFacts("450923", "练习县市场监督管理局", "陈珍", "45092301001", "练市监")


def closed_file(folder: Path) -> str:
    """Makes a case file and closes it; returns its recovery key."""
    casefile, recovery = create_case_file(folder, FIRST, PASSPHRASE, cost=CHEAP)
    casefile.close()
    return recovery


def type_into(qtbot: QtBot, widget: QWidget, text: str, *, enter: bool = False) -> None:
    """Types over what stands in a field, as a user does; Chinese goes in as an input method commits it."""
    line = widget.focusProxy() or widget
    line.setFocus(Qt.FocusReason.OtherFocusReason)
    qtbot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    if text.isascii():
        qtbot.keyClicks(line, text)
    else:
        line.insert(text)
    if enter:
        qtbot.keyClick(line, Qt.Key.Key_Return)


def damage(database: Path) -> None:
    """Spoils the middle of a database."""
    data = bytearray(database.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(byte ^ 0xFF for byte in data[middle : middle + 64])
    database.write_bytes(data)
