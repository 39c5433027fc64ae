"""What pages with one purpose have in common: a title, a notice, something in the middle, buttons.

A page runs one piece of work at a time off the window's thread, shows that it does, and takes no input
meanwhile. Those before the window stand in the way in, those on the open case file in a dialog.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.casework.desk import Desk
from desktop.ui.aside import Aside, Work
from desktop.ui.asking import Form
from desktop.ui.doorway import Doorway, Failure, Progress
from desktop.ui.notice import Notice
from desktop.ui.theme import SPACE, look

_STEPS = 1000


def pressed(page: QWidget, event: QKeyEvent) -> bool:
    """Enter on a button presses it, outside of dialogs too. True when that was so."""
    button = page.focusWidget()
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not isinstance(button, QPushButton):
        return False
    button.click()
    return True


class Step(QWidget):
    """One page. ``left`` is sent when the user goes back; what was typed is forgotten then."""

    left = Signal()

    def __init__(self, title: str, explanation: str = "") -> None:
        super().__init__()
        self.working = False
        self.setAccessibleName(title)
        self.title = QLabel(title)
        look(self.title, "title")
        self.explanation = QLabel(explanation)
        self.explanation.setWordWrap(True)
        self.explanation.setVisible(bool(explanation))
        self.notice = Notice()
        self.middle = QVBoxLayout()
        self.middle.setSpacing(3 * SPACE)
        self.busy = QProgressBar()
        self.busy.setTextVisible(False)
        look(self.busy, "thin")
        self.doing = QLabel()
        look(self.doing, "hint")
        self.go = QPushButton()
        look(self.go, "primary")
        self.go.clicked.connect(self.perform)
        self.back = QPushButton(self.tr("Back"))
        self.back.clicked.connect(self.leave)
        QShortcut(
            QKeySequence("Ctrl+S"), self, self.go.click, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        self._lay_out()
        self._be_busy("")

    def _lay_out(self) -> None:
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(2 * SPACE)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.back)
        self.buttons.addWidget(self.go)
        self.box = QVBoxLayout(self)
        self.box.setSpacing(3 * SPACE)
        self.box.addWidget(self.title)
        self.box.addWidget(self.explanation)
        self.box.addWidget(self.notice)
        self.box.addLayout(self.middle, 1)
        self.box.addWidget(self.busy)
        self.box.addWidget(self.doing)
        self.box.addLayout(self.buttons)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif not pressed(self, event):
            super().keyPressEvent(event)

    def perform(self) -> None:
        """Does what the page is for, if what was typed allows it."""
        raise NotImplementedError

    def forget(self) -> None:
        """Forgets what was typed."""

    def leave(self) -> None:
        """Goes back; what is under way is given up."""
        self.stop()
        self.left.emit()

    def stop(self) -> None:
        """Gives up what is under way and forgets what was typed."""
        self._be_busy("")
        self.notice.clear()
        self.forget()

    def refused(self, failure: Failure) -> None:
        """Says why it was not done."""
        self.notice.refuse(failure)

    def _failed(self, failure: Failure) -> None:
        if failure.code != "cancelled":
            self._be_busy("")
            self.refused(failure)

    def _be_busy(self, words: str) -> None:
        self.working = bool(words)
        self.busy.setRange(0, 0)
        self.busy.setVisible(bool(words))
        self.doing.setText(words)
        self.doing.setVisible(bool(words))
        self.go.setEnabled(not words)
        self.go.setToolTip(words)
        for number in range(self.middle.count()):
            widget = self.middle.itemAt(number).widget()
            if widget is not None:
                widget.setEnabled(not words)

    def _moved(self, fraction: float, words: str) -> None:
        self.busy.setRange(0, _STEPS if fraction >= 0 else 0)
        self.busy.setValue(int(fraction * _STEPS))
        if words:
            self.doing.setText(words)


class AsideStep(Step):
    """A page that works while no case file is open."""

    def __init__(self, aside: Aside, title: str, explanation: str = "") -> None:
        super().__init__(title, explanation)
        self.aside = aside
        self.running: Progress | None = None

    def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            self.running = None
        super().stop()

    def run(
        self,
        work: Work,
        done: Callable[[Any], None],
        words: str,
        *,
        drop: Callable[[Any], None] | None = None,
    ) -> None:
        """Runs ``work`` beside the window; its failure is said on the page."""
        self.notice.clear()
        self._be_busy(words)

        def ended(result: Any) -> None:
            self.running = None
            self._be_busy("")
            done(result)

        self.running = self.aside.run(self, work, ended, self._failed, drop=drop, moved=self._moved)

    def _failed(self, failure: Failure) -> None:
        if failure.code != "cancelled":
            self.running = None
        super()._failed(failure)


class DeskStep(Step):
    """A page that works on the open case file, in a dialog of its own. ``finished`` closes it."""

    finished = Signal()

    def __init__(self, doorway: Doorway, title: str, explanation: str = "") -> None:
        super().__init__(title, explanation)
        self.doorway = doorway
        self.progress: Progress | None = None
        self.done = False
        self.back.setText(self.tr("Cancel"))

    def run(self, work: Callable[[Desk], Any], done: Callable[[Any], None], words: str) -> None:
        """Runs ``work`` after everything that was to be written before; its failure is said on the page."""
        self.notice.clear()
        self._be_busy(words)

        def ended(result: Any) -> None:
            self._be_busy("")
            done(result)

        self.doorway.write(self, work, ended, self._failed)

    def run_long(
        self,
        begin: Callable[[Callable[[Any], None], Callable[[Failure], None]], Progress],
        done: Callable[[Any], None],
        words: str,
        stopped: str,
    ) -> None:
        """Runs something that reports its progress and that Cancel stops; ``stopped`` is said then.

        ``begin`` is given what to call at the end, and starts it.
        """
        self.notice.clear()
        self._be_busy(words)

        def ended(result: Any) -> None:
            self.progress = None
            self._be_busy("")
            done(result)

        def failed(failure: Failure) -> None:
            self.progress = None
            self._be_busy("")
            if failure.code == "cancelled":
                self.notice.say(stopped, "soon")
            else:
                self.refused(failure)

        self.progress = begin(ended, failed)
        self.progress.moved.connect(self._moved)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        form = self.findChild(Form)
        if form is not None and form.entries:
            form.entries[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def conclude(self) -> None:
        """It is done: what came of it stays in view until somebody ends the page."""
        self.done = True
        self.go.setText(self.tr("Finish"))
        self.back.hide()

    def leave(self) -> None:
        """Ends what is done; else goes back, but not while something is being written. What can be stopped
        is stopped."""
        if self.done:
            self.finished.emit()
        elif self.progress is not None:
            self.progress.cancel()
        elif not self.working:
            super().leave()


class StepDialog(QDialog):
    """A step before the window: nothing else may happen meanwhile."""

    def __init__(self, step: DeskStep, parent: QWidget | None, *, width: int = 140 * SPACE) -> None:
        super().__init__(parent)
        self.step = step
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(step.title.text())
        self.setMinimumWidth(width)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(6 * SPACE, 5 * SPACE, 6 * SPACE, 5 * SPACE)
        self._box.addWidget(step)
        step.left.connect(lambda: self.done(QDialog.DialogCode.Rejected))
        step.finished.connect(self.accept)

    def event(self, event: QEvent) -> bool:
        """Grows with what the step has to say."""
        if event.type() == QEvent.Type.LayoutRequest:
            wanted = self._box.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), wanted))
        return super().event(event)

    def reject(self) -> None:
        """Esc and the window's cross go back as the button does."""
        self.step.leave()
