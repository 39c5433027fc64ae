"""A PC that hears of new keys before what they knew holds its own acts apart, says why, and loses none."""

from __future__ import annotations

from pathlib import Path

from desktop.changes.apart import Apart
from desktop.changes.journal import Journal
from desktop.sync import stating
from desktop.sync.exchange import export
from desktop.sync.standing import standing, status
from desktop.sync.summary import summarise
from desktop.wire.statements import Statement
from tests.sync.pcs import PC, join, new_stick, pair


def _apart(pc: PC) -> Apart | None:
    with pc.engine.connect() as conn:
        assert summarise(conn).apart == standing(conn).apart
        return standing(conn).apart


def _statements(pc: PC) -> list[Statement]:
    with pc.engine.connect() as conn:
        return Journal(conn).statements()


def _hear(pc: PC, *told: Statement) -> None:
    with pc.engine.begin() as conn:
        Journal(conn).add_statements(told)


def _rekey(city: PC) -> Statement:
    with city.engine.begin() as conn:
        return stating.rekey(Journal(conn), 1, 1).statement


def _carry(stick: Path, writer: PC, reader: PC) -> list[str]:
    export(writer.engine, writer.blobs, stick)
    return [found.outcome for found in reader.read(stick)]


def test_acts_held_apart_are_told_until_what_the_new_keys_knew_has_come(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    county.add(name="王一")
    assert _carry(new_stick(tmp_path), county, city) == ["read"]
    join(city, PC("450921", tmp_path / "other"))
    keys = _rekey(city)
    assert _apart(county) is None
    _hear(county, keys)
    assert _apart(county) == Apart(entries=1, statements=1)
    county.add(name="李二")
    assert _apart(county) == Apart(entries=2, statements=1)
    with county.engine.connect() as conn:
        told = status(conn)
    assert (told["apart"], told["enrolled"]) == ({"entries": 2, "statements": 1}, False)
    assert not any("王一" in line for line in county.dump())
    assert _apart(city) is None
    # A visit reads before it writes: what comes with any bundle of the city is enough.
    assert _carry(new_stick(tmp_path, "back"), city, county) == ["read"]
    assert _apart(county) is None
    assert _carry(new_stick(tmp_path, "out"), county, city) == ["read"]
    assert county.dump() == city.dump()
    assert all(any(name in line for line in city.dump()) for name in ("王一", "李二"))


def test_a_grant_that_the_new_keys_did_not_know_is_told_to_be_wanted_anew(tmp_path: Path) -> None:
    city, _ = pair(tmp_path)
    late = PC("450923", tmp_path / "late")
    with city.engine.connect() as conn:
        before = conn.connection.driver_connection.serialize()  # type: ignore[union-attr]
    _rekey(city)
    known = _statements(city)
    with city.engine.connect() as conn:
        now = conn.connection.driver_connection.serialize()  # type: ignore[union-attr]
        conn.connection.driver_connection.deserialize(before)  # type: ignore[union-attr]
    join(city, late)
    late.add(name="王一")
    assert _apart(late) is None
    with city.engine.connect() as conn:
        conn.connection.driver_connection.deserialize(now)  # type: ignore[union-attr]
    _hear(late, *known)
    assert _apart(late) == Apart(entries=1, statements=0)
    join(city, late)
    assert _apart(late) is None
    assert any("王一" in line for line in late.dump())


def test_a_pc_that_was_never_granted_is_simply_not_enrolled(tmp_path: Path) -> None:
    city, county = pair(tmp_path)
    alone = PC("450923", tmp_path / "alone")
    alone.add(name="王一")
    assert _apart(alone) is None
    _hear(alone, *_statements(county))
    with county.engine.connect() as told, alone.engine.begin() as conn:
        Journal(conn).trust(str(Journal(told).root()))
    assert _apart(alone) is None
    assert _apart(city) is None
