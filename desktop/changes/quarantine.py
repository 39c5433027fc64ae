"""What is kept and does not count, entry by entry: who wrote it, when, what it would do, and why not.

Reads only: nothing is applied by looking at it. Times are claims of the PC that wrote them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.changes.journal import Journal
from desktop.changes.rights import APPLIED, header_of
from desktop.wire.entries import Line, parse_operations
from desktop.wire.faults import WireError

MOST = 10_000
_QUERY = (
    "SELECT e.id, e.n, l.id, l.device, l.grp, e.header, e.salt, e.body, e.verdict"
    " FROM entry e JOIN log l ON l.no = e.log WHERE "
)


class Told(msgspec.Struct, frozen=True):
    """One operation in words that hold no values: what is done, to which record, to which fields."""

    what: str
    table: str | None = None
    row: str | None = None
    fields: list[str] = []


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in quarantine. ``office`` is ``None`` for a PC that is not enrolled; ``at`` is in ms since
    1970 by its clock; ``officer`` is the id that it named."""

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
    operations: list[Told]


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
    row = conn.exec_driver_sql(_QUERY + "e.id = ?", (bytes.fromhex(entry),)).first()
    return None if row is None else Entry(row[0].hex(), *row[1:])


def quarantine(conn: Connection, most: int = MOST) -> Iterator[Kept]:
    """Everything that does not count, in the order it came, at most so many."""
    rights = Journal(conn).rights()
    for dot, *rest in conn.exec_driver_sql(
        _QUERY + "e.verdict <> ? ORDER BY e.no LIMIT ?", (APPLIED, most)
    ).all():
        found = Entry(dot.hex(), *rest)
        header = header_of(Line(found.header, found.salt.encode(), found.body))
        yield Kept(
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
            operations=[] if found.salt == "-" else _told(found.body),
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
