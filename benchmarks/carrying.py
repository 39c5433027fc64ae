"""A film over a stick, written in parts and read in pieces: the memory that takes, and if progress moves."""

from __future__ import annotations

import multiprocessing
import random
import re
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from benchmarks.base import Bench, Outcome, Scale, Skipped
from benchmarks.desks import COUNTY, GROUP, Office, append, enrolled
from benchmarks.measure import Comparison, Series, Target
from desktop.casefile.blobs import BlobStore
from desktop.sync.exchange import export_each, import_each
from desktop.sync.fetching import set_fetch_limit
from desktop.wire.ids import new_row_id

_ALLOWED_MB = 64.0
_MASTER = bytes(range(32))
_BLOCK = 1 << 20
_TABLE = "attachment.ai"


class Carriage(NamedTuple):
    """What it took: MB of memory above the start, seconds, bundles, steps of the bar, longest wait."""

    written_mb: float
    read_mb: float
    writing: float
    reading: float
    parts: int
    steps: int
    longest: float


class _Film:
    """So many bytes that do not repeat and take no memory."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._block = random.Random(1).randbytes(_BLOCK)
        self._number = 0

    def read(self, size: int, /) -> bytes:
        """At most a block."""
        found = (self._number.to_bytes(8, "big") + self._block[8:])[: min(size, self._left)]
        self._left -= len(found)
        self._number += 1
        return found


class _Bar:
    """A progress bar: shows hundredths, and remembers how long it stood still."""

    def __init__(self) -> None:
        self.steps: set[int] = set()
        self.longest = 0.0
        self._last = time.monotonic()
        self._reached = 0.0

    def __call__(self, fraction: float) -> None:
        if fraction < self._reached:
            raise ValueError("a progress bar that goes back")
        self._reached = fraction
        now = time.monotonic()
        self.longest = max(self.longest, now - self._last)
        self._last = now
        self.steps.add(int(fraction * 100))


def carry(folder: Path, size: int) -> Carriage:
    """Takes a film of so many bytes from a county to its city by a stick, and verifies it there.

    Raises ``Skipped`` where the system does not tell the peak memory of a process.
    """
    county, city = enrolled(folder)
    mine, theirs = (BlobStore(office.folder / "blobs", _MASTER) for office in (county, city))
    kept = mine.put(_Film(size))
    values = {"name": "录像.mp4", "sha256": kept.sha256, "size": size}
    append(county.engine, "file.attach", [["c", _TABLE, new_row_id(GROUP, _TABLE, COUNTY), values]])
    stick = folder / "stick"
    stick.mkdir()
    _wish(county, city, mine, theirs, stick)
    written, written_mb, writing = _measured(
        lambda bar: list(export_each(county.engine, mine, stick, turn=bar))
    )
    read, read_mb, reading = _measured(
        lambda bar: [
            report.outcome for report, _ in import_each(city.engine, theirs, city.identity(), stick, turn=bar)
        ]
    )
    theirs.verify(theirs.name_of(kept.sha256))
    for office in (county, city):
        office.rest()
    steps = min(len(written.steps), len(read.steps))
    return Carriage(
        written_mb, read_mb, writing, reading, sum(_is_bundle(path) for path in stick.rglob("*")), steps,
        max(written.longest, read.longest),
    )  # fmt: skip


def _is_bundle(path: Path) -> bool:
    return path.suffix == ".bundle"


def _wish(county: Office, city: Office, mine: BlobStore, theirs: BlobStore, stick: Path) -> None:
    """The city has heard of the group, and says that it wants all attachments by themselves."""
    _first(county.engine)
    list(export_each(county.engine, mine, stick))
    list(import_each(city.engine, theirs, city.identity(), stick))
    with city.engine.begin() as conn:
        set_fetch_limit(conn, 1 << 40)
    back = stick.with_name("back")
    back.mkdir()
    list(export_each(city.engine, theirs, back))
    list(import_each(county.engine, mine, county.identity(), back))


def _first(engine: Engine) -> None:
    person = "person.ar"
    append(engine, "people.add", [["c", person, new_row_id(GROUP, person, COUNTY), {"name": "张三"}]])


def _measured(run: object) -> tuple[_Bar, float, float]:
    assert callable(run)
    bar = _Bar()
    before = _peak(anew=True)
    start = time.monotonic()
    run(bar)
    return bar, _peak() - before, time.monotonic() - start


def _peak(*, anew: bool = False) -> float:
    """The most memory this process held since it was last asked ``anew``, in MB."""
    status, refs = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not status.exists():
        raise Skipped("the system does not tell the peak memory of one process")
    if anew:
        refs.write_text("5", "ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text("ascii"), re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def carried_apart(folder: Path, size: int) -> Carriage:
    """``carry`` in a process of its own, so that nothing else counts."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, maxtasksperchild=1) as pool:
        return pool.apply(carry, (folder, size))


def _memory(scale: Scale, folder: Path) -> Outcome:
    size = 1000 * scale.of(2_147_484, 200_000)
    found = carried_apart(folder, size)
    grown = max(found.written_mb, found.read_mb)
    speed = f"{size / 1e6 / found.writing:,.0f} and {size / 1e6 / found.reading:,.0f} MB/s"
    return Outcome(
        Comparison(Series((grown,)), Series((_ALLOWED_MB,))),
        f"one attachment of {size / 1e6:,.0f} MB in {found.parts} bundles over a folder, written, read back,"
        f" read and verified ({speed}); the most above the start, in a process of its own; taken once",
    )


BENCHES = (
    Bench(
        "memory_large",
        "memory for a bundle of 2 GB",
        "64 MB allowed",
        "MB",
        Target(1, 0.5, most=True),
        _memory,
    ),
)
