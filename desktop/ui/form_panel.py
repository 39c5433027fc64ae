"""A form beside the page: fields one below the other, what is wrong with each, drafts, one primary act.

What is typed is handed over as a draft at once and comes back when the form is opened again. Knows editors
and the doorway; which acts a form performs is its subclass's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk, Outcome
from desktop.casework.fields import Field
from desktop.errors import message
from desktop.ui.application import spoken
from desktop.ui.choices import make_editor
from desktop.ui.doorway import Doorway, Failure
from desktop.ui.editors import Editor
from desktop.ui.small_grid import GroupsEditor, ThingsEditor
from desktop.ui.theme import SPACE, look

_WIDTH = 430
_DRAFT_MS = 1_000
GIVEN = "given:"
"""Where a draft keeps what its form was opened with: no word of a field."""


def editor_of(field: Field, doorway: Doorway) -> Editor:
    """The editor of a field, grids among them."""
    if field.editor == "things":
        return ThingsEditor(field)
    return GroupsEditor(field) if field.editor == "groups" else make_editor(field, doorway)


class FormPanel(QFrame):
    """Fields with one act below. ``performed`` tells outcomes, ``draft`` what is to be kept (or ``None``)."""

    performed = Signal(object)
    closed = Signal()
    draft = Signal(str, object)

    def __init__(
        self, doorway: Doorway, title: str, fields: Iterable[Field], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.doorway = doorway
        self._dirty = False
        self.setProperty("part", "panel")
        self.setAccessibleName(title)
        self.setMinimumWidth(_WIDTH)
        self._title = QLabel(title)
        look(self._title, "title")
        self._notice = QLabel()
        self._notice.setTextFormat(Qt.TextFormat.PlainText)
        self._notice.setWordWrap(True)
        self._notice.hide()
        self.editors = {field.word: editor_of(field, doorway) for field in fields}
        self._keep = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._keep.timeout.connect(self.keep_draft)
        self._lay_out()
        for editor in self.editors.values():
            editor.changed.connect(self._changed)
            editor.left.connect(editor.check)

    @property
    def place(self) -> str:
        """Where the draft of this form is kept."""
        raise NotImplementedError

    def inputs(self) -> list[tuple[str, dict[str, Any]]]:
        """The acts to perform, with their plain values; all or none are performed."""
        raise NotImplementedError

    # looks

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        whole.setSpacing(2 * SPACE)
        whole.addWidget(self._title)
        whole.addWidget(self._notice)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, SPACE, 0)
        grid.setHorizontalSpacing(3 * SPACE)
        grid.setVerticalSpacing(2 * SPACE)
        grid.setColumnStretch(1, 1)
        for line, editor in enumerate(self.editors.values()):
            self._add_line(grid, line, editor)
        grid.setRowStretch(len(self.editors), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        whole.addWidget(area, 1)
        whole.addLayout(self._buttons())

    def _add_line(self, grid: QGridLayout, line: int, editor: Editor) -> None:
        name = QLabel(editor.field.label(spoken()) + (" *" if editor.field.required else ""))
        name.setWordWrap(True)
        name.setFixedWidth(24 * SPACE)
        name.setBuddy(editor)
        wide = editor.field.editor in ("things", "groups")
        top = Qt.AlignmentFlag.AlignTop
        if wide:
            box = QVBoxLayout()
            box.addWidget(name)
            box.addWidget(editor)
            grid.addLayout(box, line, 0, 1, 2)
        else:
            name.setContentsMargins(0, SPACE, 0, 0)
            grid.addWidget(name, line, 0, top)
            grid.addWidget(editor, line, 1, top)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.save = QPushButton(self.tr("Record"))
        self.save.setToolTip(self.tr("Record (Ctrl+S)"))
        look(self.save, "primary")
        self.save.clicked.connect(self.perform)
        QShortcut(
            QKeySequence("Ctrl+S"), self, self.perform, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        cancel = QPushButton(self.tr("Close"))
        cancel.setToolTip(self.tr("Close (Esc); what was typed is kept as a draft"))
        cancel.clicked.connect(self.leave)
        self.saved = QLabel()
        look(self.saved, "hint")
        row.addWidget(self.save)
        row.addWidget(cancel)
        row.addStretch(1)
        row.addWidget(self.saved)
        return row

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.focusNextPrevChild(not back)
        else:
            super().keyPressEvent(event)

    def begin(self) -> None:
        """Puts the cursor into the first field."""
        first = next(iter(self.editors.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, words: str, tone: str) -> None:
        """One sentence above the fields."""
        self._notice.setText(words)
        self._notice.setVisible(bool(words))
        look(self._notice, tone, part="notice")

    # drafts

    def _changed(self) -> None:
        self._dirty = True
        self._keep.start()

    def keep_draft(self) -> None:
        """Hands over what was typed, to be kept."""
        if self._dirty:
            self._dirty = False
            typed = {word: editor.typed() for word, editor in self.editors.items()}
            self.draft.emit(self.place, {**typed, GIVEN: self.given()})

    def given(self) -> dict[str, Any]:
        """What the form was opened with and does not show; kept with the draft, to open it again."""
        return {}

    def take_draft(self, values: Mapping[str, Any]) -> None:
        """Shows what was typed before."""
        for word, typed in values.items():
            if word in self.editors:
                self.editors[word].put(typed)
        self.tell(self.tr("What you typed before is here again."), "soon")

    def leave(self) -> None:
        """Closes the form; what was typed stays a draft."""
        self.keep_draft()
        self.closed.emit()

    # the act

    def perform(self) -> None:
        """Performs the acts if nothing is wrong with the fields; else goes to the first that is."""
        wrong = [editor for editor in self.editors.values() if not editor.check()]
        if wrong:
            wrong[0].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        inputs = self.inputs()
        if not inputs:
            self.leave()
            return
        self.save.setEnabled(False)

        def work(desk: Desk) -> list[Outcome]:
            return desk.do([(act, parse_act(act, values)) for act, values in inputs])

        self.doorway.write(self, work, self._done, self._refused)

    def _done(self, outcomes: Sequence[Outcome]) -> None:
        self._dirty = False
        self._keep.stop()
        self.draft.emit(self.place, None)
        self.performed.emit(outcomes)

    def _refused(self, failure: Failure) -> None:
        self.save.setEnabled(True)
        self.tell(f"{failure.sentence} [{failure.code}]", "law")


def gap_sentences(outcomes: Iterable[Outcome]) -> list[str]:
    """What acts left to mend, in words."""
    return [
        message(gap["code"], spoken(), **{name: text for name, text in gap.items() if name != "code"})
        for outcome in outcomes
        for gap in outcome.gaps
    ]
