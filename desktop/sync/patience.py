"""Calls to a carrier that may never come back, as those to a dead share: waited for beside, and given up.

The system cannot be asked to end such a call. So each is made on a thread of its own; who waits for it has
something else done meanwhile, and may leave it: until it has come back after all, every further call to this
carrier fails at once. Knows the calls of a carrier, not what they are for.
"""

from __future__ import annotations

import errno
import os
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from desktop.sync.carrier import Entry, FileOps, SilentError, SystemFileOps

Meanwhile = Callable[[float], None]
"""Called again and again with the seconds that a call has taken; what it raises gives the call up."""

SILENT_S = 60.0
"""So long a folder may be silent where nobody is asked."""

_SLICE_S, _IDLE_S = 0.1, 0.5
_T = TypeVar("_T")


def silent_too_long(seconds: float) -> None:
    """Gives up after a minute. Raises ``SilentError``."""
    if seconds > SILENT_S:
        _refuse()


class _Call:
    """One call; ``undo`` is for what comes of one that nobody waits for any more."""

    def __init__(self, work: Callable[[], Any], undo: Callable[[Any], object] | None = None) -> None:
        self._work = work
        self._undo = undo
        self._guard = threading.Lock()
        self._left = False
        self.came_back = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def make(self) -> None:
        """Makes it, on the thread beside."""
        try:
            self.result = self._work()
        except BaseException as error:
            self.error = error
        with self._guard:
            self.came_back.set()
            left = self._left
        if left:
            self._clear_up()

    def leave(self) -> None:
        """Nobody waits for it any more; the thread beside clears up when it comes back."""
        with self._guard:
            self._left = True
            came_back = self.came_back.is_set()
        if came_back:
            self._clear_up()

    def _clear_up(self) -> None:
        """Best effort: a share that has just come back may refuse even that, and nobody waits for it."""
        if self.error is None and self._undo is not None:
            with suppress(Exception):
                self._undo(self.result)


class _Beside:
    """A thread that makes calls one after the other. It ends by itself when there is nothing to do.

    A daemon: a call that never comes back must not keep the program from ending.
    """

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[_Call] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._runs = False

    def make(self, call: _Call) -> None:
        """Makes it after those before."""
        with self._guard:
            self._calls.put(call)
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._run, name="carrier", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                call = self._calls.get(timeout=_IDLE_S)
            except queue.Empty:
                with self._guard:
                    if self._calls.empty():
                        self._runs = False
                        return
                continue
            call.make()
            del call


class PatientOps:
    """The calls of ``ops``, made beside. For one carrier, and for one thread at a time."""

    def __init__(self, meanwhile: Meanwhile = silent_too_long, ops: FileOps | None = None) -> None:
        self.meanwhile = meanwhile
        self._ops = ops or SystemFileOps()
        self._beside = _Beside()
        self._left: _Call | None = None

    def is_folder(self, path: Path, *, follow_links: bool = True) -> bool:
        return self._made(lambda: self._ops.is_folder(path, follow_links=follow_links))

    def exists(self, path: Path) -> bool:
        return self._made(lambda: self._ops.exists(path))

    def volume(self, folder: Path) -> int | None:
        return self._made(lambda: self._ops.volume(folder))

    def listed(self, folder: Path) -> list[Entry]:
        return self._made(lambda: self._ops.listed(folder))

    def make_folder(self, path: Path) -> None:
        self._made(lambda: self._ops.make_folder(path))

    def open(self, path: Path, flags: int) -> int:
        return self._made(lambda: self._ops.open(path, flags), self._ops.close)

    def write(self, descriptor: int, data: memoryview) -> int:
        # A copy: one that is given up may still be read from when what it came from has gone.
        kept = memoryview(bytes(data))
        return self._made(lambda: self._ops.write(descriptor, kept))

    def read(self, descriptor: int, size: int) -> bytes:
        return self._made(lambda: self._ops.read(descriptor, size))

    def fsync(self, descriptor: int) -> None:
        self._made(lambda: self._ops.fsync(descriptor))

    def close(self, descriptor: int) -> None:
        """Closes at once, or when the call that was given up has come back."""
        if self._is_silent():
            self._beside.make(_Call(lambda: self._ops.close(descriptor)))
            return
        self._made(lambda: self._ops.close(descriptor))

    def replace(self, source: Path, target: Path) -> None:
        self._made(lambda: self._ops.replace(source, target))

    def remove(self, path: Path) -> None:
        self._made(lambda: self._ops.remove(path))

    def _made(self, work: Callable[[], _T], undo: Callable[[_T], object] | None = None) -> _T:
        if self._is_silent():
            _refuse()
        call = _Call(work, undo)
        self._beside.make(call)
        began = time.monotonic()
        while not call.came_back.wait(_SLICE_S):
            try:
                self.meanwhile(time.monotonic() - began)
            except BaseException:
                self._left = call
                call.leave()
                raise
        if call.error is not None:
            raise call.error
        found: _T = call.result
        return found

    def _is_silent(self) -> bool:
        if self._left is not None and self._left.came_back.is_set():
            self._left = None
        return self._left is not None


def _refuse() -> NoReturn:
    raise SilentError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
