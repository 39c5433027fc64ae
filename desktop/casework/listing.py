"""What the window's lists read from: pages by key, ids of a whole list, filters and orders, all in SQL.

Names sort by code point, not by pinyin: that walks an index; one surname stands together, and whoever looks
for a person types into the filter or the search box. Times sort by their instant, whatever their offset;
blanks come last, up and down; ties go by row id. Nothing is counted or skipped to reach a page. Knows
no window.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from desktop.casework.lists.columns import (
    LISTINGS,
    Claimed,
    Column,
    Line,
    Listing,
    Query,
    listing_of,
)
from desktop.casework.lists.showing import shown
from desktop.casework.lists.sources import CLAIMED
from desktop.casework.lists.statements import Plan, Statement, fast_sorts
from desktop.changes.store import chunks
from desktop.wire.ids import row_text

__all__ = [
    "LISTINGS", "Claimed", "Column", "Line", "Listing", "Query",
    "fast_sorts", "first_page", "keys", "lines", "shown", "told", "total",
]  # fmt: skip

_FETCHED = 10_000


def first_page(conn: Connection, query: Query, limit: int = 200) -> list[Line]:
    """The first lines of a list. Raises ``UserError`` for a list, column, filter or parent that is none."""
    found: list[bytes] = []
    for statement in Plan(query).ids():
        if len(found) < limit:
            values = (*statement.values, limit - len(found))
            found += conn.exec_driver_sql(f"{statement.sql} LIMIT ?", values).scalars()
    return lines(conn, query, found)


def keys(conn: Connection, query: Query) -> bytes:
    """The ids of all lines in order, sixteen bytes each. For a worker. Raises ``UserError``.

    Fetched, not joined by the database: an aggregate asks for memory at each row, and locked memory is slow.
    """
    plan = Plan(query)
    first, *rest = plan.ids()
    halves = plan.halves()
    parts = _joined(conn, first) if halves is None else _matched(conn, *halves)
    return b"".join(chain(parts, *(_joined(conn, statement) for statement in rest)))


def _joined(conn: Connection, statement: Statement) -> Iterator[bytes]:
    return (b"".join(chain.from_iterable(rows)) for rows in _pieces(conn, statement))


def _matched(conn: Connection, leading: Statement, pairs: Statement) -> Iterator[bytes]:
    """The ids of the lines of each leading record, in the order of these."""
    lines_of: dict[bytes, bytes] = {}
    for record, key in chain.from_iterable(_pieces(conn, pairs)):
        lines_of[record] = lines_of.get(record, b"") + key
    return (b"".join([lines_of.get(record, b"") for (record,) in rows]) for rows in _pieces(conn, leading))


def _pieces(conn: Connection, statement: Statement) -> Iterator[Sequence[Any]]:
    cursor = conn.exec_driver_sql(statement.sql, statement.values).cursor
    while rows := cursor.fetchmany(_FETCHED):
        yield rows


def lines(conn: Connection, query: Query, ids: Sequence[bytes]) -> list[Line]:
    """The lines of these ids in this order; one that is not there is left out. Raises ``UserError``."""
    plan = Plan(query)
    readers = [_READERS.get(column.kind) for column in plan.listing.columns]
    found: dict[bytes, Line] = {}
    for piece in chunks(ids):
        for row in conn.exec_driver_sql(plan.lines(len(piece)), tuple(piece)):
            found[row[0]] = _line(row, readers)
    return [found[key] for key in ids if key in found]


def told(query: Query, found: Sequence[Line], language: str) -> list[dict[str, Any]]:
    """Lines as plain values for scripts: each with the texts that are shown, by the word of the column."""
    columns = listing_of(query).columns
    return [
        {
            "id": line.id,
            "related": line.related,
            "withdrawn": line.withdrawn,
            "conflicts": line.conflicts,
            "cells": {
                column.word: shown(column, value, language)
                for column, value in zip(columns, line.cells, strict=True)
            },
        }
        for line in found
    ]


def total(conn: Connection, query: Query) -> int:
    """How many lines a list has. Counts them: for a worker. Raises ``UserError``."""
    statement = Plan(query).count()
    return int(conn.exec_driver_sql(statement.sql, statement.values).scalar_one())


_Reader = Callable[[Any], Any]


def _line(row: Any, readers: list[_Reader | None]) -> Line:
    key, related, withdrawn, conflicts, *values = row
    cells = tuple(
        value if value is None or reader is None else reader(value)
        for value, reader in zip(values, readers, strict=True)
    )
    return Line(row_text(key), None if related is None else row_text(related), cells, withdrawn, conflicts)


def _number(text: str) -> str:
    return Claimed(text[len(CLAIMED) :]) if text.startswith(CLAIMED) else text


_READERS: dict[str, _Reader] = {"id_number": _number, "flags": json.loads}
