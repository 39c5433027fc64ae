"""Words as search compares them: folded text, numbers, the terms of the index, and a query that was typed.

What matches is decided here and nowhere else: ``keys_of`` and ``phrases_of`` say under what a value stands in
the index, ``rank`` whether and how well it matches. Both stand on one folding. Knows values, no records.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum, IntEnum
from typing import NamedTuple

from desktop.casework.pinyin import typed_forms

LONGEST_QUERY = 10_000
_PHRASE = 64
_PART = 4
_PART_DIGITS = 3
_GRAM = 3
_TOKENS = re.compile(r"(?=([a-z0-9]{1,3}|[^a-z0-9]))")
_TAIL = re.compile(r"[a-z0-9]*\Z")
_LETTERS = re.compile(r"[a-zü]+")
_BETWEEN_NUMBERS = re.compile(r"[/、,;|\r\n\t]+|\s{2,}")
_LONG_RUN = re.compile(r"[a-z0-9]{7,}")
_APART = " \ue000 "
"""Stands between two fields in the phrase index, so that no phrase runs from one into the next."""

_END = "\ue001"
"""Begins the token that the last four characters of a number are; no query holds it."""


class Role(Enum):
    """How the text of a field is read."""

    NUMBER = "number"
    NAME = "name"
    NICKNAME = "nickname"
    TEXT = "text"


class Rank(IntEnum):
    """How well a record matches, best first."""

    NUMBER = 1
    NAME = 2
    NAME_PREFIX = 3
    NUMBER_PART = 4
    PINYIN = 5
    PINYIN_PREFIX = 6
    PHRASE = 7


class Query(NamedTuple):
    """What was typed, folded. ``number``: it may be one; ``part``: it may begin or end one; ``letters``: it
    may be pinyin.
    """

    text: str
    number: bool
    part: bool
    letters: str

    @property
    def phrase(self) -> bool:
        """Worth looking for inside texts: one letter or digit alone is not."""
        return len(self.text) > 1 or not self.text.isascii()


def folded(text: str) -> str:
    """Letters and digits alone, in the one form that all their spellings share: NFKC, no case, no spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain if plain.isalnum() else "".join(filter(str.isalnum, plain))


def parse(text_untrusted: str) -> Query | None:
    """A query of whatever was typed; ``None`` when there is no letter and no digit in it.

    What lies beyond 10,000 characters is not read.
    """
    text = folded(text_untrusted[:LONGEST_QUERY])
    if not text:
        return None
    letters = text.replace("ü", "v") if _LETTERS.fullmatch(text) else ""
    digits = sum(map(str.isdigit, text))
    part = text.isascii() and len(text) >= _PART and digits >= _PART_DIGITS
    return Query(text, digits > 0, part, letters)


def numbers_in(text: str) -> set[str]:
    """The folded numbers of a field: several may stand in it, and words may stand beside them."""
    found: set[str] = set()
    for piece in _BETWEEN_NUMBERS.split(unicodedata.normalize("NFKC", text)):
        whole = folded(piece)
        found |= {whole, *_LONG_RUN.findall(whole)}
        if len(chunks := [folded(chunk) for chunk in piece.split()]) > 1:
            found.update(chunk for chunk in chunks if _LONG_RUN.fullmatch(chunk))
    return found - {""}


def rank(role: Role, value: str, query: Query) -> Rank | None:
    """How well a value matches, or ``None``."""
    if role is Role.NUMBER and not query.number and value.isascii():
        return None
    text = folded(value)
    best = _number_rank(value, query) if role is Role.NUMBER else None
    if role in (Role.NAME, Role.NICKNAME):
        best = _name_rank(text, query, surname=role is Role.NAME)
    if best is None and query.phrase and query.text in text and _in_phrases(role, text):
        return Rank.PHRASE
    return best


def _number_rank(value: str, query: Query) -> Rank | None:
    found = numbers_in(value)
    if query.number and query.text in found:
        return Rank.NUMBER
    if query.part and any(
        number.isascii() and (number.startswith(query.text) or number.endswith(query.text))
        for number in found
    ):
        return Rank.NUMBER_PART
    return None


def _name_rank(text: str, query: Query, *, surname: bool) -> Rank | None:
    if text.startswith(query.text):
        return Rank.NAME if text == query.text else Rank.NAME_PREFIX
    if query.letters:
        forms = typed_forms(text, surname=surname)
        if query.letters in forms:
            return Rank.PINYIN
        if any(form.startswith(query.letters) for form in forms):
            return Rank.PINYIN_PREFIX
    return None


def _in_phrases(role: Role, text: str) -> bool:
    """Plain numbers are found by their ends; document numbers, which have words in them, also as phrases."""
    return role is not Role.NUMBER or not text.isascii()


# the index

NUMBER, NAME, PINYIN = "d", "n", "y"
"""The kinds of keys, each the first letter of its keys."""

KEYS = {
    Role.NUMBER: NUMBER,
    Role.NAME: NAME + PINYIN,
    Role.NICKNAME: NAME + PINYIN,
    Role.TEXT: "",
}
"""The kinds of keys that a field of a role has."""


def keys_of(role: Role, value: str) -> Iterator[str]:
    """The exact keys under which a value is found."""
    if role is Role.NUMBER:
        yield from (NUMBER + number for number in numbers_in(value))
    elif role in (Role.NAME, Role.NICKNAME) and (text := folded(value)):
        yield NAME + text
        yield from (PINYIN + form for form in typed_forms(text, surname=role is Role.NAME))


def phrases_of(role: Role, value: str) -> str:
    """The tokens of a value for the phrase index: its characters, and the ends of numbers."""
    text = folded(value)
    tokens: list[str] = _TOKENS.findall(text) if _in_phrases(role, text) else []
    if role is Role.NUMBER:
        tokens += (_END + number[-_PART:] for number in sorted(numbers_in(value)) if number.isascii())
    return " ".join(tokens)


def joined(phrases: list[str]) -> str:
    """The phrases of a record's fields as one text of the index."""
    return _APART.join(filter(None, phrases))


def end_query(query: Query) -> str:
    """The end of a number in the language of the phrase index: its last four characters."""
    return f'"{_END}{query.text[-_PART:]}"'


def phrase_query(query: Query) -> str:
    """The query in the language of the phrase index; its records may match, ``rank`` says whether they do.

    Every character is one token, a letter or digit with the two that follow it. The last ones of the query
    lack what follows: the token before them tells them, or its beginning when the run is that short.
    """
    text = query.text[:_PHRASE]
    tail = len(_TAIL.search(text)[0])  # type: ignore[index]
    dropped = min(max(tail - 1, 0), _GRAM - 1)
    tokens = _TOKENS.findall(text)[: len(text) - dropped]
    return '"' + " ".join(tokens) + '"' + ("*" if 0 < tail < _GRAM else "")
