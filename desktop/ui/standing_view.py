"""How the exchange stands: four figures, what each office is known to lack, what is missing or not valid.

Says only what the receipts of others prove. Reads nothing itself.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QSize,
    Qt,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.exchange_words import ago_words
from desktop.ui.headed import HeadedTable, Index
from desktop.ui.standing_read import OfficeLine, Picture
from desktop.ui.theme import ROW, SPACE, colour, icon, look

_SIGNS = {"done": "circle-check", "soon": "triangle-alert", "law": "circle-alert"}
_ALERTS_HEIGHT = 96
_WIDEST = 320
_MEASURED = 30
_SIGN = 18


class StandingModel(HeadedTable):
    """The offices and what each lacks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[OfficeLine] = []
        self.heads = [
            self.tr("Office"),
            self.tr("Records of"),
            self.tr("Waiting"),
            self.tr("Last receipt"),
            self.tr("State"),
        ]

    def show_lines(self, lines: list[OfficeLine]) -> None:
        """Shows these lines."""
        if lines == self._lines:
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return line.cells[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if column == 4 and role == Qt.ItemDataRole.DecorationRole:
            return icon(_SIGNS[line.tone], line.tone)
        if column == 4 and role == Qt.ItemDataRole.ForegroundRole:
            return colour(line.tone)
        return None


def plain_table(model: QAbstractTableModel, name: str, stretched: int) -> QTableView:
    """A table that is read, not typed in: whole rows, no grid, one column as wide as there is room."""
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setAlternatingRowColors(True)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW)
    heads = table.horizontalHeader()
    heads.setHighlightSections(False)
    heads.setMaximumSectionSize(_WIDEST)
    heads.setResizeContentsPrecision(_MEASURED)
    heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    heads.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    heads.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    return table


class StandingView(QFrame):
    """The panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "panel")
        self._figures = {name: QLabel("—") for name in ("waiting", "receipt", "missing", "quarantine")}
        self._model = StandingModel(self)
        self.table = plain_table(self._model, self.tr("Offices and what each lacks"), 1)
        self.alerts = QListWidget()
        self.alerts.setAccessibleName(self.tr("Missing and in quarantine"))
        self.alerts.setWordWrap(True)
        self.alerts.setIconSize(QSize(_SIGN, _SIGN))
        self.alerts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.alerts.setMaximumHeight(_ALERTS_HEIGHT)
        self._nobody = QLabel(
            self.tr("Nobody else is enrolled yet. Whom records are shared with is listed here.")
        )
        self._fine = QLabel(self.tr("Nothing is missing, nothing is in quarantine."))
        self._until = QLabel(self.tr("What was written counts as exchanged once a receipt has come back."))
        self._lay_out()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        box.setSpacing(2 * SPACE)
        figures = QHBoxLayout()
        figures.setSpacing(8 * SPACE)
        for name, words in (
            ("waiting", self.tr("Entries not exchanged")),
            ("receipt", self.tr("Last receipt")),
            ("missing", self.tr("Entries missing here")),
            ("quarantine", self.tr("In quarantine")),
        ):
            figures.addLayout(self._figure(name, words))
        figures.addStretch(1)
        box.addLayout(figures)
        for label in (self._nobody, self._fine, self._until):
            look(label, "hint")
            label.setWordWrap(True)
        box.addWidget(self._nobody)
        box.addWidget(self.table, 1)
        box.addWidget(self.alerts)
        box.addWidget(self._until)
        box.addWidget(self._fine)
        box.addStretch(0)

    def _figure(self, name: str, words: str) -> QVBoxLayout:
        figure, hint = self._figures[name], QLabel(words)
        look(figure, "number")
        look(hint, "hint")
        figure.setAccessibleName(words)
        one = QVBoxLayout()
        one.setSpacing(0)
        one.addWidget(figure)
        one.addWidget(hint)
        return one

    def show_picture(self, found: Picture) -> None:
        """Shows how the exchange stands."""
        summary = found.summary
        receipt = "—" if summary.receipt is None else ago_words(summary.receipt)
        for name, words, warn in (
            ("waiting", str(summary.waiting), False),
            ("receipt", receipt, False),
            ("missing", str(summary.missing), summary.missing > 0),
            ("quarantine", str(summary.quarantine), summary.quarantine > 0),
        ):
            self._figures[name].setText(words)
            look(self._figures[name], "number", part="soon" if warn else "")
        self._model.show_lines(found.lines)
        self.table.setVisible(bool(found.lines))
        self._nobody.setVisible(not found.lines)
        self._until.setVisible(bool(found.lines) and summary.waiting > 0)
        self._show_alerts(found.alerts)

    def figure(self, name: str) -> str:
        """What a figure says: ``waiting``, ``receipt``, ``missing``, ``quarantine``."""
        return self._figures[name].text()

    def _show_alerts(self, alerts: list[str]) -> None:
        self.alerts.clear()
        for words in alerts:
            self.alerts.addItem(QListWidgetItem(icon("triangle-alert", "soon"), words))
        self.alerts.setVisible(bool(alerts))
        self._fine.setVisible(not alerts)
