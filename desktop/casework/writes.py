"""Single writes as they stand in the log: who and when, what was written, what its author had before them.

Reads entries on an open connection, whatever became of them later. Knows no words and no screen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection

from desktop.wire import canonical
from desktop.wire.canonical import encode
from desktop.wire.entries import Operation, parse_header
from desktop.wire.faults import WireError


class Had(NamedTuple):
    """What the author of a write had before them: the values it replaced, each once.

    ``created``: it came with the record, so there was nothing before. Without values it is not known: the
    field was empty, or what they had before them had been replaced already on their own PC.
    """

    created: bool
    values: list[Any]


def entry_of(conn: Connection, where: str, value: Any) -> tuple[dict[str, Any], str, list[Operation]]:
    """Who and when of an entry, its PC, and its operations; nothing for one that is not here.

    ``where`` is SQL over ``e`` (the entry) with one value to bind.
    """
    row = conn.exec_driver_sql(
        f"SELECT e.header, e.salt, e.body, l.device FROM entry e JOIN log l ON l.no = e.log WHERE {where}",  # noqa: S608 - own words
        (value,),
    ).first()
    if row is None or row[1] == "-":
        return {}, "" if row is None else row[3], []
    try:
        header = parse_header(row[0])
        return (
            {"officer": header.officer, "at": header.wall, "act": header.act},
            row[3],
            canonical.decode(row[2]),
        )
    except WireError:
        return {}, row[3], []


def written(conn: Connection, dot: str, row: str, field: str) -> list[Any]:
    """What an entry wrote into one field."""
    operations = entry_of(conn, "e.id = ?", bytes.fromhex(dot))[2]
    mine = [operation for operation in operations if operation[0] in "cs" and operation[2] == row]
    return [
        operation[3][field] if operation[0] == "c" else operation[3][field][0]
        for operation in mine
        if field in operation[3]
    ]


def had_before(conn: Connection, dot: str, row: str, field: str) -> Had | None:
    """What the author of a write had before them; ``None`` when the entry does not say."""
    for operation in entry_of(conn, "e.id = ?", bytes.fromhex(dot))[2]:
        if operation[0] not in "cs" or operation[2] != row or field not in operation[3]:
            continue
        if operation[0] == "c":
            return Had(True, [])
        values = {
            encode(value): value
            for over in operation[3][field][1:]
            for value in written(conn, over, row, field)
        }
        return Had(False, [values[key] for key in sorted(values)])
    return None
