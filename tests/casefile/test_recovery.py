"""The printed recovery key is forgiving to the eye and strict in its check."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.casefile.recovery import (
    ALPHABET,
    new_recovery_bytes,
    read_from_paper,
    recovery_bytes,
    recovery_text,
)
from desktop.errors import UserError


@given(st.binary(min_size=20, max_size=20))
def test_what_is_printed_reads_back(secret: bytes) -> None:
    assert recovery_bytes(recovery_text(secret)) == secret


def test_case_spaces_full_width_and_look_alike_letters_are_forgiven() -> None:
    secret = bytes(20)
    printed = recovery_text(secret)
    assert set(printed) == {"0", "-"}
    for typed in (printed.replace("0", "O"), printed.replace("0", "o").replace("-", " "), f" {printed}\n"):
        assert recovery_bytes(typed) == secret
    other = recovery_text(new_recovery_bytes())
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in other)
    assert recovery_bytes(wide) == recovery_bytes(other.lower().replace("-", "")) == recovery_bytes(other)


def test_every_single_wrong_character_is_noticed() -> None:
    printed = recovery_text(secrets.token_bytes(20)).replace("-", "")
    for place in range(len(printed)):
        for letter in ALPHABET:
            if letter != printed[place]:
                with pytest.raises(UserError) as caught:
                    recovery_bytes(printed[:place] + letter + printed[place + 1 :])
                assert caught.value.code == "casefile.recovery_mistyped"


@pytest.mark.parametrize(
    "typed_untrusted", ["", "U" * 33, "0" * 32, "0" * 34, "恢复密钥", "0" * 10_000, "\0" * 33]
)
def test_anything_else_is_a_typing_mistake(typed_untrusted: str) -> None:
    with pytest.raises(UserError) as caught:
        recovery_bytes(typed_untrusted)
    assert caught.value.code == "casefile.recovery_mistyped"


def test_the_last_groups_show_that_somebody_holds_the_sheet() -> None:
    printed = recovery_text(bytes(20))
    assert read_from_paper(printed, printed[-6:])
    assert read_from_paper(printed, " oooo o")
    for typed in ("", "0", "0000", "00001", "000000", printed):
        assert not read_from_paper(printed, typed)
