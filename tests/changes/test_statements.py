"""The set of statements grows by whatever arrives, and nobody can make it too large to be read."""

from __future__ import annotations

import json

import pytest

from desktop.changes.journal import Journal
from desktop.changes.verify import verify
from desktop.wire import signatures
from desktop.wire.orders import ghost_of
from desktop.wire.statements import (
    MAX_KEYS,
    SigningKey,
    Statement,
    compose,
    parse_statement,
    signed_by_enough,
)
from tests.changes.worlds import PC, City


def _held(pc: PC, of: Statement) -> Statement:
    return next(one for one in pc.journal.statements() if one.id == of.id)


def _signed_besides(statement: Statement, count: int) -> list[Statement]:
    """The same statement with good signatures of many strangers, in lines that are lawful by themselves."""
    keys = [SigningKey.generate() for _ in range(count)]
    return [
        Statement(statement.body, compose(statement.value, keys[at : at + MAX_KEYS]).signatures)
        for at in range(0, count, MAX_KEYS)
    ]


def test_signatures_of_strangers_and_false_ones_are_not_kept() -> None:
    city, pc = City(), PC("450923")
    grant = city.grant(pc, "450923")
    pc.enrol(city, [grant])
    false = Statement(grant.body, tuple((city.key.public, f"{n:0128x}") for n in range(MAX_KEYS)))
    pc.journal.add_statements([*_signed_besides(grant, 40), *_signed_besides(city.root, 40), false])
    for statement in (grant, city.root):
        assert _held(pc, statement) == statement
        assert parse_statement(_held(pc, statement).text()[:-1]) == statement
    assert pc.journal.rights().office(pc.journal.pen().device) == "450923"


def test_what_is_signed_under_keys_not_known_yet_stays_readable_and_counts_later() -> None:
    city, pc = City(), PC("450923")
    pc.enrol(city, [city.grant(pc, "450923")])
    later = SigningKey.generate()
    keys = compose(
        {"kind": "keys", "keys": [later.public], "k": 1, "city": "450900", "by": city.root.id}, [city.key]
    )
    two = PC("450923")
    grant = compose({**city.grant(two, "450923", 1).value, "by": keys.id}, [later])
    pc.journal.add_statements([*_signed_besides(grant, 40), grant])
    assert len(_held(pc, grant).signatures) == MAX_KEYS
    pc.journal.add_statements([keys])
    pc.journal.add_statements([grant])
    assert _held(pc, grant) == grant
    assert signed_by_enough(grant, keys.value)
    assert pc.journal.rights().office(two.journal.pen().device) == "450923"


def test_the_signatures_of_two_ways_are_joined() -> None:
    keys = [SigningKey.generate() for _ in range(3)]
    value = {"kind": "keys", "keys": [key.public for key in keys], "k": 2, "city": "450900"}
    root, pc = compose(value, keys[:2]), PC("450923")
    pc.journal.trust(root.id)
    for key in keys:
        pc.journal.add_statements([compose(value, [key])])
    assert len(_held(pc, root).signatures) == 3
    assert pc.journal.rights().knows_keys(root.id)


def test_a_pc_whose_grant_does_not_count_here_yet_keeps_its_own_acts_apart_till_it_does() -> None:
    city, pc, other = City(), PC("450923"), PC("450921")
    grant = city.grant(pc, "450923")
    pc.enrol(city, [grant])
    _record(pc, "甲")
    # New keys that know of a grant which knows of the PC's own; the middle one has not arrived.
    middle = compose(
        {**city.grant(other, "450921").value, "by": city.root.id, "parents": [grant.id]}, [city.key]
    )
    fresh = SigningKey.generate()
    value = {
        "kind": "keys",
        "keys": [fresh.public],
        "k": 1,
        "city": "450900",
        "by": city.root.id,
        "ends": True,
    }
    pc.journal.add_statements([compose({**value, "parents": [middle.id]}, [city.key])])
    _record(pc, "乙")
    assert not list(verify(pc.conn))
    assert _names(pc) == []
    pc.journal.add_statements([middle])
    assert not list(verify(pc.conn))
    assert _names(pc) == ["乙", "甲"]


def test_a_table_that_only_an_expunged_line_named_is_no_finding_when_the_order_counts_no_more() -> None:
    city, pc = City(), PC("450923")
    pc.enrol(city, [city.grant(pc, "450923")])
    _record(pc, "甲")
    entry, body = pc.conn.exec_driver_sql("SELECT id, body FROM entry").one()
    order = {"kind": "expunge", "entry": entry.hex(), "ghost": ghost_of(json.loads(body)), "blobs": []}
    pc.journal.add_statements([compose({**order, "by": city.root.id}, [city.key])])
    assert not list(verify(pc.conn))
    fresh = SigningKey.generate()
    value = {
        "kind": "keys",
        "keys": [fresh.public],
        "k": 1,
        "city": "450900",
        "by": city.root.id,
        "ends": True,
    }
    pc.journal.add_statements([compose({**value, "parents": [city.grant(pc, "450923").id]}, [city.key])])
    assert not list(verify(pc.conn))


def _record(pc: PC, name: str) -> None:
    act = pc.act()
    act.create("person", {"name": name})
    act.close("people.add")
    act.finish()


def _names(pc: PC) -> list[str]:
    return sorted(pc.conn.exec_driver_sql("SELECT name FROM person").scalars())


def test_signatures_that_were_verified_are_not_verified_again(monkeypatch: pytest.MonkeyPatch) -> None:
    city, pc = City(), PC("450923")
    pc.enrol(city, [city.grant(pc, "450923")])
    tried: list[str] = []
    real = signatures.verifies
    monkeypatch.setattr(signatures, "verifies", lambda *told: tried.append(told[0]) or real(*told))
    again = Journal(pc.conn)
    assert again.rights().office(pc.journal.pen().device) == "450923"
    assert tried == []
    altered = "UPDATE statement SET body = replace(body, '\"slot\":0', '\"slot\":1') WHERE kind = 'grant'"
    assert pc.conn.exec_driver_sql(altered).rowcount == 1
    assert Journal(pc.conn).rights().office(pc.journal.pen().device) is None
    assert tried == [city.key.public]
