"""All passphrases lost: keepers whom the city has named open together, and a new passphrase is chosen.

Shares are read from their files or typed from their print, told apart at once, and kept in memory until the
page is left: never written anywhere. The audit keeps that it was done, and the next opening tells it.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton

from desktop.casefile.casefile import CaseFile
from desktop.casefile.keepers import KeptBy, read_share
from desktop.casework import city_recovery
from desktop.errors import UserError
from desktop.sync.enrolment_files import read_recovery_shares
from desktop.ui.aside import Aside
from desktop.ui.asking import Form, SecretEntry
from desktop.ui.doorway import Failure, Progress
from desktop.ui.new_passphrase import NewPassphrase
from desktop.ui.steps import AsideStep
from desktop.ui.theme import SPACE, colour, icon, look

_LINES = 26 * SPACE
_PLACE = Qt.ItemDataRole.UserRole


class ShareList(QListWidget):
    """What was brought, each with what it is; Delete takes one away."""

    taken = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Delete and item is not None:
            self.takeItem(self.row(item))
            self.taken.emit(item.data(_PLACE))
        else:
            super().keyPressEvent(event)


class ByKeepers(AsideStep):
    """The page. ``opened`` brings the open case file."""

    opened = Signal(object)

    def __init__(self, aside: Aside) -> None:
        super().__init__(
            aside,
            self.tr("Open with the keepers' shares"),
            self.tr(
                "Bring as many keepers of the city's recovery key as it takes. The new passphrase is for the"
                " officer who made the recovery sheet. It is noted in the audit and told at the next opening."
            ),
        )
        self.folder = Path()
        self._wanted: KeptBy | None = None
        self._brought: dict[int, str] = {}
        self.go.setText(self.tr("Open and set the new passphrase"))
        self.list = ShareList()
        self.list.setAccessibleName(self.tr("Shares"))
        self.list.setMinimumHeight(_LINES)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        self.list.taken.connect(self._taken)
        self.add = QPushButton(icon("folder-open"), self.tr("Share files…"))
        self.add.clicked.connect(self._look_for)
        self.count = QLabel()
        self.count.setWordWrap(True)
        typing, form = Form(), Form()
        self.typed = SecretEntry(
            self.tr("Or typed"),
            self.tr("The line that begins with AGE-SECRET-KEY-1, then Enter; spaces do not matter."),
        )
        self.typed.changed.connect(lambda: self.typed.say(""))
        typing.ask(self.typed)
        typing.performed.connect(self._take_typed)
        self.new = NewPassphrase(form)
        form.performed.connect(self.perform)
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        row.addWidget(self.list, 1)
        row.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        self.middle.addLayout(row, 1)
        self.middle.addWidget(self.count)
        self.middle.addWidget(typing)
        self.middle.addWidget(form)

    def show_file(self, folder: Path) -> None:
        """Asks for the shares that this case file needs."""
        self.stop()
        self.folder = folder
        self.title.setText(self.tr("Open with the keepers' shares") + f" · {folder.name}")
        self.run(
            lambda _: city_recovery.keepers_wanted(folder),
            self._show,
            self.tr("Looking whose shares it needs…"),
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        self._wanted = None
        self._brought.clear()
        self.list.clear()
        self.typed.put("")
        self.typed.say("")
        self.new.clear()
        self._say_count()

    # shares

    def _show(self, wanted: KeptBy) -> None:
        self._wanted = wanted
        self._say_count()
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look_for(self) -> None:
        pattern = self.tr("Shares (*.txt);;All files (*)")
        found, _ = QFileDialog.getOpenFileNames(self, self.tr("Share files"), "", pattern)
        self.take([Path(name) for name in found])

    def take(self, paths: list[Path]) -> None:
        """Reads share files; what is wrong with one stands beside its name."""
        for path in paths:
            try:
                (share,) = read_recovery_shares([path])
                self._bring(path.name, share)
            except UserError as fault:
                self._tell(path.name, fault.sentence())

    def _take_typed(self) -> None:
        if not self.typed.text():
            self.new.first.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        try:
            self._bring(self.tr("typed"), read_share(self.typed.text().encode()))
        except UserError as fault:
            self.typed.say(fault.sentence())
            return
        self.typed.put("")
        if self.enough:
            self.new.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _bring(self, name: str, share: str) -> None:
        """Raises ``UserError`` for a share of another key set."""
        if self._wanted is None:
            return
        known = set(self._brought)
        number = city_recovery.bring(self._wanted, self._brought, share)
        if number - 1 in known:
            self._tell(name, self.tr("share {} is here already").format(number))
        else:
            self._tell(name, self.tr("share {}").format(number), number - 1)

    def _tell(self, name: str, words: str, place: int | None = None) -> None:
        item = QListWidgetItem(f"{name} · {words}")
        item.setToolTip(item.text())
        item.setData(_PLACE, place)
        good = place is not None
        item.setIcon(icon("circle-check" if good else "triangle-alert", "done" if good else "soon"))
        if not good:
            item.setForeground(colour("soon"))
        self.list.addItem(item)
        self.list.setCurrentItem(item)
        self._say_count()

    def _taken(self, place: int | None) -> None:
        if place is not None:
            del self._brought[place]
        self._say_count()

    @property
    def enough(self) -> bool:
        """As many shares are here as it takes."""
        return self._wanted is not None and len(self._brought) >= self._wanted.need

    def _say_count(self) -> None:
        wanted = self._wanted
        self.add.setEnabled(wanted is not None)
        self.typed.setEnabled(wanted is not None)
        words = ""
        if wanted is not None:
            words = self.tr("{have} of the {need} needed shares are here (any {need} of {keepers}).").format(
                have=len(self._brought), need=wanted.need, keepers=len(wanted.keys)
            )
        self.count.setText(words)
        self.count.setVisible(bool(words))
        look(self.count, "done" if self.enough else "hint")

    # opening

    def perform(self) -> None:
        """Sets the new passphrase and opens."""
        if self.working or self._wanted is None:
            return
        if not self.enough:
            failure = UserError("casefile.too_few_shares", need=self._wanted.need, have=len(self._brought))
            self.notice.refuse(Failure(failure.sentence(), failure.code))
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.new.good():
            return
        folder, shares, new = self.folder, list(self._brought.values()), self.new.text()

        def work(_: Progress) -> CaseFile:
            return city_recovery.open_by_keepers(folder, shares, new)

        self.run(work, self._opened, self.tr("Opening the case file…"), drop=CaseFile.close)

    def refused(self, failure: Failure) -> None:
        super().refused(failure)
        self.go.setEnabled(self._wanted is not None)

    def _opened(self, casefile: CaseFile) -> None:
        self.forget()
        self.opened.emit(casefile)
