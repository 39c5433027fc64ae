"""What an act writes: gathers operations of one act and hands them to the journal as its entries.

An act never touches a mapped object: what it writes goes through the same fold as what arrives from another
PC, so rows are always what the log says. Knows the journal, not the acts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from desktop.changes import rows
from desktop.changes.journal import Draft, Journal
from desktop.changes.rows import RowState
from desktop.changes.store import Changes, chunks, marks
from desktop.errors import UserError
from desktop.models.schema import by_kind
from desktop.wire.canonical import Value
from desktop.wire.entries import MARK, Operation
from desktop.wire.groups import is_city, office_group
from desktop.wire.ids import is_row_id, new_row_id, row_bytes, row_fits, row_text

_PREFIX = 12


def seen_token(state: RowState) -> str:
    """What a reader of the row saw: the starts of all its live writes, marks included."""
    dots = state.dots() | state.values(MARK).keys()
    return ".".join(sorted(dot.hex()[:_PREFIX] for dot in dots))


class Recorder:
    """Gathers the operations of acts, in the caller's transaction."""

    def __init__(self, journal: Journal, officer: str) -> None:
        self._journal = journal
        self._officer = officer
        self._office = journal.pen().office
        self._drafts: list[Draft] = []
        self._open: dict[str, list[Operation]] = {}
        self._ahead: dict[tuple[str, str], tuple[RowState, str]] = {}

    @property
    def own_group(self) -> str:
        """The group of this office and its city."""
        return office_group(self._office)

    def new_id(self, kind: str) -> str:
        """An id for a row of this office that is still to be created, so that others can point to it."""
        return new_row_id(self.own_group, by_kind()[kind].wire, self._office)

    def create(
        self, kind: str, values: Mapping[str, Value], *, group: str | None = None, row: str | None = None
    ) -> str:
        """A new row of ``kind``; empty values are left out. Returns its id.

        Raises ``UserError`` for a kind that only a city creates, in an office that is none.
        """
        shared = by_kind()[kind]
        if not values.keys() <= shared.columns.keys():
            raise KeyError(f"{kind} has no {sorted(values.keys() - shared.columns.keys())}")
        where = group or self.own_group
        if shared.wire[-2] == "c" and not is_city(self._office):
            raise UserError("changes.city_only")
        row = row or new_row_id(where, shared.wire, self._office)
        full = {name: value for name, value in values.items() if value is not None and value != ""}
        self._operate(where, ["c", shared.wire, row, full])
        return row

    def change(self, kind: str, row: str, values: Mapping[str, Value], seen: str | None = None) -> bool:
        """Sets fields of a row over what ``seen`` had loaded (or over what stands now).

        ``None`` empties a field. Returns False when nothing would change. Raises ``UserError`` for a row that
        is not there or not this office's.
        """
        state, group = self.state(kind, row)
        saw = None if seen is None else set(seen.split("."))
        fields: dict[str, Any] = {}
        for name, value in values.items():
            live = state.values(name)
            over = [dot for dot in live if saw is None or dot.hex()[:_PREFIX] in saw]
            if len(live) == len(over) and live and all(found == value for found in live.values()):
                continue
            if not live and value is None:
                continue
            fields[name] = [value, *sorted(dot.hex() for dot in over)]
        if fields:
            self._operate(group, ["s", by_kind()[kind].wire, row, fields])
        return bool(fields)

    def withdraw(self, kind: str, row: str, reason: str | None, seen: str | None = None) -> None:
        """Withdraws a row with a reason; ``None`` takes the withdrawal back."""
        state, group = self.state(kind, row)
        saw = None if seen is None else set(seen.split("."))
        over = sorted(dot.hex() for dot in state.values(MARK))
        dots = sorted(dot.hex() for dot in state.dots() if saw is None or dot.hex()[:_PREFIX] in saw)
        self._operate(group, ["w", by_kind()[kind].wire, row, reason, over, dots])

    def decide(self, kind: str, row: str, name: str, value: Value) -> None:
        """Settles a conflict: one value over all that are live."""
        state, group = self.state(kind, row)
        live = state.values(name)
        if not rows.in_conflict(live):
            raise UserError("changes.no_conflict")
        over = sorted(dot.hex() for dot in live)
        self._operate(group, ["s", by_kind()[kind].wire, row, {name: [value, *over]}])

    def read_ahead(self, kind: str, rows: Collection[str]) -> None:
        """Loads many rows of a kind at once, for what is written up to the next ``finish``."""
        name = by_kind()[kind].table.name
        for piece in chunks(row_bytes(row) for row in rows):
            query = f'SELECT id, grp, dot FROM "{name}" WHERE id IN ({marks(len(piece))})'
            found = self._journal.connection.exec_driver_sql(query, tuple(piece)).all()
            created = {key: dot for key, _, dot in found}
            states, _ = self._journal.store.load(list(created), created)
            self._ahead |= {(kind, row_text(key)): (states[key], group) for key, group, _ in found}

    def state(self, kind: str, row: str) -> tuple[RowState, str]:
        """The merge state of a row of this office, and its group. Raises ``UserError``."""
        shared = by_kind().get(kind)
        known = self._ahead.get((kind, row))
        if known is None and shared is not None and is_row_id(row):
            found, group = self._journal.store.state(row), self._journal.group_of(kind, row)
            known = (found[0], group) if found is not None and group is not None else None
        if known is None or shared is None:
            raise UserError("changes.no_such_row", kind=kind[:40])
        if not row_fits(row, known[1], shared.wire, self._office):
            raise UserError("changes.not_own_row")
        return known

    def _operate(self, group: str, operation: Operation) -> None:
        self._open.setdefault(group, []).append(operation)

    def close(self, act: str) -> None:
        """Ends one act: its operations become one entry in each group it wrote in."""
        self._drafts += [Draft(act, group, operations) for group, operations in self._open.items()]
        self._open = {}

    def finish(self, *, batch: str | None = None) -> Changes:
        """Appends the entries of all closed acts."""
        drafts, self._drafts, self._ahead = self._drafts, [], {}
        return self._journal.append(drafts, self._officer, batch=batch)
