"""That a long list costs no more than a short one: counted in steps of the database, not by a clock."""

from __future__ import annotations

import os
from typing import Any

from msgspec import structs
from sqlalchemy import Connection

from desktop.casework.listing import Query, fast_sorts, first_page
from desktop.casework.lists.statements import Plan
from desktop.wire.ids import row_text
from tests.casework.lists.worlds import RAID_DAY, memory


def _fill(conn: Connection, count: int) -> str:
    """As many raids, people and items as asked for, all people and all items at one raid; returns its id."""
    raids = [_key() for _ in range(count)]
    people = [(_key(), f"某{n % 997}", f"{n:018d}") for n in range(count)]
    times = [(row, f"{2000 + n % 25}{RAID_DAY[4:]}") for n, row in enumerate(raids)]
    found = [
        (_key(), row, raids[0], f"A{n}", n, RAID_DAY, "教育遣散") for n, (row, _, _) in enumerate(people)
    ]
    _insert(conn, "raid", "id, started_at", times)
    _insert(conn, "person", "id, name, id_number", people)
    _insert(conn, "presence", "id, person, raid, site_number, ledger_row, arrived_at, disposition", found)
    items = [(_key(), raids[0], n, f"物品{n % 89}") for n in range(count)]
    _insert(conn, "item", "id, list, line, name", items)
    return row_text(raids[0])


def _key() -> bytes:
    key = bytearray(os.urandom(16))
    key[6], key[8] = 0x70, 0x80
    return bytes(key)


def _insert(conn: Connection, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    conn.exec_driver_sql(
        f"INSERT INTO {table} ({columns}, grp, withdrawn, conflicts) VALUES ({marks}, '', 0, 0)", rows
    )


def _steps(conn: Connection, query: Query) -> int:
    """How many hundreds of instructions of the database the first page takes: no clock, no luck."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    driver: Any = conn.connection.driver_connection
    driver.set_progress_handler(count, 100)
    assert len(first_page(conn, query, 50)) == 50
    driver.set_progress_handler(None, 0)
    return counted


LONG = [
    Query("people"),
    Query("people", contains=(("disposition", "遣散"),), sort=("arrived_at", True)),
    Query("people", "within"),
    Query("people", "within", contains=(("name", "某"),)),
    Query("raids"),
    Query("items"),
    Query("items", "within"),
    *(
        Query(name, sort=(word, down))
        for name in ("people", "items")
        for word in sorted(fast_sorts(Query(name)))
        for down in (False, True)
    ),
]


def test_the_first_page_of_a_hundred_thousand_costs_what_that_of_a_thousand_costs() -> None:
    with memory() as short, memory() as long:
        worlds = [(short, _fill(short, 1000)), (long, _fill(long, 100_000))]
        for query in LONG:
            few, many = (
                _steps(conn, structs.replace(query, within=query.within and raid)) for conn, raid in worlds
            )
            assert many <= few * 1.2 + 5, query


def test_a_filter_on_names_looks_through_the_index_of_names_and_at_no_record() -> None:
    with memory() as conn:
        (statement,) = Plan(Query("people", contains=(("name", "某"),))).ids()
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", statement.values)
        steps = [row[3] for row in plan]
    assert "SCAN person USING COVERING INDEX lists_person_name" in steps
    assert "SCAN presence USING COVERING INDEX lists_presence" in steps
    assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]
