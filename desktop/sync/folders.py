"""Sticks and shared folders: bundles are written once, properly, and read without changing a byte.

Written as a part in ``liandong/``, made durable, named by its hash, read back past the cache: only then is it
done. Knows nothing of what is inside.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from desktop.casefile.files import REAL_DISK, Disk, PartFile, part_file
from desktop.errors import UserError, environment_error

FOLDER = "liandong"
SUFFIX = ".bundle"
_NAME = re.compile(r"[0-9a-f]{64}\.bundle")
_PIECE = 1 << 20


class Written(NamedTuple):
    """A bundle that is on the carrier and was read back: it may be pulled once it is ejected."""

    path: Path
    sha256: str
    size: int


class Carrier:
    """A folder on a stick or share. Raises ``UserError`` for every fault of the medium."""

    def __init__(self, folder: Path, disk: Disk = REAL_DISK) -> None:
        self._folder = folder
        self._disk = disk

    def write(self, fill: Callable[[BinaryIO], str]) -> Written:
        """Writes one bundle: ``fill`` writes to the file it is given and returns the SHA-256 of all of it.

        When anything fails no file with a bundle's name is left that is not whole.
        """
        try:
            place = self._folder / FOLDER
            if not self._folder.is_dir():
                raise UserError("carrier.no_folder")
            place.mkdir(exist_ok=True)
            self._sweep(place)
            with part_file(place, self._disk) as part:
                sha256 = fill(cast(BinaryIO, _Sink(part)))
                target = place / (sha256 + SUFFIX)
                part.commit(target)
            found, size = _hash(target)
            if found != sha256:
                with contextlib.suppress(OSError):
                    target.unlink()
                raise UserError("carrier.damaged_on_read_back")
        except OSError as error:
            raise environment_error(error) or UserError("carrier.failed") from error
        return Written(target, sha256, size)

    def bundles(self) -> list[Path]:
        """The bundles here, by name: in the folder itself and in ``liandong/``. Links are not followed."""
        if not self._folder.is_dir():
            raise UserError("carrier.no_folder")
        found: dict[str, Path] = {}
        try:
            for place in (self._folder, self._folder / FOLDER):
                if not place.is_dir() or (place.is_symlink() and place != self._folder):
                    continue
                for path in sorted(place.iterdir()):
                    if _NAME.fullmatch(path.name) and stat.S_ISREG(path.lstat().st_mode):
                        found.setdefault(path.name, path)
        except OSError as error:
            raise environment_error(error) or UserError("carrier.failed") from error
        return [found[name] for name in sorted(found)]

    def _sweep(self, place: Path) -> None:
        for path in place.glob(".*.part"):
            with contextlib.suppress(OSError):
                path.unlink()


class _Sink:
    """A part file as the sealing code wants a file."""

    def __init__(self, part: PartFile) -> None:
        self._part = part

    def write(self, data: bytes) -> int:
        self._part.write(data)
        return len(data)


def _hash(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file, read from the medium where the system can be asked to."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return _hash(path)[0]
