"""What a vector is in a file: a name, one line why, its input, and the result that every reader must come to."""

from __future__ import annotations

import re
from typing import Any

Vector = dict[str, Any]

_REPEATS = re.compile(rb"(.{1,70}?)\1{63,}", re.DOTALL)


def vector(name: str, why: str, expect: dict[str, Any], data: bytes | None = None, **more: Any) -> Vector:
    """One vector; ``data`` is its input."""
    found: Vector = {"name": name, "why": why}
    if data is not None:
        found["input"] = parts(data)
    return found | more | {"expect": expect}


def refused(code: str) -> dict[str, Any]:
    """The expectation of a refusal. The code is this program's; other readers only have to refuse."""
    return {"refused": code}


def parts(data: bytes) -> list[Any]:
    """Bytes as text, as hex where they are none, long repeats written short."""
    found: list[Any] = []
    at = 0
    for repeat in _REPEATS.finditer(data):
        found += _plain(data[at : repeat.start()])
        found.append({"repeat": _plain(repeat[1])[0], "times": len(repeat[0]) // len(repeat[1])})
        at = repeat.end()
    return found + _plain(data[at:])


def _plain(data: bytes) -> list[Any]:
    if not data:
        return []
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return [{"hex": data.hex()}]
    plain = all(letter.isprintable() or letter in "\n\t" for letter in text)
    return [text] if plain else [{"hex": data.hex()}]
