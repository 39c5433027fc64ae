"""Folding, queries and the terms of the index: what is typed in any spelling meets what was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.casework.search_words import (
    Query,
    Rank,
    Role,
    folded,
    joined,
    numbers_in,
    parse,
    phrase_query,
    phrases_of,
    rank,
)

LETTERS = st.text("ab1２张伟号 -·，\u00e9\u2c35\U0002c35b", max_size=12)


def _query(text: str) -> Query:
    query = parse(text)
    assert query is not None
    return query


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("４５０９２３ 19900101-001x", "45092319900101001x"),
        ("买买提·艾力", "买买提艾力"),
        ("iPhone 12 Pro", "iphone12pro"),
        ("博市监强制〔2020〕3号", "博市监强制20203号"),
        ("\0张\ud800伟\u200b", "张伟"),
        ('"*^NEAR(', "near"),
        ("_ - \n", ""),
    ],
)
def test_all_spellings_share_one_form(text: str, one: str) -> None:
    assert folded(text) == one


@pytest.mark.parametrize("text", ["", " ", '"', "*", "\0", "\ud800", "〔〕", "--"])
def test_nothing_to_look_for_is_no_query(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "number", "part", "letters"),
    [
        ("0019", True, True, ""),
        ("030x", True, True, ""),
        ("019", True, False, ""),
        ("3号", True, False, ""),
        ("张伟", False, False, ""),
        ("zw", False, False, "zw"),
        ("Lü", False, False, "lv"),
        ("xi'an", False, False, "xian"),
    ],
)
def test_a_query_says_what_it_may_be(text: str, number: bool, part: bool, letters: str) -> None:
    assert _query(text)[1:] == (number, part, letters)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("138 1234 5678", {"13812345678"}),
        ("13812345678/0775-8231234", {"13812345678", "07758231234"}),
        ("13812345678 13912345678", {"1381234567813912345678", "13812345678", "13912345678"}),
        ("450923199001010019（已注销）", {"450923199001010019已注销", "450923199001010019"}),
        ("13812345678、13912345678；", {"13812345678", "13912345678"}),
        ("——", set()),
    ],
)
def test_the_numbers_of_a_field_are_found_one_by_one(text: str, numbers: set[str]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    ("role", "value", "text", "wanted"),
    [
        (Role.NUMBER, "450923199001010019", "450923 1990 0101 0019", Rank.NUMBER),
        (Role.NUMBER, "450923199001010019", "450923", Rank.NUMBER_PART),
        (Role.NUMBER, "44088119870207030X", "030x", Rank.NUMBER_PART),
        (Role.NUMBER, "450923199001010019", "1990", None),
        (Role.NUMBER, "450923199001010019", "019", None),
        (Role.NUMBER, "博市监强制〔2020〕3号", "博市监强制(2020)3号", Rank.NUMBER),
        (Role.NUMBER, "博市监强制〔2020〕3号", "强制2020", Rank.PHRASE),
        (Role.NAME, "张伟", "张 伟", Rank.NAME),
        (Role.NAME, "张伟明", "张伟", Rank.NAME_PREFIX),
        (Role.NAME, "张伟", "伟", Rank.PHRASE),
        (Role.NAME, "张伟", "zw", Rank.PINYIN),
        (Role.NAME, "张伟", "Zhang Wei", Rank.PINYIN),
        (Role.NAME, "张伟明", "zw", Rank.PINYIN_PREFIX),
        (Role.NAME, "张伟", "w", None),
        (Role.NAME, "单丽", "dl", None),
        (Role.NICKNAME, "单丽", "dl", Rank.PINYIN),
        (Role.TEXT, "百业中心二楼", "中心 二", Rank.PHRASE),
        (Role.TEXT, "Apple iPhone 12", "iphone", Rank.PHRASE),
        (Role.TEXT, "电话 138-1234-5678", "13812345678", Rank.PHRASE),
        (Role.TEXT, "3号楼", "3", None),
        (Role.TEXT, "张伟", "zw", None),
    ],
)
def test_a_value_matches_by_its_role(role: Role, value: str, text: str, wanted: Rank | None) -> None:
    assert rank(role, value, _query(text)) is wanted


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE t USING fts5 (body, content = '', tokenize = 'ascii')")
    yield conn
    conn.close()


@given(fields=st.lists(LETTERS, max_size=3), text=LETTERS)
@example(fields=["张", "", "伟"], text="张伟")
@example(fields=["1２", "3a"], text="23")
def test_the_phrase_index_finds_what_stands_inside_a_field(
    index: sqlite3.Connection, fields: list[str], text: str
) -> None:
    """Exactly the fields that hold the query, one field at a time: no phrase runs into the next."""
    query = parse(text)
    if query is None or not query.phrase:
        return
    index.execute("INSERT INTO t (t) VALUES ('delete-all')")
    index.execute(
        "INSERT INTO t (rowid, body) VALUES (1, ?)", (joined([phrases_of(Role.TEXT, f) for f in fields]),)
    )
    hits = index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (phrase_query(query),)).fetchone()[0]
    assert bool(hits) == any(query.text in folded(field) for field in fields)


@given(st.text())
def test_any_text_is_a_question_the_index_understands(index: sqlite3.Connection, text: str) -> None:
    query = parse(text)
    if query is not None:
        index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (phrase_query(query),)).fetchall()
