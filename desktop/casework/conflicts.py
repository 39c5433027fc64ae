"""Disagreements: what they are, and how a person settles them. Nothing here is ever settled by itself.

A field with more than one live value is settled by one value over all that were shown; a withdrawal whose
author had not seen everything, by withdrawing again or by taking it back. Why it was settled so is a record
of its own (``decision``). Works on an open transaction; knows no screen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from desktop.changes import rows
from desktop.changes.disputes import Dispute, disputes
from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder, seen_token
from desktop.changes.rows import Dot, RowState
from desktop.changes.store import Changes, chunks, marks
from desktop.errors import UserError
from desktop.models.base import fits
from desktop.models.schema import by_kind, shared_tables
from desktop.wire.entries import MARK, parse_header
from desktop.wire.ids import is_row_id, row_fits, row_text

WITHDRAWN = "withdrawn"
"""What the field of a disputed withdrawal is called outside the log."""


class Version(msgspec.Struct, frozen=True):
    """One live write: its value (of a withdrawal: the reason), and who wrote it when on which PC.

    ``at`` is ms since 1970 by that PC's clock; ``field`` is the field it stands in.
    """

    value: Any
    dot: str
    field: str
    officer: str = ""
    at: int = 0
    act: str = ""
    device: str = ""


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


class Decision(msgspec.Struct, frozen=True):
    """One value for one disagreement (a withdrawal: true to withdraw, false to take it back).

    With ``seen`` only if nothing changed since; ``again`` also when it is settled already.
    """

    conflict: str
    value: Any
    seen: str | None = None
    again: bool = False


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
        seen=_token(state, name),
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


def _token(state: RowState, name: str) -> str:
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
        for dot, header, device in conn.exec_driver_sql(
            "SELECT e.id, e.header, l.device FROM entry e JOIN log l ON l.no = e.log"  # noqa: S608 - marks only
            f" WHERE e.id IN ({marks(len(piece))})",
            tuple(piece),
        ):
            parsed = parse_header(header)
            found[dot] = {"officer": parsed.officer, "at": parsed.wall, "act": parsed.act, "device": device}
    return found


# settling


class _Place(NamedTuple):
    kind: str
    row: str
    name: str


def settle(
    recorder: Recorder, decisions: Sequence[Decision], reason: str, batch: str | None
) -> tuple[list[str], Changes]:
    """Writes decisions and why; the ids of their records, and what they changed. Raises ``UserError``.

    ``acts.conflict_moved`` when something came meanwhile that ``seen`` does not name.
    """
    made: list[str] = []
    changes: Changes = {}
    for some in _rounds(decisions):
        by: dict[str, list[str]] = {}
        for place, _ in some:
            by.setdefault(place.kind, []).append(place.row)
        for kind, rows_ in by.items():
            recorder.read_ahead(kind, rows_)
        made += [_settle_one(recorder, place, decision, reason) for place, decision in some]
        for kind, ids in recorder.finish(batch=batch).items():
            changes.setdefault(kind, set()).update(ids)
    return made, changes


def _rounds(decisions: Iterable[Decision]) -> Iterator[list[tuple[_Place, Decision]]]:
    """Decisions in order, each row once a round: what a row came to is known only when it is written."""
    some: dict[str, tuple[_Place, Decision]] = {}
    for decision in decisions:
        place = _place(decision.conflict)
        if place.row in some:
            yield list(some.values())
            some = {}
        some[place.row] = (place, decision)
    if some:
        yield list(some.values())


def _settle_one(recorder: Recorder, place: _Place, decision: Decision, reason: str) -> str:
    state, _ = recorder.state(place.kind, place.row)
    if decision.seen is not None and decision.seen != _token(state, place.name):
        raise UserError("acts.conflict_moved")
    if place.name == MARK:
        _settle_withdrawal(recorder, place, state, decision, reason)
    else:
        _settle_field(recorder, place, state, decision)
    field = place.name or WITHDRAWN
    values = {"subject": place.row, "subject_kind": place.kind, "field": field, "reason": reason}
    made = recorder.create("decision", values)
    recorder.close("conflict.decide")
    return made


def _place(conflict: str) -> _Place:
    kind, _, rest = conflict.partition(":")
    row, _, name = rest.partition(":")
    if kind not in by_kind() or not is_row_id(row) or name not in {MARK, *by_kind()[kind].columns}:
        raise UserError("acts.no_such_conflict")
    return _Place(kind, row, name)


def _settle_withdrawal(
    recorder: Recorder, place: _Place, state: RowState, decision: Decision, reason: str
) -> None:
    if type(decision.value) is not bool:
        raise UserError("acts.value")
    if rows.withdrawal(state) != rows.DISPUTED and not decision.again:
        raise UserError("changes.no_conflict")
    recorder.withdraw(place.kind, place.row, reason if decision.value else None)


def _settle_field(recorder: Recorder, place: _Place, state: RowState, decision: Decision) -> None:
    shared = by_kind()[place.kind]
    if not shared.wire.endswith("r"):
        raise UserError("acts.append_only", kind=place.kind)
    if decision.value is not None and not fits(shared.columns[place.name].type, decision.value):
        raise UserError("acts.value")
    if not decision.again or rows.in_conflict(state.values(place.name)):
        recorder.decide(place.kind, place.row, place.name, decision.value)
    elif not recorder.change(place.kind, place.row, {place.name: decision.value}):
        raise UserError("acts.nothing_to_change")
