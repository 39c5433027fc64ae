"""Any order, any repetition, any subset then the rest: the same dump everywhere, and the oracle agrees."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.changes.pen import new_incarnation
from desktop.changes.rights import CUT, NO_GRANT
from desktop.changes.store import UnprojectedWrite
from desktop.wire.entries import Line
from desktop.wire.faults import WireError
from tests.changes.worlds import GROUP, PC, City, merged, oracle


def _office(count: int = 2) -> tuple[City, PC, list[PC]]:
    city = City()
    pcs = [PC("450923", 1_591_500_000_000 + 1000 * n) for n in range(count)]
    hub = PC("450900")
    grants = [city.grant(pc, "450923", n) for n, pc in enumerate(pcs)] + [city.grant(hub, "450900")]
    for pc in (*pcs, hub):
        pc.enrol(city, grants)
    return city, hub, pcs


def _add(pc: PC, **values: object) -> str:
    act = pc.act()
    row = act.create("person", values)
    act.close("person.add")
    act.finish()
    return row


def _set(pc: PC, row: str, **values: object) -> None:
    act = pc.act()
    act.change("person", row, values)
    act.close("person.correct")
    act.finish()


def _give(one: PC, other: PC) -> None:
    for piece in one.pieces():
        other.journal.receive(piece)


def test_two_values_given_apart_are_both_kept_and_shown_everywhere() -> None:
    _, hub, (one, two) = _office()
    row = _add(one, name="梁浩军", phone="1")
    _give(one, two)
    _set(one, row, phone="2")
    _set(two, row, phone="3")
    _give(one, two)
    _give(two, one)
    _give(two, hub)
    assert one.dump() == two.dump() == hub.dump()
    assert [line for line in one.dump() if '"conflict"' in line and '"2"' in line and '"3"' in line]
    act = two.act()
    act.decide("person", row, "phone", "3")
    act.close("decide")
    act.finish()
    _give(two, one)
    assert one.dump() == two.dump()
    assert not [line for line in one.dump() if '"conflict"' in line]


def test_an_entry_with_a_missing_ancestor_waits_for_nothing_and_loses_nothing() -> None:
    _, hub, (one, _) = _office()
    row = _add(one, name="甲", phone="1")
    one.journal.sign_heads(GROUP)
    _set(one, row, phone="2")
    one.journal.sign_heads(GROUP)
    first, second = one.pieces()
    hub.journal.receive(second)
    assert not [line for line in hub.dump() if row in line]
    hub.journal.receive(first)
    assert hub.dump() == one.dump()


def test_a_withdrawal_is_disputed_by_a_change_it_did_not_see() -> None:
    _, _, (one, two) = _office()
    row = _add(one, name="甲", phone="1")
    _give(one, two)
    _set(two, row, phone="2")
    act = one.act()
    act.withdraw("person", row, "重复登记")
    act.close("withdraw")
    act.finish()
    assert one.conn.exec_driver_sql("SELECT withdrawn FROM person").scalar() == 1
    _give(two, one)
    _give(one, two)
    assert one.conn.exec_driver_sql("SELECT withdrawn FROM person").scalar() == 2
    assert one.dump() == two.dump()


def test_a_stranger_is_kept_in_quarantine_and_counts_once_granted() -> None:
    city, hub, _ = _office()
    stranger = PC("450923")
    stranger.enrol(city, [])
    stranger.journal.trust(city.root.id)
    row = _add_anyway(stranger)
    for piece in stranger.pieces():
        received = hub.journal.receive(piece)
        assert (received.applied, received.quarantined) == (0, 1)
    assert hub.conn.exec_driver_sql("SELECT verdict FROM entry").scalars().all() == [NO_GRANT]
    assert not [line for line in hub.dump() if row in line]
    hub.journal.add_statements([city.grant(stranger, "450923", 3)])
    assert [line for line in hub.dump() if row in line]


def _add_anyway(pc: PC) -> str:
    return _add(pc, name="乙")


def test_another_office_cannot_write_ones_rows() -> None:
    city, hub, (one, _) = _office()
    row = _add(one, name="甲")
    _give(one, hub)
    from desktop.changes.journal import Draft

    forged = [["s", "person.ar", row, {"name": ["乙"]}]]
    hub.journal.append([Draft("forged", GROUP, forged)], "")
    hub.journal.sign_heads(GROUP)
    for piece in hub.pieces():
        one.journal.receive(piece)
    assert "not_its_row" in one.conn.exec_driver_sql("SELECT verdict FROM entry").scalars().all()
    assert one.conn.exec_driver_sql("SELECT name FROM person").scalar() == "甲"
    assert city


def test_a_cut_keeps_what_its_heads_keep_in_every_order() -> None:
    city, hub, (one, two) = _office()
    row = _add(one, name="甲", phone="1")
    _give(one, hub)
    kept = one.conn.exec_driver_sql("SELECT id FROM entry ORDER BY n DESC LIMIT 1").scalar().hex()
    _set(one, row, phone="偷改")
    cut = city.cut(one, [kept])
    hub.journal.add_statements([cut])
    _give(one, hub)
    _give(one, two)
    two.journal.add_statements([cut])
    assert CUT in hub.conn.exec_driver_sql("SELECT verdict FROM entry").scalars().all()
    assert hub.dump() == two.dump()
    assert hub.conn.exec_driver_sql("SELECT phone FROM person").scalar() == "1"


def test_a_head_for_another_network_or_a_changed_one_is_refused() -> None:
    _, hub, (one, _) = _office()
    _add(one, name="甲")
    (piece,) = one.pieces()
    for bad in (
        piece._replace(head=piece.head._replace(signature="0" * 128)),
        piece._replace(head=piece.head._replace(n=2)),
    ):
        with pytest.raises(WireError):
            hub.journal.receive(bad)
    other = PC("450900")
    strange = City()
    other.enrol(strange, [])
    with pytest.raises(WireError):
        other.journal.receive(piece)
    assert hub.conn.exec_driver_sql("SELECT count(*) FROM entry").scalar() == 0


def _clone(one: PC) -> PC:
    clone = PC("450923", 1_700_000_000_000)
    for table in ("log", "entry", "head", "statement", "setting", "place", "person"):
        rows = one.conn.exec_driver_sql(f"SELECT * FROM {table}").all()
        clone.conn.info["projecting"] = True
        for values in rows:
            marks = ",".join("?" * len(values))
            clone.conn.exec_driver_sql(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", tuple(values))
        clone.conn.info["projecting"] = False
    return clone


@pytest.mark.parametrize("noticed", [False, True])
def test_a_short_branch_without_a_head_is_not_lost_below_the_head_of_a_longer_one(noticed: bool) -> None:
    _, hub, (one, _) = _office()
    row = _add(one, name="甲", phone="1")
    clone = _clone(one)
    _set(clone, row, phone="2")
    for phone in "345":
        _set(one, row, phone=phone)
    if noticed:
        new_incarnation(clone.conn)
    _give(one, hub)
    _give(one, clone)
    _give(clone, hub)
    assert hub.dump() == clone.dump()
    assert [line for line in hub.dump() if '"conflict"' in line and '"2"' in line and '"5"' in line]


def test_a_clone_writes_a_branch_and_both_branches_count() -> None:
    _, hub, (one, _) = _office()
    row = _add(one, name="甲", phone="1")
    one.journal.sign_heads(GROUP)
    clone = _clone(one)
    _set(one, row, phone="2")
    _set(clone, row, phone="3")
    _give(one, hub)
    _give(clone, hub)
    before = one.journal.pen().incarnation
    _give(clone, one)
    assert one.journal.pen().incarnation != before
    _give(one, clone)
    assert one.dump() == clone.dump() == hub.dump()
    assert [line for line in hub.dump() if '"conflict"' in line]
    _set(one, row, name="丙")
    _give(one, hub)
    assert hub.dump() == one.dump()


def test_a_shared_table_cannot_be_written_past_the_log() -> None:
    pc = PC("450923")
    _add(pc, name="甲")
    for statement in (
        "UPDATE person SET name = 'x'",
        "DELETE FROM person",
        "INSERT INTO \"person\" (id) VALUES (x'00')",
        "insert or replace into main.person (id) VALUES (x'00')",
        "WITH x AS (SELECT x'00' AS id) INSERT INTO [person] (id) SELECT id FROM x",
        "/* in passing */ UPDATE OR IGNORE `case_file` SET title = 'x'",
    ):
        with pytest.raises(UnprojectedWrite):
            pc.conn.exec_driver_sql(statement)


def test_other_tables_may_be_written_from_a_shared_one() -> None:
    pc = PC("450923")
    _add(pc, name="甲")
    pc.conn.exec_driver_sql("CREATE TABLE person_words (id BLOB)")
    pc.conn.exec_driver_sql("INSERT INTO person_words SELECT id FROM person")
    pc.conn.exec_driver_sql("DELETE FROM person_words WHERE id IN (SELECT id FROM person)")
    pc.conn.exec_driver_sql("UPDATE setting SET value = x'00' WHERE key = 'person'")


def test_a_clock_that_was_ahead_and_declared_off_ranks_last() -> None:
    from desktop.changes.journal import Draft

    _, hub, (one, two) = _office()
    row = _add(one, name="甲", phone="1")
    _give(one, two)
    two.now = 4_000_000_000_000
    _set(two, row, phone="来自未来")
    _set(one, row, phone="现在")
    _give(two, one)
    assert one.conn.exec_driver_sql("SELECT phone FROM person").scalar() == "来自未来"
    two.journal.append([Draft("clock.off", GROUP, [["k", 1, 1]])], "")
    _give(two, one)
    _give(one, two)
    _give(two, hub)
    assert one.conn.exec_driver_sql("SELECT phone FROM person").scalar() == "现在"
    assert one.dump() == two.dump() == hub.dump()


def test_refolding_a_group_changes_nothing() -> None:
    _, hub, (one, two) = _office()
    rows = [_add(one, name=str(n), phone="0") for n in range(5)]
    _give(one, two)
    for row in rows:
        _set(one, row, phone="1")
        _set(two, row, phone="2", name="同")
    _give(two, one)
    before = one.dump()
    one.journal.refold(GROUP)
    assert one.dump() == before
    assert hub


@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_acts_and_random_delivery_end_in_equal_dumps_and_the_oracle_agrees(seed: int) -> None:
    chance = random.Random(seed)
    city, hub, pcs = _office(3)
    everyone = [*pcs, hub]
    rows: list[str] = []
    carried = []
    for _ in range(chance.randint(5, 30)):
        pc = chance.choice(pcs)
        here = [row for row in rows if pc.journal.store.state(row) is not None and _is_created(pc, row)]
        kind = chance.random()
        if kind < 0.3 or not here:
            rows.append(_add(pc, name=chance.choice("甲乙丙"), phone=chance.choice("12")))
        elif kind < 0.7:
            _set(
                pc, chance.choice(here), **{chance.choice(["name", "phone", "note"]): chance.choice("甲乙12")}
            )
        elif kind < 0.8:
            act = pc.act()
            act.withdraw("person", chance.choice(here), chance.choice(["误登", None]))
            act.close("withdraw")
            act.finish()
        else:
            carried += pc.pieces()
            chance.shuffle(carried)
            for piece in carried[: chance.randint(0, len(carried))]:
                chance.choice(everyone).journal.receive(piece)
    if chance.random() < 0.4:
        heads = pcs[0].conn.exec_driver_sql("SELECT id FROM entry WHERE log = 1 ORDER BY n").scalars().all()
        kept = [dot.hex() for dot in heads[: len(heads) // 2][-1:]]
        cut = city.cut(pcs[0], kept)
        for pc in everyone:
            pc.journal.add_statements([cut])
    carried = [piece for pc in everyone for piece in pc.pieces()]
    for pc in everyone:
        chance.shuffle(carried)
        for piece in carried:
            pc.journal.receive(piece)
    dumps = [pc.dump() for pc in everyone]
    assert all(found == dumps[0] for found in dumps)
    for pc in everyone:
        assert merged(pc) == oracle(pc)


def _is_created(pc: PC, row: str) -> bool:
    state = pc.journal.store.state(row)
    return state is not None and bool(state[0].creates)


def test_a_line_without_its_payload_takes_it_back_from_another_carrier() -> None:
    _, hub, (one, _) = _office()
    row = _add(one, name="甲")
    (piece,) = one.pieces()
    n, found, previous, line = piece.entries[0]
    bare = Line(line.header, b"-", line.commitment().encode())
    hub.journal.receive(piece._replace(entries=[(n, found, previous, bare)]))
    assert not [text for text in hub.dump() if row in text]
    hub.journal.receive(piece)
    assert hub.dump() == one.dump()
