"""One box finds records of every kind by all that is typed, indexed or not, and hostile text is only text."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from desktop.casework.search import KINDS, Rank, find
from desktop.casework.search_fields import SUBJECTS
from desktop.changes.outline import dump
from desktop.changes.verify import verify
from desktop.errors import Cancelled, UserError
from desktop.models.schema import by_kind
from desktop.wire.ids import row_text
from tests.casework.invented_people import people
from tests.casework.search_worlds import EVERYTHING, Office, found, looked_through

RECORDS: dict[str, dict[str, Any]] = {
    "officer": {"name": "陈科长", "credential": "45092301001", "position": "副所长"},
    "case": {"title": "东望集团涉嫌传销案", "case_no": "博市监案〔2020〕7号", "party": "梁浩军"},
    "lead": {"summary": "网格员反映二楼有人听课", "place": "百业中心", "reporter_alias": "老单"},
    "raid": {"title": "6·7行动", "place": "百业中心二楼", "situation": "门口有人望风"},
    "property_list": {"party": "东望集团", "place": "讲台", "witness": "万俟明"},
    "document": {"number": "博市监强制〔2020〕3号", "form": "measure_decision"},
    "attachment": {"name": "现场照片01.jpg"},
    "item": {"name": "Apple iPhone 12", "spec": "黑色128G", "source": "曾丽"},
    "person": {
        "name": "张乐", "alias": "阿Q", "id_number": "450923199001010019", "id_number_claimed": "E12345678",
        "phone": "138 1234 5678", "family_phone": "0775-8231234/13900001111", "family_name": "解勇",
        "household": "广西博白县", "address": "兴隆街18号", "note": "自称上线是“ 王 总 ”",
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=["indexed", "not indexed"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """One record of each kind, and the person's presence at the raid."""
    made = Office()
    ids = {kind: made.add(kind, **values) for kind, values in RECORDS.items()}
    made.add("presence", person=ids["person"], raid=ids["raid"], upline_claimed="覃老师", site_number="A001")
    if request.param == "indexed":
        made.index()
    yield made
    made.engine.dispose()


@pytest.mark.parametrize(
    ("text", "kind", "field", "rank"),
    [
        ("450923199001010019", "person", "id_number", Rank.NUMBER),
        ("４５０９２３ 199001010019", "person", "id_number", Rank.NUMBER),
        ("13812345678", "person", "phone", Rank.NUMBER),
        ("139-0000-1111", "person", "family_phone", Rank.NUMBER),
        ("e12345678", "person", "id_number_claimed", Rank.NUMBER),
        ("a001", "person", "site_number", Rank.NUMBER),
        ("45092301001", "officer", "credential", Rank.NUMBER),
        ("博市监强制(2020)3号", "document", "number", Rank.NUMBER),
        ("博市监案[2020]7号", "case", "case_no", Rank.NUMBER),
        ("张乐", "person", "name", Rank.NAME),
        ("张　乐", "person", "name", Rank.NAME),
        ("阿q", "person", "alias", Rank.NAME),
        ("张", "person", "name", Rank.NAME_PREFIX),
        ("覃", "person", "upline_claimed", Rank.NAME_PREFIX),
        ("4509231", "person", "id_number", Rank.NUMBER_PART),
        ("0019", "person", "id_number", Rank.NUMBER_PART),
        ("5678", "person", "id_number_claimed", Rank.NUMBER_PART),
        ("8231", "person", "family_phone", None),
        ("zy", "person", "name", Rank.PINYIN),
        ("zhang le", "person", "name", Rank.PINYIN),
        ("XIEYONG", "person", "family_name", Rank.PINYIN),
        ("moqi", "property_list", "witness", Rank.PINYIN_PREFIX),
        ("ls", "lead", "reporter_alias", Rank.PINYIN),
        ("ckz", "officer", "name", Rank.PINYIN),
        ("乐", "person", "name", Rank.PHRASE),
        ("王总", "person", "note", Rank.PHRASE),
        ("博白县", "person", "household", Rank.PHRASE),
        ("街18", "person", "address", Rank.PHRASE),
        ("iphone12", "item", "name", Rank.PHRASE),
        ("128g", "item", "spec", Rank.PHRASE),
        ("二楼有人", "lead", "summary", Rank.PHRASE),
        ("望风", "raid", "situation", Rank.PHRASE),
        ("强制〔2020", "document", "number", Rank.PHRASE),
        ("照片01", "attachment", "name", Rank.PHRASE),
        ("东望集团", "property_list", "party", Rank.NAME),
        ("东望集团", "case", "title", Rank.PHRASE),
        ("没有这回事", "person", "", None),
        ("1234567890", "person", "", None),
        ("danle", "lead", "", None),
    ],
)
def test_one_box_finds_it(office: Office, text: str, kind: str, field: str, rank: Rank | None) -> None:
    hits = [(hit.field, hit.rank) for hit in office.find(text) if hit.kind == kind]
    assert hits == ([] if rank is None else [(field, rank)])


