"""文书: the papers of a raid as the pages that print, numbers for them, and all documents issued so far.

Knows checked papers and the listing of documents, not what a form says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.desk import Desk
from desktop.casework.fields import record_field
from desktop.casework.listing import Query
from desktop.casework.paper_sets import Checked, checked
from desktop.casework.papers import Issued, issued
from desktop.casework.printing_sources import Sources
from desktop.changes.store import Changes
from desktop.ui.application import spoken
from desktop.ui.batch_view import BatchView
from desktop.ui.choices import RecordEditor, record_choices
from desktop.ui.doorway import Failure
from desktop.ui.notice import Notice
from desktop.ui.page import Page, Services, allow
from desktop.ui.paper_side import since_words
from desktop.ui.paper_tree import Choice, PaperTree
from desktop.ui.paper_view import PaperView
from desktop.ui.record_panel import RecordPanel
from desktop.ui.table import ListView
from desktop.ui.theme import SPACE, look

_LEFT = 76 * SPACE
_REFRESH_MS = 400


class _Found(NamedTuple):
    """The record whose papers are shown, and the papers."""

    kind: str
    record: str
    papers: list[Checked]


def _papers(desk: Desk, kind: str, record: str) -> _Found:
    return _Found(kind, record, checked(desk, kind, record))


def _papers_around(desk: Desk, subject: str) -> _Found:
    """The papers of a raid; for a property list those of its raid, where that has arrived and stands."""
    sources = Sources(desk)
    found = sources.one("property_list", subject)
    if found is None:
        return _papers(desk, "raid", subject)
    raid = sources.standing("raid", found.get("raid"))
    return _papers(desk, "raid", raid.id) if raid else _papers(desk, "property_list", subject)


def _newest(desk: Desk) -> _Found | None:
    found = desk.show("raid", where={"withdrawn": "0"}, newest=True, limit=1)
    return _papers(desk, "raid", found[0]["id"]) if found else None


class PrintTab(QWidget):
    """Choosing a raid and one of its papers; the page at the right. ``read_anew`` tells that papers came."""

    read_anew = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doorway = services.doorway
        self._shown: tuple[str, str] | None = None
        self._wanted: Choice | None = None
        self.raid = RecordEditor(record_field("presence", "raid"), self._doorway, "raid")
        self.raid.left.connect(self._choose_raid)
        self.raid.combo.activated.connect(lambda _: self._choose_raid())
        self.notice = Notice()
        self.tree = PaperTree()
        self.tree.chosen.connect(self._choose)
        self.paper = PaperView(services)
        self.paper.wanted.connect(lambda form, subject: self.show_form(form, subject))
        self.batch = BatchView(services)
        self.batch.closed.connect(self.leave_batch)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.paper)
        self.stack.addWidget(self.batch)
        self._papers: list[Checked] = []
        self._refresh = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._refresh.timeout.connect(self.read)
        self._doorway.changed.connect(self._changed)
        self._lay_out()
        self.tree.show_papers([])

    def _lay_out(self) -> None:
        self._left = QWidget()
        self._left.setFixedWidth(_LEFT)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        name = QLabel(self.raid.field.label(spoken()))
        name.setBuddy(self.raid)
        look(name, "hint")
        for widget in (name, self.raid, self.notice):
            column.addWidget(widget)
        column.addWidget(self.tree, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2 * SPACE, 0, 0)
        row.setSpacing(3 * SPACE)
        row.addWidget(self._left)
        row.addWidget(self.stack, 1)

    # which record

    def begin(self) -> None:
        """Shows the papers of the newest raid, unless others are shown already."""
        if self._shown is None:
            self._doorway.read(self, _newest, self._arrived, self._failed, key=self._key)
        else:
            self.read()

    def show_form(self, form: str, subject: str) -> None:
        """Shows a form of a raid or a property list, among the papers of its raid."""
        choice = Choice(form, subject)
        self.leave_batch()
        if self.tree.choose(choice):
            return
        self._wanted = choice
        self._doorway.read(
            self, lambda desk: _papers_around(desk, subject), self._arrived, self._failed, key=self._key
        )

    def read(self) -> None:
        """Reads the papers of the same record anew."""
        self._refresh.stop()
        if self._shown is not None:
            kind, record = self._shown
            self._doorway.read(
                self, lambda desk: _papers(desk, kind, record), self._arrived, self._failed, key=self._key
            )

    @property
    def _key(self) -> str:
        return f"papers:{id(self)}"

    def _choose_raid(self) -> None:
        raid = self.raid.value()
        if raid is not None and self._shown != ("raid", raid):
            self._shown = ("raid", raid)
            self.read()

    def _changed(self, changes: Changes) -> None:
        if "raid" in changes:
            self._doorway.read(self, lambda desk: record_choices(desk, "raid"), self._offer)
        if self.isVisible():
            self._refresh.start()

    def _offer(self, choices: list[tuple[str, Any, str]]) -> None:
        self.raid.offer(choices)
        self._name_raid()

    def _name_raid(self) -> None:
        """Names the raid that is shown, unless somebody is typing another."""
        if self._shown is not None and self._shown[0] == "raid" and not self.raid.line.isModified():
            self.raid.put(self._shown[1])

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._refresh.start()

    def _arrived(self, found: _Found | None) -> None:
        if found is None:
            self.notice.say(self.tr("No raid is recorded yet. Blank forms can be printed."), "soon")
            self.tree.show_papers([])
            return
        self.notice.clear()
        self._papers = found.papers
        self._shown = (found.kind, found.record)
        self._name_raid()
        self.tree.show_papers(found.papers)
        if self.stack.currentWidget() is self.batch:
            self.batch.show_papers(found.papers)
        self._put_cursor()
        self.read_anew.emit()

    def _put_cursor(self) -> None:
        wanted, self._wanted = self._wanted, None
        if (wanted is None or not self.tree.choose(wanted)) and self.tree.choice() is None:
            first = self.tree.first()
            if first is not None:
                self.tree.choose(first)

    def _failed(self, failure: Failure) -> None:
        self._shown = None
        self.notice.refuse(failure)
        self.tree.show_papers([])

    # one paper, or all

    def _choose(self, choice: Choice) -> None:
        if choice.subject:
            self.paper.show_paper(choice.form, choice.subject)
        else:
            self.paper.show_blank(choice.form)

    def begin_batch(self) -> None:
        """Offers all papers of the raid at once."""
        if self._papers:
            self._left.hide()
            self.stack.setCurrentWidget(self.batch)
            self.batch.show_papers(self._papers)
            self.batch.list.setFocus()

    def leave_batch(self) -> None:
        """Back to one paper."""
        self._left.show()
        self.stack.setCurrentWidget(self.paper)

    @property
    def has_papers(self) -> bool:
        """True when there is something to print together."""
        return bool(self._papers)


class IssuedTab(QWidget):
    """All documents issued, the chosen one compared with its records."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._found: Issued | None = None
        self.list = ListView(
            services.doorway,
            Query(listing="documents", sort=("issued_at", True)),
            empty=self.tr("No document is issued yet. A paper gets its number on the first tab."),
        )
        self.list.table.chosen.connect(self.choose)
        self.list.table.opened.connect(lambda _: self.look_at())
        self.state = Notice()
        self.page_button = QPushButton(self.tr("See the page as it would print now"))
        self.page_button.clicked.connect(self.look_at)
        self.page_button.setEnabled(False)
        self.panel = RecordPanel(services)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(3 * SPACE, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        for widget in (self.state, self.page_button):
            column.addWidget(widget)
        column.addWidget(self.panel, 1)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(right)
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 2 * SPACE, 0, 0)
        whole.addWidget(split)

    def choose(self, document: str) -> None:
        """Shows a document and how it compares with its records."""
        self.panel.show_record("document", document)
        self._services.doorway.read(
            self, lambda desk: _one_issued(desk, document), self._arrived, key=f"issued:{id(self)}"
        )

    def _arrived(self, found: Issued | None) -> None:
        self._found = found
        self.page_button.setEnabled(found is not None and not found.withdrawn)
        if found is None or (found.since is None and not found.withdrawn):
            self.state.say(self.tr("It is not known here what this document printed."), "soon")
        elif found.withdrawn:
            self.state.say(self.tr("Void: this number is not used again."), "soon")
        elif found.since:
            self.state.say(since_words(found.since), "soon")
        else:
            self.state.say(self.tr("Agrees with the records."), "done")

    def look_at(self) -> None:
        """Shows the page of the document's record as it would print now."""
        if self._found is not None and not self._found.withdrawn:
            self._services.preview(self._found.form, self._found.subject)


