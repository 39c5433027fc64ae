"""The one way this program writes a file: whole or not at all.

Temporary file in the same folder, permissions first, bytes, fsync, rename, fsync of the folder. Every step
goes through a ``Disk``, so that tests can fail the n-th one. This module may know nothing about keys or
databases.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

PART_SUFFIX = ".part"


class Disk:
    """The five things that can go wrong while a file is written; tests replace it with one that fails."""

    def create(self, path: Path) -> int:
        """A new file that only its owner may read; returns its descriptor."""
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
        return os.open(path, flags, 0o600)

    def write(self, descriptor: int, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        old.replace(new)

    def fsync_folder(self, path: Path) -> None:
        fsync_folder(path)


REAL_DISK = Disk()


def fsync_folder(path: Path) -> None:
    """Make the names in a folder durable. Windows has no such call and keeps names by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_tree(folder: Path) -> None:
    """Make every file and name below ``folder`` durable; for folders built first and renamed last."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            fsync_folder(path)
            continue
        # Windows refuses to flush a handle that may not write.
        descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    fsync_folder(folder)


class PartFile:
    """A file under construction: bytes go in, ``commit`` gives it its name, leaving without it removes it."""

    def __init__(self, folder: Path, disk: Disk = REAL_DISK) -> None:
        self._disk = disk
        self.path = folder / f".{secrets.token_hex(8)}{PART_SUFFIX}"
        self._descriptor: int | None = disk.create(self.path)

    def write(self, data: bytes | memoryview) -> None:
        self._disk.write(self._open(), data)

    def rewrite_start(self, data: bytes) -> None:
        """Replace the first bytes, for a header that can only be known at the end."""
        os.lseek(self._open(), 0, os.SEEK_SET)
        self._disk.write(self._open(), data)

    def commit(self, target: Path) -> None:
        """Make the bytes durable, then the name. ``target`` must lie on the same disk as the part."""
        self._disk.fsync(self._open())
        self._close()
        self._disk.rename(self.path, target)
        self._disk.fsync_folder(target.parent)

    def discard(self) -> None:
        """Remove what was not committed; harmless after a commit."""
        self._close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _open(self) -> int:
        if self._descriptor is None:
            raise ValueError("this file is already closed")
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)


@contextlib.contextmanager
def part_file(folder: Path, disk: Disk = REAL_DISK) -> Iterator[PartFile]:
    """A ``PartFile`` that disappears unless it was committed. Raises ``OSError`` as the disk does."""
    part = PartFile(folder, disk)
    try:
        yield part
    finally:
        part.discard()


def write_file(path: Path, data: bytes, disk: Disk = REAL_DISK) -> None:
    """Write ``data`` as ``path``: afterwards the old or the new file is there whole, never neither.

    Raises ``OSError``; if the very last step failed, the new file may already be in place.
    """
    with part_file(path.parent, disk) as part:
        part.write(data)
        part.commit(path)


def make_folder(path: Path) -> None:
    """A folder that only its owner may enter, with its parents, durable."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    fsync_folder(path.parent)


def sweep_parts(folder: Path) -> None:
    """Remove what killed writers left. Only for a folder on which we hold the lock."""
    for path in sorted(folder.rglob(f".*{PART_SUFFIX}")):
        if path.is_dir() and not path.is_symlink():
            remove_tree(path)
        else:
            path.unlink(missing_ok=True)


def remove_tree(folder: Path) -> None:
    """Remove a folder that we made ourselves; a part that cannot be removed is left behind."""
    shutil.rmtree(folder, ignore_errors=True)
