"""The custody of one item as a timeline: from the measure on, each hand it went through, oldest above.

Knows steps as data; reads them through the doorway.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.casework.custody import Step, custody
from desktop.casework.fields import choice_label
from desktop.casework.typed import shown_moment
from desktop.ui.application import spoken
from desktop.ui.page import Services
from desktop.ui.theme import SPACE, colour, icon, look

_RAIL = 6 * SPACE
_SIGN = 4 * SPACE
_SIGNS = {
    "seal": "lock",
    "seize": "lock",
    "store": "package",
    "return_to_store": "package",
    "lend": "arrow-right",
    "send_for_appraisal": "search",
    "transfer": "arrow-right",
    "give_back": "undo-2",
    "dispose": "x",
}


class _Rail(QWidget):
    """The line at the left of a step, with its sign."""

    def __init__(self, sign: str, *, first: bool, last: bool) -> None:
        super().__init__()
        self._sign, self._first, self._last = sign, first, last
        self.setFixedWidth(_RAIL)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        middle, top = _RAIL // 2, SPACE // 2
        painter.setPen(QPen(colour("line"), 2))
        painter.drawLine(
            middle, top + _SIGN if self._first else 0, middle, top if self._last else self.height()
        )
        painter.drawPixmap(middle - _SIGN // 2, top, icon(self._sign, "accent").pixmap(_SIGN, _SIGN))
        painter.end()


class CustodyView(QScrollArea):
    """Shows the steps of one item."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._item: str | None = None
        self.steps: list[Step] = []
        self.setProperty("part", "panel")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Custody"))
        services.doorway.changed.connect(lambda _: self.read())
        self.show_item(None)

    def show_item(self, item: str | None) -> None:
        """Shows the custody of an item, or nothing."""
        self._item = item
        if item is None:
            self._draw([])
        self.read()

    def read(self) -> None:
        """Reads the steps anew."""
        item = self._item
        if item is not None:
            self._services.doorway.read(
                self,
                lambda desk: (item, custody(desk, item)),
                self._arrived,
                lambda _: self.show_item(None),
                key=f"custody:{id(self)}",
            )

    def _arrived(self, found: tuple[str, list[Step]]) -> None:
        if found[0] == self._item:
            self._draw(found[1])

    def _draw(self, steps: list[Step]) -> None:
        self.steps = steps
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(2 * SPACE, 3 * SPACE, 2 * SPACE, 3 * SPACE)
        box.setSpacing(0)
        for place, step in enumerate(steps):
            box.addWidget(self._line(step, first=place == 0, last=place == len(steps) - 1))
        if len(steps) < 2:
            words = self.tr("Choose an item.") if not steps else self.tr("Not moved yet.")
            box.addWidget(_label(words, "hint"))
        box.addStretch(1)
        self.setWidget(inside)

    def _line(self, step: Step, *, first: bool, last: bool) -> QWidget:
        whole = QFrame()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(_Rail(_SIGNS.get(step.kind, "arrow-right"), first=first, last=last))
        texts = self.texts(step)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 3 * SPACE)
        column.setSpacing(SPACE // 2)
        for place, text in enumerate(texts):
            column.addWidget(_label(text, "heading" if place == 0 else "hint"))
        row.addLayout(column, 1)
        if step.seen and not step.withdrawn:
            row.addWidget(self._withdraw(step, texts[0]), 0, Qt.AlignmentFlag.AlignTop)
        whole.setAccessibleName(self.tr(", ").join(texts))
        return whole

    def texts(self, step: Step) -> list[str]:
        """A step in lines: what and when; from whom to whom; where; why; whether it was withdrawn."""
        name = choice_label(step.kind, spoken()) if step.kind else self.tr("Taken in")
        hands = " → ".join(filter(None, [step.giver, step.receiver]))
        withdrawn = self.tr("Withdrawn") if step.withdrawn else ""
        lines = [f"{name}  {shown_moment(step.at)}", hands, step.place, step.reason, withdrawn]
        return [line for line in lines if line.strip()]

    def _withdraw(self, step: Step, name: str) -> QPushButton:
        button = QPushButton(icon("undo-2"), "")
        look(button, "quiet")
        button.setToolTip(self.tr("Withdraw this movement, with a reason"))
        button.setAccessibleName(self.tr("Withdraw {}").format(name))
        values = {"kind": "movement", "id": step.id, "seen": step.seen}
        button.clicked.connect(lambda: self._services.act("record.withdraw", values))
        return button


def _label(text: str, look_name: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    look(made, look_name)
    return made
