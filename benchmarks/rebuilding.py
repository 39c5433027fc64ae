"""Computing anew what the log says: all tables from it, and the whole integrity report."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.base import Bench, Outcome, Scale
from benchmarks.desks import DURABLE, GROUP, Office, add_people, correct_people, enrolled
from benchmarks.measure import Target, in_turns, seconds
from benchmarks.tables import filled, insert_all
from desktop.changes.journal import Journal
from desktop.changes.verify import verify

_FIELD = ("phone",)


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
    with county.engine.connect() as conn:
        query = "SELECT header, salt, body FROM entry ORDER BY no"
        lines = [
            b"\t".join((header, salt.encode(), body)) for header, salt, body in conn.exec_driver_sql(query)
        ]
    compared = in_turns(
        lambda: count / seconds(lambda: _report(county.engine)),
        lambda: count / seconds(lambda: _hash(lines)),
        scale.repeat,
    )
    size = sum(map(len, lines))
    return Outcome(compared, f"{count:,} entries, {size / 1e6:.0f} MB of lines; {DURABLE}")


def _report(engine: Engine) -> None:
    with engine.connect() as conn:
        if found := list(verify(conn)):
            raise RuntimeError(f"{len(found)} findings in a sound file")


def _hash(lines: list[bytes]) -> str:
    found = hashlib.sha256()
    for line in lines:
        found.update(line)
    return found.hexdigest()


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
        "SHA-256 over the same lines",
        "entries/s",
        Target(),
        _verify,
    ),
)
