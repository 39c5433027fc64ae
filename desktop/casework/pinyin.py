"""How a Chinese name is typed in Latin letters: full pinyin and initials, surnames by their own readings.

Surnames are read as ``resources/names/surnames.toml`` says; given names by every reading of each character,
because nobody can tell from 乐 whether a person is called le or yue. Knows names, not records.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from itertools import product
from math import prod

from desktop.errors import RESOURCES

_MOST = 64
_LONGEST = 24


@cache
def surnames() -> dict[str, tuple[str, ...]]:
    """The readings of surnames that have their own, the compound ones among them; v is ü."""
    with (RESOURCES / "names" / "surnames.toml").open("rb") as file:
        groups = tomllib.load(file)["readings"].values()
    return {name: tuple(text.split()) for group in groups for name, text in group.items()}


@cache
def _longest_surname() -> int:
    return max(map(len, surnames()))


@cache
def readings(character: str) -> tuple[str, ...]:
    """All readings of a character without tones, the usual one first; none if it is no Chinese character."""
    from pypinyin import Style, pinyin  # its dictionaries take 0.2 s to load, so not before they are needed

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(found[0]) if found else ()


@lru_cache(maxsize=8192)
def typed_forms(name: str, *, surname: bool = True) -> frozenset[str]:
    """Full pinyin and initials of a folded name; nothing when it has no Chinese character.

    ``surname``: the name begins with one. Names with more than 64 combinations vary one character at a time.
    """
    name = name[:_LONGEST]
    if name.isascii() or not any(map(readings, name)):
        return frozenset()
    parts = _parts(name) if surname else [_of_character(letter) for letter in name]
    return frozenset(
        form
        for combination in _combinations(parts)
        for form in ("".join(full for full, _ in combination), "".join(first for _, first in combination))
    )


_Part = tuple[tuple[str, str], ...]
"""The readings of one character or surname, each in full and by its initials."""


def _parts(name: str) -> list[_Part]:
    for length in range(min(_longest_surname(), len(name)), 0, -1):
        head = name[:length]
        if head in surnames():
            first = tuple((reading, _initials(head, reading)) for reading in surnames()[head])
            return [first, *map(_of_character, name[length:])]
    return [_of_character(letter) for letter in name]


def _initials(surname: str, reading: str) -> str:
    """The first letters of each syllable; a compound surname is cut where its characters' readings say."""
    if len(surname) == 1:
        return reading[0]
    for combination in product(*map(readings, surname)):
        if "".join(combination) == reading:
            return "".join(part[0] for part in combination)
    raise ValueError(f"{surname} is not read {reading}")


def _of_character(letter: str) -> _Part:
    found = readings(letter) or (letter,)
    return tuple((reading, reading[0]) for reading in found)


def _combinations(parts: list[_Part]) -> list[tuple[tuple[str, str], ...]]:
    if prod(map(len, parts)) <= _MOST:
        return list(product(*parts))
    usual = [part[0] for part in parts]
    found = [tuple(usual)]
    for place, part in enumerate(parts):
        found += [(*usual[:place], other, *usual[place + 1 :]) for other in part[1:]]
    return found
