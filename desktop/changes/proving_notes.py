"""Are this file's own notes as they were written? Have-lists by their signatures, the rest by their seals.

Reads only. Knows the tables and the have-list's form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from desktop.changes.findings import Finding, hexed, holds
from desktop.changes.notes import NOTES, seal
from desktop.wire import canonical
from desktop.wire.haves import check_have


def note_findings(conn: Connection) -> Iterator[Finding]:
    """Notes and have-lists that are not as they were written."""
    query = "SELECT device, grp, incarnation, counter, body FROM have"
    for *cells, body in conn.exec_driver_sql(query):
        if not holds(lambda: _is_have(cells, body)):  # noqa: B023 - called at once
            yield {"finding": "have", "key": hexed(cells[0]), "group": hexed(cells[1])}
    for table, columns in NOTES.items():
        for *cells, mark in conn.exec_driver_sql(f"SELECT {', '.join(columns)}, seal FROM {table}"):
            if not holds(lambda: seal(table, tuple(cells)) == mark):  # noqa: B023 - called at once
                yield {"finding": table, "key": hexed(cells[0])}
    yield from _arrivals(conn)


def _is_have(cells: list[Any], body: str) -> bool:
    """Signed by its device, and noted as what it is; one that was let go has no body any more."""
    if body == "":
        return True
    value = check_have(canonical.decode(body.encode()))
    return [value["device"], value["group"], value["incarnation"], value["counter"]] == cells


def _arrivals(conn: Connection) -> Iterator[Finding]:
    """Stretches of entries that are here, none told twice."""
    reached = 0
    query = "SELECT first, last FROM arrival ORDER BY first"
    most = conn.exec_driver_sql("SELECT coalesce(max(no), 0) FROM entry").scalar_one()
    for first, last in conn.exec_driver_sql(query):
        if not holds(lambda: reached < first <= last <= most):  # noqa: B023 - called at once
            yield {"finding": "arrival", "key": hexed(first)}
        else:
            reached = last
