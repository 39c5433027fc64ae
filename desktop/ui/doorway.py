"""The one doorway from screens to the case file.

A screen hands over an *operation*: a function to run on the desk and what to do with its result. One thread
runs what writes, in order; another what reads; a third drafts and audit, so that nothing delays them; a
fourth lays out and draws pages, which needs no record.
Results come back on the window's own thread, and only while their owner is still there. Screens never open
sessions or threads.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, QThread, Signal
from shiboken6 import isValid

from desktop.casefile.bugs import save_bug_report
from desktop.casework.desk import Desk
from desktop.changes.store import Changes
from desktop.errors import Cancelled, UserError, environment_error

_REPORTS_A_SECOND = 10


class Progress(QObject):
    """How far a long operation is, and whether somebody wants it to stop. Lives on the window's thread."""

    moved = Signal(float, str)
    silent = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._cancelled = threading.Event()
        self._last = 0.0
        self._breathe: Callable[[], None] = lambda: None

    def report(self, fraction: float, words: str = "") -> None:
        """Says how far it is (0 to 1; below 0: not known). Raises ``Cancelled`` when it is to stop.

        To be called where no transaction is open: what others wait to write is written now.
        """
        if self._cancelled.is_set():
            raise Cancelled
        self._breathe()
        now = time.monotonic()
        if fraction >= 1 or now - self._last > 1 / _REPORTS_A_SECOND:
            self._last = now
            self.moved.emit(fraction, words)

    def wait(self, seconds: float) -> None:
        """Says for how long something outside has not answered; what is said of :meth:`report` holds."""
        if self._cancelled.is_set():
            raise Cancelled
        self._breathe()
        self.silent.emit(seconds)

    @property
    def cancelled(self) -> bool:
        """Somebody asked the operation to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Asks the operation to stop at its next report."""
        self._cancelled.set()

    def attach(self, breathe: Callable[[], None]) -> None:
        """Names what is to have its turn at each report."""
        self._breathe = breathe


class Failure(NamedTuple):
    """Why an operation did not do what was asked: one sentence, its code, and where a bug report lies."""

    sentence: str
    code: str
    report: str | None = None


@dataclass(eq=False, slots=True)
class _Job:
    """What is asked for. Made and emptied on the window's thread; the others only run it.

    Whoever holds a widget last destroys it, and a widget destroyed on another thread takes the program along:
    so a thread holds the job, which is empty by the time it lets go.
    """

    owner: QObject | None
    work: Callable[..., Any]
    done: Callable[[Any], None] | None
    failed: Callable[[Failure], None] | None
    progress: Progress | None
    key: str | None

    def empty(self) -> None:
        """Lets go of all that belongs to the window."""
        self.owner = self.done = self.failed = self.progress = None
        self.work = _nothing


def _nothing(*_: object) -> None:
    """What is left of work that is over."""


