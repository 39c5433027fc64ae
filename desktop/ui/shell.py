"""The one window: navigation at the left, the page, a form beside it, and a line that always tells the truth.

Owns the doorway while a case file is open. Pages are handed to it; it knows what a page is, not which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.casework.audit import AuditLog, What
from desktop.casework.bulletins import unread
from desktop.casework.desk import Desk, Outcome
from desktop.sync.hub_schedule import HubStatus
from desktop.sync.summary import ExchangeSummary, exchange_summary
from desktop.ui.application import spoken
from desktop.ui.doorway import Doorway, Failure
from desktop.ui.exchange_words import provisional_words, summary_words
from desktop.ui.form_panel import gap_sentences
from desktop.ui.hub_link import HubLink
from desktop.ui.hub_words import hub_short, hub_sign, hub_words
from desktop.ui.notice import Notice
from desktop.ui.page import Page, Services, Tone
from desktop.ui.palette import SearchBox
from desktop.ui.record_panel import RecordPanel
from desktop.ui.side import Side
from desktop.ui.theme import SPACE, as_written, icon, look

PageMaker = Callable[[Services], Page]
_NAV = 132
_MOST_KEYS = 10
"""So many pages have a key, Alt and a digit; the others are gone to by Ctrl+K."""
_NOTICE_MS = 12_000


class Shell(QMainWindow):
    """The window on one open desk. ``lock_asked`` tells Ctrl+L, ``closed`` that the window is going away."""

    lock_asked = Signal()
    closed = Signal()

    def __init__(self, desk: Desk, pages: Sequence[PageMaker]) -> None:
        super().__init__()
        self.doorway = Doorway(desk, self)
        self.hub = HubLink(self.doorway, self)
        self.side = Side(self.doorway)
        self.services = Services(
            doorway=self.doorway,
            tell=self.tell,
            go_to=self.go_to,
            act=self.side.open_act,
            correct=self.side.open_correction,
            preview=self.preview,
            disclose=self._disclose,
        )
        self.previewer: Callable[[str, str], None] | None = None
        self._office, self._officer = QLabel(), QToolButton()
        self._nav = QListWidget()
        self._stack = QStackedWidget()
        self._notice = QLabel()
        self.provisional = Notice()
        self._about_exchange, self._about_drafts = QLabel(), QLabel()
        self._hub_sign, self._about_hub = QLabel(), QLabel()
        self._quiet = QTimer(self, singleShot=True, interval=_NOTICE_MS)
        self._quiet.timeout.connect(self._notice.hide)
        self.search = SearchBox(self.actions_now, self)
        self._lay_out()
        self.pages = [make(self.services) for make in pages]
        for page in self.pages:
            self._add_page(page)
        self._own_acts()
        self._wire()
        self._restore()
        self._nav.setCurrentRow(0)
        self._nav.setFocus(Qt.FocusReason.OtherFocusReason)
        self.read_summary()
        self.hub.start()

    # looks

    def _lay_out(self) -> None:
        self.setWindowTitle("联动" if spoken() == "zh" else "Liandong")
        self.setMinimumSize(960, 600)
        self.resize(1366, 728)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar())
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._navigation())
        row.addWidget(self._middle(), 1)
        column.addWidget(middle, 1)
        column.addWidget(self._status())
        self.setCentralWidget(whole)

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("part", "bar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        row.setSpacing(3 * SPACE)
        self._office.setTextFormat(Qt.TextFormat.PlainText)
        look(self._office, "heading")
        self.search.setMinimumWidth(100 * SPACE)
        self._officer.setIcon(icon("user"))
        self._officer.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._officer.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._officer.setAccessibleName(self.tr("Officer"))
        row.addWidget(self._office)
        row.addStretch(1)
        row.addWidget(self.search, 2)
        row.addStretch(1)
        row.addWidget(self._officer)
        return bar

    def _navigation(self) -> QWidget:
        self._nav.setProperty("part", "nav")
        self._nav.setFixedWidth(_NAV)
        self._nav.setIconSize(QSize(18, 18))
        self._nav.setAccessibleName(self.tr("Pages"))
        self._nav.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return self._nav

    def _middle(self) -> QWidget:
        self._notice.setWordWrap(True)
        self._notice.setTextFormat(Qt.TextFormat.PlainText)
        self._notice.hide()
        left = QWidget()
        left.setProperty("part", "page")
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.provisional)
        box.addWidget(self._notice)
        box.addWidget(self._stack, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.side)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        split.setChildrenCollapsible(False)
        return split

    def _status(self) -> QWidget:
        status = QWidget()
        status.setProperty("part", "status")
        status.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(status)
        row.setContentsMargins(3 * SPACE, SPACE, 3 * SPACE, SPACE)
        row.setSpacing(6 * SPACE)
        secrets = QLabel(self.tr("State secrets must not be stored or processed in this system"))
        look(secrets, "hint")
        row.addWidget(secrets)
        row.addStretch(1)
        row.addLayout(self._hub_word())
        for label in (self._about_exchange, self._about_drafts):
            look(label, "hint")
            row.addWidget(label)
        return status

    def _hub_word(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        look(self._about_hub, "hint")
        row.addWidget(self._hub_sign)
        row.addWidget(self._about_hub)
        self.show_hub(self.hub.status)
        return row

    def show_hub(self, status: HubStatus) -> None:
        """Says how it stands with the hub; nothing while none is on."""
        words = hub_short(status)
        self._hub_sign.setPixmap(icon(*hub_sign(status)).pixmap(4 * SPACE, 4 * SPACE))
        self._about_hub.setText(words)
        self._about_hub.setToolTip(status.warned(spoken()) or hub_words(status))
        for label in (self._hub_sign, self._about_hub):
            label.setVisible(bool(words))

    def _add_page(self, page: Page) -> None:
        item = QListWidgetItem(icon(page.picture, "nav_text"), page.title.text())
        self._nav.addItem(item)
        self._stack.addWidget(page)

    # acts of the window itself

    def _own_acts(self) -> None:
        find = QAction(self.tr("Find or do anything"), self)
        find.setShortcut(QKeySequence("Ctrl+K"))
        find.triggered.connect(lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.addAction(find)
        for number, page in enumerate(self.pages, 1):
            go = QAction(self.tr("Go to {}").format(page.title.text()), self)
            if number <= _MOST_KEYS:
                go.setShortcut(QKeySequence(f"Alt+{number % 10}"))
            go.triggered.connect(lambda _=False, row=number - 1: self._nav.setCurrentRow(row))
            self.addAction(go)
        lock = QAction(icon("lock"), self.tr("Lock"), self)
        lock.setShortcut(QKeySequence("Ctrl+L"))
        lock.triggered.connect(self.lock_asked)
        self.addAction(lock)
        self._mine = QMenu(self)
        self._mine.addAction(lock)
        self._officer.setMenu(self._mine)

    def offer(self, actions: Sequence[QAction]) -> None:
        """Puts acts into the officer's menu, above the lock."""
        first = self._mine.actions()[0]
        for action in actions:
            self._mine.insertAction(first, action)
            if action.menu() is None:
                self.addAction(action)

    def actions_now(self) -> list[QAction]:
        """What can be done from here: the window's acts, those of the page in view and of its record."""
        page = self.page()
        if page is None:
            return self.actions()
        panels = [panel for panel in page.findChildren(RecordPanel) if panel.isVisible()]
        return [*self.actions(), *page.actions(), *(act for panel in panels for act in panel.actions())]

    def _wire(self) -> None:
        self._nav.currentRowChanged.connect(self._turn)
        self.search.use(self.doorway)
        self.search.found.connect(self.go_to)
        self.side.performed.connect(self._performed)
        self.side.kept.connect(lambda at: self._about_drafts.setText(self.tr("Draft kept {}").format(at)))
        self.side.drafts_changed.connect(self._drafts_changed)
        self.doorway.failed.connect(self._failed)
        self._soon = QTimer(self, singleShot=True, interval=500)
        self._soon.timeout.connect(self.read_summary)
        self.doorway.changed.connect(self._changed)
        self.hub.told.connect(self.show_hub)

    def _drafts_changed(self) -> None:
        page = self.page()
        if page is not None:
            page.drafts_changed()

    def _changed(self, _: object) -> None:
        self._soon.start()

    # pages

    def page(self) -> Page | None:
        """The page in view."""
        found = self._stack.currentWidget()
        return found if isinstance(found, Page) else None

    def _turn(self, row: int) -> None:
        if 0 <= row < len(self.pages):
            self._notice.hide()
            self._stack.setCurrentWidget(self.pages[row])
            self.pages[row].opened()

    def turn_to(self, name: str) -> None:
        """Brings a page into view by its name."""
        for row, page in enumerate(self.pages):
            if page.objectName() == name:
                self._nav.setCurrentRow(row)

    def go_to(self, kind: str, record: str) -> None:
        """Shows a record on the first page that can."""
        for row, page in enumerate(self.pages):
            if kind in page.kinds:
                self._nav.setCurrentRow(row)
                page.show_record(kind, record)
                return

    def preview(self, form: str, subject: str) -> None:
        """Shows a form as the page that prints."""
        if self.previewer is not None:
            self.previewer(form, subject)

    def where(self) -> dict[str, Any]:
        """What is in view, so that it can be found again after a lock; the open form with it."""
        pages = {page.objectName(): page.where() for page in self.pages}
        return {"page": self._nav.currentRow(), "pages": pages, "form": self.side.opened_with}

    def return_to(self, where: Mapping[str, Any]) -> None:
        """Brings back what ``where`` told."""
        for page in self.pages:
            page.return_to(where.get("pages", {}).get(page.objectName(), {}))
        self._nav.setCurrentRow(where.get("page", 0))
        if where.get("form"):
            self.side.open_act(*where["form"])

    # words

    def tell(self, words: str, tone: Tone) -> None:
        """One sentence above the page; what is good goes away by itself."""
        self._notice.setText(words)
        look(self._notice, tone, part="notice")
        self._notice.show()
        if tone == "done":
            self._quiet.start()
        else:
            self._quiet.stop()

    def _failed(self, failure: Failure) -> None:
        where = f"\n{failure.report}" if failure.report else ""
        self.tell(f"{failure.sentence} [{failure.code}]{where}", "law")

    def _performed(self, outcomes: Sequence[Outcome]) -> None:
        gaps = gap_sentences(outcomes)
        if gaps:
            self.tell(self.tr("Recorded. Still missing: {}").format(" ".join(gaps)), "law")
        else:
            self.tell(self.tr("Recorded."), "done")

    def _disclose(self, kind: str, record: str, word: str) -> None:
        what = What(kind=kind, field=word, purpose="casework")

        def work(desk: Desk) -> None:
            AuditLog(desk.casefile).note("reveal", record=record, what=what)

        self.doorway.keep(self, work)

    # what it says of itself

    def read_summary(self) -> None:
        """Reads who works here and how the exchange stands."""
        self.doorway.read(self, _who, self._introduce, key="who")
        self.doorway.read(self, exchange_summary, self._say_exchange, key="exchange summary")
        self.doorway.read(self, _unread, lambda found: self._count("bulletins", found), key="unread")

    def _introduce(self, found: Mapping[str, Any]) -> None:
        name = "联动" if spoken() == "zh" else "Liandong"
        self._office.setText(f"{name}  ·  {found['office']}")
        self._officer.setText(as_written(found["officer"]))
        self.setWindowTitle(f"{name} - {found['office']}")

    def _say_exchange(self, found: ExchangeSummary) -> None:
        self._about_exchange.setText(summary_words(found))
        words = provisional_words() if found.provisional else ""
        if found.apart is not None:
            words = found.apart.sentence(spoken())
        if not words:
            self.provisional.clear()
        elif self.provisional.text() != words:
            self.provisional.say(words, "soon")
        self._count("exchange", found.conflicts)

    def _count(self, name: str, count: int) -> None:
        """What waits on a page, behind its name."""
        for row, page in enumerate(self.pages):
            if page.objectName() == name:
                text = page.title.text()
                self._nav.item(row).setText(f"{text}   {count}" if count else text)

    # coming and going

    def _restore(self) -> None:
        kept = QSettings("liandong", "window").value("geometry")
        if isinstance(kept, QByteArray):
            self.restoreGeometry(kept)

    def shut(self) -> None:
        """Keeps drafts and ends all threads; the case file may be closed after this."""
        self.hub.stop()
        self.side.keep()
        for page in self.pages:
            page.stop()
        self.doorway.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        QSettings("liandong", "window").setValue("geometry", self.saveGeometry())
        self.shut()
        self.closed.emit()
        super().closeEvent(event)


def _unread(desk: Desk) -> int:
    with desk.casefile.reader.connect() as conn:
        return len(unread(conn))


def _who(desk: Desk) -> dict[str, str]:
    offices = desk.show("office", where={"code": desk.office(), "withdrawn": "0"}, newest=True, limit=1)
    officers = [view for view in desk.show("officer") if view["id"] == desk.casefile.officer]
    return {
        "office": (offices[0]["name"] or "") if offices else desk.office(),
        "officer": (officers[0]["name"] or "") if officers else "",
    }
