"""What is wrong with the input of an act is said in the language of the session, and never with the value."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from desktop.casework.acts.catalogue import ACTS
from desktop.casework.acts.faults import problem_words


def _problem(act: str, value: Any, language: str) -> str:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, ACTS[act].input)
    return problem_words(caught.value, language)


@pytest.mark.parametrize(
    ("act", "value", "zh", "en"),
    [
        ("lead.open", {}, "缺少必填项 source", "Object missing required field `source`"),
        ("record.withdraw", {"李四": 1}, "没有名为 李四 的项目", "Object contains unknown field `李四`"),
        (
            "record.withdraw",
            {"kind": 5},
            "应为文字，给出的是整数（$.kind）",
            "Expected `str`, got `int` - at `$.kind`",
        ),
        ("number.lease", {"series": "文", "year": []}, "应为整数，给出的是列表（$.year）", "$.year"),
        (
            "directive.issue",
            {"nature": "李四"},
            "内容不在可选范围内（$.nature）",
            "Invalid value - at `$.nature`",
        ),
        ("record.withdraw", 7, "应为对象，给出的是整数", "Expected `object`, got `int`"),
    ],
)
def test_faults_are_put_into_words(act: str, value: Any, zh: str, en: str) -> None:
    assert _problem(act, value, "zh") == zh
    assert en in _problem(act, value, "en")
