"""Partial dates keep what is known and no more; typed dates are read or called ambiguous, never guessed."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.casework.partial_dates import (
    DateFault,
    PartialDate,
    decode_partial_date,
    encode_partial_date,
    typed_date,
    whole_years,
)

_DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize("text", ["2019", "2019-05", "2019-05-12"])
def test_the_text_of_a_partial_date_comes_back_as_it_was(text: str) -> None:
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "19",
        "2019-5",
        "2019-13",
        "2019-00",
        "2019-02-30",
        "2019-05-00",
        "2019-05-12 ",
        "1200",
        "\uff12019",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence will do
        PartialDate.parse(text)


def test_a_month_is_known_to_its_bounds_and_has_no_day() -> None:
    february = PartialDate(2020, 2)
    assert (february.earliest, february.latest) == (date(2020, 2, 1), date(2020, 2, 29))
    assert february.full is None
    assert PartialDate(2019, 12).latest == date(2019, 12, 31)
    assert PartialDate(2019).latest == date(2019, 12, 31)


def test_what_is_left_open_does_not_contradict() -> None:
    assert PartialDate(2019).agrees_with(PartialDate(2019, 5, 12))
    assert not PartialDate(2019, 6).agrees_with(PartialDate(2019, 5, 12))
    assert PartialDate(2019, 4).surely_before(PartialDate(2019, 5))
    assert not PartialDate(2019).surely_before(PartialDate(2019, 5))


def test_a_partial_date_cannot_be_changed_and_sorts_by_its_text() -> None:
    with pytest.raises(AttributeError):
        PartialDate(2019).year = 2020
    assert sorted([PartialDate(2019, 5), PartialDate(2019), PartialDate(2019, 5, 1)]) == [
        PartialDate(2019),
        PartialDate(2019, 5),
        PartialDate(2019, 5, 1),
    ]


def test_a_partial_date_travels_as_text_in_json() -> None:
    encoded = msgspec.json.encode({"birth": PartialDate(2019, 5)}, enc_hook=encode_partial_date)
    assert encoded == b'{"birth":"2019-05"}'
    decoded = msgspec.json.decode(encoded, type=dict[str, PartialDate], dec_hook=decode_partial_date)
    assert decoded == {"birth": PartialDate(2019, 5)}


@pytest.mark.parametrize(
    "text",
    [
        "2020-06-07",
        "2020/6/7",
        "2020.6.7",
        "2020年6月7日",
        "20200607",
        "43989",
        "2020年6月7号",
        " 2020 年 6 月 7 日 ",
        "２０２０－０６－０７",
        "2020/6/7 0:00:00",
        "2020-06-07T00:00:00",
    ],
)
def test_one_day_is_read_however_it_is_typed(text: str) -> None:
    assert typed_date(text).value == PartialDate(2020, 6, 7)


@pytest.mark.parametrize("text", ["6月7日", "0607", "6/7", "6-7", "06月07日"])
def test_a_day_without_a_year_takes_the_year_it_is_given_and_says_so(text: str) -> None:
    found = typed_date(text, assume_year=2020)
    assert found.value == PartialDate(2020, 6, 7)
    assert found.year_assumed
    assert typed_date(text).fault is DateFault.AMBIGUOUS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-05", "2019-05"),
        ("2019年5月", "2019-05"),
        ("2019/5", "2019-05"),
        ("2019.05", "2019-05"),
        ("201905", "2019-05"),
        ("2019年5月份", "2019-05"),
        ("2019", "2019"),
        ("2019年", "2019"),
    ],
)
def test_a_partial_date_stays_partial(text: str, expected: str) -> None:
    assert str(typed_date(text, assume_year=2020).value) == expected


@pytest.mark.parametrize(
    "text", ["15/05/20", "20-06-07", "20.6.7", "85年3月", "5/6/2020", "200607", "20年6月7日"]
)
def test_what_has_two_readings_is_ambiguous(text: str) -> None:
    found = typed_date(text, assume_year=2020)
    assert found.value is None
    assert found.fault is DateFault.AMBIGUOUS


@pytest.mark.parametrize("text", ["2019-02-29", "2020-13-01", "20201301", "2020年6月31日", "202013"])
def test_a_day_that_does_not_exist_is_impossible(text: str) -> None:
    assert typed_date(text).fault is DateFault.IMPOSSIBLE


@pytest.mark.parametrize(
    "text", ["", "去年", "2020年7日", "6.7", "99999", "123", "1234567", "2020-06-07-01", "年", "٢٠٢٠"]
)
def test_other_text_is_not_read(text: str) -> None:
    assert typed_date(text, assume_year=2020).fault is DateFault.UNREADABLE


@given(_DAYS)
def test_every_day_is_read_back_in_every_way_of_typing(day: date) -> None:
    for text in (
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    ):
        assert typed_date(text).value == PartialDate.of(day)


@given(st.text(max_size=12))
def test_no_text_makes_the_reader_fail_and_no_day_is_made_up(text: str) -> None:
    found = typed_date(text, assume_year=2020)
    assert (found.value is None) == (found.fault is not None)


def test_age_counts_whole_years() -> None:
    assert whole_years(date(2002, 6, 7), date(2020, 6, 7)) == 18
    assert whole_years(date(2002, 6, 8), date(2020, 6, 7)) == 17
    assert whole_years(date(2004, 2, 29), date(2022, 2, 28)) == 17
