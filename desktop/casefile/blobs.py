"""Attachments: sealed, deduplicated, streamed with constant memory.

    header   magic, then sealed with a key from the master key: blob key, SHA-256 and size of the content;
             bound to the blob's name, so that files cannot be exchanged
    chunks   4 MiB each, sealed with the blob's own random key; the nonce is the chunk's number and a
             last-chunk mark (the STREAM construction), so that none can be cut off, swapped or repeated

A blob's name is a keyed hash of its content: equal content is stored once, and nobody without the key can
ask whether a known file is here. Names depend on the master key; rows keep the SHA-256 and ask ``name_of``.
Knows no database.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from desktop.casefile.files import PART_SUFFIX, REAL_DISK, Disk, PartFile, make_folder, part_file
from desktop.casefile.slots import KEY_BYTES, derive, seal, unseal
from desktop.errors import UserError

FOLDER_NAME = "blobs"
CHUNK_BYTES = 4 * 1024 * 1024
_MAGIC = b"liandong blob 1\n"
TAG_BYTES = 16
_PLAIN_HEADER = KEY_BYTES + 32 + 8
HEADER_BYTES = len(_MAGIC) + 12 + _PLAIN_HEADER + TAG_BYTES


class Readable(Protocol):
    """All that is asked of a source: files, pipes and members of archives have it."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class BlobRef:
    """A stored attachment: its file name, the SHA-256 of its content (hex), its size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, repr=False)
class Header:
    """What the header of a blob file says: the blob's own key, SHA-256 and size (bytes) of its content."""

    key: bytes
    sha256: bytes
    size: int

    def seal(self, key: bytes, name: str) -> bytes:
        """Its bytes, for the blob of this name."""
        plain = self.key + self.sha256 + self.size.to_bytes(8, "big")
        return _MAGIC + seal(key, plain, name.encode())


