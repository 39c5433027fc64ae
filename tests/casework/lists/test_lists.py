"""What each list says of its records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from desktop.casework.listing import (
    LISTINGS,
    Claimed,
    Query,
    first_page,
    keys,
    lines,
    shown,
    total,
)
from desktop.casework.lists.columns import KINDS, Column
from desktop.casework.lists.sources import SOURCES
from desktop.errors import UserError
from desktop.models.schema import by_kind
from tests.casework.lists.worlds import RAID_DAY, found_person, memory, put

GOOD = "450923198504120019"


@pytest.fixture
def conn() -> Iterator[Connection]:
    with memory() as found:
        yield found


def cells(conn: Connection, query: Query, language: str = "zh") -> list[dict[str, str]]:
    """The lines of a list as they are shown, by the word of the column; blanks left out."""
    columns = LISTINGS[query.listing].columns
    found = []
    for line in first_page(conn, query):
        texts = [shown(column, value, language) for column, value in zip(columns, line.cells, strict=True)]
        found.append({column.word: text for column, text in zip(columns, texts, strict=True) if text})
    return found


def test_every_list_has_its_columns_its_source_and_headings_that_differ() -> None:
    assert list(LISTINGS) == list(SOURCES) == list(KINDS)
    for name, listing in LISTINGS.items():
        assert by_kind()[listing.kind].table.name == SOURCES[name].table
        for language in ("zh", "en"):
            headings = [getattr(column, language) for column in listing.columns]
            assert all(headings)
            assert len(set(headings)) == len(headings), (name, language)
        assert listing.columns[0].frozen
        words = {column.word for column in listing.columns}
        assert SOURCES[name].cells.keys() <= words
        assert SOURCES[name].fast.keys() <= words


def test_people_of_a_raid_are_told_with_names_ages_and_masked_numbers(conn: Connection) -> None:
    raid = put(conn, "raid", title="六月行动", started_at=RAID_DAY)
    found_person(conn, raid, "莫测试", id_number=GOOD, sex="1", site_number="A2", disposition="rescue")
    upline = put(conn, "person", name="甘样例")
    found_person(
        conn,
        raid,
        "韦练习",
        id_number_claimed="45092319850412001X",
        sex="女",
        birth="2005-06-08",
        phone="138 0000 1111",
        site_number="A10",
        upline=upline,
        upline_claimed="样例哥",
        disposition="不在表里的处置",
        arrived_at="2020-06-07T01:20+00:00",
        paid=380050,
        flags=[{"column": "x", "code": "c", "reason": "r"}],
    )
    first, second = cells(conn, Query("people", raid))
    assert first == {
        "site_number": "A2", "name": "莫测试", "sex": "男", "birth": "1985-04-12", "age": "35",
        "id_number": "450923********0019", "disposition": "解救", "raid": "六月行动",
    }  # fmt: skip
    assert second == {
        "site_number": "A10", "name": "韦练习", "sex": "女", "birth": "2005-06-08", "age": "14",
        "id_number": "450923********001X（自报）", "phone": "138****1111", "upline": "甘样例",
        "disposition": "不在表里的处置", "arrived_at": "2020-06-07 09:20", "paid": "3800.50", "flags": "1",
        "raid": "六月行动",
    }  # fmt: skip


def test_an_upline_that_is_not_linked_is_told_as_claimed(conn: Connection) -> None:
    found_person(conn, None, "莫测试", upline_claimed="样例哥")
    assert cells(conn, Query("people"))[0]["upline"] == "样例哥"


def test_a_withdrawn_person_is_hidden_and_shown_as_withdrawn_when_asked(conn: Connection) -> None:
    found_person(conn, None, "莫测试")
    gone = found_person(conn, None, "甘样例", withdrawn=1)
    person = put(conn, "person", name="韦练习", withdrawn=1, conflicts=1)
    also = put(conn, "presence", person=person, conflicts=2)
    assert [line["name"] for line in cells(conn, Query("people"))] == ["莫测试"]
    every = {
        line.id: (line.withdrawn, line.conflicts)
        for line in first_page(conn, Query("people", withdrawn=True))
    }
    assert len(every) == 3
    assert every[gone] == (1, 0)
    assert every[also] == (1, 3)


def test_a_raid_counts_its_people_and_items_that_stand(conn: Connection) -> None:
    case = put(conn, "case", title="某案")
    raid = put(conn, "raid", title="行动", started_at=RAID_DAY, case=case, region="450923")
    found_person(conn, raid, "莫测试")
    put(conn, "presence", raid=raid, withdrawn=1)
    put(conn, "presence", raid=raid, person=put(conn, "person", withdrawn=1))
    standing, gone = put(conn, "property_list", raid=raid), put(conn, "property_list", raid=raid, withdrawn=1)
    for place in (standing, standing, gone):
        put(conn, "item", list=place)
    put(conn, "item", list=standing, withdrawn=1)
    (line,) = first_page(conn, Query("raids", case))
    assert line.related == case
    (found,) = cells(conn, Query("raids"))
    assert (found["people"], found["items"], found["case"], found["region"]) == ("1", "2", "某案", "博白县")


def test_raids_stand_newest_first_by_the_instant_and_undated_ones_last(conn: Connection) -> None:
    times = ["2020-06-07T09:20+08:00", None, "2020-06-07T02:00+00:00", "2020-06-07T09:30+08:00"]
    for number, time in enumerate(times):
        put(conn, "raid", title=str(number), started_at=time)
    assert [line["title"] for line in cells(conn, Query("raids"))] == ["2", "3", "0", "1"]


@pytest.mark.parametrize(
    ("approval", "zh", "en"),
    [
        (None, "缺批准", "no approval"),
        ({"withdrawn": 1, "form": "written"}, "缺批准", "no approval"),
        ({"form": "written"}, "已书面批准", "approved in writing"),
        ({"form": "oral"}, "已口头批准", "approved by word"),
        ({"on_the_spot": True}, "当场先行，待补批", "on the spot, to be made up"),
    ],
)
def test_a_property_list_tells_its_approval_and_its_last_day(
    conn: Connection, approval: dict[str, Any] | None, zh: str, en: str
) -> None:
    row = None if approval is None else put(conn, "approval", **approval)
    raid = put(conn, "raid", title="行动")
    listed = put(
        conn,
        "property_list",
        raid=raid,
        purpose="seize",
        approval=row,
        started_at="2020-06-06T20:00+00:00",
        days=30,
    )
    put(conn, "item", list=listed)
    (found,) = cells(conn, Query("property_lists", raid))
    assert (found["approval"], found["purpose"], found["due"], found["items"]) == (
        zh,
        "扣押",
        "2020-07-06",
        "1",
    )
    assert cells(conn, Query("property_lists"), "en")[0]["approval"] == en
    assert total(conn, Query("property_lists", contains=(("approval", zh),))) == 1
    assert total(conn, Query("property_lists", contains=(("approval", "别的"),))) == 0


def test_an_approval_that_was_made_up_is_told_so_while_that_stands(conn: Connection) -> None:
    spot = put(conn, "approval", on_the_spot=True)
    put(conn, "property_list", approval=spot, purpose="register")
    put(conn, "approval", makes_up=spot, form="written", withdrawn=1)
    assert cells(conn, Query("property_lists"))[0]["approval"] == "当场先行，待补批"
    put(conn, "approval", makes_up=spot, form="written")
    assert cells(conn, Query("property_lists")) == [
        {"purpose": "先行登记保存", "approval": "已补批", "items": "0"}
    ]
    assert total(conn, Query("property_lists", contains=(("approval", "补批"), ("purpose", "登记")))) == 1


def test_an_item_is_where_its_newest_movement_that_stands_left_it(conn: Connection) -> None:
    listed = put(conn, "property_list", party="某公司", storage="办公室")
    second, first = (
        put(conn, "item", list=listed, line=2, name="手机"),
        put(conn, "item", list=listed, line=1),
    )
    put(conn, "movement", item=second, kind="lend", receiver="陈某", moved_at="2020-06-09T09:00+08:00")
    put(conn, "movement", item=second, kind="store", place="物证室", moved_at="2020-06-09T00:30+00:00")
    put(
        conn,
        "movement",
        item=second,
        kind="dispose",
        place="无",
        moved_at="2021-01-01T00:00+08:00",
        withdrawn=1,
    )
    page = first_page(conn, Query("items", listed))
    assert [line.id for line in page] == [first, second]
    assert {line.related for line in page} == {listed}
    one, two = cells(conn, Query("items", listed))
    assert (one["whereabouts"], one["party"]) == ("办公室", "某公司")
    assert (two["movement"], two["whereabouts"], two["moved_at"]) == ("借出", "陈某", "2020-06-09 09:00")
    custody = cells(conn, Query("movements", second))
    assert [line["kind"] for line in custody] == ["入库", "借出"]
    assert custody[0]["item"] == "手机"


def test_documents_attachments_and_decisions_name_what_they_are_about(conn: Connection) -> None:
    raid = put(conn, "raid", title="六月行动")
    presence = found_person(conn, raid, "莫测试")
    put(
        conn,
        "document",
        number="某〔2020〕1号",
        form="site_record",
        subject=raid,
        subject_kind="raid",
        issued_at=RAID_DAY,
    )
    put(conn, "attachment", name="照片.jpg", size=1234567, subject=presence, subject_kind="presence")
    put(conn, "decision", field="name", reason="核对证件", subject=presence, subject_kind="unheard_of")
    (document,) = cells(conn, Query("documents", raid))
    assert (document["form"], document["subject"], document["subject_kind"]) == (
        "现场笔录",
        "六月行动",
        "现场行动",
    )
    assert total(conn, Query("documents", contains=(("form", "笔录"),))) == 1
    (attachment,) = cells(conn, Query("attachments", presence))
    assert (attachment["subject"], attachment["size"]) == ("莫测试", "1234567")
    (decision,) = cells(conn, Query("decisions"))
    assert decision == {"subject_kind": "unheard_of", "field": "name", "reason": "核对证件"}


def test_leads_cases_and_officers(conn: Connection) -> None:
    lead = put(conn, "lead", summary="培训活动", received_at=RAID_DAY)
    case = put(conn, "case", title="某案", lead=lead, filed_at=RAID_DAY)
    put(conn, "raid", title="行动", case=case)
    put(conn, "officer", name="陈珍", credential="45092301001", principal_head=True)
    assert cells(conn, Query("leads"))[0]["cases"] == "1"
    (found,) = cells(conn, Query("cases", lead))
    assert (found["lead"], found["raids"]) == ("培训活动", "1")
    assert cells(conn, Query("officers"))[0]["principal_head"] == "是"


def test_groups_stand_in_the_order_of_their_numerals(conn: Connection) -> None:
    raid = put(conn, "raid", title="行动")
    for name in ("第三组", "第十组", "第二组", "第一组"):
        group = put(conn, "raid_group", raid=raid, name=name)
        officer = put(conn, "officer", name=f"{name}民警", branch="economic")
        put(conn, "raid_officer", raid=raid, group=group, officer=officer, duty="控制现场")
    found = cells(conn, Query("groups", raid))
    assert [line["group"] for line in found] == ["第一组", "第二组", "第三组", "第十组"]
    assert found[0]["name"] == "第一组民警"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("text", None, ""),
        ("text", "<b>&\"';--", "<b>&\"';--"),
        ("moment", "2020-06-07T01:20+00:00", "2020-06-07 09:20"),
        ("moment", "昨天", "昨天"),
        ("day", "2019-05", "2019-05"),
        ("money", 50, "0.50"),
        ("money", -380050, "-3800.50"),
        ("money", 0, "0.00"),
        ("count", 0, "0"),
        ("decimal", "0.10", "0.10"),
        ("flags", [], ""),
        ("code:dispositions", "rescue", "解救"),
        ("code:regions", "450999", "玉林市"),
        ("code:forms", "unheard_of", "unheard_of"),
        ("state", "unheard_of", "unheard_of"),
        ("id_number", GOOD, "450923********0019"),
        ("id_number", Claimed("没带，号码 450923 1985 0412 0019"), "没带,号码450923********0019（自报）"),
        ("id_number", Claimed("不详"), "不详（自报）"),
        ("id_number", "E12345678", "E1*******"),
        ("phone", "138-0000-1111/0775-1234567", "138****1111/077****4567"),
        ("phone", "8234567", "***4567"),
    ],
)
def test_a_value_is_shown_so(kind: str, value: Any, text: str) -> None:
    assert shown(Column("x", "x", "x", kind, 1), value, "zh") == text


def test_a_number_is_revealed_only_when_asked() -> None:
    column = Column("x", "x", "x", "id_number", 1)
    assert shown(column, GOOD, "en", revealed=True) == GOOD
    assert shown(column, Claimed(" 4509 "), "en", revealed=True) == " 4509  (claimed)"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (Query("cats"), "lists.unknown_listing"),
        (Query("people", sort=("colour", False)), "lists.unknown_column"),
        (Query("people", contains=(("colour", "red"),)), "lists.unknown_column"),
        (Query("people", contains=(("name", "x" * 101),)), "lists.filter_too_long"),
        (Query("people", within="'; DROP TABLE person --"), "lists.not_an_id"),
        (Query("officers", within="01900000-0000-7000-8000-000000000000"), "lists.no_within"),
    ],
)
def test_what_a_list_cannot_do_is_one_sentence(conn: Connection, query: Query, code: str) -> None:
    for ask in (first_page, keys, total):
        with pytest.raises(UserError) as caught:
            ask(conn, query)
        assert caught.value.code == code
        assert caught.value.sentence("zh")


def test_a_line_that_is_not_there_is_left_out(conn: Connection) -> None:
    raid = put(conn, "raid", title="行动")
    key = keys(conn, Query("raids"))
    assert [line.id for line in lines(conn, Query("raids"), [bytes(16), key, bytes(16)])] == [raid]
