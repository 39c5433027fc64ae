"""The exchange with the hub while a window is open: a thread of its own, what it writes at the doorway.

Starts with the window, rests while no hub is on, and has ended within a second when the window closes or
locks. Knows the doorway and the runner, no widget.
"""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from desktop.casework.desk import Desk
from desktop.sync.hub_faults import HubStopped
from desktop.sync.hub_round import Case
from desktop.sync.hub_runner import SPOOL, HubRunner
from desktop.sync.hub_schedule import HubStatus
from desktop.ui.doorway import Doorway, Progress, failure_of

_LOOK_S = 0.05
_END_S = 1.0


class _Hand:
    """Work that goes to the writer, and what came of it."""

    def __init__(self, work: Any) -> None:
        self.work = work
        self.ready = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None
        self.progress: Progress | None = None


class HubLink(QObject):
    """``told`` brings how it stands (``HubStatus``), on the window's thread."""

    told = Signal(object)
    _handed = Signal(object)

    def __init__(self, doorway: Doorway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._under_way: _Hand | None = None
        casefile, desk = doorway.desk.casefile, doorway.desk
        case = Case(
            casefile.engine,
            casefile.reader,
            casefile.blobs,
            casefile.folder / SPOOL,
            self._apply,
            desk.announce,
        )
        self.runner = HubRunner(case, self.told.emit, bug=failure_of)
        self._handed.connect(self._write, Qt.ConnectionType.QueuedConnection)
        doorway.changed.connect(self._changed)
        self._thread = threading.Thread(target=self.runner.run, name="hub", daemon=True)

    @property
    def status(self) -> HubStatus:
        """How it stood when it was last told."""
        return self.runner.status

    def start(self) -> None:
        """Begins. Without a hub that was turned on nothing is connected to."""
        self._thread.start()

    def now(self) -> None:
        """An officer wants a round now."""
        self.runner.now()

    def configured(self) -> None:
        """Where the hub is was changed."""
        self.runner.configured()

    def stop(self) -> None:
        """Ends it: what came in whole so far stays, the rest comes another time. Harmless when repeated."""
        self.runner.stop()
        hand = self._under_way
        if hand is not None and hand.progress is not None:
            hand.progress.cancel()
        if self._thread.is_alive():
            self._thread.join(_END_S)

    def _changed(self, _: object) -> None:
        self.runner.wrote()

    def _apply(self, work: Any) -> Any:
        """From the hub's thread: runs ``work`` on the writer, and waits unless it is to end."""
        hand = _Hand(work)
        handed: SignalInstance = self._handed
        handed.emit(hand)
        while not hand.ready.wait(_LOOK_S):
            if self.runner.stopped:
                raise HubStopped
        if hand.error is not None:
            raise hand.error
        return hand.result

    def _write(self, hand: _Hand) -> None:
        if self.runner.stopped:
            return

        def work(_: Desk, progress: Progress) -> None:
            try:
                hand.result = hand.work(progress.report)
            except BaseException as error:
                hand.error = error
            finally:
                hand.ready.set()

        self._under_way = hand
        hand.progress = self._doorway.long_write(self, work)
