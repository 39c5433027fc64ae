"""Who is not entitled cannot fill a file; who is enrolled is never refused anything."""

from __future__ import annotations

import pytest

from desktop.changes import quotas
from desktop.changes.journal import Received
from desktop.wire.runs import Piece
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import compose
from tests.changes.worlds import GROUP, PC, City


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AUTHOR_ENTRIES": 5, "STRANGERS_ENTRIES": 8, "IDLE_STATEMENTS": 4}.items():
        monkeypatch.setattr(quotas, name, value)


def _written(pc: PC, count: int) -> list[Piece]:
    for number in range(count):
        act = pc.act()
        act.create("person", {"name": f"人员{number}"})
        act.close("people.add")
        act.finish()
        pc.journal.sign_heads(GROUP)
    return pc.pieces()


def _entries(pc: PC) -> int:
    return int(pc.conn.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())


def _hub(city: City, *pcs: PC) -> PC:
    hub = PC("450900")
    hub.enrol(city, [city.grant(pc, "450923", slot) for slot, pc in enumerate(pcs)])
    return hub


def _stranger(city: City) -> PC:
    pc = PC("450923")
    pc.enrol(city, [city.grant(pc, "450923")])
    return pc


@pytest.mark.usefixtures("small")
def test_a_stranger_and_many_strangers_are_bounded_and_reported_and_come_back_once_granted() -> None:
    city = City()
    hub, one = _hub(city), _stranger(city)
    pieces = _written(one, 9)
    found = [hub.journal.receive(piece) for piece in pieces]
    assert sum(item.quarantined for item in found) == _entries(hub) == quotas.AUTHOR_ENTRIES
    assert sum(item.refused for item in found) == 4
    device = one.journal.pen().device
    assert [(told.device, told.entries) for told in quotas.refused(hub.conn)] == [(device, 1)]
    for _ in range(5):
        for piece in _written(_stranger(city), 2):
            hub.journal.receive(piece)
    assert _entries(hub) == quotas.STRANGERS_ENTRIES
    hub.journal.add_statements([city.grant(one, "450923")])
    again = [hub.journal.receive(piece) for piece in pieces]
    assert sum(item.applied for item in again) == 4
    assert hub.conn.exec_driver_sql("SELECT count(*) FROM person").scalar_one() == 9
    assert all(item.refused == 0 for item in again)


@pytest.mark.usefixtures("small")
def test_a_pc_that_was_cut_off_keeps_what_is_kept_and_fills_nothing_else() -> None:
    city, one = City(), PC("450923")
    one.enrol(city, [city.grant(one, "450923")])
    pieces = _written(one, 20)
    head = pieces[9].entries[-1][1]
    hub = _hub(city, one)
    hub.journal.add_statements([city.cut(one, [head])])
    found: list[Received] = [hub.journal.receive(piece) for piece in reversed(pieces)]
    found += [hub.journal.receive(piece) for piece in pieces]
    assert hub.conn.exec_driver_sql("SELECT count(*) FROM person").scalar_one() == 10
    assert _entries(hub) == 10 + quotas.AUTHOR_ENTRIES


@pytest.mark.usefixtures("small")
def test_an_enrolled_pc_is_never_refused_even_what_nobody_understands() -> None:
    city, one = City(), PC("450923")
    one.enrol(city, [city.grant(one, "450923")])
    hub = _hub(city, one)
    for piece in _written(one, 30):
        assert hub.journal.receive(piece).refused == 0
    assert _entries(hub) == 30


@pytest.mark.usefixtures("small")
def test_statements_that_nobody_entitled_signed_are_bounded_and_change_no_digest() -> None:
    city, one = City(), PC("450923")
    one.enrol(city, [city.grant(one, "450923")])
    _written(one, 1)
    before = one.dump()
    stranger = SigningKey.generate()
    for number in range(20):
        value = {"kind": "note", "text": str(number), "by": city.root.id}
        one.journal.add_statements([compose(value, [stranger])])
    assert one.dump() == before
    assert len(one.journal.statements()) == 2 + quotas.IDLE_STATEMENTS
    signed = [compose({"kind": "note", "text": str(n), "by": city.root.id}, [city.key]) for n in range(20)]
    one.journal.add_statements(signed)
    assert len(one.journal.statements()) >= 22
    assert one.dump() != before
