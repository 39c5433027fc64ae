"""Reading a ledger: first what would become of every row, then, if the officer wants it, the rows themselves.

Nothing is written before the officer has seen what was flagged and what was refused. Knows the reading of
ledgers, not what is in them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.casework import importing
from desktop.casework.desk import Desk
from desktop.casework.ledgers.rows import Flag, LedgerReading, Refusal
from desktop.ui.application import spoken
from desktop.ui.doorway import Doorway, Failure
from desktop.ui.theme import ROW, SPACE, icon, look

_Index = QModelIndex | QPersistentModelIndex
_WIDTHS = (120, 60, 130, 360)


class RemarksModel(QAbstractTableModel):
    """What was remarked about a ledger: refused rows first, then flags, each with row, column and reason."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._remarks: list[Flag | Refusal] = []

    def show_reading(self, reading: LedgerReading | None) -> None:
        """Shows the remarks of a reading."""
        self.beginResetModel()
        self._remarks = [] if reading is None else [*reading.refused, *reading.flags]
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._remarks)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else 5

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (self.tr("Sheet"), self.tr("Row"), self.tr("Column"), self.tr("Why"), self.tr("What it says"))
        return names[section] if section < len(names) else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        remark = self._remarks[index.row()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 3:
            return icon("x" if isinstance(remark, Refusal) else "triangle-alert", "soon")
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(remark, index.column())
        return None

    def _text(self, remark: Flag | Refusal, column: int) -> str:
        reason = remark.reason_zh if spoken() == "zh" else remark.reason_en
        if isinstance(remark, Refusal):
            reason = self.tr("Not taken in: {}").format(reason)
        where = "" if isinstance(remark, Refusal) else remark.column
        return (remark.sheet, str(remark.row or ""), where, reason, remark.value or "")[column]


class LedgerPanel(QFrame):
    """Reads one ledger of a kind into a record. ``read`` tells what was made, ``closed`` that it is done."""

    read = Signal(object)
    closed = Signal()

    def __init__(self, doorway: Doorway, kind: str, into: str | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._kind = kind
        self._into = into
        self._reading: LedgerReading | None = None
        self.setProperty("part", "panel")
        self.model = RemarksModel(self)
        self._words = QLabel(
            self.tr("Choose a ledger (xlsx, xls or CSV). First you see what becomes of each row.")
        )
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self.choose = QPushButton(icon("folder-open"), self.tr("Choose a ledger…"))
        self.choose.clicked.connect(self._choose)
        self.take = QPushButton(self.tr("Read it in"))
        look(self.take, "primary")
        self.take.clicked.connect(self._take)
        self.take.setEnabled(False)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.closed)
        self._lay_out(close)

    def _lay_out(self, close: QPushButton) -> None:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName(self.tr("Remarks about the ledger"))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setWordWrap(False)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        table.horizontalHeader().setStretchLastSection(True)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addStretch(1)
        row.addWidget(self.take)
        row.addWidget(close)
        box = QVBoxLayout(self)
        box.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        box.setSpacing(2 * SPACE)
        box.addWidget(self._words)
        box.addWidget(table, 1)
        box.addLayout(row)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a ledger"), "", self.tr("Ledgers (*.xlsx *.xlsm *.xls *.csv *.txt)")
        )
        if name:
            self.look_at(Path(name))

    def look_at(self, path: Path) -> None:
        """Reads a ledger and writes nothing: shows what would become of it."""
        self._reading = None
        self.take.setEnabled(False)
        self.choose.setEnabled(False)
        self._say(self.tr("Reading…"), "")
        kind, into = self._kind, self._into
        self._doorway.read(
            self, lambda desk: importing.dry_run(desk, kind, path, into), self._looked, self._refused
        )

    def _looked(self, reading: LedgerReading) -> None:
        self._reading = reading
        self.model.show_reading(reading)
        self.choose.setEnabled(True)
        self.take.setEnabled(bool(reading.rows))
        words = self.tr("{rows} rows would be read in, {flags} remarks, {refused} rows not taken in.").format(
            rows=len(reading.rows), flags=len(reading.flags), refused=len(reading.refused)
        )
        unknown = "、".join(reading.columns_unknown)
        if unknown:
            words += " " + self.tr("Columns kept as they are: {}").format(unknown)
        self._say(words, "soon" if reading.flags or reading.refused else "done")
        self.take.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        reading, into = self._reading, self._into
        if reading is None:
            return
        self.take.setEnabled(False)
        self.choose.setEnabled(False)

        def work(desk: Desk) -> dict[str, Any]:
            return importing.import_ledger(desk, reading, into)

        self._doorway.write(self, work, self._took, self._refused)

    def _took(self, made: dict[str, Any]) -> None:
        self.choose.setEnabled(True)
        self._reading = None
        self._say(self.tr("Read in. The remarks stay with their rows."), "done")
        self.read.emit(made)

    def _refused(self, failure: Failure) -> None:
        self.choose.setEnabled(True)
        self._say(f"{failure.sentence} [{failure.code}]", "law")

    def _say(self, words: str, tone: str) -> None:
        self._words.setText(words)
        look(self._words, tone, part="notice" if tone else None)
