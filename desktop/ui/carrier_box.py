"""Where to exchange: the sticks that are plugged in, or any folder; and whom what is written is for.

Knows places and offices by name, nothing of bundles.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.sync.drives import Drive
from desktop.ui.drives import DriveWatch
from desktop.ui.exchange_words import size_words
from desktop.ui.standing_read import Party
from desktop.ui.theme import SPACE, icon, look

_PLACE = Qt.ItemDataRole.UserRole
_PLACES_HEIGHT, _OFFICES_HEIGHT = 78, 70


class CarrierBox(QFrame):
    """Places and destinations. ``changed`` tells that another place or other destinations are chosen."""

    changed = Signal()

    def __init__(self, watch: DriveWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "panel")
        self._folders: list[str] = []
        self._offered: list[Party] | None = None
        self.places = QListWidget()
        self.places.setAccessibleName(self.tr("Stick or folder"))
        self.places.setMaximumHeight(_PLACES_HEIGHT)
        self.places.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.places.itemSelectionChanged.connect(self.changed)
        self.none = QLabel(self.tr("Plug in a stick: it appears here by itself. Or choose a folder."))
        self.other = QPushButton(icon("folder-open"), self.tr("Another folder…"))
        look(self.other, "quiet")
        self.other.clicked.connect(self.look_for)
        self.offices = QListWidget()
        self.offices.setAccessibleName(self.tr("What is written is for"))
        self.offices.setMaximumHeight(_OFFICES_HEIGHT)
        self.offices.itemChanged.connect(lambda _: self.changed.emit())
        self.nobody = QLabel(self.tr("Offices that share records with this one are listed here."))
        self._lay_out()
        self._watch = watch
        watch.changed.connect(lambda _: self._draw())
        self._draw()

    def _lay_out(self) -> None:
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        self.box.setSpacing(2 * SPACE)
        head = QHBoxLayout()
        head.addWidget(_heading(self.tr("Stick or folder")))
        head.addStretch(1)
        head.addWidget(self.other)
        self.box.addLayout(head)
        self.box.addWidget(self.none)
        self.box.addWidget(self.places)
        self.box.addWidget(_heading(self.tr("What is written is for")))
        self.box.addWidget(self.nobody)
        self.box.addWidget(self.offices)
        for hint in (self.none, self.nobody):
            look(hint, "hint")
            hint.setWordWrap(True)
        self.setTabOrder(self.other, self.places)
        self.setTabOrder(self.places, self.offices)

    # places

    def look_for(self) -> None:
        """Lets the user look for a folder."""
        found = QFileDialog.getExistingDirectory(self, self.tr("Stick or folder"))
        if found:
            self.add_folder(found)

    def add_folder(self, folder: str) -> None:
        """Offers a folder and chooses it."""
        if folder not in self._folders:
            self._folders.append(folder)
        self._draw()
        self._choose(folder)

    def folder(self) -> Path | None:
        """The chosen place."""
        chosen = self.places.selectedItems()
        return Path(chosen[0].data(_PLACE)) if chosen else None

    def _draw(self) -> None:
        before = self.folder()
        self.places.blockSignals(True)
        self.places.clear()
        for drive in self._watch.drives:
            self._add("usb", drive.root, self._drive_words(drive))
        for folder in self._folders:
            if folder not in [drive.root for drive in self._watch.drives]:
                self._add("folder-open", folder, folder)
        self.places.blockSignals(False)
        self.places.setVisible(self.places.count() > 0)
        self.none.setVisible(self.places.count() == 0)
        if before is not None:
            self._choose(str(before))
        elif len(self._watch.drives) == 1 and not self._folders:
            self.places.setCurrentRow(0)
        self.changed.emit()

    def _add(self, picture: str, place: str, words: str) -> None:
        item = QListWidgetItem(icon(picture), words)
        item.setData(_PLACE, place)
        item.setToolTip(place)
        self.places.addItem(item)

    def _drive_words(self, drive: Drive) -> str:
        if drive.read_only:
            return self.tr("{name} (read only)").format(name=drive.name)
        return self.tr("{name} ({free} free)").format(name=drive.name, free=size_words(drive.free))

    def choose(self, place: str) -> None:
        """Chooses a place that is listed."""
        self._choose(place)

    def _choose(self, place: str) -> None:
        for row in range(self.places.count()):
            if self.places.item(row).data(_PLACE) == place:
                self.places.setCurrentRow(row)

    # destinations

    def offer(self, parties: list[Party]) -> None:
        """The offices that can be written for; what was left out stays so."""
        if self._offered == parties:
            return
        self._offered = list(parties)
        left_out = {
            item.data(_PLACE) for item in self._items() if item.checkState() == Qt.CheckState.Unchecked
        }
        self.offices.blockSignals(True)
        self.offices.clear()
        for party in parties:
            item = QListWidgetItem(party.name)
            item.setData(_PLACE, party.office)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            chosen = party.office not in left_out
            item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
            self.offices.addItem(item)
        self.offices.blockSignals(False)
        self.offices.setVisible(bool(parties))
        self.nobody.setVisible(not parties)
        self.changed.emit()

    def _items(self) -> list[QListWidgetItem]:
        return [self.offices.item(row) for row in range(self.offices.count())]

    def destinations(self) -> tuple[str, ...] | None:
        """The chosen offices; empty for all of them, ``None`` when none is chosen."""
        items = self._items()
        chosen = tuple(item.data(_PLACE) for item in items if item.checkState() == Qt.CheckState.Checked)
        if items and not chosen:
            return None
        return () if len(chosen) == len(items) else chosen


def _heading(words: str) -> QLabel:
    made = QLabel(words)
    look(made, "heading")
    return made
