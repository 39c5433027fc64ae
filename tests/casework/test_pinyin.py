"""Names as they are typed in Latin letters; the surname table and why there is one."""

from __future__ import annotations

import re

import pytest

from desktop.casework.pinyin import readings, surnames, typed_forms


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张伟", "zhangwei", "zw"),
        ("曾丽", "zengli", "zl"),
        ("解勇", "xieyong", "xy"),
        ("仇英", "qiuying", "qy"),
        ("区志强", "ouzhiqiang", "ozq"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("查良镛", "zhaliangyong", "zly"),
        ("朴槿惠", "piaojinhui", "pjh"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("盖叫天", "gaijiaotian", "gjt"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟卨", "moqixie", "mqx"),
        ("贠小苏", "yunxiaosu", "yxs"),
        ("吕丽", "lvli", "ll"),
        ("覃丹", "qindan", "qd"),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, full: str, initials: str) -> None:
    assert {full, initials} <= typed_forms(name)


def test_a_surname_has_none_of_its_other_readings() -> None:
    assert not {"cengli", "danli", "wanqixie", "yuwei"} & (
        typed_forms("曾丽") | typed_forms("单丽") | typed_forms("万俟卨") | typed_forms("王伟")
    )


def test_a_given_name_has_all_its_readings() -> None:
    assert {"zhangle", "zhangyue", "zl", "zy"} <= typed_forms("张乐")
    assert {"lihang", "lixing"} <= typed_forms("李行")


def test_a_nickname_may_begin_with_any_reading() -> None:
    assert {"danshenhan", "shanshenhan"} <= typed_forms("单身汉", surname=False)


def test_a_long_name_costs_no_more_than_its_length() -> None:
    name = "阿卜杜热合曼买买提托合提艾合买提"
    forms = typed_forms(name)
    assert len(forms) < 100
    assert any(form.startswith("abudurehe") for form in forms)
    assert len(typed_forms("乐" * 10_000)) < 100


@pytest.mark.parametrize("name", ["", "Mike", "123", "ミキ", "ئابدۇ"])
def test_what_is_not_chinese_has_no_pinyin(name: str) -> None:
    assert typed_forms(name) == frozenset()


def test_letters_in_a_chinese_name_stand_for_themselves() -> None:
    assert "aq" in typed_forms("阿q")


def test_every_entry_of_the_table_can_be_read_and_cut_into_syllables() -> None:
    assert len(surnames()) > 120
    for name, found in surnames().items():
        assert found, name
        assert all(re.fullmatch("[a-z]+", reading) for reading in found), name
        assert set(found) <= {form.removesuffix("wei") for form in typed_forms(name + "伟")}, name


def test_where_the_dictionary_has_one_reading_only_the_table_adds_to_it() -> None:
    for name, found in surnames().items():
        if len(name) == 1 and len(readings(name)) == 1:
            assert set(found) > set(readings(name)) or not set(found) & set(readings(name)), name
