"""A city that reads hostile bundles of an enrolled county: what it must hold, and what must not happen."""

from __future__ import annotations

import hashlib
import io
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from desktop.casefile.database import memory_engine
from desktop.changes.journal import Journal
from desktop.changes.pen import Pen
from desktop.changes.recorder import Recorder
from desktop.changes.verify import verify
from desktop.sync.carrier import bundle_name
from desktop.sync.exchange import Read, export, import_folder
from desktop.sync.sealing import unseal
from desktop.wire.ustar import Member
from tests.sync.pcs import PC, pair

MOST_SECONDS = 2.0
OUTCOMES = {"read", "known"}
"""Everything else must be the code of a sentence: two words with a dot."""

Members = list[tuple[str, bytes]]


class Target:
    """The city as it was before each bundle; ``bundle`` is a good one of the county."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self.city, self.county = pair(base)
        self.city.add(name="市")
        row = self.county.add(name="甲", phone="1")
        self.county.change(row, name="乙")
        kept = self.county.blobs.put(io.BytesIO(b"photograph" * 20))
        with self.county.engine.begin() as conn:
            recorder = Recorder(Journal(conn), "")
            recorder.create("attachment", {"name": "x.jpg", "sha256": kept.sha256, "size": kept.size})
            recorder.close("file.attach")
            recorder.finish()
        self.before = self._image(self.city)
        self.identity = self.city.identity()
        stick = base / "good"
        stick.mkdir()
        (sent,) = export(self.county.engine, self.county.blobs, stick)
        self.bundle = (stick / "liandong" / sent.file).read_bytes()
        self.pen = _pen(self.county)
        self.readers = [_pen(self.city).age_recipient]
        with self.city.engine.connect() as conn:
            self.network = Journal(conn).root() or ""
        self.stick = base / "stick"
        self.stick.mkdir()

    @staticmethod
    def _image(pc: PC) -> bytes:
        found: bytes = pc.engine.raw_connection().driver_connection.serialize()  # type: ignore[union-attr]
        return found

    def members(self) -> Members:
        """What the good bundle holds."""
        return [(name, data) for name, data in _opened(self.bundle, self.identity)]

    def restore(self) -> None:
        """The city as it was before."""
        self.city.engine.dispose()
        self.city.engine = memory_engine()
        self.city.engine.raw_connection().driver_connection.deserialize(self.before)  # type: ignore[union-attr]

    def entries(self) -> set[bytes]:
        """What the city holds."""
        with self.city.engine.connect() as conn:
            return set(conn.exec_driver_sql("SELECT id FROM entry").scalars())

    def read(self, data: bytes, name: str | None = None) -> Read:
        """The city reads one file. Raises ``AssertionError`` for whatever must not happen."""
        path = self.stick / bundle_name(name or hashlib.sha256(data).hexdigest())
        path.write_bytes(data)
        began = time.process_time()
        try:
            ((read,), _) = import_folder(self.city.engine, self.city.blobs, self.identity, self.stick)
        finally:
            path.unlink()
        spent = time.process_time() - began
        assert spent < MOST_SECONDS, f"{spent:.1f} s"
        assert read.outcome in OUTCOMES or read.outcome.count(".") == 1, read.outcome
        return read

    def sound(self) -> Sequence[object]:
        """What verification of the city's file finds."""
        with self.city.engine.connect() as conn:
            return [*verify(conn)]


def _pen(pc: PC) -> Pen:
    with pc.engine.connect() as conn:
        return Journal(conn).pen()


def _opened(data: bytes, identity: str) -> Members:
    def whole(member: Member) -> bytes:
        return member.read()

    with unseal(io.BytesIO(data), identity) as found:
        return [(member.name, whole(member)) for member in found if member.name != "padding"]


def fast_place() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one."""
    shm = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="soak-", dir=shm if shm.is_dir() else None)
