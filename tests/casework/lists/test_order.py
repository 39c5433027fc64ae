"""Order and filters of the list of people against a plain reckoning in Python, over random records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import Connection

from desktop.casework.listing import LISTINGS, Query, first_page, keys, lines, total
from desktop.wire.ids import row_bytes
from tests.casework.lists.worlds import memory, put

NAMES = ["张伟", "张", "王芳", "欧阳娜娜", "", "100%", "a_b", "A\\B", None]
TIMES = ["2020-06-07T09:20+08:00", "2020-06-07T01:20+00:00", "2020-06-07T01:21Z", "2019-12-31T23:59+08:00",
         "昨天", "now", None]  # fmt: skip
SITES = ["A2", "A10", "A02", "B1", "7", "12", "甲3", "", None]
NUMBERS = ["450923198504120019", "440881200001010018", None]

FLAGS = [[], [{"reason": "在场时间超过8小时"}], [{"reason": "a"}, {"reason": "b"}], None]

row = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "number": st.sampled_from(NUMBERS),
        "claimed": st.sampled_from(["45092319850412001X", "不详", None]),
        "sex": st.sampled_from(["男", "女", "1", None]),
        "birth": st.sampled_from(["1985-04-12", "2005", "2005-06", None]),
        "gone": st.sampled_from([0, 0, 0, 1, 2]),
        "arrived": st.sampled_from([True, True, False]),
        "at": st.integers(0, 9),
        "again": st.sampled_from([True, False, False]),
        "raid": st.sampled_from([0, 1, 2]),
        "site_number": st.sampled_from(SITES),
        "ledger_row": st.sampled_from([1, 2, None]),
        "arrived_at": st.sampled_from(TIMES),
        "disposition": st.sampled_from(["教育遣散", "rescue", "解救", None]),
        "paid": st.sampled_from([380050, 38, -50, 0, None]),
        "flags": st.sampled_from(
            [[], [{"reason": "在场时间超过8小时"}], [{"reason": "a"}, {"reason": "b"}], None]
        ),
        "withdrawn": st.sampled_from([0, 0, 0, 1, 2]),
    }
)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def conn() -> Iterator[Connection]:
    with memory() as found:
        yield found


def _fill(conn: Connection, rows: list[Row]) -> list[str]:
    """Puts the rows in; adds their ids; returns the ids of the two raids."""
    raids = [put(conn, "raid", title=f"行动{n}", started_at=RAID[n]) for n in (0, 1)]
    last: Row | None = None
    for one in rows:
        values = {word: one[word] for word in ("name", "sex", "birth")}
        values |= {"id_number": one["number"], "id_number_claimed": one["claimed"], "withdrawn": one["gone"]}
        one["person"] = put(conn, "person", at=one["at"], **values)
        if one["again"] and last is not None:
            one |= {word: last[word] for word in ("person", *PERSON)}
        elif not one["arrived"]:
            one["person"] = one["person"][:-1] + ("1" if one["person"][-1] == "0" else "0")
        words = ("site_number", "ledger_row", "arrived_at", "disposition", "paid", "flags", "withdrawn")
        raid = raids[one["raid"]] if one["raid"] < 2 else None
        one["id"] = put(
            conn,
            "presence",
            at=9 - one["at"],
            raid=raid,
            person=one["person"],
            **{word: one[word] for word in words},
        )
        last = one
    return raids


PERSON = ("name", "number", "claimed", "sex", "birth", "gone", "arrived")
RAID = ["2020-06-07T09:20+08:00", "2021-01-01T00:30+08:00"]


def _person(word: str) -> Callable[[Row], Any]:
    return lambda one: one[word] if one["arrived"] else None


def _instant(one: Row) -> float | None:
    try:
        return datetime.fromisoformat(one["arrived_at"] or "").timestamp()
    except ValueError:
        return None


def _number(one: Row) -> Any:
    return (one["number"] or one["claimed"]) if one["arrived"] else None


ORDERS: dict[str, Callable[[Row], Any]] = {
    "name": _person("name"),
    "sex": _person("sex"),
    "id_number": _number,
    "arrived_at": _instant,
    "disposition": lambda one: one["disposition"],
    "site_number": lambda one: one["site_number"],
    "paid": lambda one: one["paid"],
    "flags": lambda one: len(one["flags"] or []) or None,
}


def _sorted(rows: list[Row], word: str, descending: bool, everywhere: bool) -> list[Row]:
    """By the column, blanks last; ties by id, over all raids those of a person's column by the person."""
    value = ORDERS[word]
    by_person = everywhere and word in ("name", "id_number")
    full = [one for one in rows if value(one) is not None]
    blank = [one for one in rows if value(one) is None]

    def tie(one: Row) -> Any:
        own = row_bytes(one["id"])
        return (row_bytes(one["person"]), own) if by_person and one["arrived"] else (b"", own)

    full.sort(key=lambda one: (value(one), tie(one)), reverse=descending)
    blank.sort(key=tie, reverse=descending)
    if by_person:
        blank.sort(key=lambda one: not one["arrived"])
    return full + blank


def _natural(rows: list[Row], everywhere: bool) -> list[Row]:
    if everywhere:
        return sorted(rows, key=lambda one: row_bytes(one["id"]), reverse=True)

    def place(one: Row) -> Any:
        site = one["site_number"]
        row = 2147483647 if one["ledger_row"] is None else one["ledger_row"]
        stem = (site or "").rstrip("0123456789")
        return (
            site is None,
            stem,
            int((site or "")[len(stem) :] or 0),
            site or "",
            row,
            row_bytes(one["id"]),
        )

    return sorted(rows, key=place)


