"""A stick or a shared folder: files are put on it whole and proven or not at all; reading leaves no trace.

Writing: ``*.part`` in ``liandong/`` → fsync → rename → fsync folder → read back past the cache → success.
Nothing is called written before the bytes came back from the carrier. Names and kinds of files found there
are hostile until matched. Knows nothing of what a bundle holds; how a carrier may fail is one closed list.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import platform
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, cast

from desktop.errors import UserError

FOLDER = "liandong"
_BUNDLE = re.compile(r"([0-9a-f]{64})\.bundle", re.ASCII)
_PART = re.compile(r"[0-9a-z]+-[0-9a-f]{16}\.part", re.ASCII)
_PIECE = 1 << 20
_UNSETTLED = 4 << 20
"""Bytes that may wait for a slow stick at a time, so that progress is true and nobody waits long for it."""

_BINARY: int = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
# A name swapped for a link or a pipe between listing and opening must neither be followed nor waited for.
_CAUTIOUS: int = _BINARY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
READING: int = os.O_RDONLY | _CAUTIOUS
_NO_ACCESS_TIME: int = getattr(os, "O_NOATIME", 0)


class CarrierOutcome(StrEnum):
    """How a visit to a carrier can end; each value is the code of its sentence."""

    WRITTEN_NOT_EJECTED = "carrier.written_not_ejected"
    WRITTEN_EJECTED = "carrier.written_ejected"
    NOTHING_HERE = "carrier.nothing_here"
    NO_FOLDER = "carrier.no_folder"
    OCCUPIED = "carrier.occupied"
    READ_ONLY = "carrier.read_only"
    NO_PERMISSION = "carrier.no_permission"
    FULL = "carrier.full"
    FILE_TOO_LARGE = "carrier.file_too_large"
    GONE = "carrier.gone"
    SILENT = "carrier.silent"
    FAULTY = "carrier.faulty"
    DAMAGED = "carrier.damaged_on_read_back"
    UNKNOWN = "carrier.failed"


_BY_ERRNO = {
    errno.ENOSPC: CarrierOutcome.FULL,
    errno.EDQUOT: CarrierOutcome.FULL,
    errno.EROFS: CarrierOutcome.READ_ONLY,
    errno.EACCES: CarrierOutcome.NO_PERMISSION,
    errno.EPERM: CarrierOutcome.NO_PERMISSION,
    errno.EFBIG: CarrierOutcome.FILE_TOO_LARGE,
    errno.EIO: CarrierOutcome.FAULTY,
    errno.ENOENT: CarrierOutcome.GONE,
    errno.ENOTDIR: CarrierOutcome.GONE,
    errno.ENODEV: CarrierOutcome.GONE,
    errno.ENXIO: CarrierOutcome.GONE,
    errno.ENOTCONN: CarrierOutcome.GONE,
    errno.ESTALE: CarrierOutcome.GONE,
    errno.EHOSTDOWN: CarrierOutcome.GONE,
    errno.EHOSTUNREACH: CarrierOutcome.GONE,
    errno.ENETDOWN: CarrierOutcome.GONE,
    errno.ENETUNREACH: CarrierOutcome.GONE,
    errno.ETIMEDOUT: CarrierOutcome.GONE,
}


class SilentError(OSError):
    """The carrier has not answered for so long that nobody waits any more."""


class CarrierError(UserError):
    """A visit ended badly; ``outcome`` says how."""

    def __init__(self, outcome: CarrierOutcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


class Written(NamedTuple):
    """A file that is on the carrier and came back from it byte for byte. ``size`` in bytes."""

    path: Path
    sha256: str
    size: int
    ejected: bool = False

    @property
    def outcome(self) -> CarrierOutcome:
        """Which sentence the officer may read: without ejecting, the system may still hold writes back."""
        return CarrierOutcome.WRITTEN_EJECTED if self.ejected else CarrierOutcome.WRITTEN_NOT_EJECTED


class CarrierFile(NamedTuple):
    """A bundle found on a carrier. ``sha256`` is only what its name claims; ``size`` in bytes."""

    path: Path
    sha256: str
    size: int

    def open(self) -> BinaryIO:
        """Opens it for reading without following links or waiting, leaving its access time where allowed.

        Raises ``OSError``; ``Carrier.outcome_of`` says what it means.
        """
        descriptor = _open_quietly(self.path)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
        return os.fdopen(descriptor, "rb")

    def is_intact(self, between: Between | None = None) -> bool:
        """Whether the bytes are those the name claims: tells a damaged header from a bundle for others.

        ``between`` is called after each piece. Raises ``OSError`` and what ``between`` raises.
        """
        digest = hashlib.sha256()
        with self.open() as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                _call(between)
        return digest.hexdigest() == self.sha256


Between = Callable[[], None]
"""Called between the pieces of long work; what it raises ends the work."""


def _call(between: Between | None) -> None:
    if between is not None:
        between()


class Entry(NamedTuple):
    """What lies in a folder: its name, whether it is a plain file (no link), its size in bytes if so."""

    name: str
    is_file: bool
    size: int


class FileOps(Protocol):
    """The calls by which a carrier is looked at, changed and read back; each may fail, or never come back."""

    def is_folder(self, path: Path, *, follow_links: bool = True) -> bool: ...
    def exists(self, path: Path) -> bool: ...
    def volume(self, folder: Path) -> int | None: ...
    def listed(self, folder: Path) -> list[Entry]: ...
    def make_folder(self, path: Path) -> None: ...
    def open(self, path: Path, flags: int) -> int: ...
    def write(self, descriptor: int, data: memoryview) -> int: ...
    def read(self, descriptor: int, size: int) -> bytes: ...
    def fsync(self, descriptor: int) -> None: ...
    def close(self, descriptor: int) -> None: ...
    def replace(self, source: Path, target: Path) -> None: ...
    def remove(self, path: Path) -> None: ...


class SystemFileOps:
    """The operating system's calls."""

    def is_folder(self, path: Path, *, follow_links: bool = True) -> bool:
        """False for every fault, unlike ``Path.is_dir``: a pulled stick answers with input/output errors."""
        try:
            return stat.S_ISDIR(path.stat(follow_symlinks=follow_links).st_mode)
        except OSError:
            return False

    def exists(self, path: Path) -> bool:
        return os.path.lexists(path)

    def volume(self, folder: Path) -> int | None:
        """Which file system a folder lies on; ``None`` for every fault."""
        try:
            return folder.stat().st_dev
        except OSError:
            return None

    def listed(self, folder: Path) -> list[Entry]:
        found = []
        with os.scandir(folder) as entries:
            for entry in entries:
                plain = entry.is_file(follow_symlinks=False)
                try:
                    size = entry.stat(follow_symlinks=False).st_size if plain else 0
                except FileNotFoundError:
                    if not self.is_folder(folder):
                        raise
                    continue  # another PC tidied up in the shared folder meanwhile
                found.append(Entry(entry.name, plain, size))
        return found

    def make_folder(self, path: Path) -> None:
        path.mkdir()

    def open(self, path: Path, flags: int) -> int:
        return os.open(path, flags, 0o666)

    def write(self, descriptor: int, data: memoryview) -> int:
        return os.write(descriptor, data)

    def read(self, descriptor: int, size: int) -> bytes:
        return os.read(descriptor, size)

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)

    def remove(self, path: Path) -> None:
        path.unlink()


