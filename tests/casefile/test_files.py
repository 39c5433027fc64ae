"""Files are written whole or not at all, whatever step fails."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest

from desktop.casefile.files import Disk, make_folder, part_file, sweep_parts, write_file


class FailingDisk(Disk):
    """Fails at the n-th step; a failing write leaves half of its bytes behind."""

    def __init__(self, fail_at: int) -> None:
        self.left = fail_at

    def _step(self) -> bool:
        self.left -= 1
        return self.left == 0

    def _fail(self) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    def create(self, path: Path) -> int:
        if self._step():
            self._fail()
        return super().create(path)

    def write(self, descriptor: int, data: bytes | memoryview) -> None:
        if self._step():
            super().write(descriptor, data[: len(data) // 2])
            self._fail()
        super().write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        if self._step():
            self._fail()
        super().fsync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        if self._step():
            self._fail()
        super().rename(old, new)

    def fsync_folder(self, path: Path) -> None:
        if self._step():
            self._fail()
        super().fsync_folder(path)


@pytest.mark.parametrize("fail_at", range(1, 6))
def test_a_failing_disk_leaves_the_old_or_the_new_file_whole(tmp_path: Path, fail_at: int) -> None:
    target = tmp_path / "keys.json"
    write_file(target, b"old" * 100)
    with pytest.raises(OSError, match="no space"):
        write_file(target, b"new" * 100, FailingDisk(fail_at))
    assert target.read_bytes() in (b"old" * 100, b"new" * 100)
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]
    assert (target.read_bytes() == b"new" * 100) == (fail_at == 5)


def test_no_further_step_can_fail(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"x", FailingDisk(6))
    assert (tmp_path / "a").read_bytes() == b"x"


def test_only_the_owner_may_read_a_file_and_enter_a_folder(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    write_file(tmp_path / "a" / "b" / "c", b"x")
    assert stat.S_IMODE((tmp_path / "a" / "b" / "c").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_a_part_without_commit_disappears(tmp_path: Path) -> None:
    with part_file(tmp_path) as part:
        part.write(b"half")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="closed"):
        part.write(b"more")


def test_leftovers_of_killed_writers_are_swept_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "backups" / ".x.part").mkdir(parents=True)
    (tmp_path / "backups" / ".x.part" / "case.db").write_bytes(b"")
    (tmp_path / ".0123.part").write_bytes(b"")
    (tmp_path / "report.part").write_bytes(b"")
    sweep_parts(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["backups", "report.part"]
