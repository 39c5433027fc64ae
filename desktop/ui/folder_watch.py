"""A shared folder exchanged by itself while the window is open: a visit every ten seconds or so.

Whether anything is new is looked for off the writer, so that a share that does not answer delays no save.
Knows the doorway and the watched folder, no page.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.casework.desk import Desk
from desktop.changes.store import Changes
from desktop.errors import message
from desktop.sync.watched import (
    EXCHANGED,
    QUIET,
    Visit,
    Watched,
    pause,
    set_watched_folder,
    watched_folder,
)
from desktop.ui.application import spoken
from desktop.ui.doorway import Doorway, Failure, Progress
from desktop.ui.exchange_words import sentences
from desktop.ui.page import Tone


class FolderWatch(QObject):
    """Visits the folder that the case file names, if any. ``told`` tells that its state is another."""

    told = Signal()

    def __init__(self, doorway: Doorway, parent: QObject | None = None, *, first_ms: int = 2_000) -> None:
        super().__init__(parent)
        self._doorway = doorway
        self._watched: Watched | None = None
        self._progress: Progress | None = None
        self._visits = 0
        self._seen = self._looking = ""
        self._own = True
        self.folder: Path | None = None
        self.words = ""
        self.tone: Tone = "done"
        self._timer = QTimer(self, singleShot=True)
        self._timer.setInterval(first_ms)
        self._timer.timeout.connect(self.look)
        doorway.changed.connect(self._note)
        doorway.read(self, _configured, self._use)

    @property
    def visits(self) -> int:
        """How many visits have ended."""
        return self._visits

    def _note(self, _: Changes) -> None:
        self._own = True

    # what is watched

    def watch(self, folder: Path | None) -> None:
        """Watches a folder from now on, or none; the case file remembers."""

        def work(desk: Desk) -> Watched | None:
            with desk.casefile.engine.begin() as conn:
                set_watched_folder(conn, folder)
            return None if folder is None else Watched(desk.casefile.engine, desk.casefile.blobs, folder)

        self._doorway.write(self, work, self._use)

    def _use(self, watched: Watched | None) -> None:
        self._watched = watched
        self._seen = ""
        self.folder = None if watched is None else watched.folder
        self._timer.stop()
        self._say(self.tr("Waiting for the first visit") if watched else "", "done")
        if watched is not None:
            self._timer.start()

    def stop(self) -> None:
        """Visits no more; one under way ends at its next step."""
        self._timer.stop()
        self._watched = None
        if self._progress is not None:
            self._progress.cancel()

    # visits

    def look(self) -> None:
        """Looks whether there is anything new, and exchanges if so."""
        watched = self._watched
        if watched is not None and self._progress is None:
            # Pages that are to be drawn meanwhile have their turn while a share does not answer.
            self._doorway.long_press(self, lambda told: watched.look(told.wait), self._looked, self._failed)

    def _looked(self, seen: str) -> None:
        watched = self._watched
        if watched is None:
            return
        if seen == self._seen and not self._own:
            self._again()
            return
        self._own = False
        self._looking = seen

        def work(desk: Desk, progress: Progress) -> Visit:
            visit, changes = watched.visit(progress.report, progress.wait)
            desk.announce(changes)
            return visit

        self._progress = self._doorway.long_write(self, work, self._visited, self._failed)

    def _visited(self, visit: Visit) -> None:
        self._progress = None
        self._visits += 1
        new = sum(read.applied for read in visit.read)
        if visit.outcome == EXCHANGED and (new or visit.sent):
            words = self.tr("Exchanged: {new} entries are new, {files} files written.")
            self._say(words.format(new=new, files=len(visit.sent)), "done")
        elif visit.outcome in (QUIET, EXCHANGED):
            self._seen = self._looking if visit.outcome == QUIET else ""
            if self.tone != "done" or self._visits == 1:
                self._say(self.tr("Nothing is waiting."), "done")
        else:
            self._say(message(visit.outcome, spoken()), "soon")
            self._own = True
        self._again()

    def _failed(self, failure: Failure) -> None:
        self._progress = None
        self._own = True
        if failure.code != "cancelled":
            self._say(sentences(failure.sentence), "soon")
        self._again()

    def _again(self) -> None:
        if self._watched is not None:
            self._timer.start(round(1000 * pause()))

    def _say(self, words: str, tone: Tone) -> None:
        self.words, self.tone = words, tone
        self.told.emit()


def _configured(desk: Desk) -> Watched | None:
    with desk.casefile.reader.connect() as conn:
        folder = watched_folder(conn)
    return None if folder is None else Watched(desk.casefile.engine, desk.casefile.blobs, folder)