def test_better_matches_come_first(office: Office) -> None:
    hits = office.find("东望集团")
    assert [hit.kind for hit in hits] == ["property_list", "case"]
    assert [hit.rank for hit in hits] == sorted(hit.rank for hit in hits)
    assert office.find("东望集团", limit=1) == hits[:1]
    assert office.find("东望集团", limit=0) == []


def test_a_hit_names_the_record_and_masks_the_number(office: Office) -> None:
    (hit,) = office.find("张乐")
    assert (hit.title, hit.subtitle) == ("张乐", "450923********0019 · 广西博白县")
    (hit,) = office.find("450923199001010019")
    assert "199001" not in hit.title + hit.subtitle
    (hit,) = office.find("望风")
    assert (hit.title, hit.subtitle) == ("6·7行动", "百业中心二楼")


def test_kinds_narrow_what_is_found(office: Office) -> None:
    assert {hit.kind for hit in office.find("百业中心")} == {"lead", "raid"}
    assert {hit.kind for hit in office.find("百业中心", kinds={"raid"})} == {"raid"}
    assert {hit.kind for hit in office.find("覃老师", kinds={"person"})} == {"person"}
    assert office.find("覃老师", kinds={"raid"}) == []
    assert office.find("z", kinds={"raid"}) == office.find("1", kinds={"attachment"}) == []
    assert office.find("张", kinds=[]) == []
    with pytest.raises(UserError, match="no_such_kind"):
        office.find("覃老师", kinds={"presence"})


@pytest.mark.parametrize(
    "text",
    [
        '"', '" OR "张', "张*", "NEAR(张 乐)", "body:张", "^张", "张 AND NOT 乐", "'; DROP TABLE person; --",
        "%", "_", "\0", "张\0乐", "\ud800张乐\udfff", "(" * 5000, "a" * 10_000, "张" * 10_000,
        "1" * 1_000_000, "\u202e乐张", "🙂", "\ue000", "ﷺ" * 10_000,
    ],
    ids=range(21),
)  # fmt: skip
def test_hostile_text_is_only_text(office: Office, text: str) -> None:
    begun = time.process_time()
    hits = office.find(text)
    assert time.process_time() - begun < 2
    expected = {"张*", "^张", "张\0乐", "\ud800张乐\udfff"}
    assert bool(hits) == (text in expected)
    assert office.ids("张乐")


def test_what_is_declared_can_be_searched() -> None:
    """The fields are words of the schema and hold text; letters of kinds are used once."""
    assert len({subject.code for subject in SUBJECTS}) == len(SUBJECTS)
    for subject in SUBJECTS:
        columns = by_kind()[subject.kind].columns
        assert subject.shown <= columns.keys()
        for field in subject.fields:
            assert str(columns[field].type) == "TEXT", field
    # Those of the city and the answers to it are searched in the tests of its oversight, bulletins in theirs.
    assert set(KINDS) == set(RECORDS) | {"comment", "directive", "reply", "bulletin"}


def test_a_search_can_be_cancelled(office: Office) -> None:
    with pytest.raises(Cancelled):
        office.find("张乐", cancelled=lambda: True)
    asked: list[int] = []
    assert office.find("张乐", cancelled=lambda: asked.append(1) is not None)
    assert asked


def test_withdrawn_records_are_found_and_marked() -> None:
    office = Office()
    row = office.add("person", name="张伟")
    office.index()
    office.withdraw("person", row, "误登")
    for _ in range(2):
        assert [(hit.id, hit.withdrawn) for hit in office.find("张伟")] == [(row, 1)]
        office.index()
    office.withdraw("person", row, None)
    assert [(hit.id, hit.withdrawn) for hit in office.find("zw")] == [(row, 0)]


def test_an_upline_leads_to_the_person_whose_upline_it_is() -> None:
    office = Office()
    one, other = office.add("person", name="甲一"), office.add("person", name="乙二")
    presence = office.add("presence", person=one, upline_claimed="曾老师")
    office.index()
    assert office.ids("曾老师") == {one}
    office.change("presence", presence, person=other)
    assert office.ids("曾老师") == {other}
    office.index()
    assert office.ids("zenglaoshi") == {other} == office.ids("zls")
    office.change("presence", presence, person=None)
    assert [(hit.kind, hit.id) for hit in office.find("曾老师")] == [("presence", presence)]


def test_a_person_found_in_several_ways_is_told_once_by_the_best() -> None:
    office = Office()
    row = office.add("person", name="张三", note="张三自称张三", address="张三路")
    office.add("presence", person=row, upline_claimed="张三")
    office.index()
    assert [(hit.id, hit.field, hit.rank) for hit in office.find("张三")] == [(row, "name", Rank.NAME)]


def test_people_who_have_neither_name_nor_number_are_found_by_what_is_there() -> None:
    office = Office()
    row = office.add("person", note="无名男子，左臂有疤")
    office.index()
    (hit,) = office.find("左臂有疤")
    assert (hit.id, hit.title, hit.subtitle) == (row, "", "")


