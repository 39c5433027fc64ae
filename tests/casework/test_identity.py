"""Identity numbers are checked by GB 11643; a wrong one is told apart by its fault and never mended."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.casework.identity import (
    IdFault,
    check_character,
    check_foreign_number,
    check_resident_number,
    clean_number,
    place_hint,
)

TODAY = date(2020, 6, 7)


def _number(region: int, birth: date, sequence: int) -> str:
    first = f"{region:06d}{birth:%Y%m%d}{sequence:03d}"
    return first + check_character(first)


_GOOD = st.builds(
    _number, st.integers(110000, 659999), st.dates(date(1900, 1, 1), date(2019, 12, 31)), st.integers(1, 999)
)


@pytest.mark.parametrize(
    ("text", "sex", "birth"),
    [
        ("450923198504120019", "1", "1985-04-12"),
        ("450902199010010023", "2", "1990-10-01"),
        ("450921197602293311", "1", "1976-02-29"),
        ("11010519491231002X", "2", "1949-12-31"),
        ("11010519491231002x", "2", "1949-12-31"),
        (" 450923 19850412 0019 ", "1", "1985-04-12"),
        ("４５０９２３１９８５０４１２００１９", "1", "1985-04-12"),
        ("'450923198504120019", "1", "1985-04-12"),
        ("450923\u200b19850412\u00a00019", "1", "1985-04-12"),
        ("450923-19850412-0019", "1", "1985-04-12"),
    ],
)
def test_a_good_number_tells_sex_and_birth_once_it_is_cleaned(text: str, sex: str, birth: str) -> None:
    found = check_resident_number(text, today=TODAY)
    assert (found.fault, found.sex, str(found.birth)) == (None, sex, birth)
    assert found.number == found.cleaned
    assert found.type_code == "111"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("450923198504120018", IdFault.CHECK_DIGIT),
        ("450923198504310019", IdFault.BIRTH_DATE),
        ("450923197502290019", IdFault.BIRTH_DATE),
        ("450923202006080019", IdFault.BIRTH_DATE),
        ("450923850412001", IdFault.FIFTEEN),
        ("45092319850412001", IdFault.LENGTH),
        ("4509231985041200190", IdFault.LENGTH),
        ("", IdFault.LENGTH),
        ("45092319850412001Y", IdFault.CHARACTERS),
        ("4509231985041200X9", IdFault.CHARACTERS),
        ("无", IdFault.CHARACTERS),
        ("٤٥٠٩٢٣١٩٨٥٠٤١٢٠٠١٩", IdFault.CHARACTERS),
        ("4.50923E+17", IdFault.ROUNDED),
        ("4.50923e17", IdFault.ROUNDED),
        ("450923198504120000", IdFault.ROUNDED),
        ("450923197003207000", IdFault.ROUNDED),
    ],
)
def test_a_wrong_number_is_named_and_nothing_in_it_is_believed(text: str, fault: IdFault) -> None:
    found = check_resident_number(text, today=TODAY)
    assert found.fault is fault
    assert (found.number, found.sex, found.birth, found.place) == (None, None, None, None)


def test_a_good_number_that_ends_in_zeros_is_good_but_said_to_be_doubtful() -> None:
    found = check_resident_number("450923198504139000", today=TODAY)
    assert (found.number, found.fault, found.perhaps_rounded) == ("450923198504139000", None, True)
    assert not check_resident_number("450923198504120019", today=TODAY).perhaps_rounded


@pytest.mark.parametrize(
    ("region", "type_code"),
    [(810000, "hk_macao_permit"), (820000, "hk_macao_permit"), (830000, "taiwan_permit")],
)
def test_residence_permits_are_good_numbers_with_their_own_type(region: int, type_code: str) -> None:
    found = check_resident_number(_number(region, date(1990, 1, 1), 21), today=TODAY)
    assert found.number is not None
    assert found.type_code == type_code
    assert found.place is not None


@pytest.mark.parametrize("region", [320219, 410381, 999999, 110103])
def test_a_region_nobody_knows_never_makes_a_number_wrong(region: int) -> None:
    found = check_resident_number(_number(region, date(1985, 1, 1), 21), today=TODAY)
    assert found.number is not None


def test_the_place_is_only_a_hint_and_may_be_absent() -> None:
    assert "博白" in (check_resident_number("450923198504120019", today=TODAY).place or "")
    assert place_hint("999999198501010019") is None
    assert place_hint("") is None


def test_foreign_papers_are_taken_without_a_check() -> None:
    assert check_foreign_number(" e1234 5678 ").number == "E12345678"
    assert check_foreign_number("H1234567(8)").number == "H1234567(8)"
    assert check_foreign_number("护照").fault is IdFault.CHARACTERS
    assert check_foreign_number("1.23E+10").fault is IdFault.ROUNDED


@given(_GOOD)
def test_every_number_with_its_check_character_is_good(number: str) -> None:
    assert check_resident_number(number, today=TODAY).number == number


@given(_GOOD, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, digit: str) -> None:
    changed = number[:place] + digit + number[place + 1 :]
    if changed != number:
        assert check_resident_number(changed, today=TODAY).number is None


@given(st.text(max_size=24))
def test_no_text_makes_the_check_fail_and_nothing_is_mended(text: str) -> None:
    found = check_resident_number(text, today=TODAY)
    assert (found.number is None) == (found.fault is not None)
    assert found.cleaned == clean_number(text)
    assert found.number in (None, found.cleaned)


@pytest.mark.parametrize("text", ["", "4509231985041200", "45092319850412001X", "4509231985041200１"])
def test_a_check_character_needs_seventeen_digits(text: str) -> None:
    with pytest.raises(ValueError, match="17"):
        check_character(text)
