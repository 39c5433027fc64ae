"""The merge of one row, as a pure function: no database, no clock, no order of arrival.

A row is what its creation wrote, plus the registers that differ from it. Replacing names the writes it
replaces; whatever was not named stays beside the new value, and a person decides. docs/bundle-format.md holds
the rule in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from desktop.wire.canonical import Value, encode
from desktop.wire.entries import MARK

Dot = bytes
"""The id of the entry that wrote a value (32 bytes)."""

NOT_WITHDRAWN, WITHDRAWN, DISPUTED = 0, 1, 2


@dataclass(slots=True)
class RowState:
    """``creates``: what each creation wrote. ``live``: registers that differ. ``awaited``: kills to come."""

    creates: dict[Dot, dict[str, Value]] = field(default_factory=dict)
    live: dict[str, dict[Dot, Value]] = field(default_factory=dict)
    awaited: dict[str, set[Dot]] = field(default_factory=dict)

    def values(self, name: str) -> dict[Dot, Value]:
        """The live values of a register, by the write that made them."""
        if name in self.live:
            return self.live[name]
        return {dot: found[name] for dot, found in self.creates.items() if name in found}

    def fields(self) -> list[str]:
        """All field words of the row, sorted; the withdrawal mark is not one."""
        names = {name for found in self.creates.values() for name in found}
        return sorted((names | self.live.keys()) - {MARK})

    def dots(self) -> set[Dot]:
        """All live writes of the row, its withdrawal marks apart."""
        return {dot for name in self.fields() for dot in self.values(name)}


Folded = Callable[[Dot], bool]
"""True when the entry of a dot is folded already (then a missing value was replaced, not awaited)."""


def create(state: RowState, dot: Dot, values: dict[str, Value]) -> None:
    """A creation. A second one, of a clone or a repeated act, writes beside the first."""
    if state.creates:
        for name in {*values, *state.fields()}:
            _own(state, name)
    state.creates[dot] = values
    for name, value in values.items():
        if name in state.live:
            _write(state, name, dot, value)


def replace(state: RowState, dot: Dot, name: str, value: Value, over: Iterable[Dot], folded: Folded) -> None:
    """A write to one register that replaces the writes ``over``."""
    live = _own(state, name)
    awaited = state.awaited.setdefault(name, set())
    for old in over:
        if old in live:
            del live[old]
        elif not folded(old):
            awaited.add(old)
    _write(state, name, dot, value)


def vanish(state: RowState, dot: Dot, name: str, over: Iterable[Dot], folded: Folded) -> None:
    """What a write whose value was expunged still does: it replaced others. It awaits itself, for ever.

    So the register stays known, and empty, when nothing else was written to it.
    """
    live = _own(state, name)
    awaited = state.awaited.setdefault(name, set())
    for old in over:
        if old in live:
            del live[old]
        elif not folded(old):
            awaited.add(old)
    awaited.add(dot)


def _own(state: RowState, name: str) -> dict[Dot, Value]:
    if name not in state.live:
        state.live[name] = state.values(name)
    return state.live[name]


def _write(state: RowState, name: str, dot: Dot, value: Value) -> None:
    awaited = state.awaited.get(name, set())
    if dot in awaited:
        awaited.discard(dot)
    else:
        state.live[name][dot] = value


Rank = Callable[[Dot], Any]
"""Orders the writes of a register for showing: clock not declared off, stamp, id."""


def shown(values: dict[Dot, Value], rank: Rank) -> Value:
    """The value to show: that of the highest rank. It decides nothing while others are live."""
    return values[max(values, key=rank)] if values else None


def in_conflict(values: dict[Dot, Value]) -> bool:
    """True when more than one distinct value is live."""
    return len(values) > 1 and len({encode(value) for value in values.values()}) > 1


def withdrawal(state: RowState) -> int:
    """Withdrawn iff some live mark has a reason and saw every live write of the row; else disputed."""
    marks = [mark for mark in state.live.get(MARK, {}).values() if mark[0] is not None]
    if not marks:
        return NOT_WITHDRAWN
    dots = {dot.hex() for dot in state.dots()}
    return WITHDRAWN if any(dots <= set(mark[1]) for mark in marks) else DISPUTED