class _Thread(QThread):
    """Runs jobs one after the other."""

    ended = Signal(object, object, object)
    passed = Signal(object)

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._desk = desk
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._newest: dict[str, _Job] = {}

    @property
    def idle(self) -> bool:
        """True when it has nothing to do."""
        return self._jobs.unfinished_tasks == 0

    def add(self, job: _Job) -> None:
        if job.key is not None:
            self._newest[job.key] = job
        self._jobs.put(job)

    def stop(self) -> None:
        self._jobs.put(None)
        self.wait()

    def run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._perform(job)
            self._jobs.task_done()

    def _perform(self, job: _Job) -> None:
        if job.key is not None and self._newest.get(job.key) is not job:
            self.passed.emit(job)
            return
        result, failure = None, None
        try:
            if job.progress is None:
                result = job.work(self._desk)
            else:
                job.progress.attach(self._let_others_write)
                result = job.work(self._desk, job.progress)
        except Cancelled:
            failure = Failure("", "cancelled")
        except Exception as error:
            failure = failure_of(error)
        self.ended.emit(job, result, failure)

    def _let_others_write(self) -> None:
        """Runs what was asked for meanwhile: a long import must never delay a save."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is None or job.progress is not None:
                self._jobs.put(job)
                self._jobs.task_done()
                return
            self._perform(job)
            self._jobs.task_done()


def failure_of(error: Exception) -> Failure:
    """What a screen says about an error; a bug is saved as a report."""
    known = error if isinstance(error, UserError) else environment_error(error)
    if known is not None:
        return Failure(known.sentence(), known.code)
    path = save_bug_report(error)
    return Failure(UserError("window.bug").sentence(), "window.bug", str(path))


class Doorway(QObject):
    """Where screens leave their operations.

    ``changed`` tells what acts and merges changed (``{kind: {ids}}``), after their commit; ``failed`` tells
    every failure that its screen did not take on itself; ``busy`` tells whether something is being written.
    """

    changed = Signal(object)
    failed = Signal(object)
    busy = Signal(bool)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._writing = 0
        self._open = True
        self._long: WeakSet[Progress] = WeakSet()
        self._writer = _Thread(desk, "writer")
        self._reader = _Thread(desk, "reader")
        self._keeper = _Thread(desk, "keeper")
        self._press = _Thread(desk, "press")
        self._writer.ended.connect(self._end_writing, Qt.ConnectionType.QueuedConnection)
        for thread in (self._reader, self._keeper, self._press):
            thread.ended.connect(self._end, Qt.ConnectionType.QueuedConnection)
        for thread in self._threads():
            thread.passed.connect(self._pass_over, Qt.ConnectionType.QueuedConnection)
            thread.start()
        desk.subscribe(self._tell)

    def write(
        self,
        owner: QObject,
        work: Callable[[Desk], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Failure], None] | None = None,
    ) -> None:
        """Runs ``work(desk)`` after everything that was to be written before."""
        self._begin()
        self._writer.add(_Job(owner, work, done, failed, None, None))

    def long_write(
        self,
        owner: QObject,
        work: Callable[[Desk, Progress], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Failure], None] | None = None,
    ) -> Progress:
        """Runs something long that reports its progress; between its steps other writes have their turn."""
        progress = self._told()
        self._begin()
        self._writer.add(_Job(owner, work, done, failed, progress, None))
        return progress

    def read(
        self,
        owner: QObject,
        work: Callable[[Desk], Any],
        done: Callable[[Any], None],
        failed: Callable[[Failure], None] | None = None,
        *,
        key: str | None = None,
    ) -> None:
        """Runs ``work(desk)`` beside what writes. Of jobs with the same ``key`` only the newest is run."""
        self._reader.add(_Job(owner, work, done, failed, None, key))

    def keep(
        self,
        owner: QObject,
        work: Callable[[Desk], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Failure], None] | None = None,
    ) -> None:
        """Runs what goes into the side file (drafts, audit of reads); no import delays it."""
        self._keeper.add(_Job(owner, work, done, failed, None, None))

    def press(
        self,
        owner: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Failure], None] | None = None,
        *,
        key: str | None = None,
    ) -> None:
        """Runs ``work()``, which needs no record, beside what reads and writes; ``key`` as in ``read``."""
        self._press.add(_Job(owner, lambda _: work(), done, failed, None, key))

    def long_press(
        self,
        owner: QObject,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Failure], None] | None = None,
    ) -> Progress:
        """As ``press``, for what takes long and reports its progress, such as printing a hundred pages."""
        progress = self._told()
        self._press.add(_Job(owner, lambda _, told: work(told), done, failed, progress, None))
        return progress

    @property
    def idle(self) -> bool:
        """True when everything that was asked for has come back."""
        return all(thread.idle for thread in self._threads())

    def close(self) -> None:
        """Ends its threads after what they have begun; later operations are not run.

        What is long ends at its next step: the window must not stay until an export or a dead share ends.
        """
        if self._open:
            self._open = False
            for progress in list(self._long):
                progress.cancel()
            for thread in self._threads():
                thread.stop()

    def _told(self) -> Progress:
        progress = Progress()
        self._long.add(progress)
        return progress

    def _threads(self) -> tuple[_Thread, ...]:
        return (self._writer, self._reader, self._keeper, self._press)

    def _begin(self) -> None:
        self._writing += 1
        if self._writing == 1:
            self.busy.emit(True)

    def _tell(self, changes: Changes) -> None:
        self.changed.emit(changes)

    def _pass_over(self, job: _Job) -> None:
        job.empty()

    def _end_writing(self, job: _Job, result: Any, failure: Failure | None) -> None:
        self._writing -= 1
        if self._writing == 0:
            self.busy.emit(False)
        self._end(job, result, failure)

    def _end(self, job: _Job, result: Any, failure: Failure | None) -> None:
        owner, done, failed = job.owner, job.done, job.failed
        job.empty()
        if owner is None or not isValid(owner):
            return
        if failure is None:
            if done is not None:
                done(result)
        elif failed is not None:
            failed(failure)
        elif failure.code != "cancelled":
            self.failed.emit(failure)
