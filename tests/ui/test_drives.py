"""Sticks are told apart from disks, and looked for only while somebody wants to know."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui import drives
from desktop.ui.doorway import Doorway
from desktop.ui.drives import Drive, DriveWatch, is_removable, removable_drives

STICK = Drive("/media/u/STICK", "STICK", 1 << 30, False)


def _disk(folder: Path, disk: str, part: str, removable: str | None) -> Path:
    """What a kernel shows of a disk with one part."""
    place = folder / "devices" / disk / part
    place.mkdir(parents=True)
    if removable is not None:
        (place.parent / "removable").write_text(f"{removable}\n")
    blocks = folder / "block"
    blocks.mkdir(exist_ok=True)
    (blocks / part).symlink_to(place)
    return blocks


def test_a_volume_is_a_stick_when_the_system_says_so(tmp_path: Path) -> None:
    blocks = _disk(tmp_path, "sdb", "sdb1", "1")
    _disk(tmp_path, "sda", "sda1", "0")
    _disk(tmp_path, "sdc", "sdc1", None)
    assert is_removable("/mnt/x", "/dev/sdb1", "rw", blocks)
    assert not is_removable("/", "/dev/sda1", "rw", blocks)
    assert not is_removable("/data", "/dev/sdc1", "rw", blocks)
    assert not is_removable("/data", "/dev/mapper/none", "rw", blocks)
    assert is_removable("E:\\", "E:\\", "rw,removable", blocks)


@pytest.mark.parametrize("root", ["/media/chen/KINGSTON", "/run/media/chen/移动盘"])
def test_a_volume_mounted_where_sticks_go_is_one(tmp_path: Path, root: str) -> None:
    assert is_removable(root, "/dev/sdz1", "rw", tmp_path)


def test_only_what_seems_to_be_a_stick_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Part:
        mountpoint, device, opts = str(tmp_path), "/dev/sda1", "rw"

    monkeypatch.setattr(drives.psutil, "disk_partitions", lambda all: [Part])  # noqa: A006
    assert removable_drives() == []
    monkeypatch.setattr(drives, "is_removable", lambda *_: True)
    (found,) = removable_drives()
    assert (found.root, found.read_only) == (str(tmp_path), False)
    assert found.name
    assert found.free > 0


def test_sticks_are_told_when_they_change_and_only_then(qtbot: QtBot, doorway: Doorway) -> None:
    answers = [[STICK], [STICK], [], [], [STICK]]
    looked: list[int] = []

    def look() -> list[Drive]:
        looked.append(1)
        return answers[min(len(looked), len(answers)) - 1]

    watch = DriveWatch(doorway, look=look, every_ms=5)
    told: list[list[Drive]] = []
    watch.changed.connect(told.append)
    watch.begin()
    qtbot.waitUntil(lambda: len(told) == 3)
    watch.end()
    assert told == [[STICK], [], [STICK]]
    watch.deleteLater()


def test_a_look_that_fails_is_no_stick_and_the_next_one_counts(qtbot: QtBot, doorway: Doorway) -> None:
    looked: list[int] = []

    def look() -> list[Drive]:
        looked.append(1)
        if len(looked) == 1:
            raise OSError(5, "pulled while looking")
        return [STICK]

    watch = DriveWatch(doorway, look=look, every_ms=5)
    watch.begin()
    with qtbot.waitSignal(watch.changed) as told:
        pass
    watch.end()
    assert told.args == [[STICK]]
    watch.deleteLater()
