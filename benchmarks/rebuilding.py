"""Computing anew what the log says: all tables from it, and the whole integrity report."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.base import Bench, Outcome, Scale
from benchmarks.desks import DURABLE, GROUP, Office, add_people, correct_people, enrolled
from benchmarks.measure import Comparison, Series, Target, in_turns, seconds
from benchmarks.sealing import peak
from benchmarks.tables import filled, insert_all
from desktop.changes.journal import Journal
from desktop.changes.verify import verify

_FIELD = ("phone",)
_ALLOWED_MB = 384.0


def _county(folder: Path, count: int) -> Office:
    """An enrolled county with ``count`` entries under heads: two thirds new people, one third corrections."""
    county, _ = enrolled(folder)
    rows = add_people(county.engine, count - count // 3)
    correct_people(county.engine, rows[: count // 3], _FIELD)
    with county.engine.begin() as conn:
        Journal(conn).sign_heads(GROUP)
    return county


def _rebuild(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(50_000, 5_000)
    county = _county(folder, count)
    plain = county.copy(folder / "plain")
    with county.engine.connect() as conn:
        tables = [filled(conn, name) for name in ("person", "register")]
    rows = sum(len(table.rows) for table in tables)
    compared = in_turns(
        lambda: rows / seconds(lambda: _refold(county.engine)),
        lambda: rows / insert_all(plain, tables, emptied=True),
        scale.repeat,
    )
    widths = ", ".join(f"{len(table.rows):,} × {table.name} {table.width} B" for table in tables)
    return Outcome(compared, f"{count:,} entries; both empty the tables first; {widths}; {DURABLE}")


def _refold(engine: Engine) -> None:
    with engine.begin() as conn:
        Journal(conn).refold(GROUP)


def _verify(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(1_000_000, 20_000)
    county = _county(folder, count)
    county.rest()
    compared = in_turns(
        lambda: count / seconds(lambda: _report(county.engine)),
        lambda: count / seconds(lambda: _read(county)),
        scale.repeat,
    )
    with county.engine.connect() as conn:
        tables = [filled(conn, name) for name in ("person", "register")]
    widths = ", ".join(f"{len(table.rows):,} × {table.name} {table.width} B" for table in tables)
    return Outcome(compared, f"{count:,} entries; {widths}; both read every row from the file; {DURABLE}")


def _report(engine: Engine) -> None:
    with engine.connect() as conn:
        if found := list(verify(conn)):
            raise RuntimeError(f"{len(found)} findings in a sound file")


def _read(county: Office) -> None:
    """Every row of every table through the driver alone, one after the other."""
    with closing(county.driver()) as driver:
        for name in ("entry", "head", "person", "register"):
            for _ in driver.execute(f'SELECT * FROM "{name}"'):
                pass


def _memory(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(1_000_000, 20_000)
    county = _county(folder, count)
    county.rest()
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, maxtasksperchild=1) as pool:
        grown = pool.apply(_growth, (folder / "county",))
    compared = Comparison(Series((grown,)), Series((_ALLOWED_MB,)))
    words = "the most above the start, its page cache of 64 MB with it, in a process of its own; taken once"
    return Outcome(compared, f"{count:,} entries; {words}")


def _growth(folder: Path) -> float:
    before = peak()
    _report(Office(folder).engine)
    return peak() - before


BENCHES = (
    Bench(
        "rebuild",
        "all tables rebuilt from the log",
        "raw executemany of the same rows on SQLCipher",
        "rows/s",
        Target(0.25, 0.50),
        _rebuild,
    ),
    Bench(
        "verify",
        "the integrity report",
        "raw reading of the same rows on SQLCipher",
        "entries/s",
        Target(),
        _verify,
    ),
    Bench(
        "verify_memory", "memory of the report", "384 MB allowed", "MB", Target(1, 0.5, most=True), _memory
    ),
)
