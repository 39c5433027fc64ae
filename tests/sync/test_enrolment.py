"""Enrolment by file: requests, grants, shares of k of n, cuts; and files that are not what they should be."""

from __future__ import annotations

import json

import pytest

from desktop.errors import UserError
from desktop.sync import enrolment
from tests.changes.worlds import PC


def _city(keys: int = 3, need: int = 2, *, apart: bool = False) -> tuple[PC, enrolment.CityRoot]:
    city = PC("450900")
    return city, enrolment.make_root(city.journal, keys, need, apart=apart)


def test_a_county_pc_joins_its_city_by_two_files() -> None:
    city, _ = _city()
    county = PC("450923")
    answer = enrolment.grant(city.journal, enrolment.request(county.journal, "博白县市场监督管理局"))
    enrolment.accept(county.journal, answer)
    assert county.journal.root() == city.journal.root()
    assert county.journal.rights().office(county.journal.pen().device) == "450923"
    second = PC("450923")
    enrolment.accept(second.journal, enrolment.grant(city.journal, enrolment.request(second.journal, "")))
    rights = second.journal.rights()
    assert [rights.slot(pc.journal.pen().device) for pc in (county, second)] == [0, 1]


def test_keys_kept_apart_must_be_brought() -> None:
    city, root = _city(3, 2, apart=True)
    request = enrolment.request(PC("450923").journal, "")
    with pytest.raises(UserError) as caught:
        enrolment.grant(city.journal, request)
    assert caught.value.code == "enrolment.too_few_keys"
    keys = [enrolment.read_share(data) for _, data in root.shares]
    with pytest.raises(UserError):
        enrolment.grant(city.journal, request, keys[:1])
    enrolment.grant(city.journal, request, keys[1:])


def test_a_forged_request_and_a_forged_answer_are_refused() -> None:
    city, _ = _city()
    county = PC("450923")
    request = json.loads(enrolment.request(county.journal, "x"))
    for change in ({"office": "450922"}, {"device": "0" * 32}, {"sig": "0" * 128}, {"keys": []}):
        with pytest.raises(UserError):
            enrolment.grant(city.journal, json.dumps({**request, **change}, sort_keys=True).encode())
    answer = enrolment.grant(city.journal, enrolment.request(county.journal, "x"))
    for bad in (b"", b"{}", b"\xff", answer[:-3], answer.replace(b"450923", b"450922")):
        with pytest.raises(UserError):
            enrolment.accept(county.journal, bad)
    assert county.journal.root() is None


def test_an_answer_for_somebody_else_changes_nothing() -> None:
    city, _ = _city()
    answer = enrolment.grant(city.journal, enrolment.request(PC("450923").journal, ""))
    with pytest.raises(UserError) as caught:
        enrolment.accept(PC("450923").journal, answer)
    assert caught.value.code == "enrolment.not_granted"
    other, _ = _city()
    with pytest.raises(UserError):
        enrolment.accept(other.journal, answer)


def test_a_city_grants_only_its_own_offices() -> None:
    city, _ = _city()
    with pytest.raises(UserError) as caught:
        enrolment.grant(city.journal, enrolment.request(PC("440881").journal, ""))
    assert caught.value.code == "enrolment.other_city"
    with pytest.raises(UserError):
        enrolment.make_root(PC("450923").journal, 1, 1)
    with pytest.raises(UserError):
        enrolment.make_root(PC("450900").journal, 2, 3)


def test_a_cut_pc_writes_nothing_that_counts_any_more() -> None:
    city, _ = _city(1, 1)
    county = PC("450923")
    enrolment.accept(county.journal, enrolment.grant(city.journal, enrolment.request(county.journal, "")))
    for name in ("甲", "乙"):
        act = county.act()
        act.create("person", {"name": name})
        act.close("people.add")
        act.finish()
    for piece in county.pieces():
        city.journal.receive(piece)
    enrolment.cut(city.journal, county.journal.pen().device, 1)
    assert city.conn.exec_driver_sql("SELECT name FROM person").scalars().all() == ["甲"]
    with pytest.raises(UserError):
        enrolment.cut(city.journal, "0" * 32, None)
