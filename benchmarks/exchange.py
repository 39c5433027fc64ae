"""Bundles: reading a sealed one into encrypted tables, reading it again, and what a changed field weighs."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from itertools import count as numbers
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine

from benchmarks import changesets
from benchmarks.base import Bench, Outcome, Scale
from benchmarks.desks import COUNTY, DURABLE, Office, add_people, correct_people, corrections, enrolled
from benchmarks.measure import Comparison, Series, Target, in_turns, seconds
from benchmarks.people import people
from desktop.sync.exchange import export, import_folder
from desktop.sync.sealing import zst
from desktop.wire.entries import Line

_ONE_FIELD = ("phone",)
_THREE_FIELDS = ("address", "phone", "education")


class _Sent(NamedTuple):
    """A bundle on a stick, the city that has not read it, and the rows that it creates and corrects."""

    city: Office
    identity: str
    stick: Path
    rows: list[str]

    @property
    def size(self) -> int:
        """Bytes on the stick."""
        return sum(file.stat().st_size for file in self.stick.rglob("*.bundle"))

    def read(self, office: Office, outcome: str = "read") -> float:
        """Reads the stick; returns the seconds it took."""
        found: list[Any] = []
        taken = seconds(
            lambda: found.extend(import_folder(office.engine, None, self.identity, self.stick)[0])
        )
        if {report.outcome for report in found} != {outcome} or any(report.quarantined for report in found):
            raise RuntimeError(f"the bundle was not {outcome} as it should be")
        return taken


def _sent(folder: Path, count: int, per_entry: int) -> _Sent:
    """A county's people and as many corrections of one field, exported."""
    county, city = enrolled(folder)
    rows = add_people(county.engine, count, per_entry)
    correct_people(county.engine, rows, _ONE_FIELD, per_entry)
    stick = folder / "stick"
    stick.mkdir()
    export(county.engine, None, stick)
    county.rest()
    return _Sent(city, city.identity(), stick, rows)


def _merge(per_entry: int, scale: Scale, folder: Path) -> Outcome:
    count = scale.of(50_000, 5_000)
    sent = _sent(folder, count, per_entry)
    schema = changesets.person_schema(sent.city.engine)
    changes = _changesets(folder, schema, sent.rows)
    turn = numbers()

    def ours() -> float:
        office = sent.city.copy(folder / "reading")
        taken = sent.read(office)
        office.rest()
        return 2 * count / taken

    compared = in_turns(
        ours,
        lambda: 2 * count / changesets.applied(folder / f"plain-{next(turn)}.db", schema, changes),
        scale.repeat,
    )
    return Outcome(
        compared,
        f"{count:,} rows of ten fields and {count:,} single-field updates, {per_entry} an entry,"
        f" {sent.size / 1e6:.1f} MB sealed; both sides: {DURABLE}; search index out",
    )


_WRITTEN = ("log", "entry", "head", "place", "person", "register")
"""What a merge of people and corrections writes, in this order, and then the corrected column."""


def _merge_raw(per_entry: int, scale: Scale, folder: Path) -> Outcome:
    """What is left of the merge when its rows are known beforehand: bare inserts, one transaction."""
    count = scale.of(50_000, 5_000)
    sent = _sent(folder, count, per_entry)
    schema = changesets.person_schema(sent.city.engine)
    changes = _changesets(folder, schema, sent.rows)
    merged = sent.city.copy(folder / "merged")
    sent.read(merged)
    with merged.engine.connect() as conn:
        tables = {name: conn.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in _WRITTEN}
        corrected = conn.exec_driver_sql("SELECT phone, id FROM person").all()
    merged.rest()
    turn = numbers()

    def ours() -> float:
        office = sent.city.copy(folder / "writing")
        taken = seconds(lambda: _written_raw(office, tables, corrected))
        office.rest()
        return 2 * count / taken

    compared = in_turns(
        ours,
        lambda: 2 * count / changesets.applied(folder / f"plain-{next(turn)}.db", schema, changes),
        scale.repeat,
    )
    return Outcome(
        compared, f"the rows that `merge` leaves, {per_entry} change an entry; both sides: {DURABLE}"
    )


def _written_raw(office: Office, tables: dict[str, Any], corrected: Any) -> None:
    with closing(office.driver()) as driver:
        driver.execute("BEGIN IMMEDIATE")
        for name, rows in tables.items():
            marks = ",".join("?" * len(rows[0]))
            driver.executemany(
                f'INSERT OR REPLACE INTO "{name}" VALUES ({marks})', [tuple(row) for row in rows]
            )
        driver.executemany("UPDATE person SET phone = ? WHERE id = ?", [tuple(row) for row in corrected])
        driver.commit()


