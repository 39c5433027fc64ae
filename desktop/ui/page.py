"""What a page of the window is, and what the window offers its pages. Knows no page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.ui.doorway import Doorway
from desktop.ui.theme import SPACE, icon, look

Tone = Literal["done", "soon", "law"]


@dataclass(frozen=True)
class Services:
    """What the window offers: the doorway, and ways to tell, to go somewhere, to begin an act, to print.

    ``tell`` shows one sentence above the page (green, amber or red). ``go_to`` shows a record on its page.
    ``act`` opens an act's form beside the page, with values filled in; ``correct`` the form that corrects a
    record as ``show`` gave it. ``preview`` shows a form as the page that prints. ``disclose`` notes that a
    personal field (kind, id, word) was shown in full.
    """

    doorway: Doorway
    tell: Callable[[str, Tone], None]
    go_to: Callable[[str, str], None]
    act: Callable[[str, Mapping[str, Any]], None]
    correct: Callable[[Mapping[str, Any]], None]
    preview: Callable[[str, str], None]
    disclose: Callable[[str, str, str], None]


class Page(QWidget):
    """One page: a title line with its one primary act, and what stands below.

    A page says by ``kinds`` which records it can show, reads when it is ``opened`` and not before, and offers
    its acts as ``QAction`` objects: they are the buttons, the keys and the entries of the palette at once.
    """

    name: ClassVar[str]
    picture: str
    kinds: frozenset[str] = frozenset()

    def __init__(self, services: Services, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.doorway = services.doorway
        self.setProperty("part", "page")
        self.setObjectName(self.name)
        self.setAccessibleName(title)
        self.title = QLabel(title)
        look(self.title, "title")
        self.head = QHBoxLayout()
        self.head.setSpacing(2 * SPACE)
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        self.body.setSpacing(2 * SPACE)
        self.body.addLayout(self.head)

    def opened(self) -> None:
        """The page has come into view."""

    def show_record(self, kind: str, record: str) -> None:
        """Brings a record of one of ``kinds`` into view."""

    def stop(self) -> None:
        """Asks whatever takes long to stop, as the window is closing; what is whole by then stays."""

    def where(self) -> dict[str, Any]:
        """What the page shows now, as plain values, so that it can be found again after a lock."""
        return {}

    def return_to(self, where: Mapping[str, Any]) -> None:
        """Shows again what ``where`` told."""

    def drafts_changed(self) -> None:
        """A draft was kept or given up while the page is in view."""

    def show_first(self) -> None:
        """Brings the first record into view, where the page shows one."""

    def add_act(
        self,
        text: str,
        picture: str,
        run: Callable[[], object],
        *,
        key: str | None = None,
        primary: bool = False,
        hint: str = "",
    ) -> QAction:
        """An act of this page: a button in its head, its key, its entry in the palette."""
        action = self.make_act(text, picture, run, key=key, primary=primary, hint=hint)
        self.head.addWidget(action_button(action, primary=primary))
        return action

    def make_act(
        self,
        text: str,
        picture: str,
        run: Callable[[], object],
        *,
        key: str | None = None,
        primary: bool = False,
        hint: str = "",
    ) -> QAction:
        """An act without a button in the head: its key and its entry in the palette."""
        action = QAction(icon(picture, "on_accent" if primary else "muted"), text, self)
        if key:
            action.setShortcut(key)
        action.setToolTip(" ".join(part for part in (hint or text, f"({key})" if key else "") if part))
        action.triggered.connect(run)
        self.addAction(action)
        return action


def allow(action: QAction, possible: bool, why_not: str) -> None:
    """Lets an action be taken, or says why it cannot be taken now."""
    key = action.shortcut().toString()
    action.setEnabled(possible)
    action.setToolTip(
        " ".join(filter(None, [action.text(), f"({key})" if key else ""])) if possible else why_not
    )


def action_button(action: QAction, *, primary: bool = False) -> QPushButton:
    """A button that is an action: same text, same reason when it is grey."""
    button = QPushButton(action.icon(), action.text())
    look(button, "primary" if primary else "plain")
    button.setToolTip(action.toolTip())
    button.setAccessibleName(action.text())
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setEnabled(action.isEnabled())
        button.setText(action.text())
        button.setToolTip(action.toolTip())
        button.setVisible(action.isVisible())

    action.changed.connect(follow)
    return button


def side_by_side(left: QWidget, right: QWidget, shares: tuple[int, int]) -> QSplitter:
    """Two parts of a page with a bar between them that can be moved; ``shares`` is how the width is split."""
    split = QSplitter(Qt.Orientation.Horizontal)
    for place, (part, share) in enumerate(zip((left, right), shares, strict=True)):
        split.addWidget(part)
        split.setStretchFactor(place, share)
    split.setChildrenCollapsible(False)
    return split
