"""One box to find anything and to do anything: records by the search index, acts by their names.

The results hang below the box as a child of the window, so that input methods keep working while they show.
Knows acts by name and the search; what happens with a choice is the window's matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop.casework.desk import Desk
from desktop.casework.search import Hit, find
from desktop.ui.choices import pinyin_of
from desktop.ui.doorway import Doorway
from desktop.ui.theme import icon

_PAUSE_MS = 120
_MOST = 12
_ROW = 56
_PICTURES = {
    "person": "user",
    "lead": "radar",
    "case": "briefcase",
    "raid": "siren",
    "item": "package",
    "property_list": "clipboard-list",
    "document": "file-text",
    "officer": "badge-check",
    "attachment": "paperclip",
    "directive": "list-checks",
    "comment": "file-text",
    "reply": "file-text",
    "bulletin": "file-warning",
}


class _Choice(NamedTuple):
    """A line of the results: what it says, its picture, what happens when it is chosen."""

    title: str
    subtitle: str
    picture: str
    run: Callable[[], object]


class SearchBox(QLineEdit):
    """The box. ``found`` names the record that was chosen: kind and id."""

    found = Signal(str, str)

    def __init__(self, actions: Callable[[], Sequence[QAction]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._doorway: Doorway | None = None
        self._results = QListWidget(parent)
        self._results.setAccessibleName(self.tr("What was found"))
        self._results.setIconSize(QSize(20, 20))
        self._results.setWordWrap(True)
        self._results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._results.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._results.hide()
        self._results.itemClicked.connect(self._choose)
        self.setPlaceholderText(self.tr("Find or do anything (Ctrl+K)"))
        self.setAccessibleName(self.tr("Find or do anything"))
        self.setClearButtonEnabled(True)
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.textChanged.connect(lambda _: self._pause.start())

    def use(self, doorway: Doorway | None) -> None:
        """Searches this case file from now on."""
        self._doorway = doorway
        self.clear()
        self._results.hide()

    @property
    def results(self) -> QListWidget:
        """What was found, as it is shown."""
        return self._results

    # looking

    def _look(self) -> None:
        text = self.text().strip()
        if not text or self._doorway is None:
            self._results.hide()
            return
        self._doorway.read(
            self, lambda desk: _find(desk, text), lambda hits: self._show(text, hits), key="search box"
        )

    def _show(self, text: str, hits: list[Hit]) -> None:
        if text != self.text().strip():
            return
        choices = [*self._matching(text), *map(self._of_hit, hits)][:_MOST]
        self._results.clear()
        for choice in choices:
            words = f"{choice.title}\n{choice.subtitle}" if choice.subtitle else choice.title
            item = QListWidgetItem(icon(choice.picture), words)
            item.setData(Qt.ItemDataRole.UserRole, choice)
            item.setSizeHint(QSize(0, _ROW if choice.subtitle else _ROW - 20))
            self._results.addItem(item)
        if not choices:
            item = QListWidgetItem(icon("circle-help"), self.tr("Nothing found for this text"))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._results.addItem(item)
        self._results.setCurrentRow(0)
        self._hang()

    def _matching(self, text: str) -> list[_Choice]:
        wanted = "".join(text.lower().split())
        found = []
        for action in self._actions():
            name = action.text().replace("&", "")
            if action.isEnabled() and any(wanted in way for way in (name.lower(), *pinyin_of(name))):
                found.append(_Choice(name, "", "arrow-right", action.trigger))
        return found[: _MOST // 2]

    def _of_hit(self, hit: Hit) -> _Choice:
        return _Choice(
            hit.title,
            hit.subtitle,
            _PICTURES.get(hit.kind, "file-text"),
            lambda: self.found.emit(hit.kind, hit.id),
        )

    def _hang(self) -> None:
        over = self.window()
        rows = self._results.count()
        height = sum(self._results.sizeHintForRow(row) for row in range(rows)) + 4
        below = self.mapTo(over, QPoint(0, self.height() + 2))
        self._results.setGeometry(below.x(), below.y(), self.width(), height)
        self._results.raise_()
        self._results.show()

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, shown = event.key(), self._results.isVisible()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and shown:
            step = 1 if key == Qt.Key.Key_Down else -1
            row = self._results.currentRow() + step
            self._results.setCurrentRow(max(0, min(row, self._results.count() - 1)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shown:
            self._choose(self._results.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self._results.hide()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def _choose(self, item: QListWidgetItem | None) -> None:
        choice = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        if choice is not None:
            self.clear()
            self._results.hide()
            self.clearFocus()
            choice.run()

    def focusOutEvent(self, event: QEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self._results.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and self._results.isVisible():
            self._hang()
        return super().eventFilter(watched, event)


def _find(desk: Desk, text: str) -> list[Hit]:
    with desk.casefile.reader.connect() as conn:
        return find(conn, text, limit=_MOST)
