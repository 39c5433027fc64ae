"""Sums of money in Chinese capitals (大写金额), as written on lists of seized cash.

Rule: 《正确填写票据和结算凭证的基本规定》 (中国人民银行): 整 after 元 and after 角, none after 分; 零 where
zeros stand between digits and where 角 is zero but 分 is not. Where that rule leaves 零 to choice, none is
written. Knows nothing of forms.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ((1000, "仟"), (100, "佰"), (10, "拾"))
LIMIT = Decimal(10) ** 16  # 9999万亿 and all below it


def _below_ten_thousand(number: int) -> str:
    words, gap = "", False
    for value, unit in (*_PLACES, (1, "")):
        digit, number = divmod(number, value)
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + unit
        gap = not digit
    return words


def _whole(number: int) -> str:
    for value, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= value:
            high, low = divmod(number, value)
            zero = "零" if 0 < low < value // 10 else ""
            return _whole(high) + unit + zero + (_whole(low) if low else "")
    return _below_ten_thousand(number)


def capital_amount(yuan: Decimal | int | str) -> str:
    """``yuan`` in capitals, with 元, 角 and 分: 1409.50 → 壹仟肆佰零玖元伍角整.

    Raises ``ValueError`` for text that is no amount, a part below one 分, or a sum of 10^16 yuan and more.
    """
    try:
        amount = Decimal(yuan)
        cents = amount * 100
        exact = amount.is_finite() and cents == int(cents)
    except (InvalidOperation, ValueError) as error:
        raise ValueError("not an amount of money") from error
    if not exact or abs(amount) >= LIMIT:
        raise ValueError("not an amount of money down to one cent and below ten to the sixteenth")
    whole, part = divmod(abs(int(cents)), 100)
    tenths, hundredths = divmod(part, 10)
    words = _whole(whole) + "元" if whole else ""
    if tenths:
        words += _DIGITS[tenths] + "角"
    elif hundredths and whole:
        words += "零"
    words += _DIGITS[hundredths] + "分" if hundredths else "整"
    return ("负" if amount < 0 else "") + ("零元整" if words == "整" else words)


def plain_amount(yuan: Decimal | int | str) -> str:
    """``yuan`` as ¥128,600.00. Raises ``ValueError`` as :func:`capital_amount` does."""
    capital_amount(yuan)
    return f"¥{Decimal(yuan):,.2f}"
