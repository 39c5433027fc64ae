"""Sticks are told apart from disks, named as people know them, and let go before it is said that they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop.sync import drives
from desktop.sync.drives import Drive, is_removable, let_go, removable_drives, volume_name

STICK = Drive("/media/u/STICK", "STICK", 1 << 30, False, "/dev/sdb1")


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


def test_a_volume_that_does_not_answer_is_no_stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Part:
        mountpoint, device, opts = str(tmp_path / "empty card reader"), "E:", "removable"

    monkeypatch.setattr(drives.psutil, "disk_partitions", lambda all: [Part])  # noqa: A006
    assert removable_drives() == []


def test_a_burnt_disc_counts_and_can_only_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Part:
        mountpoint, device, opts = str(tmp_path), "D:", "ro,cdrom"

    monkeypatch.setattr(drives.psutil, "disk_partitions", lambda all: [Part])  # noqa: A006
    (found,) = removable_drives()
    assert found.read_only


def test_a_stick_is_called_by_its_label_else_by_its_folder(tmp_path: Path) -> None:
    device = tmp_path / "sdb1"
    device.touch()
    labels = tmp_path / "by-label"
    labels.mkdir()
    assert volume_name("/media/u/KINGSTON", str(device), labels) == "KINGSTON"
    (labels / "\\xe5\\x8a\\x9e\\xe6\\xa1\\x88\\x20U\\xzz").symlink_to(device)
    assert volume_name("/media/u/KINGSTON", str(device), labels) == "办案 U\\xzz"
    assert volume_name("/media/u/KINGSTON", str(device), tmp_path / "none") == "KINGSTON"


def test_a_stick_is_let_go_only_when_nothing_is_mounted_there_any_more() -> None:
    told: list[str] = []

    def run(command: Sequence[str]) -> bool:
        told.append(command[0])
        return True

    assert not let_go(STICK, run, lambda _: True)
    assert len(told) == len(drives._commands(STICK))
    assert let_go(STICK, run, lambda _: False)
    assert let_go(STICK, lambda _: False, lambda _: False)


def test_a_tool_that_is_not_there_or_fails_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not drives._runs(["no-such-tool-anywhere"])
    assert drives._runs(["true"])
    assert not drives._runs(["false"])
    monkeypatch.setattr(drives, "_EJECT_SECONDS", 0.05)
    assert not drives._runs(["sleep", "5"])
