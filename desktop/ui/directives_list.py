"""Directives that are open, for 工作台: the county's with their days, the city's that wait for an answer."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.casework.desk import Desk
from desktop.casework.directives import ANSWERED, Standing, standing, terms
from desktop.casework.fields import choice_label
from desktop.casework.lists.showing import state_label
from desktop.casework.parties import Parties
from desktop.ui.application import spoken
from desktop.ui.theme import icon

_MOST = 100
_LONGEST = 60


class DirectiveLine(NamedTuple):
    """A directive, and who shares it, in words."""

    one: Standing
    party: str


def read_directives(desk: Desk) -> list[DirectiveLine]:
    """What is open, the most urgent first; at most 100."""
    with desk.casefile.reader.connect() as conn:
        parties = Parties(conn, spoken())
        return [DirectiveLine(one, parties.group(one.group)) for one in standing(conn)[:_MOST]]


class DirectivesList(QListWidget):
    """One line a directive. ``wanted`` names the one that is chosen."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Directives that are open"))
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemActivated.connect(self._follow)
        self.itemClicked.connect(self._follow)

    def show_lines(self, lines: list[DirectiveLine]) -> None:
        """Shows them anew."""
        self.clear()
        for line in lines:
            item = QListWidgetItem(icon(*_picture(line.one)), _words(line))
            item.setData(Qt.ItemDataRole.UserRole, line.one.id)
            self.addItem(item)

    def _follow(self, item: QListWidgetItem) -> None:
        self.wanted.emit(str(item.data(Qt.ItemDataRole.UserRole)))


def _picture(one: Standing) -> tuple[str, str]:
    if one.state == ANSWERED:
        return "circle-check", "done"
    soon = one.left is not None and one.left <= terms().soon_days
    return ("triangle-alert", "soon") if soon else ("clock", "muted")


def _words(line: DirectiveLine) -> str:
    one = line.one
    kind = choice_label(one.nature, spoken()) if one.nature else ""
    urgency = choice_label(one.urgency, spoken()) if one.urgency not in ("", "ordinary") else ""
    content = " ".join(one.content.split())
    short = content if len(content) <= _LONGEST else content[: _LONGEST - 1] + "…"
    first = " · ".join(part for part in (kind, urgency, short) if part)
    second = [state_label(one.state, spoken()), day_words(one)]
    if one.own:
        second.insert(0, line.party)
    return "\n".join((first, " · ".join(part for part in second if part)))


def day_words(one: Standing) -> str:
    """By when, and how many days that leaves; what is answered is no longer counted."""
    if one.left is None:
        return one.due
    if one.state == ANSWERED:
        told = QCoreApplication.translate("oversight", "due {}")
    elif one.left < 0:
        told = QCoreApplication.translate("oversight", "due {}, {} days over")
    elif one.left == 0:
        told = QCoreApplication.translate("oversight", "due {}, today")
    else:
        told = QCoreApplication.translate("oversight", "due {}, {} days left")
    return told.format(one.due, abs(one.left))
