"""附件: which attachments are named by records and not here; asking for one or all; what comes by itself.

Their bytes come with the next exchange. Reads and writes through the doorway; knows no carrier.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.desk import Desk
from desktop.casework.parties import Parties
from desktop.sync import fetching
from desktop.sync.fetching import Listed
from desktop.ui.application import spoken
from desktop.ui.exchange_words import size_words
from desktop.ui.headed import HeadedTable, Index
from desktop.ui.page import Services
from desktop.ui.standing_view import plain_table
from desktop.ui.theme import SPACE, colour, icon, look

_MOST_MB = 1_000_000
_NAME_WIDTH = 70 * SPACE


class _Line(NamedTuple):
    found: Listed
    records: str


class _Found(NamedTuple):
    lines: list[_Line]
    limit: int


class AttachmentModel(HeadedTable):
    """The attachments that are not here, largest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[_Line] = []
        self.heads = [self.tr("Attachment"), self.tr("Records of"), self.tr("Size"), self.tr("State")]

    def show_lines(self, lines: list[_Line]) -> None:
        """Shows these."""
        if lines != self.lines:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()

    def state_words(self, found: Listed) -> str:
        """Where an attachment stands."""
        if found.state == "arriving":
            share = round(100 * found.held / max(found.size, 1))
            return self.tr("{} % have arrived, the rest is asked for").format(share)
        if found.state == "asked":
            return self.tr("Asked for; comes with the next exchanges")
        if found.state == "automatic":
            return self.tr("Comes by itself with the next exchanges")
        return self.tr("Not asked for")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line, column = self.lines[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            name = line.found.name or line.found.sha256[:8]
            return (name, line.records, size_words(line.found.size), self.state_words(line.found))[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column == 3 and line.found.state == "not_asked":
            return colour("soon")
        return None


class AttachmentsView(QWidget):
    """The list and what can be asked for. ``counted`` tells how many attachments are not here."""

    counted = Signal(int)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._doorway = services.doorway
        self.model = AttachmentModel(self)
        self.table = plain_table(self.model, self.tr("Attachments that are not here"), 3)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.table.setColumnWidth(0, _NAME_WIDTH)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._allow())
        self.none = QLabel(self.tr("All attachments that records name are here."))
        look(self.none, "hint")
        self.limit = QSpinBox()
        self.limit.setRange(0, _MOST_MB)
        self.limit.setSuffix(" MB")
        self.limit.setKeyboardTracking(False)
        self.limit.setAccessibleName(self.tr("Attachments up to this size come by themselves"))
        self.limit.valueChanged.connect(self._set_limit)
        self._lay_out()
        self._allow()

    def _lay_out(self) -> None:
        self.fetch = QPushButton(icon("download"), self.tr("Fetch this one"))
        self.fetch.clicked.connect(self.ask)
        self.fetch_all = QPushButton(icon("download"), self.tr("Fetch all"))
        self.fetch_all.clicked.connect(self.ask_for_all)
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        words = QLabel(self.tr("Attachments up to this size come by themselves"))
        row.addWidget(words)
        row.addWidget(self.limit)
        row.addStretch(1)
        for button in (self.fetch, self.fetch_all):
            look(button, "plain")
            row.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2 * SPACE, 0, 0)
        box.setSpacing(2 * SPACE)
        box.addLayout(row)
        box.addWidget(self.none)
        box.addWidget(self.table, 1)

    def refresh(self) -> None:
        """Reads anew."""
        self._doorway.read(self, _read, self._show, key="attachments")

    def _show(self, found: _Found) -> None:
        chosen = self._chosen()
        self.model.show_lines(found.lines)
        self.limit.blockSignals(True)
        self.limit.setValue(min(found.limit >> 20, _MOST_MB))
        self.limit.blockSignals(False)
        for row, line in enumerate(found.lines):
            if line.found.sha256 in chosen:
                self.table.selectRow(row)
        self.none.setVisible(not found.lines)
        self.table.setVisible(bool(found.lines))
        self.counted.emit(len(found.lines))
        self._allow()

    def _chosen(self) -> list[str]:
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        return [self.model.lines[row].found.sha256 for row in sorted(rows)]

    def _allow(self) -> None:
        chosen = self._chosen()
        states = {line.found.sha256: line.found.state for line in self.model.lines}
        one = any(states[name] == "not_asked" for name in chosen)
        already = self.tr("It is asked for already") if chosen else self.tr("Choose an attachment first")
        self.fetch.setEnabled(one)
        self.fetch.setToolTip(self.fetch.text() if one else already)
        more = "not_asked" in states.values()
        self.fetch_all.setEnabled(more)
        self.fetch_all.setToolTip(self.fetch_all.text() if more else self.tr("Everything is asked for"))

    # acts

    def ask(self) -> None:
        """Asks for the chosen attachments."""
        self._change(names=tuple(self._chosen()))

    def ask_for_all(self) -> None:
        """Asks for everything that is not here."""
        self._change(everything=True)

    def _set_limit(self, megabytes: int) -> None:
        self._change(limit_mb=megabytes)

    def _change(
        self, names: tuple[str, ...] = (), *, everything: bool = False, limit_mb: int | None = None
    ) -> None:
        def work(desk: Desk) -> None:
            with desk.casefile.engine.begin() as conn:
                fetching.change(conn, desk.casefile.blobs, names, everything=everything, limit_mb=limit_mb)

        self._doorway.write(self, work, lambda _: self.refresh())


def _read(desk: Desk) -> _Found:
    with desk.casefile.reader.connect() as conn:
        parties = Parties(conn, spoken())
        found = fetching.listed(conn, desk.casefile.blobs, missing=True)
        return _Found([_Line(one, parties.group(one.group)) for one in found], fetching.fetch_limit(conn))