def _one_issued(desk: Desk, document: str) -> Issued | None:
    (view,) = desk.show("document", document)
    subject = view["subject"]
    return next((one for one in issued(desk, subject) if one.id == document), None) if subject else None


class DocumentsPage(Page):
    """Papers to print on the first tab, documents issued on the second."""

    name = "documents"
    picture = "file-text"
    kinds = frozenset({"document"})

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, "", parent)
        self.title.setText(self.tr("Documents"))
        self.setAccessibleName(self.title.text())
        self.printing = PrintTab(services)
        self.issued = IssuedTab(services)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.printing, self.tr("Print"))
        self.tabs.addTab(self.issued, self.tr("Issued documents"))
        self.tabs.currentChanged.connect(lambda _: self.opened())
        self.body.addWidget(self.tabs, 1)
        self._add_acts()
        self.printing.paper.ready.connect(lambda _: self._tell_acts())
        self.printing.stack.currentChanged.connect(lambda _: self._tell_acts())
        self.printing.read_anew.connect(self._tell_acts)
        self._tell_acts()

    def _add_acts(self) -> None:
        paper = self.printing.paper
        batch = self.printing.begin_batch
        self.batch_act = self.add_act(self.tr("Print together"), "list-checks", batch, key="Ctrl+Shift+P")
        self.issue_act = self.add_act(self.tr("Give a number"), "badge-check", paper.issue, key="Ctrl+I")
        self.save_act = self.add_act(self.tr("Save as PDF"), "download", self._save, key="Ctrl+Shift+S")
        self.print_act = self.add_act(self.tr("Print"), "printer", self._print, key="Ctrl+P", primary=True)

    def _tell_acts(self) -> None:
        printing = self.printing
        here = self.tabs.currentWidget() is printing
        batch = here and printing.stack.currentWidget() is printing.batch
        one = here and not batch
        why = self.tr("First choose a paper on the tab Print")
        for act in (self.print_act, self.save_act):
            allow(act, batch or (one and printing.paper.has_pages), why)
        allow(self.issue_act, one and printing.paper.has_record, why)
        allow(self.batch_act, here and printing.has_papers, self.tr("First choose a raid on the tab Print"))

    def _print(self) -> None:
        printing = self.printing
        if printing.stack.currentWidget() is printing.batch:
            printing.batch.print_all()
        else:
            printing.paper.print_paper()

    def _save(self) -> None:
        printing = self.printing
        if printing.stack.currentWidget() is printing.batch:
            printing.batch.save_all()
        else:
            printing.paper.save_pdf()

    def opened(self) -> None:
        if self.tabs.currentWidget() is self.printing:
            self.printing.begin()
        else:
            self.issued.list.ask()
        self._tell_acts()

    def show_record(self, kind: str, record: str) -> None:
        """Shows a document among those issued."""
        self.tabs.setCurrentWidget(self.issued)
        self.issued.choose(record)
        self.issued.list.table.choose(record)

    def show_form(self, form: str, subject: str) -> None:
        """Shows a form of a record as the page that prints: what the window's preview leads to."""
        self.tabs.setCurrentWidget(self.printing)
        self.printing.show_form(form, subject)

    def where(self) -> dict[str, Any]:
        """The paper that is shown."""
        paper = self.printing.paper
        return {"form": paper.form, "subject": paper.subject, "tab": self.tabs.currentIndex()}

    def return_to(self, where: Mapping[str, Any]) -> None:
        """Shows a paper again."""
        form, subject = where.get("form"), where.get("subject")
        if form and subject:
            self.show_form(str(form), str(subject))
        self.tabs.setCurrentIndex(int(where.get("tab", 0)))
