"""One paper of a record: the very page that prints, and beside it what it lacks. Prints it and issues it.

Records are read and written through the doorway; pages are laid out on its press and stay in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.casework.acts.papers import SERIES
from desktop.casework.desk import Desk
from desktop.casework.gaps import Gap
from desktop.casework.paper_sets import standing
from desktop.casework.papers import Issued, Paper, conflict_id, issued, paper
from desktop.casework.printing import render_blank
from desktop.casework.printing_sources import Place
from desktop.forms.catalogue import render
from desktop.ui.act_form import ActForm
from desktop.ui.doorway import Failure
from desktop.ui.form_panel import FormPanel
from desktop.ui.mend_form import MendForm, view_to_mend
from desktop.ui.page import Services
from desktop.ui.paper_out import Pages, PaperOut, Printed, laid_out
from desktop.ui.paper_side import PaperSide
from desktop.ui.paper_tree import form_title
from desktop.ui.preview import Preview
from desktop.ui.theme import SPACE

_REFRESH_MS = 300
_SIDE = 72 * SPACE
_FORM = 92 * SPACE


class _Seen(NamedTuple):
    paper: Paper
    document: Issued | None


def _look(desk: Desk, form: str, subject: str, reason: str | None) -> _Seen:
    found = paper(desk, form, subject, disputed_reason=reason)
    return _Seen(found, standing(issued(desk, subject, [found]), form))


class PaperView(QWidget):
    """Shows a form of a record. ``wanted`` asks for another one, ``ready`` tells whether there is a page."""

    wanted = Signal(str, str)
    ready = Signal(bool)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.doorway = services.doorway
        self.form, self.subject = "", ""
        self._reason: str | None = None
        self._seen: _Seen | None = None
        self._pages: Pages | None = None
        self._data: Any = None
        self._mending: Gap | None = None
        self._mended: Gap | None = None
        self._asked = 0
        self.preview = Preview(self.doorway)
        self.out = PaperOut(services)
        self.side = PaperSide()
        self.side.mend.connect(self.mend)
        self.side.decide.connect(self._decide)
        self.side.reason.connect(self._give_reason)
        self.side.issue.connect(self.issue)
        self._beside = QStackedWidget()
        self._beside.addWidget(self.side)
        self._refresh = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._refresh.timeout.connect(self.read)
        self.doorway.changed.connect(self._changed)
        self._lay_out()
        self.clear()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(2 * SPACE)
        left.addWidget(self.preview, 1)
        left.addWidget(self.out)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * SPACE)
        row.addLayout(left, 1)
        row.addWidget(self._beside)
        self._beside.setFixedWidth(_SIDE)

    # what is shown

    def clear(self) -> None:
        """Shows no paper."""
        self._turn_to("", "")
        self.preview.say(self.tr("Choose a paper on the left to see the page that prints."))

    def show_paper(self, form: str, subject: str) -> None:
        """Shows a form of a record as it would print now."""
        if (form, subject) != (self.form, self.subject):
            self._turn_to(form, subject)
            self.preview.say(self.tr("Laying out…"))
        self.read()

    def show_blank(self, form: str) -> None:
        """Shows the empty form, for writing by hand."""
        self._turn_to(form, "")
        self.preview.say(self.tr("Laying out…"))
        self._press(lambda: render_blank(form))

    @property
    def _key(self) -> str:
        return f"paper:{id(self)}"

    def _turn_to(self, form: str, subject: str) -> None:
        self.form, self.subject = form, subject
        self._forget_pages()
        self._reason, self._seen = None, None
        self._mending, self._mended = None, None
        self._close_form()
        self._beside.hide()
        self.ready.emit(False)

    def read(self) -> None:
        """Reads the records of this paper anew."""
        self._refresh.stop()
        if not self.subject:
            return
        form, subject, reason = self.form, self.subject, self._reason
        self.doorway.read(
            self,
            lambda desk: _look(desk, form, subject, reason),
            self._arrived,
            self._failed,
            key=self._key,
        )

    def _changed(self, _: object) -> None:
        if self.isVisible():
            self._refresh.start()

    def showEvent(self, event: Any) -> None:  # noqa: N802
        super().showEvent(event)
        self._refresh.start()

    def _arrived(self, seen: _Seen) -> None:
        found = seen.paper
        if (found.form, found.subject) != (self.form, self.subject):
            return
        self._seen = seen
        self.side.show_paper(found, seen.document)
        self._beside.show()
        self._mend_next()
        if found.data is None:
            self._forget_pages()
        self.ready.emit(self.has_pages)
        if found.data is None:
            self.preview.say(
                self.tr("The records this paper prints are in dispute: see on the right."), "soon"
            )
        elif found.data != self._data:
            form, data = found.form, found.data
            self._data = data
            self._press(lambda: render(form, data))

    def _forget_pages(self) -> None:
        """There is no page, and one that is being laid out is not wanted any more."""
        self._asked += 1
        self._pages, self._data = None, None

    def _press(self, made: Callable[[], bytes]) -> None:
        """Lays pages out for the paper that is shown now."""
        self._asked += 1
        asked = self._asked
        self.doorway.press(
            self,
            lambda: laid_out(made()),
            lambda pages: self._laid_out(asked, pages),
            self._failed,
            key=self._key,
        )

    def _laid_out(self, asked: int, pages: Pages) -> None:
        if asked == self._asked:
            self._pages = pages
            self.preview.show_pages(*pages)
            self.ready.emit(True)

    def _failed(self, failure: Failure) -> None:
        self._turn_to(self.form, self.subject)
        self.preview.say(f"{failure.sentence} [{failure.code}]", "law")

    @property
    def has_pages(self) -> bool:
        """True when there is a page to print."""
        return self._pages is not None

    @property
    def has_record(self) -> bool:
        """True when a record's paper is shown, which can get a number."""
        return self._seen is not None

    # what it lacks

    def mend(self, gap: Gap) -> None:
        """Opens what fills a gap in: its field, the act, or the paper whose number is missing."""
        self._mending = None
        if gap.act == "document.issue":
            self._issue_other(gap.values)
        elif gap.place is not None:
            self._mending = gap
            place = gap.place
            self.doorway.read(
                self, lambda desk: view_to_mend(desk, place), lambda view: self._open_mend(gap, view)
            )
        else:
            self.services.act(gap.act, gap.values)

    def _issue_other(self, values: dict[str, Any]) -> None:
        if values["form"] == self.form:
            self.issue()
        else:
            self.wanted.emit(values["form"], values["subject"])

    def _open_mend(self, gap: Gap, view: dict[str, Any]) -> None:
        if gap is self._mending and gap.place is not None:
            self._open_form(MendForm(self.doorway, view, gap.place.field))

    def _mend_next(self) -> None:
        """After one gap the next of its kind, so that a column of a register is filled in without a mouse."""
        before, self._mended = self._mended, None
        if before is None or self._seen is None or self._beside.currentWidget() is not self.side:
            return
        same = (one for one in self._seen.paper.gaps if one.part_zh == before.part_zh)
        gap = next((one for one in same if one.place and one.place != before.place), None)
        if gap is not None:
            self.mend(gap)

    def _open_form(self, form: FormPanel) -> None:
        self._close_form()
        form.setMinimumWidth(0)
        form.performed.connect(self._performed)
        form.closed.connect(self._left)
        self._beside.addWidget(form)
        self._beside.setCurrentWidget(form)
        self._beside.setFixedWidth(_FORM)
        form.begin()

    def _close_form(self) -> None:
        form = self._beside.currentWidget()
        if form is not self.side and form is not None:
            self._beside.removeWidget(form)
            form.deleteLater()
        self._beside.setFixedWidth(_SIDE)

    def _left(self) -> None:
        self._mending = None
        self._close_form()
        self.preview.canvas.setFocus()

    def _performed(self, _: object) -> None:
        self._mending, self._mended = None, self._mending
        self._close_form()
        self.read()

    def _decide(self, disputes: list[Place]) -> None:
        self.services.go_to("conflict", conflict_id(disputes[0]))

    def _give_reason(self, reason: str) -> None:
        self._reason = reason
        self.read()

    # what is done with it

    def issue(self) -> None:
        """Opens the form that gives this paper its number; what the page shows now is kept with it."""
        if self._seen is None:
            return
        shown = self._seen.paper
        fixed = {
            "form": shown.form,
            "subject_kind": shown.kind,
            "subject": shown.subject,
            "printed": shown.printed,
        }
        now = datetime.now().astimezone().isoformat(timespec="minutes")
        filled = {"issued_at": now, "series": SERIES.get(shown.form)}
        self._open_form(ActForm(self.doorway, "document.issue", fixed=fixed, filled=filled))

    def print_paper(self) -> None:
        """Prints the pages that are shown."""
        if self._pages is not None:
            self.out.print_pages(self._pages, form_title(self.form), [Printed(self.form, self.subject)])

    def save_pdf(self) -> None:
        """Writes the pages that are shown into a file that the user names."""
        if self._pages is not None:
            document = self._seen.document if self._seen else None
            name = form_title(self.form) + (document.number if document else "")
            self.out.save_pages(self._pages, name, [Printed(self.form, self.subject)])
