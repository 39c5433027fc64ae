"""Code tables are data with a source: each word means one code, and what is in none is told so."""

from __future__ import annotations

import tomllib

import pytest

from desktop.casework.codes import code_table, fold, region_name
from desktop.errors import RESOURCES

TABLES = [
    "regions",
    "ethnic_groups",
    "sex",
    "document_types",
    "dispositions",
    "roles",
    "police_branches",
    "yes_no",
    "authorities",
    "record_kinds",
]
FIVE_CITIES = {"450900": 7, "450500": 4, "440800": 9, "440900": 5, "460100": 4}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_says_where_it_is_from_and_how_sure_each_entry_is(name: str) -> None:
    table = code_table(name)
    assert table.title
    assert table.source
    assert table.codes
    assert {code.certainty for code in table.codes.values()} <= {"V", "W", "M-high", "M-med", "M-low"}


@pytest.mark.parametrize("name", [name for name in TABLES if name != "regions"])
def test_no_word_of_a_table_means_two_codes(name: str) -> None:
    meaning: dict[str, str] = {}
    for code, entry in code_table(name).codes.items():
        for word in {fold(word) for word in (entry.name, *entry.synonyms, code)}:
            assert meaning.setdefault(word, code) == code, word


def test_every_table_in_the_folder_can_be_read() -> None:
    for path in (RESOURCES / "codes").glob("*.toml"):
        if "codes" in tomllib.loads(path.read_text("utf-8")):
            assert code_table(path.stem).codes


def test_words_are_found_by_name_synonym_and_code() -> None:
    assert [code_table("sex").code_of(text) for text in ("男", " 男性", "1", "f")] == ["1", "1", "1", "2"]
    assert code_table("ethnic_groups").code_of("壮族") == code_table("ethnic_groups").code_of("壮") == "08"
    assert code_table("document_types").code_of("身份证") == "111"
    assert code_table("dispositions").code_of("某种处置") is None


def test_all_fifty_six_ethnic_groups_are_there() -> None:
    codes = set(code_table("ethnic_groups").codes)
    assert {f"{number:02d}" for number in range(1, 57)} | {"97", "98"} == codes


def test_the_five_cities_have_all_their_counties_and_every_region_its_parent() -> None:
    codes = code_table("regions").codes
    for city, counties in FIVE_CITIES.items():
        assert sum(code.parent == city for code in codes.values()) == counties
    assert all(code.parent is None or code.parent in codes for code in codes.values())
    assert sum(code.endswith("0000") for code in codes) == 35


def test_a_region_is_named_as_closely_as_it_is_known() -> None:
    assert region_name("450923") == "博白县"
    assert region_name("450924") == "兴业县"
    assert region_name("450999") == "玉林市"
    assert region_name("522401") == "贵州省"
    assert region_name("999999") is None