def test_rare_characters_are_found() -> None:
    office = Office()
    rows = [office.add("person", name=f"李{letter}") for letter in "𬍛𫖯䶮𬸘㛃𰻝"]
    office.index()
    for row, letter in zip(rows, "𬍛𫖯䶮𬸘㛃𰻝", strict=True):
        assert office.ids(letter) == office.ids(f"李{letter}") == {row}


TEXTS = st.text("张伟博1２3a -·", max_size=6)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("name", "alias", "id_number", "phone", "note", "address"), TEXTS)
    ),
    max_size=6,
)


@given(people=PEOPLE, texts=st.lists(TEXTS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_index_finds_what_looking_through_finds(people: list[dict[str, str]], texts: list[str]) -> None:
    office = Office()
    for person in people:
        office.add("person", **person)
    before = [office.ids(text) for text in texts]
    office.index()
    for text, ids in zip(texts, before, strict=True):
        assert office.ids(text) == ids
        with office.engine.begin() as conn:
            assert found(conn, text) == looked_through(conn, text)
            assert _by_eye(conn, text) <= ids
    office.engine.dispose()


def _by_eye(conn: Connection, text: str) -> set[str]:
    """Whoever has the words in one of these fields, told without the code under test."""

    def plain(words: str | None) -> str:
        return (words or "").replace("２", "2").replace(" ", "").replace("-", "").replace("·", "")

    rows = conn.exec_driver_sql("SELECT id, name, alias, note, address FROM person").all()
    words = plain(text)
    if len(words) < 2:
        return set()
    return {row_text(row) for row, *texts in rows if any(words in plain(one) for one in texts)}


def test_an_index_changes_neither_dump_nor_digest_nor_verdict() -> None:
    office = Office()
    row = office.add("person", name="张伟", phone="13812345678")
    office.change("person", row, phone="13912345678")
    with office.engine.connect() as conn:
        before = list(dump(conn))
    office.index()
    office.find("张伟")
    with office.engine.connect() as conn:
        assert list(dump(conn)) == before
        assert list(verify(conn)) == []


@pytest.fixture(scope="module")
def county() -> Iterator[tuple[Office, dict[str, dict[str, str]]]]:
    """20,000 people, indexed."""
    office = Office()
    everybody: dict[str, dict[str, str]] = {}
    pending = list(people(20_000, seed=7))
    for start in range(0, len(pending), 250):
        with office.recording() as recorder:
            for person in pending[start : start + 250]:
                everybody[recorder.create("person", person)] = person
    office.index()
    yield office, everybody
    office.engine.dispose()


def test_everybody_in_a_county_is_found_by_each_of_their_marks(
    county: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, everybody = county
    for row in random.Random(1).sample(sorted(everybody), 150):
        person = everybody[row]
        number, phone, name = person["id_number"], person["phone"], person["name"]
        for text in (number, number.lower(), phone, number[-4:], phone[-4:], number[:14], name, name[1:]):
            assert row in office.ids(text), text
        assert row in office.ids(person["address"][3:])
        assert office.find(number)[0].id == row
        assert office.find(name)[0].title == name


def test_namesakes_are_counted_right(county: tuple[Office, dict[str, dict[str, str]]]) -> None:
    office, everybody = county
    names = Counter(person["name"] for person in everybody.values())
    surnames = Counter(person["name"][0] for person in everybody.values())
    for name, count in [*names.most_common(5), ("张伟", names["张伟"])]:
        hits = office.find(name, limit=EVERYTHING)
        assert sum(hit.rank == Rank.NAME for hit in hits) == count > 0
    for surname in "张曾覃":
        hits = office.find(surname, limit=EVERYTHING)
        assert sum(hit.rank == Rank.NAME_PREFIX for hit in hits) == surnames[surname]
    for initials, name in (("zw", "张伟"), ("zm", "曾敏"), ("ozq", "区志强")):
        assert names[name] <= sum(hit.title == name for hit in office.find(initials, limit=EVERYTHING))


def test_in_a_county_the_index_and_looking_through_agree(
    county: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, _ = county
    with office.engine.begin() as conn:
        for text in ("张伟", "0019", "百业中心1"):
            assert found(conn, text) == looked_through(conn, text)


def test_a_limit_costs_no_more_than_its_hits(county: tuple[Office, dict[str, dict[str, str]]]) -> None:
    """Fifty of thousands: as many rows are read as are shown, whatever else matches."""
    office, _ = county
    with office.engine.connect() as conn:
        for text in ("张", "z", "4509", "博白县"):
            read: list[int] = []
            conn.connection.driver_connection.set_progress_handler(lambda read=read: read.append(1), 1000)
            assert len(find(conn, text)) == 50
            conn.connection.driver_connection.set_progress_handler(None, 0)
            assert len(read) < 40, text
