"""Work beside the window while there is no case file to go through a doorway: making one, opening one.

Results come back on the window's own thread, and only while their owner is still there and has not cancelled;
what came too late is dropped properly (an open case file is closed), and its owner hears ``cancelled``.
Knows nothing of what it runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from desktop.errors import Cancelled
from desktop.ui.doorway import Failure, Progress, failure_of

Work = Callable[[Progress], Any]


class _Task(QObject):
    """One piece of work on its own thread."""

    ended = Signal(object)

    def __init__(self, owner: QObject, work: Work, *, patient: bool) -> None:
        super().__init__()
        self.owner = owner
        self.patient = patient
        self.progress = Progress()
        self.done: Callable[[Any], None] = lambda _: None
        self.failed: Callable[[Failure], None] = lambda _: None
        self.drop: Callable[[Any], None] = lambda _: None
        self.result: Any = None
        self.failure: Failure | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run, name="aside", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            self.result = self._work(self.progress)
        except Cancelled:
            self.failure = Failure("", "cancelled")
        except Exception as error:
            self.failure = failure_of(error)
        self.ended.emit(self)


class Aside(QObject):
    """Runs functions off the window's thread, each on a thread of its own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: set[_Task] = set()

    def run(
        self,
        owner: QObject,
        work: Work,
        done: Callable[[Any], None],
        failed: Callable[[Failure], None],
        *,
        drop: Callable[[Any], None] | None = None,
        moved: Callable[[float, str], None] | None = None,
        patient: bool = True,
    ) -> Progress:
        """Runs ``work(progress)``; ``drop`` gets a result that nobody waits for any more.

        ``moved`` gets what it reports. ``close`` does not wait for what is not ``patient``, as a question
        that may never be answered.
        """
        task = _Task(owner, work, patient=patient)
        task.done, task.failed = done, failed
        task.drop = drop or task.drop
        if moved is not None:
            task.progress.moved.connect(moved)
        self._tasks.add(task)
        task.ended.connect(self._end, Qt.ConnectionType.QueuedConnection)
        task.start()
        return task.progress

    def close(self) -> None:
        """Asks all work to stop, waits for it, and drops what it still brings."""
        for task in list(self._tasks):
            task.progress.cancel()
            if task.patient:
                task.wait()
                self._end(task)

    def _end(self, task: _Task) -> None:
        if task not in self._tasks:
            return
        self._tasks.discard(task)
        task.wait()
        late = task.progress.cancelled or not isValid(task.owner)
        if late and task.failure is None:
            task.drop(task.result)
        if not isValid(task.owner):
            return
        if late or task.failure is not None:
            task.failed(Failure("", "cancelled") if late or task.failure is None else task.failure)
        else:
            task.done(task.result)
