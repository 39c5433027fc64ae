"""One PC of a world: a file in memory that can be killed, imaged, brought back and copied whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import Connection, Engine, event

from desktop.casefile.blobs import BlobStore
from desktop.casefile.database import memory_engine
from desktop.changes.journal import Journal
from desktop.changes.outline import dump
from desktop.changes.pen import make_pen, new_incarnation
from desktop.changes.recorder import Recorder
from desktop.changes.sending import runs_above
from desktop.changes.verify import verify
from desktop.models.schema import metadata
from desktop.sync import writing
from desktop.sync.carrier import Carrier
from desktop.sync.exchange import Read, export_each, import_each
from desktop.sync.hub_client import HubClient, Speaker
from desktop.sync.hub_outgoing import Due
from desktop.sync.hub_round import Case, Done, Round
from desktop.wire.ids import row_text
from desktop.wire.runs import Piece, read_pieces
from tests.sync_simulation.faults import Crash, Fuse, QuickDisk, QuickOps, Violation
from tests.sync_simulation.hubs import Wire, without_a_clock
from tests.sync_simulation.memory import bounded
from tests.sync_simulation.seeded import Seeded


class PC:
    """A PC on a file in memory. ``fate`` says what became of its device: honest, or a thief's."""

    def __init__(self, name: str, office: str, seeded: Seeded, image: bytes | None = None) -> None:
        self.name = name
        self.office = office
        self.skew = 0
        self.hostile = False
        self._seeded = seeded
        self._finished: set[str] = set()
        self.disk = QuickDisk()
        self.blobs = BlobStore(seeded.base / "attachments" / name, name.encode().ljust(32), self.disk)
        self.engine: Engine
        self.open(_empty() if image is None else image)
        if image is None:
            with self.engine.begin() as conn:
                make_pen(conn, office)
        with self.engine.connect() as conn:
            pen = Journal(conn).pen()
        self.device, self.keys = pen.device, [pen.signing.public, pen.age_recipient]
        self.identity = pen.age_identity

    # the file

    def open(self, image: bytes) -> None:
        """Opens this image of the file, as after a kill: nothing of the process before is left."""
        self.engine = memory_engine()
        self._driver().deserialize(image)
        self._finished = {name for (name,) in self.rows("SELECT sha256 || '.bundle' FROM bundle")}
        self._due, self._first = Due(), True

    def image(self) -> bytes:
        """The file as a disk image would keep it now."""
        found: bytes = self._driver().serialize()
        return found

    def _driver(self) -> Any:
        return self.engine.raw_connection().driver_connection

    def restart(self) -> None:
        """Ends the process and opens the file again."""
        self.open(self.image())

    def new_incarnation(self) -> None:
        """What opening does when the token outside the case folder differs."""
        with self.engine.begin() as conn:
            new_incarnation(conn)

    def copy(self, name: str) -> PC:
        """The whole PC once more: same keys, same file."""
        twin = PC(name, self.office, self._seeded, self.image())
        twin.skew = self.skew
        self.copy_disk(twin)
        return twin

    def copy_disk(self, twin: PC) -> None:
        """The folders of this PC beside its file, in another one too."""
        self.blobs.copy_to(twin.blobs)
        if self._spool.exists():
            shutil.copytree(self._spool, twin._spool)

    def attachments(self) -> set[str]:
        """The files of all attachments held, by their names in the store."""
        return set(self.blobs.names())

    def attachment_rows(self) -> list[str]:
        """The attachments that this PC may withdraw."""
        with self.engine.connect() as conn:
            journal = Journal(conn)
            found = conn.exec_driver_sql("SELECT id, grp FROM attachment ORDER BY id").all()
            rows = [(row_text(raw), group) for raw, group in found]
            return [row for row, group in rows if journal.owns("attachment", row, group)]

    def lose_attachments(self, names: Iterable[str]) -> None:
        """The disk loses some of them."""
        for name in names:
            (self.blobs.folder / name[:2] / name).unlink(missing_ok=True)

    def sound(self) -> None:
        """The file is whole and holds what its log says."""
        with self.engine.connect() as conn:
            found = [*verify(conn)]
        if found:
            raise Violation(f"{self.name} is not sound: {found[0]}")

    @contextmanager
    def full(self, room: int) -> Iterator[None]:
        """The disk is full but for so many pages of the database."""
        (pages,) = self._driver().execute("PRAGMA page_count").fetchone()
        self._driver().execute(f"PRAGMA max_page_count = {pages + room}").fetchone()
        self.disk.full = True
        try:
            yield
        finally:
            self.disk.full = False
            self._driver().execute("PRAGMA max_page_count = 1073741823").fetchone()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The clock is this PC's."""
        before, self._seeded.skew = self._seeded.skew, self.skew
        try:
            yield
        finally:
            self._seeded.skew = before

    @contextmanager
    def killed_by(self, fuse: Fuse) -> Iterator[None]:
        """What happens inside is killed when the fuse has burnt down; the file is opened again after it."""
        genuine = self.engine.dialect.do_commit

        def commit(connection: Any) -> None:
            fuse.burn("before commit")
            genuine(connection)
            fuse.burn("after commit")

        self.engine.dialect.do_commit = commit  # type: ignore[method-assign]
        event.listen(self.engine, "before_cursor_execute", lambda *_: fuse.burn("statement"))
        try:
            yield
        except Crash:
            pass
        finally:
            self.restart()

    # work

    def work(self, action: Callable[[Recorder, Connection], object]) -> list[bytes]:
        """One act in a transaction of its own; the ids of the entries that the PC then vouches for."""
        with self.at_work(), self.engine.begin() as conn:
            last = _last(conn)
            recorder = Recorder(Journal(conn), "")
            action(recorder, conn)
            recorder.close("act")
            recorder.finish()
            written = conn.exec_driver_sql("SELECT id FROM entry WHERE no > ?", (last,)).scalars().all()
        return list(written)

    def write_to(self, folder: Path, fuse: Fuse | None = None, ops: QuickOps | None = None) -> None:
        """Writes bundles for all who may lack something."""
        with self.at_work(), self._carrier(ops or QuickOps(fuse)):
            for sent in export_each(self.engine, self.blobs, folder):
                self._seeded.written[sent.file] = sent.entries
                self._finished.add(sent.file)

    @contextmanager
    def _carrier(self, ops: QuickOps) -> Iterator[None]:
        """Carriers that are written inside are this PC's."""
        carrier = partial(Carrier, mark=self.name, ops=ops)
        with mock.patch.object(writing, "Carrier", carrier):
            yield

    def read_from(self, folder: Path) -> list[Read]:
        """Reads a folder. What a bundle holds is here at once, and only what was read is known."""
        found = []
        with self.at_work(), bounded(self.engine):
            for read, _ in import_each(self.engine, self.blobs, self.identity, folder):
                self._heed(read)
                found.append(read)
        return found

    def _heed(self, read: Read) -> None:
        if read.outcome == "known" and read.file not in self._finished:
            raise Violation(f"{self.name} knows a bundle that it did not read")
        taken = read.applied + read.quarantined + read.known
        if read.outcome == "read" and taken != self._seeded.written.get(read.file, taken):
            raise Violation(f"{self.name} took {taken} entries of a bundle with others besides")
        if read.outcome == "read":
            self._finished.add(read.file)

    def sync(self, wire: Wire, fuse: Fuse | None = None, *, first: bool = False) -> Done:
        """One round with a hub. The first one of a process looks closer, as one that is to be ``first``."""
        self._spool.mkdir(parents=True, exist_ok=True)
        case = Case(
            self.engine,
            self.engine,
            self.blobs,
            self._spool,
            lambda work: work(lambda _: None),
            lambda _: None,
        )
        with self.engine.connect() as conn:
            journal = Journal(conn)
            root, pen = journal.root(), journal.pen()
        client = HubClient("http://hub", wire, Speaker(str(root), pen.device, pen.signing))
        ops = QuickOps(fuse)
        try:
            with self.at_work(), bounded(self.engine), self._carrier(ops), without_a_clock():
                done = Round(case, client, due=self._due).run(first=first or self._first)
        finally:
            client.close()
        self._first = False
        return done

    @property
    def _spool(self) -> Path:
        return self._seeded.base / "spool" / self.name

    def pieces(self, group: str) -> list[Piece]:
        """Everything of a group that a head proves, as the pieces that could travel apart."""
        with self.at_work(), self.engine.begin() as conn:
            Journal(conn).sign_heads(group)
            runs = list(runs_above(conn, group, {}))
            texts = [[run.start.text()[:-1], *(line[:-1] for line in run.lines(conn))] for run in runs]
        return [piece for text in texts for piece in read_pieces(text)]

    def take(self, pieces: Iterable[Piece]) -> None:
        """Takes pieces in, in the order given."""
        with self.at_work(), self.engine.begin() as conn:
            journal = Journal(conn)
            for piece in pieces:
                journal.receive(piece)

    # looking

    def dump(self, group: str) -> list[str]:
        """The dump of a group."""
        with self.engine.connect() as conn:
            return list(dump(conn, group))

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self.engine.connect() as conn:
            return [tuple(row) for row in conn.exec_driver_sql(statement, values)]

    def entries(self, group: str | None = None) -> set[bytes]:
        """The ids of all entries held, or of a group's."""
        query = "SELECT e.id FROM entry e JOIN log l ON l.no = e.log WHERE ? IS NULL OR l.grp = ?"
        return {found for (found,) in self.rows(query, group, group)}


def _last(conn: Connection) -> int:
    return int(conn.exec_driver_sql("SELECT coalesce(max(no), 0) FROM entry").scalar_one())


@cache
def _empty() -> bytes:
    """A file with all tables and nothing in them; making the tables anew for each PC would take too long."""
    made = memory_engine()
    metadata.create_all(made)
    found: bytes = made.raw_connection().driver_connection.serialize()  # type: ignore[union-attr]
    made.dispose()
    return found