def bundle_name(sha256: str) -> str:
    """The name of a bundle file; it says nothing about what is inside."""
    return f"{sha256}.bundle"


class Carrier:
    """A folder that travels or is shared. Bundles are written to ``liandong/`` below it.

    ``mark`` names the unfinished files of this PC (small letters and digits), so that a write by one PC never
    clears away what another is just writing to the same share; without it, it is made from the host name.
    """

    def __init__(self, folder: Path, *, mark: str | None = None, ops: FileOps | None = None) -> None:
        if mark is not None and not re.fullmatch("[0-9a-z]+", mark):
            raise ValueError("a mark is made of small letters and digits")
        self.folder = folder
        self._inner = folder / FOLDER
        self._volume: int | None = None
        self.mark = mark or hashlib.sha256(platform.node().encode()).hexdigest()[:16]
        self.ops: FileOps = ops or SystemFileOps()

    def write(
        self,
        name_after: Callable[[str], str],
        writer: Callable[[BinaryIO], object],
        between: Between | None = None,
    ) -> Written:
        """Puts one file on the carrier: ``writer`` fills it, ``name_after`` names it by its SHA-256 in hex.

        Returns only when the whole file came back from the carrier under its final name; ``between`` is
        called between the pieces that come back. Raises ``CarrierError`` for what the carrier does, and
        whatever ``writer`` and ``between`` raise on their own account; in all cases no file with a final name
        is left that was not proven, as far as the carrier still listens.
        """
        try:
            self._make_ready()
            part = self._inner / f"{self.mark}-{secrets.token_hex(8)}.part"
            sha256, size = self._write_part(part, writer)
            return self._finish(part, self._inner / name_after(sha256), sha256, size, between)
        except _CarrierFault as fault:
            raise CarrierError(self.outcome_of(fault.error)) from fault.error

    def bundles(self) -> list[CarrierFile]:
        """The bundles in ``liandong/`` and in the folder itself, in the order of their names; no links.

        Raises ``CarrierError`` when the folder is not there or cannot be read. Changes nothing.
        """
        try:
            if not self.ops.is_folder(self.folder):
                raise CarrierError(CarrierOutcome.NO_FOLDER)
            self._volume = self.ops.volume(self.folder)
            found = list(self._bundles_in(self.folder))
            if self.ops.is_folder(self._inner, follow_links=False):
                found += self._bundles_in(self._inner)
        except OSError as error:
            raise CarrierError(self.outcome_of(error)) from error
        return sorted(found, key=lambda file: (file.sha256, str(file.path)))

    def remove(self, file: CarrierFile) -> bool:
        """Takes a bundle away that its writer put there; whether it went. Only for what this PC wrote."""
        try:
            self.ops.remove(file.path)
        except OSError:
            return False
        return True

    def unfinished(self) -> int:
        """How many files in ``liandong/`` a pulled stick left unfinished. Changes nothing."""
        with suppress(OSError):
            if self.ops.is_folder(self._inner, follow_links=False):
                return sum(_PART.fullmatch(entry.name) is not None for entry in self.ops.listed(self._inner))
        return 0

    def outcome_of(self, error: OSError) -> CarrierOutcome:
        """What a fault means here: an input/output error of a stick that is no longer there means gone."""
        try:
            if not isinstance(error, SilentError) and not self._is_there():
                return CarrierOutcome.GONE
        except SilentError as silent:
            error = silent
        if isinstance(error, SilentError):
            return CarrierOutcome.SILENT
        return _BY_ERRNO.get(error.errno or 0, CarrierOutcome.UNKNOWN)

    def has_vanished(self, file: CarrierFile, error: OSError) -> bool:
        """Whether a fault means that this file alone went since it was listed: others tidy up in a share."""
        if error.errno not in (errno.ENOENT, errno.ESTALE):
            return False
        try:
            return self._is_there() and not self.ops.exists(file.path)
        except SilentError:
            return False

    def _is_there(self) -> bool:
        """The folder, on the volume that was listed: a stick may leave an empty folder of its name behind."""
        if not self.ops.is_folder(self.folder):
            return False
        return self._volume is None or self.ops.volume(self.folder) == self._volume

    def _make_ready(self) -> None:
        with _watched():
            if not self.ops.is_folder(self.folder):
                raise CarrierError(CarrierOutcome.NO_FOLDER)
            if not self.ops.exists(self._inner):
                self.ops.make_folder(self._inner)
                self._fsync_folder(self.folder)
            if not self.ops.is_folder(self._inner, follow_links=False):
                raise CarrierError(CarrierOutcome.OCCUPIED)
        self._clear_own_leftovers()

    def _clear_own_leftovers(self) -> None:
        own = re.compile(re.escape(self.mark) + r"-[0-9a-f]{16}\.part", re.ASCII)
        with suppress(OSError):
            for entry in self.ops.listed(self._inner):
                if own.fullmatch(entry.name) and entry.is_file:
                    self.ops.remove(self._inner / entry.name)

    def _write_part(self, part: Path, writer: Callable[[BinaryIO], object]) -> tuple[str, int]:
        with _watched():
            descriptor = self.ops.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CAUTIOUS)
        out = _Part(self.ops, descriptor)
        try:
            with out:
                writer(cast("BinaryIO", out))
                out.settle()
        except BaseException as error:
            self._discard(part)
            if out.fault is not None:
                raise _CarrierFault(out.fault) from error
            raise
        return out.digest.hexdigest(), out.size

    def _finish(self, part: Path, final: Path, sha256: str, size: int, between: Between | None) -> Written:
        with _watched():
            try:
                self.ops.replace(part, final)
            except BaseException:
                self._discard(part)
                raise
            try:
                self._fsync_folder(self._inner)
                proven = self._read_back(final, between)
            except BaseException:
                self._discard(final)
                raise
        if proven != sha256:
            self._discard(final)
            raise CarrierError(CarrierOutcome.DAMAGED)
        return Written(final, sha256, size)

    def _read_back(self, final: Path, between: Between | None) -> str:
        """The SHA-256 of what the carrier now holds; past the page cache where the system allows it."""
        descriptor = self.ops.open(final, READING)
        try:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            digest = hashlib.sha256()
            while piece := self.ops.read(descriptor, _PIECE):
                digest.update(piece)
                _call(between)
        finally:
            self.ops.close(descriptor)
        return digest.hexdigest()

    def _fsync_folder(self, folder: Path) -> None:
        """Makes names last. Windows has no such call, some shares refuse it: then there is nothing to do."""
        if os.name == "nt":
            return
        descriptor = self.ops.open(folder, os.O_RDONLY | _BINARY)
        try:
            self.ops.fsync(descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise
        finally:
            self.ops.close(descriptor)

    def _bundles_in(self, folder: Path) -> Iterator[CarrierFile]:
        for entry in self.ops.listed(folder):
            match = _BUNDLE.fullmatch(entry.name)
            if match and entry.is_file:
                yield CarrierFile(folder / entry.name, match[1], entry.size)

    def _discard(self, path: Path) -> None:
        """Best effort: on a stick that was pulled nothing can be removed, and the error is already known."""
        with suppress(OSError):
            self.ops.remove(path)


class _CarrierFault(Exception):  # noqa: N818 - never leaves this module
    """An ``OSError`` that came from the carrier, not from what a writer reads elsewhere."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error


@contextmanager
def _watched() -> Iterator[None]:
    """Marks every ``OSError`` inside as the carrier's."""
    try:
        yield
    except OSError as error:
        raise _CarrierFault(error) from error


class _Part(io.RawIOBase):
    """The unfinished file as its writer sees it: counts, hashes, and keeps the carrier's own fault."""

    def __init__(self, ops: FileOps, descriptor: int) -> None:
        self._ops = ops
        self._descriptor = descriptor
        self.digest = hashlib.sha256()
        self.size = 0
        self._settled = 0
        self.fault: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        whole = memoryview(data).cast("B")  # type: ignore[arg-type]
        rest = whole
        try:
            while rest:
                rest = rest[self._ops.write(self._descriptor, rest) :]
        except OSError as error:
            self.fault = error
            raise
        self.digest.update(whole)
        self.size += len(whole)
        if self.size - self._settled >= _UNSETTLED:
            self.settle()
        return len(whole)

    def settle(self) -> None:
        """Brings all bytes to the carrier. A fault that the writer kept to itself comes out here."""
        if self.fault is not None:
            raise self.fault
        try:
            self._ops.fsync(self._descriptor)
        except OSError as error:
            self.fault = error
            raise
        self._settled = self.size

    def close(self) -> None:
        if self.closed:
            return
        super().close()
        try:
            self._ops.close(self._descriptor)
        except OSError as error:
            self.fault = error
            raise


def _open_quietly(path: Path) -> int:
    """Opens for reading; only an owner may leave the access time alone, so others open in the plain way."""
    if _NO_ACCESS_TIME:
        with suppress(PermissionError):
            return os.open(path, READING | _NO_ACCESS_TIME)
    return os.open(path, READING)
