"""Where the bytes of bundles lie. A store knows keys and bytes, no devices and no database.

A bundle on its way is an *upload* with an id; its chunks may come through different processes. Whole and of
the right hash it becomes a *blob*, whose key holds the bundle's name and the id of the upload: storing a name
anew never meets the removal of its older bytes.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

PIECE = 256 << 10
"""Bytes read at once; what a download holds in memory."""


class Store(Protocol):
    """What a blob store does. Every method may be called from any thread or process, and again."""

    def write_chunk(self, upload: str, offset: int, data: bytes) -> None:
        """Makes a chunk durable. The same chunk again changes nothing."""

    def complete(self, upload: str, name: str, size: int, offset: int, data: bytes) -> bool:
        """Adds the last chunk and makes the whole a blob if its SHA-256 is ``name``; False if it is not."""

    def drop_upload(self, upload: str) -> None:
        """Forgets the chunks of an upload."""

    def has(self, key: str) -> bool:
        """True when there is such a blob."""

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) in pieces. Raises ``FileNotFoundError`` before the first of them."""

    def remove(self, key: str) -> None:
        """Removes a blob, if it is there."""

    def blobs(self) -> Iterator[tuple[str, float]]:
        """All blobs with their age in seconds."""

    def uploads(self) -> Iterator[str]:
        """The ids of all uploads that have chunks here."""

    def probe(self) -> None:
        """Raises when nothing can be written now."""


def blob_key(name: str, upload: str) -> str:
    """The key of the blob that an upload becomes."""
    return f"{name}-{upload}"


class FolderStore:
    """Blobs as files: bytes, fsync, rename, fsync of the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = folder / "parts"

    @classmethod
    def create(cls, folder: Path) -> FolderStore:
        """A new, empty store."""
        for path in (folder, folder / "parts"):
            path.mkdir(mode=0o700, exist_ok=True)
        for number in range(256):
            (folder / f"{number:02x}").mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder)
        return cls(folder)

    def write_chunk(self, upload: str, offset: int, data: bytes) -> None:
        with _locked(self._part(upload)) as descriptor:
            _write_at(descriptor, offset, data)
            os.fsync(descriptor)

    def complete(self, upload: str, name: str, size: int, offset: int, data: bytes) -> bool:
        key, part = blob_key(name, upload), self._part(upload)
        with _locked(part) as descriptor:
            if self.has(key):
                part.unlink()
                return True
            _write_at(descriptor, offset, data)
            os.ftruncate(descriptor, size)
            found = _hash_of(descriptor) if offset else hashlib.sha256(data).hexdigest()
            if found != name:
                return False
            os.fsync(descriptor)
            part.rename(self._file(key))
        sync_folder(self._file(key).parent)
        return True

    def drop_upload(self, upload: str) -> None:
        self._part(upload).unlink(missing_ok=True)

    def has(self, key: str) -> bool:
        return self._file(key).is_file()

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        file = self._file(key).open("rb")
        file.seek(start)

        def pieces() -> Iterator[bytes]:
            with file:
                left = end - start
                while left and (piece := file.read(min(PIECE, left))):
                    left -= len(piece)
                    yield piece

        return pieces()

    def remove(self, key: str) -> None:
        self._file(key).unlink(missing_ok=True)

    def blobs(self) -> Iterator[tuple[str, float]]:
        now = time.time()
        for shelf in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            for path in shelf.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    yield path.name, now - path.stat().st_mtime

    def uploads(self) -> Iterator[str]:
        for path in self._parts.iterdir():
            yield path.name

    def probe(self) -> None:
        path = self._folder / f".probe-{secrets.token_hex(8)}"
        try:
            path.write_bytes(b"probe")
        finally:
            path.unlink(missing_ok=True)

    def _part(self, upload: str) -> Path:
        return self._parts / upload

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / key


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int]:
    """A part of which no other thread or process writes a byte: what was hashed is what gets its name."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_still(path, descriptor):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    """False when the part was renamed or removed while we waited for it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _write_at(descriptor: int, offset: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        offset, rest = offset + written, rest[written:]


def _hash_of(descriptor: int) -> str:
    hashed, offset = hashlib.sha256(), 0
    while piece := os.pread(descriptor, PIECE, offset):
        hashed.update(piece)
        offset += len(piece)
    return hashed.hexdigest()


def sync_folder(path: Path) -> None:
    """Makes a file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
