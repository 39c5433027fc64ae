"""What is shown when no case file is open: the last ones, and the ways to another.

Whether a folder is a case file is looked up beside the window: a disk may be asleep. Opens nothing itself.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.casefile.keys import KEYS_NAME
from desktop.ui.aside import Aside
from desktop.ui.notice import Notice
from desktop.ui.recent import forget_file, recent_files
from desktop.ui.steps import pressed
from desktop.ui.theme import SPACE, colour, icon, look

_Index = QModelIndex | QPersistentModelIndex
_FOLDER = Qt.ItemDataRole.UserRole
_LINE = 5 * SPACE


class _NameAndPlace(QStyledItemDelegate):
    """A folder in two lines: its name, and smaller where it lies."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        option.text = ""  # type: ignore[attr-defined]

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802
        return QSize(super().sizeHint(option, index).width(), 2 * _LINE + 3 * SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        inside = option.rect.adjusted(10 * SPACE, SPACE, -3 * SPACE, 0)  # type: ignore[attr-defined]
        painter.save()
        for number, (text, role, size) in enumerate(
            ((index.data(), "text", 14), (str(index.data(_FOLDER)), "muted", 12))
        ):
            font = painter.font()
            font.setPixelSize(size)
            painter.setFont(font)
            painter.setPen(colour(role))
            line = QRect(inside.left(), inside.top() + number * _LINE + SPACE // 2, inside.width(), _LINE)
            fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, fitting)
        painter.restore()


class Welcome(QWidget):
    """The page. ``chosen`` brings a folder to sign in to; the others ask for their pages."""

    chosen = Signal(object)
    new_wanted = Signal()
    practice_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, aside: Aside) -> None:
        super().__init__()
        self._aside = aside
        self.setAccessibleName(self.tr("Case files"))
        self.notice = Notice()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Case files opened last"))
        self.list.setItemDelegate(_NameAndPlace(self.list))
        self.list.setIconSize(QSize(5 * SPACE, 5 * SPACE))
        self.list.itemActivated.connect(self._choose)
        self.list.currentItemChanged.connect(self._say_what_can_be_done)
        self.empty = QLabel(
            self.tr(
                "No case file was opened on this PC yet.\nMake one for your office, or try the practice city."
            )
        )
        self._rest = QWidget()
        self._make_buttons()
        self._lay_out()

    def _make_buttons(self) -> None:
        self.open = self._button(self.tr("Open"), "key-round", self._open_current)
        look(self.open, "primary")
        self.forget = self._button(self.tr("Take off the list"), "x", self._forget_current)
        self.forget.setToolTip(
            self.tr("Takes it off this list (Delete); the case file itself stays as it is")
        )
        look(self.forget, "quiet")
        self.other = self._button(self.tr("Open another folder…"), "folder-open", self.look_for)
        self.new = self._button(self.tr("Make a new case file…"), "plus", self.new_wanted.emit)
        self.restore = self._button(self.tr("Restore a backup…"), "undo-2", self.restore_wanted.emit)
        self.practice = self._button(self.tr("Open the practice city"), "users", self.practice_wanted.emit)
        self.practice.setToolTip(
            self.tr(
                "A county and a city with invented records, to try everything; made once in half a minute"
            )
        )

    def _button(self, text: str, picture: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.setIcon(icon(picture, "on_accent" if picture == "key-round" else "muted"))
        button.setAccessibleName(text)
        button.clicked.connect(run)
        return button

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Case files"))
        look(title, "title")
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        for button in (self.open, self.forget):
            row.addWidget(button)
        row.addStretch(1)
        others = QHBoxLayout()
        others.setSpacing(2 * SPACE)
        for button in (self.new, self.other, self.restore):
            others.addWidget(button)
        others.addStretch(1)
        others.addWidget(self.practice)
        whole = QVBoxLayout(self)
        whole.setSpacing(3 * SPACE)
        for item in (title, self.notice):
            whole.addWidget(item)
        whole.addWidget(self.list, 1)
        whole.addWidget(self.empty)
        whole.addLayout(row)
        whole.addLayout(others)
        whole.addWidget(self._rest, 1)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Delete:
            self._forget_current()
        elif pressed(self, event):
            return
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_current()
        else:
            super().keyPressEvent(event)

    # the list

    def refresh(self) -> None:
        """Shows the last ones, then looks which of them are there."""
        folders = recent_files()
        self.list.clear()
        for folder in folders:
            item = QListWidgetItem(icon("briefcase", "accent"), folder.name)
            item.setData(_FOLDER, folder)
            item.setToolTip(str(folder))
            self.list.addItem(item)
        self.list.setVisible(bool(folders))
        self._rest.setVisible(not folders)
        self.empty.setVisible(not folders)
        self.list.setCurrentRow(0)
        (self.list if folders else self.new).setFocus(Qt.FocusReason.OtherFocusReason)
        self._say_what_can_be_done()
        self._aside.run(
            self,
            lambda _: {folder for folder in folders if not (folder / KEYS_NAME).exists()},
            self._mark_gone,
            lambda _: None,
            patient=False,
        )

    def _mark_gone(self, gone: set[Path]) -> None:
        for number in range(self.list.count()):
            item = self.list.item(number)
            folder = item.data(_FOLDER)
            if folder in gone:
                item.setIcon(icon("circle-help", "muted"))
                item.setText(self.tr("{name} (not there now)").format(name=folder.name))

    def _say_what_can_be_done(self) -> None:
        item = self.list.currentItem()
        self.open.setVisible(item is not None)
        self.forget.setVisible(item is not None)
        look(self.new, "primary" if item is None else "plain")
        self.new.setIcon(icon("plus", "on_accent" if item is None else "muted"))

    def _open_current(self) -> None:
        if self.list.currentItem() is not None:
            self._choose(self.list.currentItem())

    def _choose(self, item: QListWidgetItem) -> None:
        self.notice.clear()
        self.chosen.emit(item.data(_FOLDER))

    def _forget_current(self) -> None:
        if self.list.currentItem() is not None:
            forget_file(self.list.currentItem().data(_FOLDER))
            self.refresh()

    def look_for(self) -> None:
        """Lets the user look for the folder of a case file."""
        found = QFileDialog.getExistingDirectory(self, self.tr("The folder of the case file"))
        if found:
            self.chosen.emit(Path(found))
