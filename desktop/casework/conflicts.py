"""Disagreements as they stand: fields with more than one live value, and disputed withdrawals.

Who wrote what, when, on which PC. Reads only, on an open connection; knows no screen, and settles nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.changes import rows
from desktop.changes.disputes import Dispute, disputes
from desktop.changes.journal import Journal
from desktop.changes.recorder import seen_token
from desktop.changes.rows import Dot, RowState
from desktop.changes.store import chunks, marks
from desktop.models.schema import by_kind, shared_tables
from desktop.wire.entries import MARK, parse_header
from desktop.wire.ids import row_fits, row_text

WITHDRAWN = "withdrawn"
"""What the field of a disputed withdrawal is called outside the log."""


class Version(msgspec.Struct, frozen=True):
    """One live write: its value (of a withdrawal: the reason), and who wrote it when on which PC.

    ``at`` is ms since 1970 by that PC's clock, which ``clock_off`` says was declared wrong; ``field`` is the
    field it stands in.
    """

    value: Any
    dot: str
    field: str
    officer: str = ""
    at: int = 0
    act: str = ""
    device: str = ""
    clock_off: bool = False


class Conflict(msgspec.Struct, frozen=True):
    """One disagreement. ``seen`` is the token of what was shown, for a decision on just that.

    ``unseen`` are the writes that the authors of a disputed withdrawal had not seen.
    """

    id: str
    kind: str
    row: str
    group: str
    field: str
    values: list[Version]
    unseen: list[Version]
    seen: str


def conflict_id(dispute: Dispute) -> str:
    """The id by which a disagreement is named in commands."""
    kind = shared_tables()[dispute.table].kind
    return f"{kind}:{row_text(dispute.row)}:{dispute.field}"


def conflicts(conn: Connection, wanted: Sequence[Dispute] | None = None) -> list[Conflict]:
    """The disagreements as they stand now: all of them, or those of ``wanted`` that are still there."""
    journal = Journal(conn)
    found: list[Conflict] = []
    for piece in chunks(disputes(conn) if wanted is None else wanted):
        states = _states(conn, journal, piece)
        live = [(dispute, states[dispute.row]) for dispute in piece if dispute.row in states]
        authors = _authors(conn, {dot for _, state in live for dot in _writes(state)})
        found += [
            _conflict(dispute, state, authors) for dispute, state in live if _is_open(state, dispute.field)
        ]
    return found


def of_rows(conn: Connection, wanted: Collection[str]) -> list[Conflict]:
    """The disagreements of some rows."""
    return conflicts(conn, [dispute for dispute in disputes(conn) if row_text(dispute.row) in wanted])


def _states(conn: Connection, journal: Journal, piece: Iterable[Dispute]) -> dict[bytes, RowState]:
    by_table: dict[str, list[bytes]] = {}
    for dispute in piece:
        by_table.setdefault(dispute.table, []).append(dispute.row)
    created: dict[bytes, int] = {}
    for table, keys in by_table.items():
        name = shared_tables()[table].table.name
        query = f'SELECT id, dot FROM "{name}" WHERE id IN ({marks(len(keys))})'  # noqa: S608 - own table names
        created.update((row, dot) for row, dot in conn.exec_driver_sql(query, tuple(keys)) if dot is not None)
    return journal.store.load(list(created), created)[0]


def _is_open(state: RowState, field: str) -> bool:
    if field == MARK:
        return rows.withdrawal(state) == rows.DISPUTED
    return rows.in_conflict(state.values(field))


def _writes(state: RowState) -> Iterable[Dot]:
    return state.dots() | state.values(MARK).keys()


def _conflict(dispute: Dispute, state: RowState, authors: Mapping[Dot, Mapping[str, Any]]) -> Conflict:
    name = dispute.field
    if name == MARK:
        values = [(dot, WITHDRAWN, mark[0]) for dot, mark in state.values(MARK).items()]
    else:
        values = [(dot, name, value) for dot, value in state.values(name).items()]
    unseen = _unseen(state) if name == MARK else []
    return Conflict(
        id=conflict_id(dispute),
        kind=shared_tables()[dispute.table].kind,
        row=row_text(dispute.row),
        group=dispute.group,
        field=name or WITHDRAWN,
        values=[_version(item, authors) for item in sorted(values)],
        unseen=[_version(item, authors) for item in sorted(unseen)],
        seen=token(state, name),
    )


def _unseen(state: RowState) -> list[tuple[Dot, str, Any]]:
    seen = {dot for mark in state.values(MARK).values() if mark[0] is not None for dot in mark[1]}
    return [
        (dot, name, value)
        for name in state.fields()
        for dot, value in state.values(name).items()
        if dot.hex() not in seen
    ]


def _version(item: tuple[Dot, str, Any], authors: Mapping[Dot, Mapping[str, Any]]) -> Version:
    dot, name, value = item
    return Version(value, dot.hex(), name, **authors.get(dot, {}))


def token(state: RowState, name: str) -> str:
    """What was shown of a field, or of the whole row for a withdrawal: a decision names it."""
    if name == MARK:
        return seen_token(state)
    return ".".join(sorted(dot.hex() for dot in state.values(name)))


def why_not(conflict: Conflict, office: str) -> str:
    """The code of why an office cannot settle it; empty when it can."""
    shared = by_kind()[conflict.kind]
    if not row_fits(conflict.row, conflict.group, shared.wire, office):
        return "changes.not_own_row"
    if conflict.field == WITHDRAWN:
        return ""
    if not shared.wire.endswith("r"):
        return "acts.append_only"
    return "" if conflict.field in shared.columns else "acts.unknown_word"


def _authors(conn: Connection, dots: set[Dot]) -> dict[Dot, dict[str, Any]]:
    found: dict[Dot, dict[str, Any]] = {}
    for piece in chunks(sorted(dots)):
        for dot, header, device, off in conn.exec_driver_sql(
            "SELECT e.id, e.header, l.device, EXISTS (SELECT 1 FROM clock_off c WHERE c.log = e.log"  # noqa: S608 - marks only
            " AND e.n BETWEEN c.first AND c.last) FROM entry e JOIN log l ON l.no = e.log"
            f" WHERE e.id IN ({marks(len(piece))})",
            tuple(piece),
        ):
            parsed = parse_header(header)
            found[dot] = {
                "officer": parsed.officer,
                "at": parsed.wall,
                "act": parsed.act,
                "device": device,
                "clock_off": bool(off),
            }
    return found
