"""The city's comments and directives beside a record, the county's replies: plain text, links, an act each.

Knows notes in words; acts open in the form beside the page.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.casework.acts.catalogue import ACTS
from desktop.casework.lists.showing import state_label
from desktop.casework.oversight import Beside, Note
from desktop.casework.typed import shown_moment
from desktop.ui.application import spoken
from desktop.ui.page import Services
from desktop.ui.theme import SPACE, look


def act_title(act: str) -> str:
    """What an act is called."""
    kind = ACTS[act]
    return kind.title_zh if spoken() == "zh" else kind.title_en


def note_head(note: Note) -> str:
    """What a note is, by whom, when; of a directive its state and day."""
    parts = [state_label(note.what, spoken()) if note.what else "", note.by, shown_moment(note.at)]
    if note.state:
        parts.append(state_label(note.state, spoken()))
    if note.due:
        parts.append(QCoreApplication.translate("oversight", "due {}").format(note.due))
    return " · ".join(part for part in parts if part)


class OversightNotes(QWidget):
    """The notes of one record, one below the other."""

    def __init__(self, services: Services, found: Beside, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2 * SPACE, 0, 0)
        box.setSpacing(SPACE)
        if found.notes:
            heading = QLabel(self.tr("City's comments and directives"))
            look(heading, "heading")
            box.addWidget(heading)
        for note in found.notes:
            box.addWidget(self._note(note))

    def _note(self, note: Note) -> QWidget:
        frame = QFrame()
        look(frame, "plain", part="choice")
        box = QVBoxLayout(frame)
        box.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        box.setSpacing(SPACE // 2)
        head = _plain(note_head(note))
        look(head, "hint")
        box.addWidget(head)
        box.addWidget(_plain(note.content))
        left = Qt.AlignmentFlag.AlignLeft
        if note.kind == "directive":
            go = QPushButton(self.tr("Open the directive"))
            look(go, "link")
            go.clicked.connect(lambda: self._services.go_to("directive", note.id))
            box.addWidget(go, 0, left)
        if note.offer is not None:
            act, values = note.offer
            button = QPushButton(act_title(act))
            look(button, "quiet")
            button.clicked.connect(lambda: self._services.act(act, values))
            box.addWidget(button, 0, left)
        if not note.depth:
            return frame
        whole = QWidget()
        inset = QVBoxLayout(whole)
        inset.setContentsMargins(4 * SPACE * note.depth, 0, 0, 0)
        inset.addWidget(frame)
        return whole


def _plain(text: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
