"""Reading and writing let others write between pieces, stop when asked, and tell beforehand what comes."""

from __future__ import annotations

import errno
import io
import os
import shutil
from pathlib import Path

import pytest

from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.errors import Cancelled, UserError
from desktop.sync import bundles, enrolment
from desktop.sync.carrier import Carrier, CarrierError, CarrierFile, CarrierOutcome, bundle_name
from desktop.sync.exchange import STOPPED, Read, Sent, export, export_each, import_each, import_folder
from desktop.sync.turns import Turn
from tests.sync.pcs import GROUP, PC, join, new_stick, pair


def _read_each(pc: PC, folder: Path, turn: Turn, *, preview: bool = False) -> list[Read]:
    found = import_each(pc.engine, pc.blobs, pc.identity(), folder, preview=preview, turn=turn)
    return [report for report, _ in found]


def _attach(pc: PC, content: bytes) -> None:
    kept = pc.blobs.put(io.BytesIO(content))
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "x.jpg", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()


class _Stops:
    """Wants to stop at the n-th turn."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, _: float) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


def test_others_write_between_the_pieces_of_a_reading_and_see_how_far_it_is(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    for number in range(3):
        county.add(name=f"甲{number}")
        with county.engine.begin() as conn:
            Journal(conn).sign_heads(GROUP)
    _attach(county, os.urandom(3 << 20))
    export(county.engine, county.blobs, new_stick(tmp_path))
    heard: list[float] = []

    def turn(fraction: float) -> None:
        heard.append(fraction)
        city.add(name=f"乙{len(heard)}")

    (found,) = _read_each(city, tmp_path / "stick", turn)
    assert (found.outcome, found.applied, found.blobs) == ("read", 4, 1)
    assert len(heard) >= 6
    assert heard == sorted(heard)
    assert heard[0] == 0
    assert 0.9 < heard[-1] <= 1
    assert city.dump() == county.dump()


def test_others_write_while_a_carrier_is_written(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    _attach(county, os.urandom(3 << 20))
    heard: list[float] = []

    def turn(fraction: float) -> None:
        heard.append(fraction)
        county.add(name=f"后{len(heard)}")

    (sent,) = export_each(county.engine, county.blobs, new_stick(tmp_path), turn=turn)
    assert (sent.entries, sent.blobs) == (2, 1)
    assert heard == sorted(heard)
    assert heard[-1] == 1
    assert city.read(tmp_path / "stick")[0].applied == 2


def test_a_reading_that_is_stopped_keeps_what_was_verified_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "_SLICE_ENTRIES", 1)
    city, county = pair(tmp_path)
    for number in range(4):
        county.add(name=f"甲{number}")
        with county.engine.begin() as conn:
            Journal(conn).sign_heads(GROUP)
    export(county.engine, county.blobs, new_stick(tmp_path))
    counts = []
    for at in range(8):
        found = _read_each(city, tmp_path / "stick", _Stops(at))
        assert found[-1].outcome in (STOPPED, "read", "known")
        counts.append(city.count())
    assert counts[0] == 0
    assert 0 < counts[4] < 4
    assert counts == sorted(counts)
    assert _read_each(city, tmp_path / "stick", _Stops(99))[0].outcome in ("read", "known")
    assert city.dump() == county.dump()


def test_a_writing_that_is_stopped_leaves_only_proven_bundles(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    _attach(county, os.urandom(1 << 20))
    stick = new_stick(tmp_path)
    for at in range(200):
        sent: list[Sent] = []
        try:
            sent.extend(export_each(county.engine, county.blobs, stick, turn=_Stops(at)))
        except Cancelled:
            assert not list(stick.rglob("*.part"))
            assert not list(stick.rglob("*.bundle"))
            continue
        break
    else:
        pytest.fail("the stick was never written")
    assert at > 5
    assert len(sent) == 1
    assert city.read(stick)[0].outcome == "read"


def test_a_stop_while_it_is_read_back_takes_the_final_name_away(tmp_path: Path) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        Carrier(tmp_path).write(bundle_name, lambda out: out.write(b"x"), stop)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_large_file_reaches_the_stick_piece_by_piece(tmp_path: Path) -> None:
    synced: list[int] = []

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

        def __init__(self) -> None:
            from desktop.sync.carrier import SystemFileOps

            self._real = SystemFileOps()

        def fsync(self, descriptor: int) -> None:
            synced.append(os.fstat(descriptor).st_size)
            self._real.fsync(descriptor)

    piece = bytes(1 << 20)
    Carrier(tmp_path, ops=Counting()).write(  # type: ignore[arg-type]
        bundle_name, lambda out: [out.write(piece) for _ in range(10)]
    )
    assert [size for size in synced if size >= 1 << 20][:2] == [4 << 20, 8 << 20]


def test_a_preview_counts_what_several_bundles_bring_once(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    export(county.engine, county.blobs, new_stick(tmp_path))
    county.add(name="乙")
    export(county.engine, county.blobs, tmp_path / "stick")
    told = city.read(tmp_path / "stick", preview=True)
    assert (sum(item.applied for item in told), sum(item.known for item in told)) == (2, 1)
    assert city.count() == 0
    done = city.read(tmp_path / "stick")
    assert [(item.applied, item.known, item.office) for item in told] == [
        (item.applied, item.known, item.office) for item in done
    ]


def test_a_preview_knows_the_grant_that_comes_with_the_bundle(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    two = PC("450923", tmp_path / "two")
    join(city, two)
    two.add(name="丙")
    export(two.engine, two.blobs, new_stick(tmp_path))
    (told,) = county.read(tmp_path / "stick", preview=True)
    assert (told.outcome, told.applied, told.quarantined, told.office) == ("read", 1, 0, "450923")
    with county.engine.connect() as conn:
        assert len(Journal(conn).rights().devices()) == 2
    (done,) = county.read(tmp_path / "stick")
    assert (done.outcome, done.applied, done.quarantined) == ("read", 1, 0)


def test_a_preview_tells_attachments_that_are_not_here(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    _attach(county, b"photograph")
    export(county.engine, county.blobs, new_stick(tmp_path))
    assert city.read(tmp_path / "stick", preview=True)[0].blobs == 1
    city.read(tmp_path / "stick")
    assert city.read(tmp_path / "stick", preview=True)[0].outcome == "known"


def test_rows_of_a_damaged_bundle_are_told_as_changed(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    row = county.add(name="甲")
    _attach(county, os.urandom(1 << 20))
    export(county.engine, county.blobs, new_stick(tmp_path))
    (path,) = (tmp_path / "stick").rglob("*.bundle")
    path.write_bytes(path.read_bytes()[:-5000])
    (found,), changes = import_folder(city.engine, city.blobs, city.identity(), tmp_path / "stick")
    assert (found.outcome, found.applied) == ("sealing.cut", 2)
    assert changes["person"] == {row}


def test_a_stick_that_vanishes_while_it_is_read_is_called_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, county = pair(tmp_path)
    stick = new_stick(tmp_path)
    for name in "甲乙丙":
        county.add(name=name)
        export(county.engine, county.blobs, stick)
    opened = CarrierFile.open
    count = 0

    def vanish(file: CarrierFile) -> io.BufferedReader:
        nonlocal count
        count += 1
        if count == 2:
            shutil.rmtree(stick)
            raise OSError(errno.EIO, "pulled")
        return opened(file)  # type: ignore[return-value]

    monkeypatch.setattr(CarrierFile, "open", vanish)
    found = city.read(stick)
    assert [item.outcome for item in found] == ["read", CarrierOutcome.GONE.value]
    with pytest.raises(CarrierError) as caught:
        city.read(stick)
    assert caught.value.outcome is CarrierOutcome.NO_FOLDER


def test_a_full_stick_is_told_with_what_was_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.sync import carrier

    city, _ = pair(tmp_path)
    county = PC("450922", tmp_path / "other")
    join(city, county)
    with city.engine.begin() as conn:
        for office in ("450922", "450923"):
            recorder = Recorder(Journal(conn), "")
            recorder.create("person", {"name": "甲"}, group=f"office:{office}")
            recorder.close("people.add")
            recorder.finish()
        assert enrolment.answer(Journal(conn))
    written = 0
    real = carrier.SystemFileOps.open

    def full(self: carrier.SystemFileOps, path: Path, flags: int) -> int:
        nonlocal written
        written += path.suffix == ".part"
        if written == 3:  # the id of the stick, a bundle, the next one
            raise OSError(errno.ENOSPC, "full")
        return real(self, path, flags)

    monkeypatch.setattr(carrier.SystemFileOps, "open", full)
    sent: list[Sent] = []
    with pytest.raises(UserError) as caught:
        sent.extend(export_each(city.engine, city.blobs, new_stick(tmp_path)))
    assert caught.value.code == CarrierOutcome.FULL.value
    assert [item.group for item in sent] == ["office:450922"]
