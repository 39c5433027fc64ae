"""A list as officers know it from Excel: sorted by its headings, filtered by a row of fields below them.

Sorting and filtering are asked of SQL by the paged model. Widths and hidden columns are kept for the user.
Knows the model, no page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.casefile.files import write_file
from desktop.casework.desk import Desk
from desktop.casework.disclosing import note_export
from desktop.casework.listing import LISTINGS, Query, total
from desktop.casework.sheets import query_workbook
from desktop.errors import UserError
from desktop.ui.application import spoken
from desktop.ui.doorway import Doorway, Failure
from desktop.ui.paged import PagedModel
from desktop.ui.theme import ROW, SPACE, icon, look

_FILTER_MS = 200
_CHOSEN_MS = 80
_FIELD = 24


class FilterHeader(QHeaderView):
    """The headings, with a field below each in which one types what its column should contain."""

    filtered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._fields: list[QLineEdit] = []
        self._pause = QTimer(self, singleShot=True, interval=_FILTER_MS)
        self._pause.timeout.connect(self.filtered)
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.sectionResized.connect(self.place)
        self.sectionMoved.connect(self.place)

    def offer(self, names: list[str]) -> None:
        """Makes a field for each column."""
        for field in self._fields:
            field.deleteLater()
        self._fields = []
        for name in names:
            field = QLineEdit(self)
            field.setAccessibleName(self.tr("Filter {}").format(name))
            field.setPlaceholderText(self.tr("filter"))
            field.setClearButtonEnabled(True)
            field.setProperty("part", "filter")
            field.textChanged.connect(lambda _: self._pause.start())
            field.show()
            self._fields.append(field)
        self.place()

    def typed(self) -> list[str]:
        """What stands in the fields, by column."""
        return [field.text().strip() for field in self._fields]

    def focus_filter(self, column: int) -> None:
        """Puts the cursor into the field of a column."""
        if column < len(self._fields):
            self._fields[column].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def clear(self) -> None:
        """Empties all fields."""
        for field in self._fields:
            field.clear()

    def sizeHint(self) -> Any:  # noqa: N802
        found = super().sizeHint()
        if self._fields:
            found.setHeight(found.height() + _FIELD + SPACE)
        return found

    def updateGeometries(self) -> None:  # noqa: N802
        self.setViewportMargins(0, 0, 0, _FIELD + SPACE if self._fields else 0)
        super().updateGeometries()
        self.place()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.place()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.geometriesChanged.emit()

    def place(self, *_: object) -> None:
        """Puts each field below its heading."""
        top = self.height() - _FIELD - SPACE // 2
        for column, field in enumerate(self._fields):
            left = self.sectionViewportPosition(column)
            field.setGeometry(left + 2, top, max(self.sectionSize(column) - 4, 0), _FIELD)
            field.setVisible(not self.isSectionHidden(column))


class ListTable(QTableView):
    """The table. ``chosen`` follows the cursor after a rest, ``opened`` tells Enter and double-click."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, model: PagedModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paged = model
        self._base = model.query
        self._sorted: tuple[str, bool] | None = None
        self._rest = QTimer(self, singleShot=True, interval=_CHOSEN_MS)
        self._rest.timeout.connect(self._tell)
        self.setModel(model)
        self.header = FilterHeader(self)
        self.setHorizontalHeader(self.header)
        self.header.setModel(model)
        self._settle()
        self.header.sectionClicked.connect(self._sort)
        self.header.filtered.connect(self._ask)
        self.header.customContextMenuRequested.connect(self._choose_columns)
        self.horizontalScrollBar().valueChanged.connect(self.header.place)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.paged.record(index.row())))

    def _settle(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        self.header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        columns = self.paged.listing.columns
        self.header.offer([column.zh if spoken() == "zh" else column.en for column in columns])
        for place, column in enumerate(columns):
            self.setColumnWidth(place, column.width)
        self.header.setStretchLastSection(True)

    # what is asked

    def ask(self, query: Query) -> None:
        """Shows the rows of a query; what is typed in the filter row stays."""
        self._base = query
        self._ask()

    def _ask(self) -> None:
        words = [column.word for column in self.paged.listing.columns]
        typed = tuple((word, text) for word, text in zip(words, self.header.typed(), strict=True) if text)
        self.paged.ask(
            Query(
                listing=self._base.listing,
                within=self._base.within,
                sort=self._sorted or self._base.sort,
                contains=(*self._base.contains, *typed),
                withdrawn=self._base.withdrawn,
            )
        )

    def _sort(self, column: int) -> None:
        word = self.paged.listing.columns[column].word
        descending = self._sorted == (word, False)
        self._sorted = (word, descending)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.header.setSortIndicator(column, order)
        self._ask()

    @property
    def filtered(self) -> bool:
        """True while something is typed in the filter row."""
        return any(self.header.typed())

    # what is chosen

    def record(self) -> str | None:
        """The id of the record under the cursor."""
        index = self.currentIndex()
        return self.paged.record(index.row()) if index.isValid() else None

    def records(self) -> list[str]:
        """The ids of all selected records, from above."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.paged.record(row) for row in rows]

    def choose(self, record: str) -> bool:
        """Puts the cursor on a record. False when it is not in the list (yet)."""
        row = self.paged.row_of(record)
        if row is None:
            return False
        index = self.paged.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)
        return True

    def currentChanged(  # noqa: N802
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self._rest.start()

    def _tell(self) -> None:
        found = self.record()
        if found is not None:
            self.chosen.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (found := self.record()):
            self.opened.emit(found)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.header.focus_filter(max(self.currentIndex().column(), 0))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mousePressEvent(event)
        self._rest.start()

    def copy(self) -> None:
        """Copies the selected rows as they are shown, personal numbers masked, for Excel."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        columns = [place for place in range(self.paged.columnCount()) if not self.isColumnHidden(place)]
        lines = [
            "\t".join(" ".join(str(self.paged.index(row, place).data() or "").split()) for place in columns)
            for row in rows
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    # columns

    def _choose_columns(self, at: QPoint) -> None:
        menu = QMenu(self)
        for place in range(self.paged.columnCount()):
            action = menu.addAction(str(self.paged.headerData(place, Qt.Orientation.Horizontal)))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(place))
            action.toggled.connect(lambda on, place=place: self.setColumnHidden(place, not on))
        menu.exec(self.header.mapToGlobal(at))

    def arrangement(self) -> str:
        """Widths and hidden columns, to be kept."""
        words = [column.word for column in self.paged.listing.columns]
        return json.dumps(
            {
                word: None if self.isColumnHidden(place) else self.columnWidth(place)
                for place, word in enumerate(words)
            }
        )

    def arrange(self, kept: str) -> None:
        """Widths and hidden columns as they were kept; unknown ones are passed over."""
        try:
            found = json.loads(kept)
        except ValueError:
            return
        for place, column in enumerate(self.paged.listing.columns):
            width = found.get(column.word, column.width) if isinstance(found, dict) else column.width
            self.setColumnHidden(place, width is None)
            if isinstance(width, int) and 20 <= width <= 2000:
                self.setColumnWidth(place, width)


class ListView(QWidget):
    """A table with what stands below it (how many rows) and what stands there when it is empty."""

    def __init__(
        self,
        doorway: Doorway,
        query: Query,
        *,
        empty: str,
        begin: tuple[str, Callable[[], object]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._query = query
        self.model = PagedModel(doorway, query, self)
        self.table = ListTable(self.model)
        self.table.setAccessibleName(self.model.listing.name)
        self._empty = _Empty(empty, begin)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self.count = QLabel()
        look(self.count, "hint")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        box.addLayout(self._stack, 1)
        self.out = QPushButton(icon("sheet"), self.tr("To Excel…"))
        self.out.setToolTip(self.tr("Write these rows to a workbook as they are shown; this is noted"))
        look(self.out, "quiet")
        self.out.clicked.connect(self._choose_workbook)
        foot = QHBoxLayout()
        foot.addWidget(self.count)
        foot.addStretch(1)
        foot.addWidget(self.out)
        box.addLayout(foot)
        self.model.counted.connect(self._counted)
        self._keep = QTimer(self, singleShot=True, interval=1_000)
        self._keep.timeout.connect(self._keep_arrangement)
        doorway.read(self, lambda desk: desk.setting(self._setting), self._arrange)

    @property
    def _setting(self) -> str:
        return f"columns:{self._query.listing}"

    def _arrange(self, kept: str | None) -> None:
        if kept:
            self.table.arrange(kept)
        self.table.header.sectionResized.connect(lambda *_: self._keep.start())

    def _keep_arrangement(self) -> None:
        name, kept = self._setting, self.table.arrangement()

        def work(desk: Desk) -> None:
            desk.put_setting(name, kept)

        self._doorway.write(self, work)

    def ask(self, query: Query | None = None) -> None:
        """Reads the rows (anew)."""
        self._query = query or self._query
        self.table.ask(self._query)

    def _counted(self, count: int) -> None:
        self._stack.setCurrentIndex(0 if count or self.table.filtered else 1)
        words = self.tr("{} rows match the filter") if self.table.filtered else self.tr("{} rows")
        self.count.setText(words.format(count))
        self.count.setVisible(bool(count) or self.table.filtered)
        self.out.setVisible(bool(count))

    # to Excel

    def _choose_workbook(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Where the workbook is written"), f"{self._query.listing}.xlsx", "Excel (*.xlsx)"
        )
        if name:
            self.write_workbook(Path(name))

    def write_workbook(self, path: Path) -> None:
        """Writes the rows of the list as they are shown, numbers masked; that is noted first."""
        query, language = self.model.query, spoken()
        self.out.setEnabled(False)
        self._doorway.read(
            self, lambda desk: _write_workbook(desk, query, path, language), self._written, self._not_written
        )

    def _written(self, unnoted: UserError | None) -> None:
        self.out.setEnabled(True)
        words = self.tr("Written to the workbook.")
        self.count.setText(words if unnoted is None else f"{words} {unnoted.sentence(spoken())}")

    def _not_written(self, failure: Failure) -> None:
        self.out.setEnabled(True)
        self.count.setText(f"{failure.sentence} [{failure.code}]")


def _write_workbook(desk: Desk, query: Query, path: Path, language: str) -> UserError | None:
    with desk.casefile.reader.connect() as conn:
        count = total(conn, query)
        searched = [word for word, _ in query.contains]
        unnoted = note_export(desk, LISTINGS[query.listing].kind, count, searched=searched)
        data = query_workbook(conn, query, language=language)
    write_file(path, data)
    return unnoted


class _Empty(QWidget):
    """What belongs in an empty list, and how to begin."""

    def __init__(self, words: str, begin: tuple[str, Callable[[], object]] | None) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        box = QVBoxLayout(self)
        box.addStretch(1)
        label = QLabel(words)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        look(label, "hint")
        box.addWidget(label)
        if begin is not None:
            text, run = begin
            button = QPushButton(text)
            button.clicked.connect(run)
            box.addWidget(button, alignment=Qt.AlignmentFlag.AlignCenter)
        box.addStretch(2)
