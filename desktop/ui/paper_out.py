"""Pages leaving the program: onto paper, or into a file the user names. Each is noted in the audit before.

What cannot be noted leaves all the same, and that is said: a paper with a clock does not wait for a disk.
Knows pages and the audit, no form's data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from desktop.casefile.files import write_file
from desktop.casework.audit import Action, What
from desktop.casework.desk import Desk
from desktop.errors import UserError
from desktop.forms.raster import Size, page_sizes
from desktop.ui.doorway import Failure
from desktop.ui.job_strip import JobStrip
from desktop.ui.page import Services
from desktop.ui.printing import ask_printer, ask_where, print_pages

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s]+')


class Pages(NamedTuple):
    """A PDF and the sizes of its pages."""

    pdf: bytes
    sizes: list[Size]


class Printed(NamedTuple):
    """What the audit remembers of a paper: its form and its record; of a blank form there is none."""

    form: str
    record: str


def laid_out(pdf: bytes) -> Pages:
    """A PDF with the sizes of its pages."""
    return Pages(pdf, page_sizes(pdf))


class PaperOut(JobStrip):
    """Prints and writes pages, and tells how far that is."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._doorway = services.doorway

    def print_pages(self, pages: Pages, title: str, of: Sequence[Printed]) -> None:
        """Prints pages after asking for the printer. ``title`` is what its queue shows."""
        printer = ask_printer(self.window(), title, len(pages.sizes))
        if printer is None:
            return

        def begin() -> None:
            progress = self._doorway.long_press(
                self, lambda told: print_pages(printer, pages.pdf, told), self._printed, self._failed
            )
            self.begin(self.tr("Printing {}").format(title), progress)

        self._note("print", of, begin)

    def save_pages(self, pages: Pages, name: str, of: Sequence[Printed]) -> None:
        """Writes pages into a PDF after asking where; ``name`` is proposed, less what no file name holds."""
        path = ask_where(self.window(), self.tr("Save as PDF"), _NOT_IN_NAMES.sub("", name))
        if path is None:
            return
        words = self.tr("Written: {}").format(path.name)

        def begin() -> None:
            self._doorway.press(
                self,
                lambda: write_file(path, pages.pdf),
                lambda _: self._services.tell(words, "done"),
                self._failed,
            )

        self._note("export", of, begin)

    def _note(self, action: Action, of: Sequence[Printed], then: Callable[[], None]) -> None:
        def work(desk: Desk) -> UserError | None:
            faults = [
                desk.audit.attempt(action, record=one.record, what=What(form=one.form))
                for one in of
                if one.record
            ]
            return next(filter(None, faults), None)

        def noted(fault: UserError | None) -> None:
            then()
            if fault is not None:
                self._services.tell(f"{fault.sentence()} [{fault.code}]", "soon")

        self._doorway.keep(self, work, noted, self._failed)

    def _printed(self, sheets: int) -> None:
        self.end()
        self._services.tell(self.tr("{} pages were sent to the printer.").format(sheets), "done")

    def _failed(self, failure: Failure) -> None:
        self.end()
        if failure.code == "cancelled":
            self._services.tell(self.tr("Printing was stopped."), "soon")
        else:
            self._services.tell(f"{failure.sentence} [{failure.code}]", "law")
