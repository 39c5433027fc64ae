"""Signing in to one case file: the vault is asked, then the passphrase; opening runs beside the window.

What refuses changes nothing and is one sentence in place, with the step that helps. After a lock the vault is
not asked: only a passphrase opens then. Knows nothing of what is inside a case file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.casefile.unlocking import FromVault, Passphrase, Unlock
from desktop.casefile.vault import Vault
from desktop.ui.aside import Aside
from desktop.ui.asking import Form, SecretEntry
from desktop.ui.doorway import Failure, Progress
from desktop.ui.entering import Entered, enter, enter_backup, look_in
from desktop.ui.notice import Notice
from desktop.ui.steps import pressed
from desktop.ui.theme import SPACE, look

_VAULT_S = 30.0
_SLOW_MS = 3_000
_DAMAGED = frozenset(
    f"casefile.{name}" for name in ("corrupt", "truncated", "half_copied", "keys_damaged", "unreadable")
)


class SignIn(QWidget):
    """The page. ``opened`` brings the open case file; ``remarked``, before it, a sentence to be shown inside.

    ``left`` is sent by Back; ``forgotten`` asks for the recovery key, ``all_lost`` for the keepers' shares.
    """

    opened = Signal(object)
    remarked = Signal(str)
    left = Signal()
    forgotten = Signal()
    all_lost = Signal()

    def __init__(self, aside: Aside, *, vault: Vault | None = None) -> None:
        super().__init__()
        self.folder = Path()
        self._aside = aside
        self._vault = vault or Vault(time_limit_s=_VAULT_S)
        self._running: Progress | None = None
        self._asking: Progress | None = None
        self._unlock: Unlock | None = None
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow.timeout.connect(self._say_slow)
        self._make()
        self._lay_out()

    # looks

    def _make(self) -> None:
        self.title = QLabel()
        self.place = QLabel()
        for label, name in ((self.title, "title"), (self.place, "hint")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            look(label, name)
        self.notice = Notice()
        self.notice.acted.connect(self._rescue)
        self.passphrase = SecretEntry(self.tr("Passphrase"))
        self.passphrase.changed.connect(lambda: self.passphrase.say(""))
        self.remember = QCheckBox(self.tr("Remember on this PC"))
        self.remember.setToolTip(self.tr("The system's vault keeps a key of its own, never the passphrase"))
        self.open = QPushButton(self.tr("Open"))
        look(self.open, "primary")
        self.open.setDefault(True)
        self.open.clicked.connect(self.submit)
        self.forgot = QPushButton(self.tr("Forgot the passphrase…"))
        self.forgot.setToolTip(self.tr("Open with the printed recovery key and choose a new passphrase"))
        self.forgot.clicked.connect(self.forgotten)
        self.keepers = QPushButton(self.tr("All passphrases lost: shares of the city's keepers…"))
        self.keepers.setToolTip(
            self.tr("Keepers whom the city has named open together, and a new passphrase is chosen")
        )
        self.keepers.clicked.connect(self.all_lost)
        self.back = QPushButton(self.tr("Back"))
        self.back.clicked.connect(self.leave)
        for button in (self.forgot, self.keepers, self.back):
            look(button, "quiet")
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        look(self.busy, "thin")
        self.doing = QLabel()
        look(self.doing, "hint")

    def _lay_out(self) -> None:
        form = Form()
        form.ask(self.passphrase)
        form.say(self.remember)
        form.performed.connect(self.submit)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        for button in (self.open, self.forgot):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        whole = QVBoxLayout(self)
        whole.setSpacing(3 * SPACE)
        whole.addStretch(2)
        for item in (self.title, self.place, self.notice, form, self.busy, self.doing):
            whole.addWidget(item)
        whole.addLayout(buttons)
        whole.addWidget(self.keepers, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addStretch(3)
        self._be_busy("")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif not pressed(self, event):
            super().keyPressEvent(event)

    # a file

    def show_file(self, folder: Path, *, locked: bool = False) -> None:
        """Asks for this case file; ``locked``: it was open just now, and only a passphrase opens it again."""
        self.stop()
        self.folder = folder
        self.title.setText(self.tr("Locked") + f" · {folder.name}" if locked else folder.name)
        self.place.setText(str(folder))
        self.open.setText(self.tr("Unlock") if locked else self.tr("Open"))
        self.remember.setHidden(locked)
        self.setAccessibleName(self.title.text())
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
        if not locked:
            self._ask_vault()

    def stop(self) -> None:
        """Forgets what was typed and what is under way."""
        for progress in (self._running, self._asking):
            if progress is not None:
                progress.cancel()
        self._running = self._asking = self._unlock = None
        self.passphrase.put("")
        self.passphrase.say("")
        self.notice.clear()
        self._be_busy("")

    def leave(self) -> None:
        """Goes back; what is under way is given up."""
        self.stop()
        self.left.emit()

    # the vault

    def _ask_vault(self) -> None:
        folder, vault = self.folder, self._vault
        self.doing.setText(self.tr("Asking the system's vault; you may type meanwhile."))
        self._asking = self._aside.run(
            self,
            lambda _: look_in(folder, vault),
            self._vault_answered,
            self._vault_refused,
            patient=False,
        )

    def _vault_answered(self, answer: FromVault | None) -> None:
        if self._running is not None or self._asking is None or self._asking.cancelled:
            return
        self._asking = None
        self.doing.clear()
        if answer is not None and not self.passphrase.text():
            self._begin(answer)

    def _vault_refused(self, failure: Failure) -> None:
        """There is no case file here: said before anything is typed."""
        if self._asking is not None and not self._asking.cancelled:
            self._asking = None
            self.doing.clear()
            self.notice.refuse(failure)

    # opening

    def submit(self) -> None:
        """Opens with what was typed."""
        if self._running is not None or not self.open.isEnabled():
            return
        if not self.passphrase.text():
            self.passphrase.say(self.tr("Please type your passphrase."))
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._begin(Passphrase(self.passphrase.text()))

    def _begin(self, unlock: Unlock) -> None:
        folder, remember = self.folder, self.remember.isChecked() and not isinstance(unlock, FromVault)
        vault, sentence = self._vault, self.tr("The system's vault is not available; nothing was remembered.")
        self._unlock = unlock

        def work(_: Progress) -> Entered:
            return enter(folder, unlock, vault if remember else None, sentence)

        self._start(work, self.tr("Opening the case file…"))

    def _rescue(self) -> None:
        folder, unlock, word = self.folder, self._unlock, self.tr("restored")
        if unlock is None:
            return
        told = self.tr("Restored from the backup of {when}; what was recorded since then may be missing.")

        self._start(
            lambda _: enter_backup(folder, unlock, word, told),
            self.tr("Looking for the newest sound backup…"),
        )

    def _start(self, work: Callable[[Progress], Entered], words: str) -> None:
        if self._asking is not None:
            self._asking.cancel()
        self.notice.clear()
        self.passphrase.say("")
        self._be_busy(words)
        self._slow.start()
        self._running = self._aside.run(
            self, work, self._entered, self._refused, drop=lambda entry: entry.casefile.close()
        )

    def _entered(self, entry: Entered) -> None:
        self.stop()
        if entry.remark:
            self.remarked.emit(entry.remark)
        self.opened.emit(entry.casefile)

    def _refused(self, failure: Failure) -> None:
        if failure.code == "cancelled":
            if self._running is not None and self._running.cancelled:
                self.stop()
            return
        self._running = None
        self._be_busy("")
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
        if failure.code == "casefile.wrong_passphrase":
            self.passphrase.say(failure.sentence)
            self.passphrase.line.selectAll()
        elif failure.code == "casefile.vault_unavailable":
            self.passphrase.say(failure.sentence, "soon")
        else:
            damaged = failure.code in _DAMAGED
            step = self.tr("Restore the newest backup beside it and open that") if damaged else ""
            self.notice.refuse(failure, step=step)

    # signs

    def _be_busy(self, words: str) -> None:
        self._slow.stop()
        self.busy.setVisible(bool(words))
        self.doing.setText(words)
        self.doing.setAccessibleName(words)
        for widget in (self.passphrase, self.remember, self.open, self.forgot, self.keepers):
            widget.setEnabled(not words)
        self.open.setToolTip(words)

    def _say_slow(self) -> None:
        self.doing.setText(self.tr("Still opening: a large file or an unclean end is checked first."))
