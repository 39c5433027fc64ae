"""Where two texts differ, by characters: the pieces of each, and which stand in both.

Long texts are compared sentence by sentence first, and by characters only where sentences differ, so that the
time stays bounded. Knows no record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_BY_CHARACTER = 160_000
"""Above this product of lengths two passages are not compared by characters."""
_SENTENCES = re.compile(r"[^。！？；\n]*[。！？；\n]|[^。！？；\n]+")
_MOST_SENTENCES = 2_000


class Piece(NamedTuple):
    """A part of a text. ``same``: it stands in the other text too, at this place."""

    text: str
    same: bool


def differences(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """The pieces of two texts, in order; put together again they are the texts."""
    left: list[Piece] = []
    right: list[Piece] = []
    for mine, theirs, same in _compared(one, other):
        left += [Piece(mine, same)] if mine else []
        right += [Piece(theirs, same)] if theirs else []
    return _joined(left), _joined(right)


def _compared(one: str, other: str) -> Iterator[tuple[str, str, bool]]:
    if len(one) * len(other) <= _BY_CHARACTER:
        yield from _matched(one, other)
        return
    mine, theirs = _SENTENCES.findall(one), _SENTENCES.findall(other)
    if max(len(mine), len(theirs)) > _MOST_SENTENCES:
        yield one, other, one == other
        return
    for left, right, same in _blocks(mine, theirs):
        passage, against = "".join(left), "".join(right)
        if same or len(passage) * len(against) > _BY_CHARACTER:
            yield passage, against, same
        else:
            yield from _matched(passage, against)


def _matched(one: str, other: str) -> Iterator[tuple[str, str, bool]]:
    for left, right, same in _blocks(one, other):
        yield "".join(left), "".join(right), same


def _blocks(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str], bool]]:
    for what, start, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        yield one[start:end], other[first:last], what == "equal"


def _joined(pieces: list[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].same == piece.same:
            found[-1] = Piece(found[-1].text + piece.text, piece.same)
        else:
            found.append(piece)
    return found