def _stands(one: Row) -> bool:
    return one["withdrawn"] != 1 and not (one["arrived"] and one["gone"] == 1)


FILTERS: list[tuple[tuple[str, str], Callable[[Row], bool]]] = [
    (("name", "张"), lambda one: "张" in (_person("name")(one) or "")),
    (("name", "%"), lambda one: "%" in (_person("name")(one) or "")),
    (("name", "_"), lambda one: "_" in (_person("name")(one) or "")),
    (("name", "\\"), lambda one: "\\" in (_person("name")(one) or "")),
    (("sex", "男"), lambda one: _person("sex")(one) in ("男", "1")),
    (("id_number", "19850412 001x"), lambda one: "19850412001X" in (_number(one) or "")),
    (("disposition", "解救"), lambda one: one["disposition"] in ("rescue", "解救")),
    (("arrived_at", "0607"), lambda one: (one["arrived_at"] or "")[5:7] == "06"),
    (("arrived_at", "2019"), lambda one: (one["arrived_at"] or "").startswith("2019")),
    (("arrived_at", "2020-6-7 09:20"), lambda one: one["arrived_at"] in TIMES[:2]),
    (("birth", "2005"), lambda one: (_birth(one) or "").startswith("2005")),
    (("birth", "200506"), lambda one: (_birth(one) or "") == "2005-06"),
    (("paid", "3,800.5"), lambda one: one["paid"] == 380050),
    (("paid", "-0.5"), lambda one: one["paid"] == -50),
    (("flags", "8小时"), lambda one: "8小时" in str(one["flags"])),
    (("flags", "2"), lambda one: len(one["flags"] or []) == 2),
    (("raid", "行动1"), lambda one: one["raid"] == 1),
    (("age", "35"), lambda one: _age(one) == 35),
]  # fmt: skip


def _birth(one: Row) -> str | None:
    if not one["arrived"]:
        return None
    number = one["number"]
    return one["birth"] or (number and f"{number[6:10]}-{number[10:12]}-{number[12:14]}")


def _age(one: Row) -> int | None:
    if not one["arrived"]:
        return None
    number = one["number"]
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if number else one["birth"]
    instant = _instant(one)
    at = RAID[one["raid"]][:10] if one["raid"] < 2 else instant and one["arrived_at"][:10]
    if not at or len(born or "") != 10:
        return None
    return int(at[:4]) - int(born[:4]) - (at[5:] < born[5:])


few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _check(conn: Connection, query: Query, wanted: list[Row], limit: int) -> None:
    ids = [row_bytes(one["id"]) for one in wanted]
    assert keys(conn, query) == b"".join(ids), query
    assert [line.id for line in first_page(conn, query, limit)] == [one["id"] for one in wanted][:limit]
    assert total(conn, query) == len(wanted)
    assert [row_bytes(line.id) for line in lines(conn, query, ids[::-1])] == ids[::-1]


@few
@given(st.lists(row, max_size=20), st.booleans(), st.integers(1, 25))
def test_every_order_of_a_list_of_people_is_that_of_a_plain_reckoning(
    conn: Connection, rows: list[Row], withdrawn: bool, limit: int
) -> None:
    raids = _fill(conn, rows)
    try:
        for raid in (None, 0):
            within = None if raid is None else raids[raid]
            listed = [
                one for one in rows if (raid is None or one["raid"] == raid) and (withdrawn or _stands(one))
            ]
            query = Query("people", within, withdrawn=withdrawn)
            _check(conn, query, _natural(listed, raid is None), limit)
            for sort in product(ORDERS, (False, True)):
                wanted = _sorted(listed, *sort, raid is None)
                _check(conn, structs.replace(query, sort=sort), wanted, limit)
    finally:
        conn.rollback()


@few
@given(st.lists(row, max_size=20), st.sampled_from(FILTERS))
def test_every_filter_of_a_list_of_people_finds_what_a_plain_reckoning_finds(
    conn: Connection, rows: list[Row], also: tuple[tuple[str, str], Callable[[Row], bool]]
) -> None:
    raids = _fill(conn, rows)
    try:
        for typed, holds in FILTERS:
            found = [one for one in rows if _stands(one) and holds(one)]
            query = Query("people", contains=(typed,))
            _check(conn, query, _natural(found, True), 9)
            _check(conn, structs.replace(query, sort=("name", True)), _sorted(found, "name", True, True), 9)
            both = Query("people", raids[0], contains=(typed, also[0]))
            inside = [one for one in found if also[1](one) and one["raid"] == 0]
            _check(conn, both, _natural(inside, False), 9)
    finally:
        conn.rollback()


@pytest.mark.parametrize("name", list(LISTINGS))
def test_every_column_of_every_list_sorts_both_ways_and_loses_no_line(conn: Connection, name: str) -> None:
    kind = LISTINGS[name].kind
    made = {put(conn, kind) for _ in range(3)}
    made |= {put(conn, kind, id=one[:-4] + "0000", withdrawn=2) for one in list(made)[:1]}
    try:
        for column in LISTINGS[name].columns:
            for descending in (False, True):
                query = Query(name, sort=(column.word, descending))
                page = first_page(conn, query)
                assert {line.id for line in page} == made, column.word
                assert keys(conn, query) == b"".join(row_bytes(line.id) for line in page)
            for typed in ("没有这样的内容", "9" * 100, "\ud800", "\0", "%_'\"\\"):
                assert first_page(conn, Query(name, contains=((column.word, typed),))) == [], typed
    finally:
        conn.rollback()
