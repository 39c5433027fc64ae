"""Masked numbers show their ends and nothing else."""

from __future__ import annotations

import pytest

from desktop.casework.masking import masked


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("450923199001010019", "450923********0019"),
        ("44088119870207030X", "440881********030X"),
        ("450923900101001", "450923*****1001"),
        ("E12345678", "E1*****78"),
        ("1234", "1**4"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_its_ends(number: str, shown: str) -> None:
    assert masked(number) == shown
