"""Late statements of every kind: in whatever order entries and statements come, all come to the same."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from desktop.changes.journal import Draft
from desktop.changes.verify import verify
from desktop.sync import enrolment
from desktop.sync.needs import own_needs
from desktop.wire.orders import ghost_of
from desktop.wire.runs import Piece
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose
from tests.changes.worlds import GROUP, PC, City
from tests.sync_simulation.law import Law, Said

Value = dict[str, Any]


class Everything:
    """An office with two PCs and a guest, what they wrote, and statements of every kind about it."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.city, self.one, self.two, self.guest = City(), PC("450923"), PC("450923"), PC("450923")
        self.statements: list[Statement] = [self.city.root]
        self.statements += [self.city.grant(pc, "450923", n) for n, pc in enumerate((self.one, self.two))]
        for pc in (self.one, self.two, self.guest):
            pc.enrol(self.city, self.statements[1:])
        self.one.now += 10**10 if seed % 2 else 0
        self._write()
        self.pieces: list[Piece] = [piece for pc in (self.one, self.two, self.guest) for piece in pc.pieces()]
        self._state()

    def _write(self) -> None:
        chance = self.chance
        request = json.loads(enrolment.request(self.guest.journal, ""))
        voucher = ["v", {"keys": request["keys"], "request": request}]
        self.one.journal.append([Draft("v", GROUP, [voucher])], "")
        rows: list[tuple[PC, str]] = []
        for _ in range(12):
            pc = chance.choice([self.one, self.two, self.guest])
            act = pc.act()
            known = [row for owner, row in rows if pc is owner or owner is not self.guest]
            if known and chance.random() < 0.6:
                row = chance.choice(known)
                if chance.random() < 0.2:
                    act.withdraw("person", row, "误登")
                else:
                    act.change(
                        "person", row, {"name": chance.choice("甲乙丙"), "phone": chance.choice("123")}
                    )
            else:
                rows.append((pc, act.create("person", {"name": chance.choice("甲乙丙"), "phone": "0"})))
            act.close("act")
            act.finish()
            if chance.random() < 0.5:
                pc.journal.sign_heads(GROUP)
            others = [other for other in (self.one, self.two, self.guest) if other is not pc]
            for piece in pc.pieces():
                chance.choice(others).journal.receive(piece)
            known = self._everywhere(rows)
            rows = [(owner, row) for owner, row in rows if row in known]

    def _everywhere(self, rows: list[tuple[PC, str]]) -> set[str]:
        held = {row for _, row in rows}
        for pc in (self.one, self.two, self.guest):
            held &= {row for _, row in rows if pc.journal.store.state(row) is not None}
        return held

    def _state(self) -> None:
        chance, city = self.chance, self.city
        entries = [found for piece in self.pieces for _, found, _, _ in piece.entries]
        lines = {found: line for piece in self.pieces for _, found, _, line in piece.entries}
        kept = chance.sample(entries, 2)
        device = chance.choice([self.one, self.two]).journal.pen().device
        values: list[Value] = [
            {"kind": "cut", "device": device, "kept": kept},
            {"kind": "release", "entries": sorted(chance.sample(entries, 3))},
            {"kind": "clock", "log": self.pieces[0].log_id, "from": 2, "to": 5},
        ]
        if chance.random() < 0.4:
            values.append(
                {"kind": "cut", "device": "", "office": "450923", "kept": chance.sample(entries, 4)}
            )
        for entry in chance.sample(entries, 2):
            ghost = ghost_of(json.loads(lines[entry].body))
            values.append({"kind": "expunge", "entry": entry, "ghost": ghost, "blobs": []})
        for value in values:
            known = chance.sample([one.id for one in self.statements], chance.randint(0, 3))
            made = compose({**value, "by": city.root.id, "parents": known}, [city.key])
            self.statements.append(made)
        if chance.random() < 0.6:
            fresh = SigningKey.generate()
            tips = [one.id for one in self.statements if chance.random() < 0.8]
            keys: Value = {"kind": "keys", "keys": [fresh.public], "k": 1, "city": "450900", "ends": True}
            ending = compose({**keys, "by": city.root.id, "parents": tips}, [city.key])
            late = {"kind": "clock", "log": self.pieces[-1].log_id, "from": 1, "to": 2, "by": ending.id}
            self.statements += [ending, compose(late, [fresh])]

    def delivered(self, seed: int) -> PC:
        """A PC that gets everything, one thing at a time, in an order of its own; some twice."""
        order, pc = Random(seed), PC("450900")
        things: list[Piece | Statement] = [*self.pieces, *self.statements, *order.sample(self.pieces, 2)]
        order.shuffle(things)
        pc.journal.trust(self.city.root.id)
        for thing in things:
            if isinstance(thing, Statement):
                pc.journal.add_statements([thing])
            else:
                pc.journal.receive(thing)
        if own_needs(pc.conn, None, GROUP):
            # An ending took an order back that had taken a payload away: it is asked for, and comes again.
            for piece in self.pieces:
                pc.journal.receive(piece)
        assert own_needs(pc.conn, None, GROUP) == []
        return pc


