"""Real small file systems and real sticks' troubles: write-protected, full, of several offices, damaged."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
from pathlib import Path

import pytest

from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.errors import UserError, message
from desktop.sync.carrier import FOLDER, Carrier
from desktop.sync.exchange import export
from desktop.sync.handing import look_over
from desktop.sync.watched import Watched
from tests.sync.pcs import PC, join, new_stick, pair


def _state(folder: Path) -> dict[str, tuple[object, ...]]:
    """Every byte and every time of everything on a stick; the access times too."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        times = (about.st_atime_ns, about.st_mtime_ns, about.st_ctime_ns)
        digest = ""
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOATIME", 0))
            with os.fdopen(descriptor, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[str(path)] = (about.st_mode, about.st_size, digest, *(times if path.is_file() else times[1:]))
    return found


def _code(pc: PC, stick: Path) -> str:
    with pytest.raises(UserError) as caught:
        export(pc.engine, pc.blobs, stick)
    return caught.value.code


def _attach(pc: PC, size: int) -> None:
    kept = pc.blobs.put(io.BytesIO(os.urandom(size)))
    with pc.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "x", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()


def test_a_write_protected_stick_is_read_and_writing_says_so_in_one_sentence(
    tmp_path: Path, tmpfs: Path
) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    export(county.engine, county.blobs, tmpfs)
    subprocess.run(["mount", "-o", "remount,ro", str(tmpfs)], check=True)
    before = _state(tmpfs)
    assert city.read(tmpfs)[0].outcome == "read"
    assert len(look_over(tmpfs).files) == 1
    assert _code(city, tmpfs) == "carrier.read_only"
    assert Watched(city.engine, city.blobs, tmpfs).visit()[0].outcome == "carrier.read_only"
    assert _state(tmpfs) == before
    assert message("carrier.read_only", "zh").count("。") == 2


def test_a_full_stick_keeps_what_was_there_and_says_so(tmp_path: Path, tmpfs: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    export(county.engine, county.blobs, tmpfs)
    before = _state(tmpfs)
    _attach(county, 8 << 20)
    assert _code(county, tmpfs) == "carrier.full"
    files = {path: told for path, told in _state(tmpfs).items() if path.endswith(".bundle")}
    assert files == {path: told for path, told in before.items() if path.endswith(".bundle")}
    assert not list(tmpfs.rglob("*.part"))
    assert city.read(tmpfs)[0].outcome == "read"


def test_several_offices_share_a_stick_and_each_reads_only_its_own(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    other = PC("450922", tmp_path / "other")
    join(city, other)
    stick = new_stick(tmp_path)
    for pc, name in ((county, "博白的"), (other, "陆川的")):
        pc.add(name=name)
        export(pc.engine, pc.blobs, stick)
    before = _state(stick)
    outcomes = sorted(found.outcome for found in county.read(stick))
    assert outcomes == ["known", "sealing.not_for_us"]
    assert sorted(found.outcome for found in city.read(stick)) == ["read", "read"]
    assert _state(stick) == before
    assert county.count() == 1
    theirs = set((stick / FOLDER).glob("*.bundle"))
    export(city.engine, city.blobs, stick)
    assert theirs < set((stick / FOLDER).glob("*.bundle"))
    assert county.read(stick)[-1].outcome in ("read", "known", "sealing.not_for_us")


def test_reading_changes_no_byte_and_no_time_whatever_goes_wrong(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="甲")
    stick = new_stick(tmp_path)
    export(county.engine, county.blobs, stick)
    (good,) = (stick / FOLDER).glob("*.bundle")
    data = good.read_bytes()
    (stick / f"{'1' * 64}.bundle").write_bytes(data[: len(data) // 2])
    (stick / f"{'2' * 64}.bundle").write_bytes(data[:300] + b"x" + data[301:])
    (stick / f"{'3' * 64}.bundle").write_bytes(b"no bundle at all")
    (stick / f"{'4' * 64}.bundle").write_bytes(b"")
    (stick / FOLDER / f"{'a' * 16}-{'0' * 16}.part").write_bytes(data[:100])
    for path in stick.rglob("*"):
        if path.is_file():
            os.utime(path, (1_000_000_000, 1_000_000_001))
    before = _state(stick)
    found = city.read(stick)
    assert len(found) == 5
    assert [item.outcome for item in found].count("read") == 1
    city.read(stick, preview=True)
    assert Carrier(stick).unfinished() == 1
    look_over(stick)
    assert _state(stick) == before


def test_unfinished_files_of_this_pc_go_when_it_writes_and_only_then(tmp_path: Path) -> None:
    _, county = pair(tmp_path)
    county.add(name="甲")
    stick = new_stick(tmp_path)
    (stick / FOLDER).mkdir()
    own = stick / FOLDER / f"{Carrier(stick).mark}-{'0' * 16}.part"
    others = stick / FOLDER / f"{'b' * 16}-{'0' * 16}.part"
    for path in (own, others):
        path.write_bytes(b"half")
    county.read(stick)
    assert own.exists()
    assert Carrier(stick).unfinished() == 2
    export(county.engine, county.blobs, stick)
    assert not own.exists()
    assert others.read_bytes() == b"half"