class BlobStore:
    """The attachments of one case file."""

    def __init__(self, folder: Path, master: bytes, disk: Disk = REAL_DISK) -> None:
        """``folder``: the case file's ``blobs`` folder, made when first needed."""
        self.folder = folder
        self.disk = disk
        self.use(master)

    def use(self, master: bytes) -> None:
        """Work with this master key from now on."""
        self.header_key = derive(master, "blob headers")
        self._name_key = derive(master, "blob names")

    def name_of(self, sha256: str) -> str:
        """The name under which content with this SHA-256 (hex) is stored, stored or not."""
        return hmac.new(self._name_key, bytes.fromhex(sha256), hashlib.sha256).hexdigest()

    def has(self, sha256: str) -> bool:
        """Is content with this SHA-256 (hex) stored?"""
        return self.path(self.name_of(sha256)).is_file()

    def size(self, sha256: str) -> int | None:
        """Bytes of stored content by the length of its file; ``None`` when it is not stored. Cheap."""
        try:
            length = self.path(self.name_of(sha256)).stat().st_size - HEADER_BYTES
        except OSError:
            return None
        return length - max(1, -(-length // (CHUNK_BYTES + TAG_BYTES))) * TAG_BYTES

    def put(self, source: Readable) -> BlobRef:
        """Store everything that ``source`` gives. Raises ``OSError``; then nothing is stored."""
        make_folder(self.folder)
        key = os.urandom(KEY_BYTES)
        digest, size = hashlib.sha256(), 0
        with part_file(self.folder, self.disk) as part:
            part.write(bytes(HEADER_BYTES))
            cipher = ChaCha20Poly1305(key)
            for number, last, chunk in _chunks(source):
                digest.update(chunk)
                size += len(chunk)
                part.write(cipher.encrypt(nonce(number, last), chunk, None))
            header = Header(key, digest.digest(), size)
            return self._finish(part, header)

    def _finish(self, part: PartFile, header: Header) -> BlobRef:
        name = self.name_of(header.sha256.hex())
        target = self.path(name)
        if not target.is_file() or not self._intact(name):
            part.rewrite_start(header.seal(self.header_key, name))
            make_folder(target.parent)
            part.commit(target)
        return BlobRef(name, header.sha256.hex(), header.size)

    def open(self, name: str) -> BlobReader:
        """The content; every byte that comes out was verified. Close it after use.

        Raises ``UserError`` ``casefile.blob_missing`` or, also while reading, ``casefile.blob_damaged``.
        """
        path = self.path(name)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise UserError("casefile.blob_missing") from None
        try:
            return BlobReader(file, self.read_header(file, name))
        except BaseException:
            file.close()
            raise

    def verify(self, name: str) -> BlobRef:
        """Read it all. Raises as ``open`` does."""
        digest = hashlib.sha256()
        with self.open(name) as reader:
            while data := reader.read(CHUNK_BYTES):
                digest.update(data)
            if digest.digest() != reader.sha256:
                raise UserError("casefile.blob_damaged")
            return BlobRef(name, reader.sha256.hex(), reader.size)

    def names(self) -> Iterator[str]:
        """The names of all stored blobs."""
        if self.folder.is_dir():
            for path in sorted(self.folder.glob("??/*")):
                if path.suffix != PART_SUFFIX:
                    yield path.name

    def remove(self, sha256: str) -> None:
        """Takes content away; harmless when it is not stored. Raises ``OSError``."""
        self.path(self.name_of(sha256)).unlink(missing_ok=True)

    def copy_to(self, other: BlobStore) -> None:
        """Copy everything into a store of another master key: headers are sealed anew, chunks as they are.

        Raises ``UserError`` as ``open`` does, or ``OSError``.
        """
        make_folder(other.folder)
        for name in self.names():
            with self.path(name).open("rb") as file, part_file(other.folder, other.disk) as part:
                header = self.read_header(file, name)
                part.write(bytes(HEADER_BYTES))
                file.seek(HEADER_BYTES)
                while data := file.read(CHUNK_BYTES):
                    part.write(data)
                other._finish(part, header)

    def read_header(self, file: BinaryIO, name: str) -> Header:
        """The header of a whole blob file. Raises ``UserError`` ``casefile.blob_damaged``."""
        header = self.parse_header(file.read(HEADER_BYTES), name)
        chunks = max(1, -(-header.size // CHUNK_BYTES))
        if file.seek(0, os.SEEK_END) != HEADER_BYTES + header.size + chunks * TAG_BYTES:
            raise UserError("casefile.blob_damaged")
        return header

    def parse_header(self, start: bytes, name: str) -> Header:
        """The header of a blob file from its first bytes. Raises ``UserError`` ``casefile.blob_damaged``."""
        plain = unseal(self.header_key, start[len(_MAGIC) :], name.encode())
        if not start.startswith(_MAGIC) or plain is None or len(plain) != _PLAIN_HEADER:
            raise UserError("casefile.blob_damaged")
        return Header(plain[:32], plain[32:64], int.from_bytes(plain[64:], "big"))

    def _intact(self, name: str) -> bool:
        """Content that is stored already but damaged is stored again: the new bytes heal it."""
        try:
            self.verify(name)
        except (UserError, OSError):
            return False
        return True

    def path(self, name: str) -> Path:
        """Where the blob of this name lies. Raises ``UserError`` for what is no name."""
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise UserError("casefile.blob_missing")
        return self.folder / name[:2] / name


class BlobReader(io.RawIOBase):
    """The verified content of a blob as a seekable stream; holds one chunk at a time."""

    def __init__(self, file: BinaryIO, header: Header) -> None:
        super().__init__()
        self._file = file
        self._cipher = ChaCha20Poly1305(header.key)
        self._place = 0
        self._number = -1
        self._chunk = b""
        self.sha256 = header.sha256
        self.size = header.size
        if not self.size:
            self._load(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fills the buffer except at the end, so that ``read(n)`` gives ``n`` bytes across chunks too."""
        filled = 0
        while filled < len(buffer) and self._place < self.size:
            number, start = divmod(self._place, CHUNK_BYTES)
            if number != self._number:
                self._load(number)
            piece = self._chunk[start : start + len(buffer) - filled]
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._place += len(piece)
        return filled

    def close(self) -> None:
        self._file.close()
        self._chunk = b""
        super().close()

    def _load(self, number: int) -> None:
        self._file.seek(HEADER_BYTES + number * (CHUNK_BYTES + TAG_BYTES))
        sealed = self._file.read(CHUNK_BYTES + TAG_BYTES)
        last = (number + 1) * CHUNK_BYTES >= self.size
        try:
            self._chunk = self._cipher.decrypt(nonce(number, last), sealed, None)
        except InvalidTag:
            raise UserError("casefile.blob_damaged") from None
        self._number = number


def nonce(number: int, last: bool) -> bytes:
    """The nonce of a chunk: its number, and whether it is the last."""
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _chunks(source: Readable) -> Iterator[tuple[int, bool, bytes]]:
    """Number, is it the last, content; at least one chunk, and only the last is short."""
    number, chunk = 0, _fill(source)
    while True:
        following = _fill(source) if len(chunk) == CHUNK_BYTES else b""
        yield number, not following, chunk
        if not following:
            return
        number, chunk = number + 1, following


def _fill(source: Readable) -> bytes:
    """A whole chunk, however little the source gives at a time; short only at its end."""
    parts, missing = [], CHUNK_BYTES
    while missing and (data := source.read(missing)):
        parts.append(data)
        missing -= len(data)
    return b"".join(parts)
