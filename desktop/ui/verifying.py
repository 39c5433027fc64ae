"""完整性核验: the case file is proved again beside the window; what does not hold is listed by its records.

Runs on a thread of its own, so that no list waits for it, and can be stopped. Knows the report, not how it is
made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPushButton

from desktop.casefile.files import write_file
from desktop.casework.disclosing import note_export
from desktop.casework.integrity import Report, report
from desktop.casework.integrity_paper import finding_line, report_lines, report_pdf, verdict_line
from desktop.errors import UserError
from desktop.ui.application import spoken
from desktop.ui.aside import Aside
from desktop.ui.doorway import Doorway, Progress
from desktop.ui.printing import ask_where
from desktop.ui.steps import DeskStep
from desktop.ui.theme import SPACE, icon

_LINES = 50 * SPACE


class VerifyStep(DeskStep):
    """Makes the report, shows it and saves it."""

    def __init__(self, doorway: Doorway, aside: Aside) -> None:
        super().__init__(
            doorway,
            self.tr("Check that the case file is sound"),
            self.tr(
                "Every entry, signature, table and attachment is computed again. Nothing is changed; you may"
                " go on working meanwhile."
            ),
        )
        self._aside = aside
        self._report: Report | None = None
        self._made = datetime.now().astimezone()
        self.go.setText(self.tr("Check now"))
        self.back.setText(self.tr("Close"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("What does not hold"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(_LINES)
        self.middle.addWidget(self.list, 1)
        self.list.hide()
        self.as_pdf = self._saver(self.tr("Save as PDF…"), lambda: self._save(".pdf", "PDF (*.pdf)"))
        self.as_text = self._saver(
            self.tr("Save as text…"), lambda: self._save(".txt", self.tr("Text (*.txt)"))
        )

    def _saver(self, text: str, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(icon("download"), text)
        button.clicked.connect(run)
        button.hide()
        self.buttons.insertWidget(self.buttons.count() - 2, button)
        return button

    def perform(self) -> None:
        """Makes the report."""
        if self.working:
            return
        desk, language = self.doorway.desk, spoken()
        self._show(None)

        def work(progress: Progress) -> Report:
            return report(desk, language, progress.report)

        self.run_long(
            lambda done, failed: self._aside.run(self, work, done, failed),
            self._show,
            self.tr("Checking entries, signatures, tables and attachments…"),
            self.tr("Stopped. Nothing is known of the rest."),
        )

    def _show(self, found: Report | None) -> None:
        self._report = found
        self._made = datetime.now().astimezone()
        self.list.clear()
        for widget in (self.as_pdf, self.as_text):
            widget.setVisible(found is not None)
        self.list.setVisible(found is not None and bool(found.findings))
        if found is None:
            return
        self.list.addItems([finding_line(one, spoken()) for one in found.findings])
        self.notice.say(verdict_line(found, spoken()), "law" if found.findings else "done")
        self.go.setText(self.tr("Check again"))
        (self.list if found.findings else self.back).setFocus(Qt.FocusReason.OtherFocusReason)

    # saving

    def _save(self, ending: str, pattern: str) -> None:
        found, made, language = self._report, self._made, spoken()
        if found is None:
            return
        name = self.tr("integrity-{date}").format(date=made.date().isoformat())
        path = ask_where(self, self.tr("Save the report"), name, ending, pattern)
        if path is None:
            return

        def lay_out() -> None:
            if ending == ".pdf":
                data = report_pdf(found, language, made)
            else:
                data = "\n".join([*report_lines(found, language, made), ""]).encode()
            write_file(path, data)

        def noted(fault: UserError | None) -> None:
            self.doorway.press(self, lay_out, lambda _: self._saved(path, fault), self._failed)

        count = len(found.findings)
        self.doorway.keep(self, lambda desk: note_export(desk, "integrity", count), noted, self._failed)

    def _saved(self, path: Path, fault: UserError | None) -> None:
        words = self.tr("Written: {}").format(path.name)
        if fault is None:
            self.notice.say(words, "done")
        else:
            self.notice.say(f"{words}\n{fault.sentence()} [{fault.code}]", "soon")
