"""The strength line says what a pattern tells, and no more."""

from __future__ import annotations

import pytest

from desktop.casefile.strength import strength

KNOWN = ("博白县市场监督管理局", "陈珍", "45092301001", "450923")


@pytest.mark.parametrize(
    ("text", "level", "reason"),
    [
        ("", "short", "length"),
        ("七个字符的口令", "short", "length"),
        ("        ", "short", "length"),
        ("aaaaaaaa", "weak", "repeats"),
        ("abcabcabc", "weak", "repeats"),
        ("12345678", "weak", "sequence"),
        ("１２３４５６７８", "weak", "sequence"),
        ("87654321", "weak", "sequence"),
        ("qwertyuiop", "weak", "sequence"),
        ("20200607", "weak", "digits"),
        ("13977501234", "weak", "digits"),
        ("password1", "weak", "common"),
        ("woaini1314", "weak", "common"),
        ("45092301001!", "weak", "known"),
        ("陈珍202006", "weak", "known"),
        ("东望大楼三层楼", "short", "length"),
        ("东望大楼三层楼梯", "fair", "length"),
        ("kR7-mm2x", "fair", "length"),
        ("kR7-mm2x.q", "good", ""),
        ("the second floor of the mall", "good", ""),
        ("陈珍在百业中心二楼看见三只白鹭飞", "good", ""),
    ],
)
def test_a_pattern_is_called_what_it_is(text: str, level: str, reason: str) -> None:
    assert strength(text, KNOWN) == (level, reason)