def _changesets(folder: Path, schema: list[str], rows: list[str]) -> list[bytes]:
    """The same rows and updates as two changesets: one alone would join both changes of a row."""
    with closing(changesets.database(folder / "source.db", schema)) as source:
        created = list(people(len(rows)))
        corrected = list(corrections(len(rows), _ONE_FIELD))
        return [
            changesets.recorded(source, lambda: changesets.create(source, rows, created)),
            changesets.recorded(source, lambda: changesets.correct(source, rows, corrected)),
        ]


def _again(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(50_000, 5_000)
    sent = _sent(folder, count, 1)
    offices: list[Office] = []

    def first() -> float:
        offices[:] = [sent.city.copy(folder / "reading")]
        return 1 / sent.read(offices[0])

    first()
    # In turns, and the first reading is the yardstick: each makes the file that the other then knows.
    compared = in_turns(lambda: 1 / sent.read(offices[0], "known"), first, scale.repeat)
    return Outcome(compared, f"{sent.size / 1e6:.1f} MB sealed, {2 * count:,} entries; {DURABLE}")


def _weight(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(50_000, 5_000)
    office = Office.create(folder / "county", COUNTY)
    rows = add_people(office.engine, count)
    correct_people(office.engine, rows, _THREE_FIELDS)
    fields = len(_THREE_FIELDS) * count
    weight = len(zst(_lines(office.engine, after=count)))
    alone, joined = _patchsets(folder, changesets.person_schema(office.engine), rows)
    return Outcome(
        Comparison(Series((weight / fields,)), Series((alone / fields,))),
        f"{count:,} entries as they lie in a bundle, zstd in; a patchset an act, as an entry is one;"
        f" one patchset over all acts, which no longer tells them apart: {joined / fields:.0f} B;"
        " exact, taken once",
    )


def _lines(engine: Engine, after: int) -> list[bytes]:
    """The entry lines after a number, in order."""
    query = "SELECT header, salt, body FROM entry WHERE no > ? ORDER BY no"
    with engine.connect() as conn:
        found = conn.exec_driver_sql(query, (after,))
        return [Line(header, salt.encode(), body).text() for header, salt, body in found]


def _patchsets(folder: Path, schema: list[str], rows: list[str]) -> tuple[int, int]:
    """Bytes of the same corrections as a patchset an act, and as a single one."""
    corrected = list(corrections(len(rows), _THREE_FIELDS))
    pairs = [([row], [fields]) for row, fields in zip(rows, corrected, strict=True)]
    alone = _patchset(changesets.database(folder / "alone.db", schema), rows, pairs)
    joined = _patchset(changesets.database(folder / "joined.db", schema), rows, [(rows, corrected)])
    return alone, joined


def _patchset(source: Any, rows: list[str], acts: list[tuple[list[str], list[dict[str, Any]]]]) -> int:
    with closing(source), source:
        changesets.create(source, rows, list(people(len(rows))))
        return sum(
            len(changesets.recorded(source, partial(changesets.correct, source, *act), patchset=True))
            for act in acts
        )


_CHANGESET = "session changeset applied by SQLite, unencrypted"

BENCHES = (
    Bench(
        "merge",
        "sealed bundle into merged encrypted tables, each change an entry of its own",
        _CHANGESET,
        "changes/s",
        Target(0.35, 0.60),
        partial(_merge, 1),
    ),
    Bench(
        "merge-acts",
        "the same in acts of 93 changes, as a raid makes them",
        _CHANGESET,
        "changes/s",
        Target(0.35, 0.60),
        partial(_merge, 93),
    ),
    Bench(
        "merge-raw",
        "the rows of `merge`, known beforehand, by bare inserts: what it could reach at most",
        _CHANGESET,
        "changes/s",
        Target(),
        partial(_merge_raw, 1),
    ),
    Bench(
        "merge-acts-raw",
        "the same for `merge-acts`",
        _CHANGESET,
        "changes/s",
        Target(),
        partial(_merge_raw, 93),
    ),
    Bench(
        "again",
        "reading a known bundle again",
        "its first reading",
        "1/s",
        Target(50, 500),
        _again,
    ),
    Bench(
        "weight",
        "bytes of a changed field, three fields an entry",
        "SQLite patchset",
        "B",
        Target(0.8, 0.6, most=True),
        _weight,
    ),
)
