"""Sealing and opening one large attachment, against the age command line, and the memory that takes."""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pyrage

from benchmarks.base import Bench, Outcome, Scale, Skipped
from benchmarks.measure import Comparison, Series, Target, in_turns, seconds
from desktop.sync.sealing import seal, unseal
from desktop.wire.ustar import Source

_PIECE = 1 << 20
_READERS = 8
"""A header is padded to at least so many recipients; age gets as many."""

_FIXED = ("manifest.json", "manifest.sig", "statements.jsonl")
_BLOB = "blobs/" + 64 * "0"
_ALLOWED_MB = 64.0


class _Files:
    """One large file and the keys for it."""

    def __init__(self, scale: Scale, folder: Path) -> None:
        kilobytes = scale.of(1_000_000, 100_000)
        self.plain, self.sealed, self.by_age = (folder / name for name in ("plain", "sealed", "by_age"))
        self.size = 1000 * kilobytes
        _fill(self.plain, self.size)
        own = pyrage.x25519.Identity.generate()
        others = [pyrage.x25519.Identity.generate() for _ in range(_READERS - 1)]
        self.identity = str(own)
        self.recipients = [str(key.to_public()) for key in (own, *others)]
        self.key_file = folder / "key.txt"
        self.key_file.write_text(self.identity + "\n", "ascii")

    @property
    def megabytes(self) -> float:
        """The size of the attachment."""
        return self.size / 1e6

    @property
    def conditions(self) -> str:
        """What both sides do."""
        return f"one attachment of {self.megabytes:,.0f} MB, random bytes; {_READERS} recipients; no fsync"


def _fill(path: Path, size: int) -> None:
    piece = random.Random(1).randbytes(min(size, 16 * _PIECE))
    with path.open("wb") as file:
        for start in range(0, size, len(piece)):
            file.write(piece[: size - start])


def _age(*arguments: str) -> float:
    age = shutil.which("age")
    if age is None:
        raise Skipped("the age command line is not installed")
    return seconds(lambda: subprocess.run([age, *arguments], check=True, capture_output=True))


def _seal(scale: Scale, folder: Path) -> Outcome:
    files = _Files(scale, folder)
    to = [text for key in files.recipients for text in ("-r", key)]
    compared = in_turns(
        lambda: files.megabytes / seconds(lambda: _sealed(files)),
        lambda: files.megabytes / _age(*to, "-o", str(files.by_age), str(files.plain)),
        scale.repeat,
    )
    return Outcome(compared, f"{files.conditions}; ours with its archive")


def _sealed(files: _Files) -> None:
    with files.plain.open("rb") as content, files.sealed.open("wb") as out:
        members = [Source(name, 1, io.BytesIO(b"0")) for name in _FIXED]
        seal(out, files.recipients, [*members, Source(_BLOB, files.size, content)])


def _open(scale: Scale, folder: Path) -> Outcome:
    files = _Files(scale, folder)
    _sealed(files)
    to = [text for key in files.recipients for text in ("-r", key)]
    _age(*to, "-o", str(files.by_age), str(files.plain))
    compared = in_turns(
        lambda: files.megabytes / seconds(lambda: _opened(files)),
        lambda: files.megabytes / _age("-d", "-i", str(files.key_file), "-o", os.devnull, str(files.by_age)),
        scale.repeat,
    )
    return Outcome(compared, f"{files.conditions}; ours with its archive and SHA-256; both let the bytes go")


def _opened(files: _Files) -> None:
    with files.sealed.open("rb") as sealed, unseal(sealed, files.identity) as bundle:
        for member in bundle:
            while member.read(_PIECE):
                pass


def _memory(scale: Scale, folder: Path) -> Outcome:
    files = _Files(scale, folder)
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, maxtasksperchild=1) as pool:
        grown = pool.apply(_growth, (files,))
    compared = Comparison(Series((grown,)), Series((_ALLOWED_MB,)))
    return Outcome(
        compared, f"{files.conditions}; the most above the start, in a process of its own; taken once"
    )


def _growth(files: _Files) -> float:
    before = peak()
    _sealed(files)
    _opened(files)
    return peak() - before


def peak() -> float:
    """The most memory that this process ever held, in MB; what its parent held does not count."""
    status = Path("/proc/self/status")
    if not status.exists():
        raise Skipped("the system does not tell the peak memory of one process")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text("ascii"), re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


BENCHES = (
    Bench("seal", "sealing an attachment", "the age command line", "MB/s", Target(0.8, 1), _seal),
    Bench("open", "opening it", "the age command line", "MB/s", Target(0.8, 1), _open),
    Bench("memory", "memory for both", "64 MB allowed", "MB", Target(1, 0.5, most=True), _memory),
)
