"""Sums of money in capitals, from one 分 to thousands of 万亿."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.forms.cash import capital_amount, plain_amount


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.11", "壹角壹分"),
        ("1.01", "壹元零壹分"),
        ("10", "壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("128600", "壹拾贰万捌仟陆佰元整"),
        ("10001", "壹万零壹元整"),
        ("100000000", "壹亿元整"),
        ("1000007000", "壹拾亿零柒仟元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000000000001.05", "壹万亿零壹元零伍分"),
        ("1234500000000", "壹万贰仟叁佰肆拾伍亿元整"),
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("-3.2", "负叁元贰角整"),
    ],
)
def test_amounts_are_written_as_the_rule_for_bills_says(amount: str, words: str) -> None:
    assert capital_amount(amount) == words


@pytest.mark.parametrize("amount", ["", "约三万", "1.001", "NaN", "Infinity", "1e16", "<b>"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        capital_amount(amount)


def _read(words: str) -> Decimal:
    """An independent reader of capitals: sums up what the characters say."""
    digits = {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
    whole, _, part = words.rpartition("元") if "元" in words else ("", "", words)

    def below(text: str) -> int:
        total = digit = 0
        for char in text:
            if char in digits:
                digit = digits[char]
            else:
                total += digit * {"拾": 10, "佰": 100, "仟": 1000}[char]
                digit = 0
        return total + digit

    def read(text: str) -> int:
        for unit, value in (("亿", 10**8), ("万", 10**4)):
            if unit in text:
                high, _, low = text.rpartition(unit)
                return read(high) * value + read(low)
        return below(text)

    tenth = re.search("(.)角", part)
    cent = re.search("(.)分", part)
    cents = (digits[tenth[1]] * 10 if tenth else 0) + (digits[cent[1]] if cent else 0)
    return Decimal(read(whole) * 100 + cents) / 100


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_capitals_read_back_to_the_same_sum(cents: int) -> None:
    amount = Decimal(cents) / 100
    words = capital_amount(amount)
    assert _read(words) == amount
    assert "零零" not in words


def test_the_plain_sum_has_its_sign_and_separators() -> None:
    assert plain_amount("128600") == "¥128,600.00"
