"""The ledger's batch path: a register of people that was read becomes entries and rows in one transaction."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.base import Bench, Outcome, Scale
from benchmarks.desks import COUNTY, DURABLE, Office, county_desk, record_raid
from benchmarks.measure import Target, in_turns, seconds
from benchmarks.people import people
from benchmarks.tables import Filled, filled, insert_all, with_new_ids
from desktop.casework.desk import Desk
from desktop.casework.importing import import_ledger
from desktop.casework.ledgers.rows import LedgerReading, LedgerRow, PersonRow
from desktop.casework.partial_dates import PartialDate


def _ledger(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(10_000, 2_000)
    register = reading(count)
    plain = Office.create(folder / "plain", COUNTY)
    with county_desk(folder) as desk:
        raid = record_raid(desk)
        import_ledger(desk, register, raid)
        rows = _imported(desk)
        compared = in_turns(
            lambda: 2 * count / seconds(lambda: import_ledger(desk, register, raid)),
            lambda: 2 * count / insert_all(plain, [with_new_ids(table) for table in rows]),
            scale.repeat,
        )
    widths = ", ".join(f"{found.name} {found.width} B" for found in rows)
    return Outcome(
        compared, f"{count:,} people, an entry and two rows each ({widths}); {DURABLE}; search index out"
    )


def _imported(desk: Desk) -> list[Filled]:
    with desk.casefile.engine.connect() as conn:
        return [filled(conn, name) for name in ("person", "presence")]


def reading(count: int) -> LedgerReading:
    """A register of so many people found, as it is read from a ledger."""
    rows = [LedgerRow("查获人员", number, _person(fields)) for number, fields in enumerate(people(count), 3)]
    return LedgerReading("people", "查获人员", rows, [], [], [], [])


def _person(fields: dict[str, Any]) -> PersonRow:
    values = {**fields, "birth": PartialDate.parse(fields["birth"])}
    return PersonRow(
        **values,
        arrived_at=datetime.fromisoformat("2020-06-07T09:20+08:00"),
        upline_claimed="梁某军",
        paid=6_980_000,
        role="参与人员",
        disposition="教育遣散",
    )


BENCHES = (
    Bench(
        "ledger",
        "ledger batch path: a register of people into the case file",
        "raw executemany of the same rows on SQLCipher",
        "rows/s",
        Target(0.30, 0.50),
        _ledger,
    ),
)
