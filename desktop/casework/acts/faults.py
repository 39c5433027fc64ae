"""What is wrong with the input of an act, in words: which field, what is wanted; never the value.

Puts the sentences of the typed reader (msgspec) into the language of the session. Knows no act.
"""

from __future__ import annotations

import re

import msgspec

_FIELD = re.compile(r"`([^`]{1,80})`")
_PATH = re.compile(r" - at `([^`]{1,200})`")
_TYPES = {
    "str": "文字",
    "int": "整数",
    "float": "数",
    "bool": "是或否（true、false）",
    "null": "空",
    "array": "列表",
    "object": "对象",
}


def problem_words(error: msgspec.ValidationError, language: str) -> str:
    """What is wrong, in ``zh`` or ``en``, with the place as a path (``$.title``)."""
    text = str(error)
    path = _PATH.search(text)
    place = "" if path is None else path[1]
    told = text[: path.start()] if path is not None else text
    if told.startswith("Invalid enum value"):  # what was given stands behind
        told = "Invalid value"
    if language != "zh":
        return told + (f" - at `{place}`" if place else "")
    return _chinese(told) + (f"（{place}）" if place else "")


def _chinese(told: str) -> str:
    names = _FIELD.findall(told)
    if told.startswith("Object missing required field") and names:
        return f"缺少必填项 {names[0]}"
    if told.startswith("Object contains unknown field") and names:
        return f"没有名为 {names[0]} 的项目"
    if told.startswith("Expected") and len(names) == 2:
        wanted, given = ("或".join(_TYPES.get(one, one) for one in name.split(" | ")) for name in names)
        return f"应为{wanted}，给出的是{given}"
    return "内容不在可选范围内" if told.startswith("Invalid") else "内容不符合要求"
