"""One disagreement beside the list: its values by number, another value, the reason, and the decision.

A person chooses and says why; nothing is chosen beforehand. Several equal cases are decided alike at once.
Knows disagreements in words and editors; writes nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.conflict_rules import is_narrative
from desktop.casework.conflict_words import Described
from desktop.casework.decisions import Past, decisions
from desktop.casework.fields import record_field
from desktop.errors import message
from desktop.ui.application import spoken
from desktop.ui.choices import make_editor
from desktop.ui.conflict_case import Case, case_of, case_of_past, case_of_rules
from desktop.ui.conflict_choice import ChoiceRow, frame_choice, plain
from desktop.ui.decision_history import DecisionHistory
from desktop.ui.editors import Editor, LongEditor
from desktop.ui.narrative_view import NarrativeView
from desktop.ui.notice import Notice
from desktop.ui.page import Services
from desktop.ui.theme import SPACE, icon, look

_WIDTH, _WIDE = 420, 620
_MERGED = 120
_PAST = 20


class ConflictPanel(QFrame):
    """The panel. ``decided`` gives the decisions and their reason, ``alike_asked`` wants all equal cases,
    ``minor_asked`` all of minor weight.
    """

    decided = Signal(object, str)
    alike_asked = Signal()
    minor_asked = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._case: Case | None = None
        self._revealed = False
        self.rows: list[ChoiceRow] = []
        self.other: QRadioButton | None = None
        self.editor: Editor | None = None
        self.narrative: NarrativeView | None = None
        self.earlier = DecisionHistory()
        self.setProperty("part", "panel")
        self.setMinimumWidth(_WIDTH)
        self._title, self._label = plain(""), plain("")
        look(self._title, "heading")
        look(self._label, "hint")
        self.notice = Notice()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._make_buttons()
        self._make_reason()
        self._lay_out()
        self.clear()

    def _make_buttons(self) -> None:
        self.alike = QPushButton(icon("list-checks"), "")
        self.minor = QPushButton(icon("list-checks"), "")
        self.minor.clicked.connect(self.minor_asked)
        self.reveal = QPushButton(icon("eye"), self.tr("Show the numbers in full (this is noted)"))
        self.open = QPushButton(icon("arrow-right"), self.tr("Open the record"))
        for button in (self.alike, self.minor, self.reveal, self.open):
            look(button, "quiet")
        self.alike.clicked.connect(self.alike_asked)
        self.reveal.clicked.connect(self._reveal)
        self.open.clicked.connect(self._open)
        self.decide = QPushButton(icon("check", "on_accent"), self.tr("Decide"))
        look(self.decide, "primary")
        self.decide.setAutoDefault(True)
        self.decide.clicked.connect(self.perform)

    def _make_reason(self) -> None:
        self.reason, line = QComboBox(), QLineEdit()
        self.reason.setEditable(True)
        self.reason.setLineEdit(line)
        self.reason.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.reason.setAccessibleName(self.tr("Reason"))
        self.reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reason.editTextChanged.connect(lambda _: self._allow())
        line.setPlaceholderText(self.tr("Why (needed); Alt+Down shows earlier reasons"))
        line.returnPressed.connect(self.decide.setFocus)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        box.setSpacing(2 * SPACE)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.open)
        box.addLayout(head)
        box.addWidget(self._label)
        box.addWidget(self.notice)
        box.addWidget(self._area, 1)
        left = Qt.AlignmentFlag.AlignLeft
        box.addWidget(self.reveal, 0, left)
        box.addWidget(self.alike, 0, left)
        box.addWidget(self.minor, 0, left)
        self._why = QLabel(self.tr("Reason"))
        look(self._why, "hint")
        self._why.setBuddy(self.reason)
        box.addWidget(self._why)
        box.addWidget(self.reason)
        box.addWidget(self.decide, 0, left)

    # what is shown

    def clear(self, words: str = "") -> None:
        """Shows nothing but a hint."""
        self._case = None
        self._title.setText("")
        self._label.setText(words or self.tr("Choose a disagreement in the list."))
        self.notice.clear()
        self._draw()

    def show_conflicts(self, found: Sequence[Described], equal: int, minor: int = 0) -> None:
        """Shows a disagreement, or several equal ones as one.

        ``equal`` is how many such are known, ``minor`` how many that a rule may decide.
        """
        self._case = case_of(found)
        self._begin()
        self.minor.setText(self.tr("Choose all {} of minor weight").format(minor))
        self.minor.setVisible(minor > 1 and minor > len(found))
        self.alike.setText(self.tr("Choose all {} equal cases").format(equal))
        self.alike.setVisible(equal > len(found) and not self._case.blocked)

    def show_rules(self, found: Sequence[Described], device: str) -> None:
        """Shows the rules that may decide different disagreements of minor weight."""
        self._case = case_of_rules(found, device)
        self._begin()
        self.alike.hide()
        self.open.hide()

    def show_past(self, past: Past) -> None:
        """Shows a decision; another of its values can be taken instead, with a reason."""
        self._case = case_of_past(past)
        self._begin()
        self.alike.hide()
        self.notice.say(self.tr("Decided: {}").format(past.reason), "done")
        self.decide.setText(self.tr("Decide anew"))

    def _begin(self) -> None:
        case = self._case
        assert case is not None
        self._revealed = False
        self._title.setText(case.title)
        self.decide.setText(self.tr("Decide"))
        self._label.setText(case.label)
        self.minor.hide()
        self.notice.clear()
        line = self.reason.lineEdit()
        if line is not None:
            optional = self.tr("Why (may be left out for this field)")
            needed = self.tr("Why (needed); Alt+Down shows earlier reasons")
            line.setPlaceholderText(needed if case.is_reasoned else optional)
        self._draw()
        if case.blocked:
            self.notice.say(message(case.blocked, spoken(), kind=case.kind), "soon")

    def _draw(self) -> None:
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, SPACE, 0)
        box.setSpacing(2 * SPACE)
        case = self._case
        self.rows, self.other, self.editor, self.narrative = [], None, None, None
        self.earlier = DecisionHistory()
        narrative = case is not None and is_narrative(case.choices)
        self.setMinimumWidth(_WIDE if narrative else _WIDTH)
        if case is not None and narrative:
            self.narrative = NarrativeView(case.choices)
            box.addWidget(self.narrative)
        for number, choice in enumerate(case.choices if case else (), 1):
            row = ChoiceRow(number, choice, revealed=self._revealed, short=narrative)
            row.chosen.connect(lambda row=row: self._chosen(row.radio))
            row.radio.setEnabled(not case.blocked)  # type: ignore[union-attr]
            self.rows.append(row)
            box.addWidget(row)
        if case is not None and not case.blocked and case.is_typed:
            self._add_other(box, case)
        box.addWidget(self.earlier)
        box.addStretch(1)
        self._area.setWidget(inside)
        self.reveal.setVisible(case is not None and case.personal and not self._revealed)
        self.open.setVisible(case is not None)
        for widget in (self._why, self.reason, self.decide):
            widget.setVisible(case is not None and not case.blocked)
        if case is None:
            self.alike.hide()
            self.minor.hide()
        elif not case.device:
            self._read_earlier(case.row)
        self._allow()

    def _read_earlier(self, row: str) -> None:
        """Decisions of the same record, whether or not it came into dispute again since."""

        def arrived(found: list[Past]) -> None:
            if self._case is not None and self._case.row == row:
                self.earlier.show_decisions(found)

        self._services.doorway.read(
            self, lambda desk: decisions(desk, spoken(), of=row, limit=_PAST), arrived, key=f"past:{id(self)}"
        )

    def _add_other(self, box: QVBoxLayout, case: Case) -> None:
        frame = QFrame()
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        self.other = QRadioButton(self.tr("{}  another value").format(len(self.rows) + 1))
        frame_choice(frame, self.other)
        self.other.clicked.connect(lambda: self._chosen(self.other))
        self.editor = make_editor(record_field(case.kind, case.field), self._services.doorway)
        self.editor.changed.connect(lambda: self._chosen(self.other, move=False))
        if self.narrative is not None:
            self.other.setText(self.tr("{}  merged by hand").format(len(self.rows) + 1))
            if isinstance(self.editor, LongEditor):
                self.editor.text.setFixedHeight(_MERGED)
            self.narrative.taken.connect(self.editor.put)
        inside.addWidget(self.other)
        inside.addWidget(self.editor)
        box.addWidget(frame)

    def _reveal(self) -> None:
        case = self._case
        if case is not None:
            self._services.disclose(case.kind, case.row, case.field)
            self._revealed = True
            self._draw()

    def _open(self) -> None:
        if self._case is not None:
            self._services.go_to(self._case.kind, self._case.row)

    def offer_reasons(self, reasons: Sequence[str]) -> None:
        """Reasons given before; none is chosen."""
        typed = self.reason.currentText()
        self.reason.clear()
        self.reason.addItems(list(reasons))
        self.reason.setCurrentIndex(-1)
        self.reason.setEditText(typed)

    # choosing

    def choose(self, number: int) -> None:
        """Chooses by its number; the one after the last is another value."""
        if number <= len(self.rows):
            if self.rows[number - 1].radio.isEnabled():
                self._chosen(self.rows[number - 1].radio)
        elif number == len(self.rows) + 1 and self.other is not None:
            self._chosen(self.other)

    def _chosen(self, radio: QRadioButton | None, *, move: bool = True) -> None:
        for one in (*(row.radio for row in self.rows), self.other):
            if one is not None:
                one.setChecked(one is radio)
        if move:
            other = radio is self.other and self.editor is not None
            (self.editor if other else self.reason).setFocus(Qt.FocusReason.OtherFocusReason)  # type: ignore[union-attr]
        self._allow()

    def _is_chosen(self) -> bool:
        return any(row.radio.isChecked() for row in self.rows) or (
            self.other is not None and self.other.isChecked()
        )

    def _allow(self) -> None:
        why = ""
        if not self._is_chosen():
            why = self.tr("Choose a value first (its number is its key)")
        elif self._case is not None and self._case.is_reasoned and not self.reason.currentText().strip():
            why = self.tr("Say why first")
        self.decide.setEnabled(not why)
        self.decide.setToolTip(why or self.tr("Decide (Ctrl+S)"))

    # deciding

    def _value(self) -> Any:
        for row in self.rows:
            if row.radio.isChecked():
                return row.choice.value
        return self.editor.value() if self.editor is not None else None

    def perform(self) -> None:
        """Hands over the decision, if a value is chosen and a reason given."""
        case = self._case
        if case is None or not self.decide.isEnabled():
            return
        typed = self.other is not None and self.other.isChecked() and self.editor is not None
        if typed and not self.editor.check():  # type: ignore[union-attr]
            self.editor.setFocus()  # type: ignore[union-attr]
            return
        self.decided.emit(case.orders(self._value()), self.reason.currentText().strip())