def _applied(pc: PC) -> set[str]:
    query = "SELECT id FROM entry WHERE verdict = 'applied'"
    return {dot.hex() for dot in pc.conn.exec_driver_sql(query).scalars()}


def _told(pc: PC) -> list[str]:
    """What the guests' guard asks too: rows, registers and verdicts are those of a rebuild."""
    return [str(finding) for finding in verify(pc.conn)]


@pytest.mark.parametrize("seed", range(12))
def test_late_statements_converge_in_every_order_and_to_what_the_oracle_says(seed: int) -> None:
    everything = Everything(seed)
    pcs = [everything.delivered(number) for number in range(4)]
    assert len({tuple(pc.dump()) for pc in pcs}) == 1
    entries = [
        (dot.hex(), previous.hex(), *rest)
        for dot, previous, *rest in pcs[0].conn.exec_driver_sql(
            "SELECT e.id, e.previous, l.id, l.device, l.grp, e.n, e.header, e.body"
            " FROM entry e JOIN log l ON l.no = e.log"
        )
    ]
    law = Law(
        [Said(one.id, one.value) for one in everything.statements], [_Entry(*entry) for entry in entries]
    )
    assert {line.id for line in law.counting()} == _applied(pcs[0])
    assert _told(pcs[-1]) == []


class _Entry(tuple[Any, ...]):
    def __new__(cls, *values: Any) -> _Entry:
        return super().__new__(cls, values)

    @property
    def id(self) -> str:
        return str(self[0])


def _enrolled() -> tuple[City, PC, PC]:
    city, one, other = City(), PC("450923"), PC("450923")
    grants = [city.grant(one, "450923"), city.grant(other, "450923", 1)]
    one.enrol(city, grants)
    other.enrol(city, grants)
    return city, one, other


def _order(city: City, pc: PC, entry: str) -> Statement:
    body = pc.conn.exec_driver_sql(
        "SELECT body FROM entry WHERE id = ?", (bytes.fromhex(entry),)
    ).scalar_one()
    value = {"kind": "expunge", "entry": entry, "ghost": ghost_of(json.loads(body)), "blobs": []}
    return compose({**value, "by": city.root.id}, [city.key])


def _everything_in(pc: PC) -> bytes:
    """Every value of every table, as bytes."""
    tables = pc.conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    found = b""
    for table in tables:
        for row in pc.conn.exec_driver_sql(f'SELECT * FROM "{table}"'):
            found += b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
    return found


