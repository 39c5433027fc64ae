"""What is kept and does not count, entry by entry: who wrote it, when, what it would do, and why not.

Reads only: nothing is applied by looking at it. Times are claims of the PC that wrote them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.changes.journal import Journal
from desktop.changes.rights import APPLIED, MALFORMED, header_of
from desktop.wire.entries import Line, is_of_later_program, parse_operations
from desktop.wire.faults import WireError

MOST = 10_000
_COLUMNS = "e.id, e.n, l.id, l.device, l.grp, e.header, e.salt, e.body, e.verdict"
_LOGS = "FROM entry e JOIN log l ON l.no = e.log"
_KEPT = f"e.verdict <> '{APPLIED}'"
"""As a literal, and sorted by ``+e.no``: only so the index of what does not count is used."""


class Told(msgspec.Struct, frozen=True):
    """One operation in words that hold no values: what is done, to which record, to which fields."""

    what: str
    table: str | None = None
    row: str | None = None
    fields: list[str] = []


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in quarantine. ``office`` is ``None`` for a PC that is not enrolled; ``at`` is in ms since
    1970 by its clock; ``officer`` is the id that it named; ``rows`` are the records it would touch.

    ``newer``: a newer version of the program could read it.
    """

    entry: str
    why: str
    group: str
    log: str
    n: int
    device: str
    office: str | None
    act: str | None
    officer: str | None
    at: int | None
    rows: int
    newer: bool
    operations: list[Told]


class Sum(msgspec.Struct, frozen=True):
    """How many entries of one PC do not count for one reason (a verdict)."""

    why: str
    device: str
    entries: int


class Entry(msgspec.Struct, frozen=True):
    """An entry as it stands in the file."""

    entry: str
    n: int
    log: str
    device: str
    group: str
    header: bytes
    salt: str
    body: bytes
    verdict: str


def entry_of(conn: Connection, entry: str) -> Entry | None:
    """One entry by its id."""
    row = conn.exec_driver_sql(f"SELECT {_COLUMNS} {_LOGS} WHERE e.id = ?", (bytes.fromhex(entry),)).first()
    return None if row is None else Entry(row[0].hex(), *row[1:])


def quarantine(conn: Connection, most: int = MOST) -> Iterator[Kept]:
    """Everything that does not count, in the order it came, at most so many."""
    for _, found in _found(conn, "ORDER BY +e.no LIMIT ?", (most,)):
        yield found


def newest(
    conn: Connection,
    *,
    why: str | None = None,
    device: str | None = None,
    before: int | None = None,
    most: int = 100,
) -> list[tuple[int, Kept]]:
    """A page of it, what came last first, each with its number in this file; ``before`` goes on from one.

    ``why`` and ``device``: only of this verdict, of this PC.
    """
    wanted = {"e.verdict = ?": why, "l.device = ?": device, "e.no < ?": before}
    given = {text: value for text, value in wanted.items() if value is not None}
    where = "".join(f"AND {text} " for text in given)
    return list(_found(conn, f"{where}ORDER BY +e.no DESC LIMIT ?", (*given.values(), most)))


def sums(conn: Connection) -> list[Sum]:
    """How much of it there is, by reason and PC."""
    query = (
        f"SELECT e.verdict, l.device, count(*) {_LOGS} WHERE {_KEPT}"
        " GROUP BY e.verdict, l.device ORDER BY e.verdict, l.device"
    )
    return [Sum(*row) for row in conn.exec_driver_sql(query)]


def _found(conn: Connection, rest: str, values: Sequence[Any]) -> Iterator[tuple[int, Kept]]:
    rights = Journal(conn).rights()
    query = f"SELECT e.no, {_COLUMNS} {_LOGS} WHERE {_KEPT} {rest}"
    for no, dot, *fields in conn.exec_driver_sql(query, tuple(values)).all():
        found = Entry(dot.hex(), *fields)
        header = header_of(Line(found.header, found.salt.encode(), found.body))
        operations = [] if found.salt == "-" else _told(found.body)
        yield (
            no,
            Kept(
                entry=found.entry,
                why=found.verdict,
                group=found.group,
                log=found.log,
                n=found.n,
                device=found.device,
                office=rights.author_office(found.device, found.group),
                act=None if header is None else header.act,
                officer=None if header is None else header.officer,
                at=None if header is None else header.wall,
                rows=len({told.row for told in operations if told.row}),
                newer=found.verdict == MALFORMED and is_of_later_program(found.body),
                operations=operations,
            ),
        )


def _told(body_untrusted: bytes) -> list[Told]:
    try:
        return [_operation(operation) for operation in parse_operations(body_untrusted)]
    except WireError:
        return []


_WORDS = {"c": "create", "s": "set", "w": "withdraw", "k": "clock", "v": "voucher"}


def _operation(operation: list[Any]) -> Told:
    word = _WORDS[operation[0]]
    if operation[0] in "cs":
        return Told(word, operation[1], operation[2], sorted(operation[3]))
    return Told(word, operation[1], operation[2]) if operation[0] == "w" else Told(word)
