"""The short way for plain corrections leaves the very same rows and registers as the merge."""

from __future__ import annotations

import random
from typing import Any

import pytest

from desktop.changes import judging, store
from desktop.changes.plain import Standing, is_plain
from desktop.wire.entries import MARK
from tests.changes.test_convergence import _add, _office, _set
from tests.changes.worlds import GROUP, PC


def _dots(*numbers: int) -> set[bytes]:
    return {bytes([number]) * 32 for number in numbers}


def _set_of(*over: int) -> list[Any]:
    return ["s", "person.ar", "row", {"phone": ["1", *(32 * f"{number:02x}" for number in over)]}]


_ROW = Standing(1, bytes([7]) * 32, undisturbed=True)


@pytest.mark.parametrize(
    ("operation", "row", "live", "plain"),
    [
        (_set_of(7), _ROW, {}, True),
        (_set_of(9), _ROW, {"phone": _dots(9)}, True),
        (_set_of(8, 9), _ROW, {"phone": _dots(8, 9)}, True),
        (_set_of(9, 9), _ROW, {"phone": _dots(9)}, True),
        (_set_of(7), _ROW, {"name": _dots(9)}, True),
        (_set_of(7), _ROW, {MARK: _dots(9)}, True),
        (_set_of(), _ROW, {}, False),
        (_set_of(7), _ROW, {"phone": _dots(9)}, False),
        (_set_of(9), _ROW, {"phone": _dots(8, 9)}, False),
        (_set_of(8, 9), _ROW, {"phone": _dots(9)}, False),
        (_set_of(7), _ROW._replace(undisturbed=False), {}, False),
        (_set_of(7), None, {}, False),
    ],
)
def test_a_set_is_plain_when_it_names_exactly_what_is_live(
    operation: list[Any], row: Standing | None, live: dict[str, set[bytes]], plain: bool
) -> None:
    assert is_plain(operation, row, live) == plain


_TABLES = ("person", "register", "pending")


def _tables(pc: PC) -> list[list[tuple[Any, ...]]]:
    """Rows, registers and awaited writes; local numbers told as ids, as they differ from file to file."""
    ids = dict(pc.conn.exec_driver_sql("SELECT no, id FROM entry").all())
    found = []
    for table in _TABLES:
        rows = pc.conn.exec_driver_sql(f"SELECT * FROM {table}")
        names = list(rows.keys())
        place = names.index("dot") if "dot" in names else None
        told = [
            tuple(ids[value] if number == place else value for number, value in enumerate(row))
            for row in rows
        ]
        found.append(sorted(told, key=repr))
    return found


def _corrections(source: random.Random, pcs: list[PC], rows: list[str]) -> None:
    """Corrections of filled and empty fields, repeated ones, stale ones, withdrawals and their end."""
    for _ in range(12):
        pc, row = source.choice(pcs), source.choice(rows)
        name = source.choice(("phone", "alias", "note"))
        choice = source.random()
        if choice < 0.7:
            _set(pc, row, **{name: source.choice(("1", "2", "3", None))})
        elif choice < 0.85:
            act = pc.act()
            act.withdraw("person", row, source.choice(("twice", None)))
            act.close("record.withdraw")
            act.finish()
        else:
            for other in pcs:
                for piece in pc.pieces():
                    other.journal.receive(piece)
        pc.journal.sign_heads(GROUP)


@pytest.mark.parametrize("seed", range(8))
def test_the_short_way_and_the_merge_leave_the_same_tables(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random.Random(seed)
    _, hub, (one, two) = _office()
    other_hub = PC("450900")
    other_hub.journal.add_statements(hub.journal.statements())
    other_hub.journal.trust(str(hub.journal.root()))
    rows = [_add(one, name="梁浩军", phone="1") for _ in range(3)]
    for piece in one.pieces():
        two.journal.receive(piece)
    _corrections(source, [one, two], rows)
    pieces = [*one.pieces(), *two.pieces()]
    in_order = seed % 2 == 0
    if not in_order:
        source.shuffle(pieces)
    short: list[bool] = []

    def counted(*arguments: Any) -> bool:
        short.append(is_plain(*arguments))
        return short[-1]

    monkeypatch.setattr(store, "is_plain", counted)
    monkeypatch.setattr(judging, "_REFOLDED", 2)
    for piece in pieces:
        hub.journal.receive(piece)
    received = _tables(hub)
    hub.journal.refold(GROUP)
    assert _tables(hub) == received
    assert any(short) or not in_order
    monkeypatch.setattr(store, "is_plain", lambda *_: False)
    for piece in pieces:
        other_hub.journal.receive(piece)
    other_hub.journal.refold(GROUP)
    assert _tables(hub) == _tables(other_hub)
    assert hub.dump() == other_hub.dump()
