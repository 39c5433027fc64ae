"""录入: people of a raid typed, pasted or read from a ledger, and recorded all at once.

What is typed is kept as a draft within two seconds and comes back; several desks may type at once, each into
its own numbers. Knows the grid and the ledger panel.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.casework import importing
from desktop.casework.desk import Desk
from desktop.casework.drafts import Draft, DraftStore
from desktop.ui.doorway import Failure
from desktop.ui.entry_grid import EntryGrid, EntryModel
from desktop.ui.ledger_panel import LedgerPanel
from desktop.ui.page import Services
from desktop.ui.theme import SPACE, icon, look

_DRAFT_MS = 1_000


class EntryTab(QWidget):
    """The grid with what it says of itself. ``recorded`` tells how many people were."""

    recorded = Signal(int)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._raid: str | None = None
        self._dirty = False
        self.model = EntryModel(date.today(), self)  # noqa: DTZ011 - the officer's own day
        self.grid = EntryGrid(self.model)
        self.words, self.kept = QLabel(), QLabel()
        self.record = QPushButton(self.tr("Record all"))
        self.record.setToolTip(self.tr("Record everybody in the grid (Ctrl+S)"))
        look(self.record, "primary")
        self.record.clicked.connect(self.perform)
        self.ledger = QPushButton(icon("sheet"), self.tr("Read a ledger…"))
        self.ledger.clicked.connect(self._read_ledger)
        self._keep = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._keep.timeout.connect(self.keep_draft)
        self._lay_out()
        self._without_raid()
        self.model.edited.connect(self._edited)
        self.grid.asked.connect(self.perform)
        self.grid.refused.connect(lambda words: services.tell(words, "law"))
        self.grid.selectionModel().currentChanged.connect(lambda *_: self._say_row())
        QShortcut(
            QKeySequence("Ctrl+S"), self, self.perform, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def _lay_out(self) -> None:
        look(self.words, "hint")
        look(self.kept, "hint")
        hint = QLabel(
            self.tr(
                "Enter next cell · Ctrl+V paste from Excel · Ctrl+D fill down · Ctrl+Delete take a row out"
            )
        )
        look(hint, "hint")
        self.about = QLabel()
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        look(self.about, "soon")
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        row.addWidget(self.record)
        row.addWidget(self.ledger)
        row.addWidget(self.words)
        row.addStretch(1)
        row.addWidget(self.kept)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2 * SPACE, 0, 0)
        box.setSpacing(SPACE)
        box.addLayout(row)
        box.addWidget(self.grid, 1)
        box.addWidget(self.about)
        box.addWidget(hint)

    # which raid

    def _without_raid(self) -> None:
        """Nothing can be typed that would belong to no raid and be lost."""
        for widget in (self.grid, self.record, self.ledger):
            widget.setEnabled(False)
        self.words.setText(self.tr("Choose a raid on the left first, or record one."))

    def ask(self, raid: str) -> None:
        """Types people of this raid from now on; what was typed before comes back."""
        self.keep_draft()
        self._raid = raid
        self.grid.setEnabled(True)
        self.ledger.setEnabled(True)
        self.model.put([])
        self._count()
        self._services.doorway.read(self, lambda desk: importing.reference_of(desk, "people", raid), self._on)
        place = self._place(raid)
        self._services.doorway.keep(self, lambda desk: DraftStore(desk.casefile).load(place), self._restore)

    def _on(self, day: date) -> None:
        self.model.reference = day
        self.model.check()

    def _place(self, raid: str) -> str:
        return f"grid:{raid}"

    def _restore(self, draft: Draft | None) -> None:
        if draft is not None and draft.place == self._place(self._raid or "") and not self.model.typed():
            rows = draft.value if isinstance(draft.value, list) else []
            self.model.put([row for row in rows if _is_row(row)])
            self._count()

    def begin(self) -> None:
        """Puts the cursor where the next person is typed."""
        self.grid.begin()

    # drafts

    def _edited(self) -> None:
        self._dirty = True
        self._keep.start()
        self._count()

    def _count(self) -> None:
        rows = self.model.typed()
        doubtful = sum(bool(self.model.remarks(row)) for row in range(self.model.rowCount()))
        self.words.setText(self.tr("{} people, {} with remarks").format(len(rows), doubtful))
        self.record.setEnabled(bool(rows))
        self._say_row()

    def _say_row(self) -> None:
        row = self.grid.currentIndex().row()
        said = self.model.remarks(row) if 0 <= row < self.model.rowCount() else {}
        words = "；".join(said.values())
        self.about.setText(self.tr("Row {}: {}").format(row + 1, words) if words else "")

    def keep_draft(self) -> None:
        """Keeps what is typed, now."""
        raid = self._raid
        if not self._dirty or raid is None:
            return
        self._dirty = False
        place, rows = self._place(raid), self.model.typed()

        def work(desk: Desk) -> None:
            drafts = DraftStore(desk.casefile)
            if rows:
                drafts.keep(place, rows, desk.casefile.officer)
            else:
                drafts.discard(place)

        self._services.doorway.keep(self, work, lambda _: self._kept(bool(rows)))

    def _kept(self, anything: bool) -> None:
        at = datetime.now().astimezone().strftime("%H:%M:%S")
        self.kept.setText(self.tr("Draft kept {}").format(at) if anything else "")

    # recording

    def perform(self) -> None:
        """Records everybody in the grid, in one transaction."""
        raid = self._raid
        if raid is None or not self.model.typed():
            return
        reading = self.model.reading()
        self.record.setEnabled(False)

        def work(desk: Desk) -> dict[str, Any]:
            return importing.import_ledger(desk, reading, raid)

        self._services.doorway.write(self, work, self._recorded, self._refused)

    def _recorded(self, made: dict[str, Any]) -> None:
        self.model.put([])
        self._dirty = True
        self.keep_draft()
        self._count()
        count = len(made["people"])
        self._services.tell(self.tr("{} people were recorded.").format(count), "done")
        self.recorded.emit(count)

    def _refused(self, failure: Failure) -> None:
        self.record.setEnabled(True)
        self._services.tell(f"{failure.sentence} [{failure.code}]", "law")

    def _read_ledger(self) -> None:
        if self._raid is None:
            return
        dialog = QDialog(self.window())
        dialog.setWindowTitle(self.tr("Read a ledger of people"))
        dialog.resize(960, 600)
        panel = LedgerPanel(self._services.doorway, "people", self._raid)
        panel.closed.connect(dialog.accept)
        panel.read.connect(lambda made: self.recorded.emit(len(made["people"])))
        box = QVBoxLayout(dialog)
        box.addWidget(panel)
        dialog.open()


def _is_row(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
