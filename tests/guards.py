"""Tests fail on noise: log records nobody expected, threads and timers that go on, case files left open.

A pytest plugin, loaded by ``conftest.py``. After every test that wrote a case file through a desk, the file
is verified: rows equal a rebuild from the log, always.

``@pytest.mark.expects_log(pattern, …)`` names the WARNING records that a test provokes, each of which must
come; ``@pytest.mark.tampers`` stands on a test that spoils a case file on purpose.
"""

from __future__ import annotations

import functools
import gc
import logging
import re
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.casefile.casefile import CaseFile
from desktop.casefile.database import engine
from desktop.casefile.verifying import reading_mode
from desktop.casework.desk import Desk
from desktop.changes.verify import verify

GRACE_S = 2.0
"""How long a thread may take to end by itself."""

_FAILED = pytest.StashKey[bool]()
_CASE_FILES = {"case.db", "case.db-wal", "case.db-shm", "drafts.db", "drafts.db-wal", "drafts.db-shm", "lock"}
_desks: weakref.WeakSet[CaseFile] = weakref.WeakSet()
_written: dict[Path, bytes] = {}
_timers: weakref.WeakSet[Any] = weakref.WeakSet()
_qthreads: weakref.WeakSet[Any] = weakref.WeakSet()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expects_log(*patterns): WARNING records that this test provokes")
    config.addinivalue_line("markers", "tampers: this test spoils a case file on purpose")
    _watch_case_files()
    _watch_qt()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(autouse=True)
def no_noise(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that passed and left something behind."""
    heard, before = _Ear(), _left_over()
    logging.getLogger().addHandler(heard)
    yield
    logging.getLogger().removeHandler(heard)
    found = heard.complaints(request.node)
    if _left_over() - before:
        _settle(before)
        found += sorted(f"still there: {name}" for _, name in _left_over() - before)
    if found and not request.node.stash.get(_FAILED, False):
        pytest.fail("\n".join(found), pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Any:
    """After all fixtures of the test, those of its module too: closed case files are verified."""
    result = yield
    written, spoilt = dict(_written), item.stash.get(_FAILED, False) or item.get_closest_marker("tampers")
    _written.clear()
    for folder, key in written.items():
        if not spoilt and (folder / "case.db").exists():
            _verify(folder / "case.db", key)
    return result


class _Ear(logging.Handler):
    """Hears what reaches the root logger at WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def complaints(self, item: pytest.Item) -> list[str]:
        wanted = [pattern for mark in item.iter_markers("expects_log") for pattern in mark.args]
        silent = [
            pattern for pattern in wanted if not any(re.search(pattern, text) for text in self._records)
        ]
        odd = [text for text in self._records if not any(re.search(pattern, text) for pattern in wanted)]
        return [
            *(f"unexpected log record: {text}" for text in odd),
            *(f"expected log record did not come: {pattern}" for pattern in silent),
        ]


def _left_over() -> set[tuple[int | str, str]]:
    """What goes on or is open now: an identity, and words for it."""
    return {
        *((id(thread), f"thread {thread.name}") for thread in _threads()),
        *((id(timer), f"timer {type(timer).__name__}") for timer in _alive(_timers) if timer.isActive()),
        *(
            (id(thread), f"thread {type(thread).__name__}")
            for thread in _alive(_qthreads)
            if thread.isRunning()
        ),
        *((folder, f"case file {Path(folder).name}, open") for folder in _open_case_files()),
    }


def _settle(before: set[tuple[int | str, str]]) -> None:
    """Time for threads to end, and for objects that nobody holds to go, widgets that were closed too."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    end = time.monotonic() + GRACE_S
    old = {identity for identity, _ in before}
    for thread in _threads():
        if id(thread) not in old:
            thread.join(max(0.0, end - time.monotonic()))
    for qthread in _alive(_qthreads):
        if id(qthread) not in old:
            qthread.wait(int(max(0.0, end - time.monotonic()) * 1000))
    gc.collect()


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)]


def _open_case_files() -> set[str]:
    """Folders of case files of which this process has a file open; known on Linux only."""
    folders = set()
    for link in Path("/proc/self/fd").glob("*"):
        try:
            target = link.readlink()
        except OSError:
            continue
        if target.name.removesuffix(" (deleted)") in _CASE_FILES:
            folders.add(str(target.parent))
    return folders


def _watch_case_files() -> None:
    """Every desk's case file is noted down with its key when it closes, to be verified after the test."""
    make, forget = Desk.__init__, CaseFile._forget

    @functools.wraps(make)
    def made(self: Desk, casefile: CaseFile, *args: Any, **kwargs: Any) -> None:
        make(self, casefile, *args, **kwargs)
        _desks.add(casefile)

    @functools.wraps(forget)
    def forgot(self: CaseFile) -> None:
        if self in _desks and self.writable:
            _written[self.folder] = self._key.reveal()
        forget(self)

    Desk.__init__ = made  # type: ignore[method-assign]
    CaseFile._forget = forgot  # type: ignore[method-assign]


def _verify(database: Path, key: bytes) -> None:
    made = engine(database, key, mode=reading_mode(database))
    try:
        with made.connect() as conn:
            findings = list(verify(conn))
    finally:
        made.dispose()
    if findings:
        pytest.fail(
            f"{database.parent.name} does not equal a rebuild from its log: {findings}", pytrace=False
        )


def _alive(objects: weakref.WeakSet[Any]) -> list[Any]:
    import shiboken6

    return [found for found in list(objects) if shiboken6.isValid(found)]


def _watch_qt() -> None:
    """Timers and threads of Qt are seen when they start; C++ tells nobody which ones there are."""
    from PySide6.QtCore import QObject, QThread, QTimer

    for kind, known in ((QTimer, _timers), (QThread, _qthreads)):
        kind.start = _noting(kind.start, known)
    genuine = QTimer.singleShot

    @functools.wraps(genuine)
    def single_shot(milliseconds: int, *rest: Any) -> None:
        context = next((item for item in rest if isinstance(item, QObject)), None)
        if not callable(rest[-1]) or (context and context.thread() != QThread.currentThread()):
            genuine(milliseconds, *rest)
            return
        timer = QTimer(context)
        timer.setSingleShot(True)
        timer.timeout.connect(rest[-1])
        timer.timeout.connect(lambda: _pending.discard(timer))
        _pending.add(timer)
        timer.start(milliseconds)

    QTimer.singleShot = staticmethod(single_shot)


_pending: set[Any] = set()
"""Single shots that have not been fired; nobody else holds them."""


def _noting(start: Any, known: weakref.WeakSet[Any]) -> Any:
    @functools.wraps(start)
    def started(self: Any, *args: Any) -> Any:
        known.add(self)
        return start(self, *args)

    return started
