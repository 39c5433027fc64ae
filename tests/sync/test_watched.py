"""A folder shared at a raid table: three PCs come to the same, then nobody writes; faults are told."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import random
from pathlib import Path

import pytest

from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.errors import UserError
from desktop.sync import consigning
from desktop.sync.carrier import FOLDER, Carrier, SystemFileOps
from desktop.sync.watched import (
    EXCHANGED,
    JITTER_SECONDS,
    QUIET,
    Visit,
    Watched,
    pause,
    set_watched_folder,
    visits,
    watched_folder,
)
from desktop.wire.pieces import PIECE
from tests.sync.pcs import GROUP, PC, join, new_stick, pair

FILM = random.Random(3).randbytes(5 * PIECE)


class Table:
    """The PCs of one table and their folder."""

    def __init__(self, tmp_path: Path) -> None:
        self.city, self.county = pair(tmp_path)
        self.two = PC("450923", tmp_path / "two")
        join(self.city, self.two)
        self.folder = new_stick(tmp_path, "share")
        self.pcs = [self.city, self.county, self.two]
        self.watched = [Watched(pc.engine, pc.blobs, self.folder) for pc in self.pcs]

    def round(self) -> list[Visit]:
        """Everybody visits once."""
        return [watched.visit()[0] for watched in self.watched]

    def settle(self) -> int:
        """Rounds until one in which nobody did anything."""
        for number in range(1, 12):
            if {visit.outcome for visit in self.round()} == {QUIET}:
                return number
        raise AssertionError("they never come to rest")

    def files(self) -> set[str]:
        """The bundles that lie there."""
        return {path.name for path in (self.folder / FOLDER).glob("*.bundle")}


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """A city and two PCs of a county."""
    return Table(tmp_path)


def _attach(pc: PC, data: bytes) -> str:
    kept = pc.blobs.put(io.BytesIO(data))
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "录像.mp4", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()
    return kept.sha256


def test_everybody_comes_to_the_same_and_then_nobody_writes_any_more(table: Table) -> None:
    table.county.add(name="甲")
    table.two.add(name="乙")
    table.settle()
    assert table.city.dump() == table.county.dump() == table.two.dump()
    assert table.city.count() == 2
    lying = table.files()
    for _ in range(5):
        assert {visit.outcome for visit in table.round()} == {QUIET}
    assert table.files() == lying
    table.city.add(name="市局")
    for number in range(6):
        table.county.add(name=f"丙{number}")
        table.settle()
    assert table.two.dump() == table.county.dump()
    assert len(table.files()) <= 6


def test_a_pc_that_starts_anew_beside_a_settled_folder_writes_nothing(table: Table) -> None:
    table.county.add(name="甲")
    table.settle()
    lying = table.files()
    table.watched = [Watched(pc.engine, pc.blobs, table.folder) for pc in table.pcs]
    assert [visit.sent for visit in table.round()] == [[], [], []]
    assert table.files() == lying


def test_files_of_others_are_neither_removed_nor_changed(table: Table, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    others_city, other = pair(tmp_path / "elsewhere")
    other.add(name="外人")
    strangers = Watched(other.engine, other.blobs, table.folder)
    assert strangers.visit()[0].sent
    theirs = table.files()
    stamps = {name: (table.folder / FOLDER / name).stat().st_mtime_ns for name in theirs}
    (table.folder / FOLDER / "x.part").write_bytes(b"half")
    table.county.add(name="甲")
    table.settle()
    assert theirs <= table.files()
    assert {name: (table.folder / FOLDER / name).stat().st_mtime_ns for name in theirs} == stamps
    assert (table.folder / FOLDER / "x.part").read_bytes() == b"half"
    assert others_city.count() == 0
    assert strangers.visit()[0].read != []
    assert strangers.visit()[0].outcome == QUIET


def test_a_film_goes_round_once(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consigning, "PART_BYTES", 2 * PIECE)
    table.county.add(name="甲")
    table.settle()
    name = _attach(table.county, FILM)
    written = 0
    for _ in range(8):
        written += sum(sent.bytes for visit in table.round() for sent in visit.sent)
    assert all(pc.blobs.has(name) for pc in table.pcs)
    assert hashlib.sha256(FILM).hexdigest() == name
    assert written < 1.5 * len(FILM)
    assert {visit.outcome for visit in table.round()} == {QUIET}
    table.county.add(name="乙")
    table.settle()
    assert sum(path.stat().st_size for path in table.folder.rglob("*.bundle")) < len(FILM) / 4


def test_an_own_bundle_that_somebody_spoilt_is_written_again(table: Table) -> None:
    table.county.add(name="甲")
    table.watched[1].visit()
    for path in table.folder.rglob("*.bundle"):
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
    table.two.add(name="乙")
    table.settle()
    assert table.city.dump() == table.county.dump() == table.two.dump()


def test_an_own_bundle_that_somebody_removed_is_written_again(table: Table) -> None:
    table.county.add(name="甲")
    table.watched[1].visit()
    for path in table.folder.rglob("*.bundle"):
        path.unlink()
    table.settle()
    assert table.city.dump() == table.county.dump() == table.two.dump()


def test_a_folder_that_is_gone_is_told_and_taken_up_again(table: Table) -> None:
    table.county.add(name="甲")
    away = table.folder.with_name("away")
    table.folder.rename(away)
    assert {visit.outcome for visit in table.round()} == {"carrier.no_folder"}
    away.rename(table.folder)
    table.settle()
    assert table.city.count() == 1


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open", "make_folder", "read"])
def test_a_fault_of_the_share_at_any_call_is_told_and_passes(table: Table, code: int, call: str) -> None:
    class Broken(SystemFileOps):
        failing = True

    def fail(self: Broken, *rest: object) -> object:
        if Broken.failing:
            raise OSError(code, os.strerror(code))
        return getattr(SystemFileOps, call)(self, *rest)

    setattr(Broken, call, fail)
    table.county.add(name="甲")
    watched = Watched(table.county.engine, table.county.blobs, table.folder, ops=Broken())
    visit, _ = watched.visit()
    assert visit.outcome.startswith("carrier.")
    assert Carrier(table.folder).bundles() == []
    Broken.failing = False
    assert watched.visit()[0].outcome == EXCHANGED
    assert all(file.is_intact() for file in Carrier(table.folder).bundles())


def test_what_is_written_here_or_there_during_a_visit_is_not_missed(table: Table) -> None:
    table.county.add(name="甲")
    table.settle()
    table.county.add(name="乙")
    inside: list[str] = []

    def turn(fraction: float) -> None:
        if fraction > 0.6 and not inside:
            inside.append("once")
            table.county.add(name="写在当中")
            table.two.add(name="另一台")
            table.watched[2].visit()

    table.watched[1].visit(turn)
    assert inside
    table.settle()
    assert table.city.count() == 4
    assert table.city.dump() == table.county.dump() == table.two.dump()


def test_before_enrolment_it_says_so_and_goes_on(tmp_path: Path) -> None:
    alone = PC("450923", tmp_path / "alone")
    watched = Watched(alone.engine, alone.blobs, new_stick(tmp_path))
    with pytest.raises(UserError):
        watched.visit()
    codes = [visit.outcome for visit, _ in (next(round_) for round_ in [visits(watched)] * 2)]
    assert codes == ["enrolment.not_enrolled"] * 2


def test_the_folder_is_remembered_in_the_case_file_and_off_at_first(tmp_path: Path) -> None:
    city, _ = pair(tmp_path)
    with city.engine.begin() as conn:
        assert watched_folder(conn) is None
        set_watched_folder(conn, tmp_path)
        assert watched_folder(conn) == tmp_path
        set_watched_folder(conn, None)
        assert watched_folder(conn) is None


def test_pauses_are_not_in_step() -> None:
    found = {round(pause(), 3) for _ in range(50)}
    assert len(found) > 20
    assert min(found) >= 10 - JITTER_SECONDS
    assert GROUP
