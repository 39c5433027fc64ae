"""Decisions that were made: what about, which value, over which others, by whom, why. Newest first.

The values stand in the entries, where no later change touches them. Knows no screen.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from desktop.casework.conflict_words import Choice, Words, Writer
from desktop.casework.conflicts import WITHDRAWN, Version
from desktop.casework.desk import Desk
from desktop.casework.values import PERSONAL
from desktop.casework.writes import entry_of, written
from desktop.changes.journal import Journal
from desktop.models.casework import Decision
from desktop.models.schema import by_kind
from desktop.wire.canonical import encode
from desktop.wire.entries import Operation

_REASONS, _LOOKED_AT = 12, 200


class Past(msgspec.Struct, frozen=True):
    """One decision. ``others`` are the values that stood beside the chosen one and were given up.

    ``blocked`` is the code of why it cannot be taken again here; empty when it can.
    """

    id: str
    kind: str
    row: str
    field: str
    title: str
    label: str
    chosen: Choice | None
    others: list[Choice]
    reason: str
    writer: Writer
    personal: bool
    blocked: str


def decisions(
    desk: Desk, language: str, *, before: str | None = None, limit: int = 50, of: str | None = None
) -> list[Past]:
    """Decisions, newest first; ``before`` is the id to go on from, ``of`` the record they are about."""
    query = select(Decision).where(Decision.withdrawn != 1).order_by(Decision.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Decision.id < before)
    if of is not None:
        query = query.where(Decision.subject == of)
    with desk.casefile.reader.connect() as conn:
        rows = [row for row in conn.execute(query).mappings() if row["subject_kind"] in by_kind()]
        words = Words(conn, language)
        words.learn((row["subject_kind"], row["subject"]) for row in rows)
        return [_past(conn, words, row) for row in rows if row["subject"]]


def recent_reasons(desk: Desk) -> list[str]:
    """Reasons of decisions, each once, the latest first."""
    query = select(Decision.reason).order_by(Decision.id.desc()).limit(_LOOKED_AT)
    with desk.casefile.reader.connect() as conn:
        found = [reason for reason in conn.execute(query).scalars() if reason]
    return list(dict.fromkeys(found))[:_REASONS]


def _past(conn: Connection, words: Words, row: Any) -> Past:
    kind, subject, field = row["subject_kind"], row["subject"], row["field"] or ""
    header, device, operations = entry_of(conn, "e.no = ?", row["dot"])
    version = Version(None, "", field, device=device, **header)
    chosen, others = _values(conn, words, kind, subject, field, operations)
    return Past(
        row["id"],
        kind,
        subject,
        field,
        words.title(kind, subject),
        words.label(kind, field),
        chosen,
        others,
        row["reason"] or "",
        words.writer(version),
        field in PERSONAL,
        "" if _is_own(conn, kind, subject) else "changes.not_own_row",
    )


def _is_own(conn: Connection, kind: str, subject: str) -> bool:
    journal = Journal(conn)
    group = journal.group_of(kind, subject)
    return group is not None and journal.owns(kind, subject, group)


def _values(
    conn: Connection, words: Words, kind: str, subject: str, field: str, operations: list[Operation]
) -> tuple[Choice | None, list[Choice]]:
    for operation in operations:
        if operation[0] == "w" and operation[2] == subject and field == WITHDRAWN:
            return words.withdrawal(operation[3] is not None), [words.withdrawal(operation[3] is None)]
        if operation[0] == "s" and operation[2] == subject and field in operation[3]:
            value, *over = operation[3][field]
            lost: dict[bytes, Any] = {}
            for dot in over:
                found = written(conn, dot, subject, field)
                lost |= {encode(one): one for one in found if encode(one) != encode(value)}
            return words.choice(kind, field, value), [
                words.choice(kind, field, one) for _, one in sorted(lost.items())
            ]
    return None, []