def test_a_late_copy_of_the_full_line_brings_nothing_back_and_who_never_had_it_agrees() -> None:
    city, one, other = _enrolled()
    act = one.act()
    row = act.create("person", {"name": "东方朔"})
    act.close("people.add")
    act.finish()
    act = one.act()
    act.change("person", row, {"name": "欧阳修"})
    act.close("person.correct")
    act.finish()
    pieces = one.pieces()
    entry = pieces[-1].entries[-1][1]
    order = _order(city, one, entry)
    never, late = PC("450900"), PC("450900")
    for pc in (never, late):
        pc.enrol(city, [city.grant(one, "450923")])
    for pc in (late, other):
        for piece in pieces:
            pc.journal.receive(piece)
    for pc in (one, late, never, other):
        pc.journal.add_statements([order, city.grant(one, "450923"), city.grant(other, "450923", 1)])
    for piece in [*one.pieces(), *pieces]:
        for pc in (never, late, other):
            pc.journal.receive(piece)
    assert one.dump() == late.dump() == never.dump() == other.dump()
    for pc in (one, late, never, other):
        assert "欧阳修".encode() not in _everything_in(pc)
        assert pc.conn.exec_driver_sql("SELECT name FROM person").scalar() is None
        assert _told(pc) == []


def test_what_was_replaced_by_an_expunged_entry_does_not_rise_again_when_it_comes_later() -> None:
    city, one, _ = _enrolled()
    act = one.act()
    row = act.create("person", {"name": "甲", "phone": "1"})
    act.close("people.add")
    act.finish()
    first = one.pieces()
    act = one.act()
    act.change("person", row, {"name": "乙"})
    act.withdraw("person", row, "误登")
    act.close("person.correct")
    act.finish()
    second = [piece for piece in one.pieces() if piece not in first]
    order = _order(city, one, second[-1].entries[-1][1])
    for pieces in ((*second, *first), (*first, *second)):
        pc = PC("450923")
        pc.enrol(city, [city.grant(one, "450923"), order])
        for piece in pieces:
            pc.journal.receive(piece)
        shown = pc.conn.exec_driver_sql("SELECT name, phone, withdrawn FROM person").one()
        assert tuple(shown) == (None, "1", 0)


def test_another_city_cannot_cut_release_or_expunge() -> None:
    city, one, _ = _enrolled()
    foreign = SigningKey.generate()
    keys = {"kind": "keys", "keys": [foreign.public], "k": 1, "city": "450800", "by": city.root.id}
    theirs = compose(keys, [city.key])
    act = one.act()
    act.create("person", {"name": "甲"})
    act.close("people.add")
    act.finish()
    before = one.dump()
    entry = one.pieces()[-1].entries[-1][1]
    device = one.journal.pen().device
    for value in (
        {"kind": "cut", "device": device, "kept": []},
        {"kind": "cut", "device": "", "office": "450923", "kept": []},
        {"kind": "expunge", "entry": entry, "ghost": [], "blobs": []},
    ):
        one.journal.add_statements([theirs, compose({**value, "by": theirs.id}, [foreign])])
    assert [line for line in one.dump() if "digest" not in line] == [
        line for line in before if "digest" not in line
    ]
    one.journal.add_statements(
        [compose({"kind": "cut", "device": device, "kept": [], "by": city.root.id}, [city.key])]
    )
    assert _applied(one) == set()


def test_of_two_grants_the_smaller_counts_whichever_came_first() -> None:
    city, one = City(), PC("450923")
    grants = [city.grant(one, "450923"), city.grant(one, "450922")]
    one.enrol(city, grants[:1])
    act = one.act()
    act.create("person", {"name": "甲"})
    act.close("people.add")
    act.finish()
    pieces = one.pieces()
    dumps = set()
    for order in (grants, grants[::-1]):
        pc = PC("450900")
        pc.enrol(city, order[:1])
        for piece in pieces:
            pc.journal.receive(piece)
        pc.journal.add_statements(order[1:])
        dumps.add(tuple(pc.dump()))
    assert len(dumps) == 1
