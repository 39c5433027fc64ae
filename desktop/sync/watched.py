"""A folder that the PCs of one raid table share, by cable or LAN, exchanged by itself, both ways, for ever.

A visit first asks whether anything is new, there or here, and does nothing if not. It reads what it has not
read, writes what somebody lacks and what does not lie there already, and takes its own old bundles away once
everybody has what is in them. Files of others are never touched. Knows the exchange, no window and no clock.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine

from desktop.casefile.blobs import BlobStore
from desktop.changes.journal import Journal
from desktop.changes.pen import get_setting, put_setting
from desktop.changes.store import Changes, note_changes
from desktop.errors import UserError
from desktop.sync.bundles import STOPPED, Brought, Read
from desktop.sync.carried import Carried, carried, heard
from desktop.sync.carrier import FOLDER, Carrier, CarrierError, CarrierFile, FileOps
from desktop.sync.consigning import Consignment, consign
from desktop.sync.known import had_by_all
from desktop.sync.lists import lists_of
from desktop.sync.patience import Meanwhile, PatientOps, silent_too_long
from desktop.sync.reading import import_each
from desktop.sync.stickid import stick_id
from desktop.sync.turns import Turn, Turns
from desktop.sync.writing import Sent, close_logs, send_each

EVERY_SECONDS, JITTER_SECONDS = 10.0, 3.0
QUIET, EXCHANGED = "quiet", "exchanged"
_SETTING = "watched_folder"


def watched_folder(conn: Connection) -> Path | None:
    """The folder that this case file watches; ``None``: none, as at first."""
    found = get_setting(conn, _SETTING)
    return Path(found.decode()) if found else None


def set_watched_folder(conn: Connection, folder: Path | None) -> None:
    """Watches a folder from now on, or none."""
    put_setting(conn, _SETTING, b"" if folder is None else str(folder).encode())


def pause() -> float:
    """Seconds until the next visit; no two PCs stay in step."""
    return EVERY_SECONDS + random.uniform(-JITTER_SECONDS, JITTER_SECONDS)  # noqa: S311 - no secret


class Visit(msgspec.Struct, frozen=True):
    """What came of a visit: ``QUIET``, ``EXCHANGED`` or the code of what is wrong with the folder.

    ``read`` are bundles that were tried, ``sent`` those written, ``removed`` own old ones taken away.
    """

    outcome: str
    read: list[Read] = []
    sent: list[Sent] = []
    removed: int = 0


class Watched:
    """One folder, visited again and again by one PC. Remembers what it found there the last time."""

    def __init__(
        self, engine: Engine, blobs: BlobStore | None, folder: Path, *, ops: FileOps | None = None
    ) -> None:
        self._ops = PatientOps(ops=ops)
        self._engine = engine
        self._blobs = blobs
        self._carrier = Carrier(folder, ops=self._ops)
        self.folder = folder
        self._seen: tuple[str, str] | None = None
        self._tried: set[tuple[str, int, int]] = set()
        self._sound: dict[str, int] = {}
        self._others: dict[str, Brought] = {}

    def look(self, meanwhile: Meanwhile | None = None) -> str:
        """A hash of what lies there: names, sizes, times. Needs no case file. Raises ``CarrierError``."""
        with self._while_it_is_silent(meanwhile):
            return _hashed(self._listed())

    @contextmanager
    def _while_it_is_silent(self, meanwhile: Meanwhile | None) -> Iterator[None]:
        """What is done while the folder does not answer; after a minute it is given up all the same."""

        def both(seconds: float) -> None:
            if meanwhile is not None:
                meanwhile(seconds)
            silent_too_long(seconds)

        self._ops.meanwhile = both
        try:
            yield
        finally:
            self._ops.meanwhile = silent_too_long

    def _listed(self) -> dict[str, str]:
        return {file.path.name: f"{file.size} {_changed(file)}" for file in self._carrier.bundles()}

    def visit(self, turn: Turn | None = None, meanwhile: Meanwhile | None = None) -> tuple[Visit, Changes]:
        """Exchanges both ways if anything is new; what changed here is told beside.

        Raises ``UserError`` before enrolment and for faults of this PC, and what ``turn`` raises; what was
        read and written by then stays. What is wrong with the folder stands in the visit. ``meanwhile`` is
        called while the folder does not answer to a look or a write, no transaction open.
        """
        with self._while_it_is_silent(meanwhile):
            return self._visit(turn)

    def _visit(self, turn: Turn | None) -> tuple[Visit, Changes]:
        try:
            before = self._listed()
            if self._seen == (_hashed(before), self._own()):
                return Visit(QUIET), {}
            reads, changes = self._read(turn)
            # Taken before it is written: what comes in between, here or there, is seen the next time.
            own = self._own()
            sent, removed = self._write(turn)
            self._seen = self._as_left(before, {one.file for one in sent}, removed, own)
        except CarrierError as error:
            self._seen = None
            return Visit(error.code), {}
        busy = reads or sent or removed
        return Visit(EXCHANGED if busy else QUIET, reads, sent, len(removed)), changes

    def _as_left(
        self, before: dict[str, str], sent: set[str], removed: set[str], own: str
    ) -> tuple[str, str] | None:
        """What is remembered, unless somebody else has changed something there meanwhile."""
        after = self._listed()
        theirs = {name: words for name, words in after.items() if name not in sent}
        expected = {name: words for name, words in before.items() if name not in removed | sent}
        return (_hashed(after), own) if theirs == expected else None

    def _own(self) -> str:
        """What stands in this file that somebody there could lack; cheap."""
        with self._engine.connect() as conn:
            pen = Journal(conn).pen()
            row = conn.exec_driver_sql(
                "SELECT (SELECT coalesce(max(no), 0) FROM entry), (SELECT count(*) FROM statement),"
                " (SELECT coalesce(sum(counter), 0) FROM have WHERE NOT (device = ? AND incarnation = ?)),"
                " (SELECT group_concat(hex(value)) FROM setting WHERE key IN ('fetch_limit', 'fetch_asked'))",
                (pen.device, pen.incarnation),
            ).one()
        return str(tuple(row))

    # reading

    def _read(self, turn: Turn | None) -> tuple[list[Read], Changes]:
        with self._engine.connect() as conn:
            identity = Journal(conn).pen().age_identity
            known = set(conn.exec_driver_sql("SELECT sha256 FROM bundle").scalars())
        found: list[Read] = []
        changes: Changes = {}
        trying: dict[str, tuple[str, int, int]] = {}

        def wanted(file: CarrierFile) -> bool:
            mark = (file.sha256, file.size, _changed(file))
            if file.sha256 in known or mark in self._tried:
                return False
            trying[file.path.name] = mark
            return True

        half = None if turn is None else lambda fraction: turn(fraction / 2)
        for report, changed in import_each(
            self._engine,
            self._blobs,
            identity,
            self.folder,
            turn=half,
            wanted=wanted,
            brought=lambda file, what: self._others.update({file.sha256: what}),
            ops=self._ops,
        ):
            found.append(report)
            note_changes(changes, changed)
            if report.outcome != STOPPED and not report.outcome.startswith(("carrier.", "environment.")):
                # Nothing comes of trying the same bytes again; a fault of a disk may pass.
                self._tried.add(trying[report.file])
        return found, changes

    # writing

    def _write(self, turn: Turn | None) -> tuple[list[Sent], set[str]]:
        sent: list[Sent] = []
        removed: set[str] = set()
        shared = close_logs(self._engine)
        for done, group in enumerate(shared):
            present = self._present(group)
            with self._engine.begin() as conn:
                found = consign(conn, self._blobs, group, present=present, silent=True)
                there = carried(conn, group, present)
            if found is None:
                continue
            self._leave_to_others(found, present)
            if not lies_there(found, there):
                turns = Turns(found.size, _second_half(turn, done, len(shared)))
                sent += send_each(self._engine, self._blobs, self._carrier, found, turns)
            removed |= self._clean(group)
        return sent, removed

    def _present(self, group: str) -> dict[str, int]:
        """The bundles there; own ones only if sound, where a receiver spoke since they were written."""
        files = {file.sha256: file for file in self._carrier.bundles()}
        sizes = {name: file.size for name, file in files.items()}
        with self._engine.connect() as conn:
            own = carried(conn, group, sizes)
            spoken = {one.sha256: heard(conn, group, one.holds.to) for one in own}
        for one in own:
            now = sum(spoken[one.sha256].values())
            if spoken[one.sha256] != one.holds.heard and self._sound.get(one.sha256) != now:
                if self._is_intact(files[one.sha256]):
                    self._sound[one.sha256] = now
                else:
                    del sizes[one.sha256]
        return sizes

    def _leave_to_others(self, found: Consignment, present: Mapping[str, int]) -> None:
        """Attachments in a bundle of somebody else that lies there need not be written a second time."""
        fitting = [
            what
            for name, what in self._others.items()
            if name in present and what.group == found.group and set(found.to) <= set(what.who)
        ]
        blobs = {name for what in fitting for name in what.blobs}
        pieces = {piece for what in fitting for piece in what.pieces}
        found.leave_out(blobs, pieces)

    def _is_intact(self, file: CarrierFile) -> bool:
        try:
            return file.is_intact()
        except OSError as error:
            if self._carrier.has_vanished(file, error):
                return False
            raise CarrierError(self._carrier.outcome_of(error)) from error

    def _clean(self, group: str) -> set[str]:
        """Takes own bundles away that everybody has and that are not what is said last."""
        files = {file.sha256: file for file in self._carrier.bundles() if file.path.parent.name == FOLDER}
        here = stick_id(self.folder)
        with self._engine.connect() as conn:
            own = [
                one
                for one in carried(conn, group, {name: file.size for name, file in files.items()})
                if one.stick == here
            ]
            last = own[-1].holds.state if own else ""
            readers = Journal(conn).rights().readers(group)
            done = [one for one in own if one.holds.state != last and _is_had(conn, one, readers)]
        gone = [files[one.sha256] for one in done if self._carrier.remove(files[one.sha256])]
        return {file.path.name for file in gone}


def lies_there(found: Consignment, there: list[Carried]) -> bool:
    """Whether all that is to be written, and all that this PC says of itself, lies there already."""
    fitting = [one.holds for one in there if set(found.to) <= set(one.holds.to)]
    if not any(holds.state == found.state for holds in fitting):
        return False
    runs = [run for holds in fitting for run in holds.runs]
    files = {name for holds in fitting for name in holds.blobs}
    pieces = {piece for holds in fitting for piece in holds.pieces}
    for part in found.parts:
        for run in part.runs:
            log, first, last = run.start.log.id(), run.start.first, run.last
            if not any(name == log and begin <= first and last <= end for name, begin, end in runs):
                return False
        if any(file.sha256 not in files for file in part.files):
            return False
        if any((piece.whole, piece.offset) not in pieces for piece in part.pieces):
            return False
    return True


def _is_had(conn: Connection, one: Carried, readers: Mapping[str, str]) -> bool:
    """Whether every PC that a bundle was for, and that still shares the group, has all that is in it."""
    return all(_has_all(conn, one, device) for device in one.holds.to if device in readers)


def _has_all(conn: Connection, one: Carried, device: str) -> bool:
    had = had_by_all(conn, one.group, {device})
    for log, _, last in one.holds.runs:
        if min(had.get(log, {"": 0}).values()) < last:
            return False
    wanted = {*one.holds.blobs, *(whole for whole, _ in one.holds.pieces)}
    return not wanted or wanted <= _blobs_of(conn, one.group, device)


def _blobs_of(conn: Connection, group: str, device: str) -> set[str]:
    found = [set(have.get("blobs", [])) for have in lists_of(conn, group, [device])]
    return set.intersection(*found)


def _second_half(turn: Turn | None, done: int, parts: int) -> Turn | None:
    return None if turn is None else lambda fraction: turn((1 + (done + fraction) / parts) / 2)


def _changed(file: CarrierFile) -> int:
    try:
        return file.path.stat(follow_symlinks=False).st_mtime_ns
    except OSError:
        return 0


def _hashed(listed: Mapping[str, str]) -> str:
    lines = sorted(f"{name} {words}" for name, words in listed.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def visits(watched: Watched) -> Iterator[tuple[Visit, Changes]]:
    """Visit after visit, for whoever waits in between; ends only when the caller stops asking."""
    while True:
        try:
            yield watched.visit()
        except UserError as error:
            yield Visit(error.code), {}
