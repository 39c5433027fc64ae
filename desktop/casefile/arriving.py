"""Attachments that arrive in pieces, over several sticks if need be: kept sealed, whole only once verified.

    arriving/<blob name>-<size>       a blob file with holes: header and chunks as ``casefile.blobs`` has them
    arriving/<blob name>-<size>.map   sealed: one bit a chunk, set after the chunk was made durable

A piece is a chunk, so it is sealed once, at its place. A file without its map begins anew. When the last
chunk is there, everything is read again, and only content with the right SHA-256 gets the name of a blob. Not
part of backups, and not copied to a new master key: what is lost is asked for again. Knows no database and no
bundle.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from desktop.casefile.blobs import CHUNK_BYTES, HEADER_BYTES, TAG_BYTES, BlobReader, BlobStore, Header, nonce
from desktop.casefile.files import make_folder, write_file
from desktop.casefile.slots import KEY_BYTES, seal, unseal
from desktop.errors import UserError

FOLDER_NAME = "arriving"
_MAP = ".map"
_SETTLE_AFTER = 12
"""Chunks between two moments at which everything is made durable: what a power cut costs at most, 48 MiB."""

Range = tuple[int, int]


class Progress(NamedTuple):
    """How much of an attachment is here: its size, and the parts held, ascending and apart (bytes)."""

    size: int
    held: list[Range]

    @property
    def bytes(self) -> int:
        """Bytes that are here."""
        return sum(last - first for first, last in self.held)


class Arriving:
    """One attachment that is arriving. A context: leaving it makes durable what was put.

    Raises ``OSError`` as the disk does; what was made durable before stays.
    """

    def __init__(self, store: BlobStore, sha256: str, size: int) -> None:
        """``sha256`` (hex) and ``size`` (bytes, at least 1) of the whole, as somebody told them."""
        self._store = store
        self._sha256 = sha256
        self._size = size
        self._name = store.name_of(sha256)
        self._path = store.folder / FOLDER_NAME / f"{self._name}-{size}"
        self._count = -(-size // CHUNK_BYTES)
        self._unsettled = 0
        self._descriptor, self._key = self._opened() or self._made()

    def __enter__(self) -> Arriving:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.settle()
        finally:
            self.close()

    @property
    def complete(self) -> bool:
        """Whether every chunk is here."""
        return all(self._has(number) for number in range(self._count))

    def holds(self, offset: int) -> bool:
        """Whether the chunk at this place is here."""
        return self._has(offset // CHUNK_BYTES)

    def put(self, offset: int, data: bytes) -> None:
        """Takes the chunk at ``offset``, a multiple of ``CHUNK_BYTES``; one that is here already is left.

        Raises ``ValueError`` for a chunk of another length than its place has.
        """
        number = offset // CHUNK_BYTES
        if offset % CHUNK_BYTES or len(data) != min(CHUNK_BYTES, self._size - offset):
            raise ValueError("a chunk that does not fit its place")
        if self._has(number):
            return
        sealed = ChaCha20Poly1305(self._key).encrypt(nonce(number, number + 1 == self._count), data, None)
        os.lseek(self._descriptor, HEADER_BYTES + number * (CHUNK_BYTES + TAG_BYTES), os.SEEK_SET)
        self._store.disk.write(self._descriptor, sealed)
        self._set(number, held=True)
        self._unsettled += 1
        if self._unsettled >= _SETTLE_AFTER:
            self.settle()

    def settle(self) -> None:
        """Makes the chunks durable, then the map that tells of them."""
        if self._unsettled:
            self._store.disk.fsync(self._descriptor)
            sealed = seal(self._store.header_key, bytes(self._bits), self._bound())
            write_file(self._path.with_name(self._path.name + _MAP), sealed, self._store.disk)
            self._unsettled = 0

    def close(self) -> None:
        """Lets go of the file. Harmless when done before."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def finish(self, between: Callable[[], None] = lambda: None) -> bool:
        """Reads everything again and, if it is what was told, makes it a blob. To be called when complete.

        Chunks that turn out damaged are forgotten, so that they are asked for again: then this is ``False``,
        and nothing else has changed. Raises ``UserError`` ``casefile.blob_false`` when all chunks are sound
        and the whole is not what was told: then all of it is gone. ``between`` is called after each chunk.
        """
        self.settle()
        if not self._is_true(between):
            return False
        self.close()
        final = self._store.path(self._name)
        make_folder(final.parent)
        self._store.disk.rename(self._path, final)
        self._store.disk.fsync_folder(final.parent)
        drop(self._store, self._sha256)
        return True

    def _is_true(self, between: Callable[[], None]) -> bool:
        digest = hashlib.sha256()
        sound = True
        with self._path.open("rb") as file, BlobReader(file, self._header()) as reader:
            for number in range(self._count):
                reader.seek(number * CHUNK_BYTES)
                try:
                    digest.update(reader.read(CHUNK_BYTES))
                except UserError:
                    self._set(number, held=False)
                    self._unsettled += 1
                    sound = False
                between()
        if sound and digest.hexdigest() != self._sha256:
            self.close()
            _remove(self._path)
            raise UserError("casefile.blob_false")
        return sound

    # the file and its map

    def _header(self) -> Header:
        return Header(self._key, bytes.fromhex(self._sha256), self._size)

    def _opened(self) -> tuple[int, bytes] | None:
        """The file as it was left, if it and its map can be believed."""
        bits = _bits(self._store, self._path)
        if bits is None or len(bits) != -(-self._count // 8):
            return None
        try:
            with self._path.open("rb") as file:
                header = self._store.parse_header(file.read(HEADER_BYTES), self._name)
            if (header.sha256.hex(), header.size) != (self._sha256, self._size):
                return None
            descriptor = os.open(self._path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except (OSError, UserError):
            return None
        self._bits = bytearray(bits)
        return descriptor, header.key

    def _made(self) -> tuple[int, bytes]:
        """A new file with a new key; what stood there is of no use."""
        make_folder(self._path.parent)
        _remove(self._path)
        self._bits = bytearray(-(-self._count // 8))
        self._key = os.urandom(KEY_BYTES)
        descriptor = self._store.disk.create(self._path)
        try:
            self._store.disk.write(descriptor, self._header().seal(self._store.header_key, self._name))
        except BaseException:
            os.close(descriptor)
            _remove(self._path)
            raise
        return descriptor, self._key

    def _has(self, number: int) -> bool:
        return bool(self._bits[number // 8] >> number % 8 & 1)

    def _set(self, number: int, *, held: bool) -> None:
        mark = 1 << number % 8
        self._bits[number // 8] = self._bits[number // 8] & ~mark | (mark if held else 0)

    def _bound(self) -> bytes:
        return _bound(self._path)


def progress(store: BlobStore, sha256: str) -> Progress | None:
    """How much of an attachment is here, of several sizes told the fullest; ``None``: not a piece of it."""
    found = []
    for path in _paths(store, sha256):
        size = int(path.name.partition("-")[2])
        bits = _bits(store, path)
        if bits is not None:
            found.append(Progress(size, list(_held(bits, size))))
    return max(found, key=lambda one: one.bytes, default=None)


def drop(store: BlobStore, sha256: str) -> None:
    """Forgets what arrived of an attachment."""
    for path in _paths(store, sha256):
        _remove(path)


def _paths(store: BlobStore, sha256: str) -> list[Path]:
    found = (store.folder / FOLDER_NAME).glob(f"{store.name_of(sha256)}-*")
    names = {path.with_suffix("") if path.suffix == _MAP else path for path in found}
    return sorted(path for path in names if path.name.partition("-")[2].isdecimal())


def _bits(store: BlobStore, path: Path) -> bytes | None:
    try:
        sealed = path.with_name(path.name + _MAP).read_bytes()
    except OSError:
        return None
    return unseal(store.header_key, sealed, _bound(path)) if path.exists() else None


def _bound(path: Path) -> bytes:
    return b"map " + path.name.encode()


def _held(bits: bytes, size: int) -> Iterator[Range]:
    first: int | None = None
    for number in range(-(-size // CHUNK_BYTES) + 1):
        has = number // 8 < len(bits) and bits[number // 8] >> number % 8 & 1
        if has and first is None:
            first = number
        elif not has and first is not None:
            yield first * CHUNK_BYTES, min(number * CHUNK_BYTES, size)
            first = None


def _remove(path: Path) -> None:
    """The map first: a file without its map is nothing."""
    for name in (path.with_name(path.name + _MAP), path):
        with suppress(FileNotFoundError):
            name.unlink()
