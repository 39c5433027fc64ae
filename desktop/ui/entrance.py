"""The way in: one small window from the start of the program to an open case file.

It shows one page at a time (the last case files, sign-in, wizard, recovery key, keepers' shares, restore,
practice city) and ends with ``opened``. Whoever listens owns the case file from then on. Knows no record and
no act.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.casefile.casefile import CaseFile
from desktop.casefile.vault import Vault
from desktop.ui.aside import Aside
from desktop.ui.by_keepers import ByKeepers
from desktop.ui.forgotten import Forgotten
from desktop.ui.practising import Practice, PracticeDesk
from desktop.ui.recent import remember_file
from desktop.ui.restoring import Restoring
from desktop.ui.signin import SignIn
from desktop.ui.theme import SPACE, icon, look
from desktop.ui.welcome import Welcome
from desktop.ui.wizard import Wizard

_WIDTH, _HEIGHT = 1120, 700
_WIDE = 960
_BAND = 56 * SPACE
_MEASURE = 110 * SPACE


class _Pages(NamedTuple):
    welcome: Welcome
    signin: SignIn
    forgotten: Forgotten
    by_keepers: ByKeepers
    restoring: Restoring
    wizard: Wizard
    practice: Practice


class Entrance(QWidget):
    """The window of the way in.

    ``opened`` brings an open, writable ``CaseFile``; before it, ``remarked`` may bring a sentence to be shown
    inside. Afterwards the window is hidden; ``start`` shows it again.
    """

    opened = Signal(object)
    remarked = Signal(str)

    def __init__(self, app: QApplication, practice: PracticeDesk, *, vault: Vault | None = None) -> None:
        super().__init__()
        self.setProperty("part", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(app.applicationDisplayName())
        self.resize(QSize(_WIDTH, _HEIGHT).boundedTo(self.screen().availableSize()))
        self.aside = Aside(self)
        app.aboutToQuit.connect(self.aside.close)
        self.pages = self._make_pages(practice, vault)
        self._stack = QStackedWidget()
        for page in self.pages:
            self._stack.addWidget(_measured(page) if page is self.pages.signin else page)
        self._connect()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._band = self._make_band()
        whole.addWidget(self._band)
        inside = QVBoxLayout()
        inside.setContentsMargins(8 * SPACE, 6 * SPACE, 8 * SPACE, 6 * SPACE)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self._stack)
        inside.addWidget(area)
        whole.addLayout(inside, 1)

    def _make_pages(self, practice: PracticeDesk, vault: Vault | None) -> _Pages:
        return _Pages(
            Welcome(self.aside),
            SignIn(self.aside, vault=vault),
            Forgotten(self.aside),
            ByKeepers(self.aside),
            Restoring(self.aside),
            Wizard(self.aside),
            Practice(self.aside, practice),
        )

    def _make_band(self) -> QWidget:
        """Whose program this is, and what must never be typed into it."""
        band = QWidget()
        band.setProperty("part", "band")
        band.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        band.setFixedWidth(_BAND)
        sign = QLabel()
        sign.setPixmap(icon("radar", "nav_active").pixmap(10 * SPACE, 10 * SPACE))
        name = QLabel(self.windowTitle())
        look(name, "name")
        about = QLabel(self.tr("Case management against pyramid selling"))
        secrecy = QLabel(self.tr("State secrets must not be stored or processed in this system."))
        box = QVBoxLayout(band)
        box.setContentsMargins(6 * SPACE, 10 * SPACE, 6 * SPACE, 6 * SPACE)
        box.setSpacing(2 * SPACE)
        for label in (sign, name, about):
            box.addWidget(label)
        box.addStretch(1)
        box.addWidget(secrecy)
        for label in (about, secrecy):
            label.setWordWrap(True)
        return band

    def _connect(self) -> None:
        welcome, signin, forgotten, by_keepers, restoring, wizard, practice = self.pages
        welcome.chosen.connect(self.sign_in)
        welcome.new_wanted.connect(lambda: self._show(wizard))
        welcome.restore_wanted.connect(lambda: self._show(restoring))
        welcome.practice_wanted.connect(self._practise)
        signin.forgotten.connect(lambda: self._instead(forgotten))
        signin.all_lost.connect(lambda: self._instead(by_keepers))
        signin.remarked.connect(self.remarked)
        restoring.restored.connect(self.sign_in)
        for page in (signin, restoring, wizard, practice):
            page.left.connect(self._to_welcome)
        forgotten.left.connect(lambda: self.sign_in(forgotten.folder))
        by_keepers.left.connect(lambda: self.sign_in(by_keepers.folder))
        for opening in (signin, forgotten, by_keepers, practice):
            opening.opened.connect(self._opened)
        wizard.made.connect(self._opened)

    # where to

    def start(self, folder: Path | None = None, *, locked: bool = False) -> None:
        """Shows the window: signing in to ``folder``, or the last case files.

        ``locked``: the file was open just now; the vault does not open it again, only a passphrase does.
        """
        if folder is None:
            self._to_welcome()
        else:
            self.sign_in(folder, locked=locked)
        self.show()
        self.activateWindow()

    def sign_in(self, folder: Path, *, locked: bool = False) -> None:
        """Asks for the passphrase of a case file."""
        self._show(self.pages.signin)
        self.pages.signin.show_file(folder, locked=locked)

    def _instead(self, page: Forgotten | ByKeepers) -> None:
        """Another way into the file that is asked for."""
        page.show_file(self.pages.signin.folder)
        self._show(page)

    def _practise(self) -> None:
        self._show(self.pages.practice)
        self.pages.practice.perform()

    def _to_welcome(self) -> None:
        self._show(self.pages.welcome)

    def _show(self, page: QWidget) -> None:
        """Brings a page into view; the others do not ask for room."""
        current = self.pages.index(page)
        for number in range(self._stack.count()):
            shown = number == current
            policy = QSizePolicy.Policy.Preferred if shown else QSizePolicy.Policy.Ignored
            self._stack.widget(number).setSizePolicy(policy, policy)
        self._stack.setCurrentIndex(current)

    @property
    def page(self) -> QWidget:
        """The page in view."""
        return self.pages[self._stack.currentIndex()]

    def _opened(self, casefile: CaseFile) -> None:
        remember_file(casefile.folder)
        self._to_welcome()
        self.hide()
        self.opened.emit(casefile)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """On a small screen the room is for the page."""
        super().resizeEvent(event)
        self._band.setVisible(event.size().width() >= _WIDE)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """A new case file whose recovery sheet is not kept is not left behind without a word."""
        if self.pages.wizard.unfinished:
            self.pages.wizard.leave()
            event.ignore()
            return
        self.hide()
        self.aside.close()
        super().closeEvent(event)


def _measured(page: QWidget) -> QWidget:
    """A page in the middle, no wider than a line should be."""
    page.setMaximumWidth(_MEASURE)
    around = QWidget()
    row = QHBoxLayout(around)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(page, 8)
    row.addStretch(1)
    return around
