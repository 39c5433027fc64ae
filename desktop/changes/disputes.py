"""Which registers hold more than one distinct live value, and which withdrawals are disputed. Reads only.

Found from the registers alone, which hold only what differs from its row's creation: a case file of a million
rows is asked as fast as one of a thousand. Knows the merge, not what a field means.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from desktop.changes.rows import DISPUTED
from desktop.changes.store import chunks, marks
from desktop.models.schema import shared_tables
from desktop.wire.entries import MARK
from desktop.wire.ids import row_fits, row_text


class Dispute(NamedTuple):
    """One register in conflict: its row, its field (``MARK`` for a withdrawal), group and wire table."""

    table: str
    field: str
    row: bytes
    group: str

    def owned_by(self, office: str) -> bool:
        """True when the office may settle it: only the owner of a row writes it."""
        return row_fits(row_text(self.row), self.group, self.table, office)


def disputes(conn: Connection) -> list[Dispute]:
    """All of them but in tables not known here; by table and field, so that equal cases stand together."""
    places = {
        no: (group, table)
        for no, group, table in conn.exec_driver_sql("SELECT no, grp, tbl FROM place")
        if table in shared_tables()
    }
    found = [
        Dispute(places[place][1], field, row, places[place][0])
        for row, field, place in conn.exec_driver_sql(
            "SELECT DISTINCT a.row, a.field, a.place FROM register a JOIN register b"
            " ON b.row = a.row AND b.field = a.field AND b.dot > a.dot AND b.value <> a.value"
            " WHERE a.field <> ''"
        )
        if place in places
    ]
    marked: dict[str, list[tuple[bytes, str]]] = {}
    for row, place in conn.exec_driver_sql("SELECT DISTINCT row, place FROM register WHERE field = ''"):
        if place in places:
            group, table = places[place]
            marked.setdefault(table, []).append((row, group))
    for table, rows in marked.items():
        found += [Dispute(table, MARK, row, group) for row, group in _disputed(conn, table, rows)]
    return sorted(found)


def _disputed(conn: Connection, table: str, rows: Iterable[tuple[bytes, str]]) -> Iterable[tuple[bytes, str]]:
    name = shared_tables()[table].table.name
    for piece in chunks(rows):
        ids = [row for row, _ in piece]
        disputed = set(
            conn.exec_driver_sql(
                f'SELECT id FROM "{name}" WHERE withdrawn = ? AND id IN ({marks(len(ids))})',
                (DISPUTED, *ids),
            ).scalars()
        )
        yield from (item for item in piece if item[0] in disputed)
