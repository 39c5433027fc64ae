"""Rows that the program wrote, taken out to be written again by a yardstick, through the driver alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any, NamedTuple

from sqlalchemy import Connection

from benchmarks.desks import COUNTY, GROUP, PERSON, Office
from desktop.wire.ids import new_row_id, row_bytes


class Filled(NamedTuple):
    """A table's rows; ``width`` is the mean of their values' bytes."""

    name: str
    columns: list[str]
    rows: list[tuple[Any, ...]]
    width: int


def filled(conn: Connection, name: str) -> Filled:
    """All rows of a table, in the order of their writing."""
    found = conn.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY dot')
    columns = list(found.keys())
    rows = [tuple(row) for row in found]
    total = sum(_width(value) for row in rows for value in row)
    return Filled(name, columns, rows, total // max(1, len(rows)))


def with_new_ids(table: Filled) -> Filled:
    """The same rows under fresh ids that ascend with time, as the program makes them."""
    place = table.columns.index("id")
    ids = sorted(row_bytes(new_row_id(GROUP, PERSON, COUNTY)) for _ in table.rows)
    rows = [(*row[:place], new, *row[place + 1 :]) for new, row in zip(ids, table.rows, strict=True)]
    return table._replace(rows=rows)


def insert_all(office: Office, tables: Sequence[Filled], *, emptied: bool = False) -> float:
    """Writes the rows in one transaction (``emptied``: takes the old ones out first); returns the seconds."""
    with closing(office.driver()) as driver:
        start = time.perf_counter()
        driver.execute("BEGIN IMMEDIATE")
        for table in tables:
            if emptied:
                driver.execute(f'DELETE FROM "{table.name}"')
            names = ", ".join(f'"{name}"' for name in table.columns)
            marks = ", ".join("?" * len(table.columns))
            driver.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', table.rows)
        driver.execute("COMMIT")
        return time.perf_counter() - start


def _width(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, int):
        return 8
    return len(value if isinstance(value, bytes) else value.encode())
