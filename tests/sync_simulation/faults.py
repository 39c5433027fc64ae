"""How things break: a process killed at some step, and files lost, doubled, cut or flipped on their way."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from random import Random

from desktop.casefile.files import Disk
from desktop.sync.carrier import SystemFileOps

KINDS = ("before commit", "after commit", "statement", "file")


class Crash(Exception):  # noqa: N818 - not an error of the program
    """The process is gone."""


class Violation(AssertionError):  # noqa: N818 - what a world has found
    """Something does not hold that must."""


class Fuse:
    """Burns at every step of one kind and then kills; whatever is tried after that is dead too."""

    def __init__(self, kind: str, steps: int) -> None:
        self._kind = kind
        self._left = steps
        self.burnt = False

    def burn(self, kind: str) -> None:
        """One step."""
        if self.burnt and kind == "file":
            raise Crash
        if kind == self._kind and not self.burnt:
            self._left -= 1
            if self._left < 0:
                self.burnt = True
                raise Crash


class QuickOps(SystemFileOps):
    """The system's file calls without waiting for a disk; killed in the middle by a fuse."""

    def __init__(self, fuse: Fuse | None) -> None:
        self._fuse = fuse

    def _step(self) -> None:
        if self._fuse is not None:
            self._fuse.burn("file")

    def write(self, descriptor: int, data: memoryview) -> int:
        self._step()
        return super().write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        self._step()

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)
        self._step()

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)


class FullOps(QuickOps):
    """A carrier that is full from some file step on; what is there can still be removed."""

    def __init__(self, steps: int) -> None:
        super().__init__(None)
        self._left = steps

    def _step(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fsync(self, descriptor: int) -> None:
        self._step()

    def remove(self, path: Path) -> None:
        path.unlink()


class QuickDisk(Disk):
    """The disk of a PC without waiting for it."""

    full = False

    def write(self, descriptor: int, data: bytes | memoryview) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        pass

    def fsync_folder(self, path: Path) -> None:
        pass


def bundles(folder: Path) -> list[Path]:
    """The bundles on a stick, oldest first."""
    return sorted(folder.rglob("*.bundle"), key=lambda path: path.stat().st_mtime_ns)


class Sticks:
    """Sticks on a fast folder. Times of files count up: their names would order them by chance."""

    def __init__(self, base: Path, count: int) -> None:
        self.folders = [base / f"stick{number}" for number in range(count)]
        self._base = base
        self._time = 0
        self._seen: set[Path] = set()
        for folder in self.folders:
            folder.mkdir()

    def settle(self, folder: Path) -> None:
        """Gives new files a time of their own, in the order of their writing."""
        fresh = [path for path in bundles(folder) if path not in self._seen]
        for path in fresh:
            self._time += 1
            os.utime(path, (self._time, self._time))
        self._seen.update(fresh)

    def fresh(self) -> Path:
        """An empty stick besides."""
        self._time += 1
        folder = self._base / f"fresh{self._time}"
        folder.mkdir()
        return folder

    def harm(self, folder: Path, chance: Random) -> str:
        """One thing that happens to a file on its way."""
        found = bundles(folder)
        if not found:
            return "nothing there"
        path = chance.choice(found)
        what = chance.choice(["lost", "lost all", "doubled", "badly copied", "reordered", "cut", "flipped"])
        place = chance.random()
        if what == "lost":
            path.unlink()
        elif what == "lost all":
            shutil.rmtree(folder / "liandong", ignore_errors=True)
        elif what in ("doubled", "badly copied"):
            other = chance.choice(self.folders) / path.name
            if not other.exists():
                shutil.copy2(path, other)
                if what == "badly copied":
                    _damage(other, place, cut=place < 0.7)
        elif what == "reordered":
            times = list(range(len(found)))
            chance.shuffle(times)
            for one, at in zip(found, times, strict=True):
                os.utime(one, (at, at))
        else:
            _damage(path, place, cut=what == "cut")
        return what


def _damage(path: Path, place: float, *, cut: bool) -> None:
    data = bytearray(path.read_bytes())
    start = data.find(b"\n---") + 4
    at = start + int(place * (len(data) - start)) if place > 0.1 else int(place * 10 * start)
    if cut:
        del data[at:]
    elif data:
        at = min(at, len(data) - 1)
        data[at] ^= 1 << int(place * 1000) % 8
    path.write_bytes(data)
