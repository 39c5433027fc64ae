"""From the start of the program to its end: the way in, the window on the open case file, the lock.

Owns the case file while a window is open. Which pages there are is said here and nowhere else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QApplication, QMenu

from desktop.casefile.casefile import CaseFile
from desktop.casefile.vault import Vault
from desktop.casework.city_recovery import have_told, opened_by_keepers
from desktop.casework.desk import Desk
from desktop.ui.application import theme
from desktop.ui.cleaning import Cleaning
from desktop.ui.enrolling_menu import Enrolling
from desktop.ui.entrance import Entrance
from desktop.ui.exchange_words import moment_words
from desktop.ui.hub_setting import HubSetting
from desktop.ui.indexing import Indexing
from desktop.ui.locking import IdleLock
from desktop.ui.page import Page, Services
from desktop.ui.pages.bulletins import BulletinsPage
from desktop.ui.pages.documents import DocumentsPage
from desktop.ui.pages.exchange import ExchangePage
from desktop.ui.pages.home import HomePage
from desktop.ui.pages.oversight import OversightPage
from desktop.ui.pages.property import PropertyPage
from desktop.ui.pages.raids import RaidsPage
from desktop.ui.pages.records import About, RecordsPage
from desktop.ui.practising import PracticeDesk
from desktop.ui.security_menu import Security
from desktop.ui.shell import PageMaker, Shell
from desktop.ui.steps import StepDialog
from desktop.ui.theme import SPACE, icon


class Program(QObject):
    """The program as an officer sees it."""

    def __init__(self, app: QApplication, practice: PracticeDesk, *, vault: Vault | None = None) -> None:
        super().__init__()
        self._app = app
        self._vault = vault
        self.entrance = Entrance(app, practice, vault=vault)
        self.entrance.opened.connect(self.open)
        self.entrance.remarked.connect(self._remark)
        self.shell: Shell | None = None
        self.idle: IdleLock | None = None
        self._security: Security | None = None
        self._casefile: CaseFile | None = None
        self._where: dict[str, Any] = {}
        self._remarked = ""

    def start(self, folder: Path | None) -> None:
        """Shows the way in, to a case file that was named or to the last ones."""
        self.entrance.start(folder)

    def _remark(self, words: str) -> None:
        self._remarked = words

    def open(self, casefile: CaseFile) -> Shell:
        """The window on an open case file, which is owned from now on."""
        self._casefile = casefile
        self.shell = shell = Shell(Desk(casefile), page_makers())
        self._security = security = Security(shell, shell.doorway, vault=self._vault)
        shell.offer([self._darkness(shell), *security.actions])
        _enrolling(shell)
        _hub(shell)
        _previews(shell)
        indexing = Indexing(shell.doorway, shell)
        indexing.slice()
        cleaning = Cleaning(shell.doorway, shell)
        cleaning.cleaned.connect(lambda words: shell.tell(words, "soon"))
        cleaning.clean()
        self.idle = idle = IdleLock(shell)
        security.minutes_changed.connect(lambda minutes: setattr(idle, "minutes", minutes))
        security.told.connect(shell.tell)
        shell.doorway.busy.connect(idle.busy)
        shell.lock_asked.connect(idle.lock)
        idle.locking.connect(shell.hub.stop)
        idle.locked.connect(self.lock)
        shell.closed.connect(self._ended)
        shell.return_to(self._where)
        shell.show()
        remarks = [words for words in (self._remarked, self._of_keepers(casefile)) if words]
        if remarks:
            shell.tell("\n".join(remarks), "soon")
            self._remarked = ""
        return shell

    def _of_keepers(self, casefile: CaseFile) -> str:
        """That the city's keepers opened this file: they are told, and once more whoever opens it next."""
        found = opened_by_keepers(casefile)
        if found is None:
            return ""
        if casefile.writable and not casefile.by_keepers:
            have_told(casefile)
        told = self.tr("With the city's recovery key a new passphrase was set on {}. It is in the audit.")
        return told.format(moment_words(found.at))

    def _darkness(self, shell: Shell) -> QAction:
        dark = QAction(icon("moon"), self.tr("Dark"), shell)
        dark.setCheckable(True)
        dark.setChecked(theme(self._app).dark)
        dark.toggled.connect(lambda on: theme(self._app).apply(dark=on))
        return dark

    def lock(self) -> None:
        """Closes the case file and asks for the passphrase; afterwards everything is where it was."""
        shell, casefile = self.shell, self._casefile
        if shell is None or casefile is None:
            return
        self._where = shell.where()
        folder = casefile.folder
        shell.closed.disconnect(self._ended)
        shell.close()
        self._let_go()
        self.entrance.start(folder, locked=True)

    def _let_go(self) -> None:
        shell, casefile = self.shell, self._casefile
        if self._security is not None:
            self._security.stop()
        self.shell = self._casefile = self.idle = self._security = None
        if shell is not None:
            shell.shut()
            shell.doorway.desk.audit.anchor()
            shell.deleteLater()
        if casefile is not None:
            casefile.close()

    def _ended(self) -> None:
        self._let_go()
        self._app.quit()

    def end(self) -> None:
        """Closes everything that is open."""
        shell = self.shell
        if shell is not None:
            shell.close()
        self.entrance.close()


def _enrolling(shell: Shell) -> None:
    """The dialogs of enrolment, opened from the exchange page."""
    enrolling = Enrolling(shell, shell.doorway)
    enrolling.told.connect(shell.tell)
    menu = QMenu(shell)
    menu.addActions(enrolling.actions)
    for page in shell.pages:
        if isinstance(page, ExchangePage):
            page.enrolment_asked.connect(lambda: menu.popup(QCursor.pos()))
            enrolling.done.connect(page.opened)


def _hub(shell: Shell) -> None:
    """The hub on the exchange page, and the dialog that says where it is."""

    def open_setting() -> None:
        dialog = StepDialog(HubSetting(shell.doorway), shell, width=190 * SPACE)
        dialog.accepted.connect(shell.hub.configured)
        dialog.open()

    for page in shell.pages:
        if isinstance(page, ExchangePage):
            page.hub.now_asked.connect(shell.hub.now)
            page.hub.setting_asked.connect(open_setting)
            shell.hub.told.connect(page.hub.show_status)
            page.hub.show_status(shell.hub.status)


def _previews(shell: Shell) -> None:
    """A form that another page wants to see is shown on the page of documents."""
    papers = next(page for page in shell.pages if isinstance(page, DocumentsPage))

    def show(form: str, subject: str) -> None:
        shell.turn_to(papers.objectName())
        papers.show_form(form, subject)

    shell.previewer = show


def page_makers() -> list[PageMaker]:
    """The pages in the order of the navigation."""
    return [
        HomePage,
        _leads,
        _cases,
        RaidsPage,
        PropertyPage,
        _people,
        DocumentsPage,
        _officers,
        ExchangePage,
        OversightPage,
        BulletinsPage,
    ]


def _leads(services: Services) -> Page:
    return RecordsPage(services, About("leads", "radar", "leads", "lead", "lead.open"))


def _cases(services: Services) -> Page:
    return RecordsPage(services, About("cases", "briefcase", "cases", "case", "case.file"))


def _people(services: Services) -> Page:
    return RecordsPage(services, About("people", "users", "people", "person", None))


def _officers(services: Services) -> Page:
    return RecordsPage(services, About("officers", "badge-check", "officers", "officer", "officer.add"))
