"""Settling disagreements, by a person and with a reason. Nothing is ever settled by itself.

A field with more than one live value is settled by one value over all that were shown; a withdrawal whose
author had not seen everything, by withdrawing again or by taking it back. Why it was settled so is a record
of its own (``decision``). Works on an open transaction; knows no screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from desktop.casework.checks.records import legal_fields
from desktop.casework.conflicts import WITHDRAWN, token
from desktop.changes import rows
from desktop.changes.recorder import Recorder
from desktop.changes.rows import RowState
from desktop.changes.store import Changes
from desktop.errors import UserError
from desktop.models.base import fits
from desktop.models.schema import by_kind
from desktop.wire.entries import MARK
from desktop.wire.ids import is_row_id


class Decision(msgspec.Struct, frozen=True):
    """One value for one disagreement (a withdrawal: true to withdraw, false to take it back).

    With ``seen`` only if nothing changed since; ``again`` also when it is settled already.
    """

    conflict: str
    value: Any
    seen: str | None = None
    again: bool = False


def needs_reason(kind: str, field: str) -> bool:
    """Whether a decision must say why: papers and clocks of the law rest on the field, or it is a withdrawal.

    ``field`` is its word, or what a disputed withdrawal is called.
    """
    return field in (WITHDRAWN, MARK) or field in legal_fields().get(kind, ())


class _Place(NamedTuple):
    kind: str
    row: str
    name: str


def settle(
    recorder: Recorder, decisions: Sequence[Decision], reason: str, batch: str | None
) -> tuple[list[str], Changes]:
    """Writes decisions and why; the ids of their records, and what they changed. Raises ``UserError``.

    Without a reason only minor fields are settled.

    ``acts.conflict_moved`` when something came meanwhile that ``seen`` does not name.
    """
    made: list[str] = []
    changes: Changes = {}
    if not reason and any(needs_reason(*_place(one.conflict)[::2]) for one in decisions):
        raise UserError("acts.missing", field="reason")
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
    if decision.seen is not None and decision.seen != token(state, place.name):
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
