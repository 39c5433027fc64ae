"""Saving by hand: one form against a bare commit, and an act against the plain object mapper.

The case file of the forms holds some thousand people already, so that its indexes are as deep as in use.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks.base import Bench, Outcome, Scale
from benchmarks.desks import COUNTY, DURABLE, GROUP, Office, add_people, county_desk, record_raid
from benchmarks.measure import Target, in_turns, percentile, seconds
from benchmarks.people import found_people
from desktop.casework.acts.people import PERSON_FIELDS, AddPeople, Found
from desktop.casework.desk import Desk
from desktop.models.casework import Person, Presence
from desktop.models.schema import by_kind
from desktop.wire.ids import new_row_id

_RAID_PEOPLE = 93


def _save(scale: Scale, folder: Path) -> Outcome:
    saves = min(scale.of(200, 200), 200)
    there = scale.of(5_000, 1_000)
    forms = found_people(saves)
    with county_desk(folder) as desk:
        add_people(desk.casefile.engine, there)
        raid = record_raid(desk)
        compared = in_turns(
            lambda: _p95(saves, lambda number: _add(desk, raid, [forms[number]])),
            lambda: _bare_commits(desk.casefile.engine, saves),
            scale.repeat,
        )
    width = len(msgspec.json.encode(forms[0]))
    return Outcome(
        compared, f"p95 of {saves} saves of one person found ({width} B), {there:,} people there; {DURABLE}"
    )


def _p95(count: int, save: Callable[[int], object]) -> float:
    return 1000 * percentile([seconds(lambda n=n: save(n)) for n in range(count)], 0.95)  # type: ignore[misc]


def _bare_commits(engine: Engine, count: int) -> float:
    """One small row a transaction, through the driver alone."""
    with engine.connect() as conn:
        driver: Any = conn.connection.driver_connection

        def commit(number: int) -> None:
            driver.execute("BEGIN IMMEDIATE")
            driver.execute("INSERT OR REPLACE INTO setting (key, value) VALUES ('bench', ?)", (bytes(64),))
            driver.execute("COMMIT")

        found = _p95(count, commit)
        driver.execute("DELETE FROM setting WHERE key = 'bench'")
        driver.commit()
        return found


def _add(desk: Desk, raid: str, forms: list[Found]) -> None:
    desk.do([("people.add", AddPeople(raid=raid, people=forms))])


def _add_often(desk: Desk, raid: str, forms: list[Found], acts: int) -> None:
    for _ in range(acts):
        _add(desk, raid, forms)


def _act(scale: Scale, folder: Path) -> Outcome:
    acts = scale.of(2_000, 1_000) // _RAID_PEOPLE + 1
    forms = found_people(_RAID_PEOPLE)
    rows = 2 * acts * len(forms)
    plain = Office.create(folder / "plain", COUNTY)
    with county_desk(folder) as desk:
        raid = record_raid(desk)
        compared = in_turns(
            lambda: rows / seconds(lambda: _add_often(desk, raid, forms, acts)),
            lambda: rows / _flushes(plain, raid, forms, acts),
            scale.repeat,
        )
    return Outcome(compared, f"{acts} acts of {len(forms)} people, two rows each; {DURABLE}")


def _flushes(plain: Office, raid: str, forms: list[Found], acts: int) -> float:
    engine = plain.unguarded()
    start = time.perf_counter()
    for _ in range(acts):
        with Session(engine) as session, session.begin():
            session.add_all(row for form in forms for row in _mapped(raid, form))
    taken = time.perf_counter() - start
    engine.dispose()
    return taken


def _mapped(raid: str, form: Found) -> tuple[Person, Presence]:
    values = {name: value for name, value in msgspec.structs.asdict(form).items() if value is not None}
    person = {name: values.pop(name) for name in PERSON_FIELDS if name in values}
    row = new_row_id(GROUP, by_kind()["person"].wire, COUNTY)
    presence = new_row_id(GROUP, by_kind()["presence"].wire, COUNTY)
    return (
        Person(id=row, grp=GROUP, **person),
        Presence(id=presence, grp=GROUP, raid=raid, person=row, **values),
    )


BENCHES = (
    Bench(
        "save",
        "save one form: act, capture, fold, log (p95)",
        "bare commit on SQLCipher (p95)",
        "ms",
        Target(10, 4, most=True),
        _save,
    ),
    Bench(
        "act",
        "an act with capture",
        "the same rows flushed by the object mapper, without capture",
        "rows/s",
        Target(0.65, 0.85),
        _act,
    ),
)
