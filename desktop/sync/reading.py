"""Reads the bundles of a folder, oldest first. The folder is never changed. Knows the carrier, no screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from desktop.casefile.blobs import BlobStore
from desktop.changes.store import Changes, note_changes
from desktop.sync.bundles import STOPPED, VANISHED, Brought, BundleReader, Read
from desktop.sync.carrier import Carrier, CarrierFile, CarrierOutcome, FileOps
from desktop.sync.previewing import Preview
from desktop.sync.turns import Turn, Turns


def import_folder(
    engine: Engine, blobs: BlobStore | None, identity: str, folder: Path, *, preview: bool = False
) -> tuple[list[Read], Changes]:
    """Reads every bundle in a folder; see ``import_each``."""
    found: list[Read] = []
    changes: Changes = {}
    for report, changed in import_each(engine, blobs, identity, folder, preview=preview):
        found.append(report)
        note_changes(changes, changed)
    return found, changes


def import_each(
    engine: Engine,
    blobs: BlobStore | None,
    identity: str,
    folder: Path,
    *,
    preview: bool = False,
    turn: Turn | None = None,
    wanted: Callable[[CarrierFile], bool] = lambda _: True,
    brought: Callable[[CarrierFile, Brought], None] = lambda *_: None,
    ops: FileOps | None = None,
) -> Iterator[tuple[Read, Changes]]:
    """Reads every bundle in a folder that this file does not know. The folder is never changed.

    With ``preview`` nothing is kept: the counts tell what would be, an entry that several bundles hold once;
    what stands in each ``Read`` is whole when the last is given out. Files that are not ``wanted``, and those
    that others take away meanwhile, are passed over; ``brought`` is told which attachments lay in a bundle
    that was read to its end, and for whom. When ``turn`` raises ``Cancelled`` the bundle in hand ends as
    ``STOPPED``: what was verified stays, and no further one is read; so too when the carrier is gone. ``ops``
    are the calls by which the folder is looked at, in no transaction. Raises ``UserError`` only when the
    folder itself cannot be read; what is wrong with a bundle stands in its ``Read``.
    """
    carrier = Carrier(folder, ops=ops)
    files = _in_turns([file for file in carrier.bundles() if wanted(file)])
    turns = Turns(sum(file.size for file in files), turn)
    looked = Preview(engine) if preview else None
    told: list[BundleReader] = []
    reached = 0
    for file in files:
        reader = BundleReader(engine, blobs, Read(file=file.path.name, outcome="read"), turns, looked)
        reader.read(carrier, file, identity)
        if reader.report.outcome == "read":
            brought(file, reader.brought)
        if reader.report.outcome != VANISHED:
            told.append(reader)
            if looked is None:
                yield reader.report, reader.changes
        if reader.report.outcome in (STOPPED, CarrierOutcome.GONE.value):
            break
        reached += file.size
        turns.reach(reached)
    if looked is not None:
        looked.count()
        yield from ((reader.report, reader.changes) for reader in told)


def _in_turns(files: list[CarrierFile]) -> list[CarrierFile]:
    return sorted(files, key=lambda file: (_changed(file.path), file.path.name))


def _changed(path: Path) -> int:
    """When a file was last written, in ns; one that went meanwhile is told when it is read."""
    with suppress(OSError):
        return path.stat().st_mtime_ns
    return 0
