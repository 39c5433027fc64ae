"""A raw value of a list as it stands on screen and in a workbook: masked, dated in Beijing time, named.

Knows columns and code tables; knows no database and no screen.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Any

from desktop.casework.codes import code_table, fold, region_name, usual_word
from desktop.casework.fields import choice_names
from desktop.casework.identity import clean_number
from desktop.casework.lists.columns import Claimed, Column
from desktop.casework.printing_words import local_time
from desktop.casework.titles import masked
from desktop.errors import RESOURCES
from desktop.forms.catalogue import FORMS

_NUMBER = re.compile(r"[0-9A-Z*]{5,}", re.IGNORECASE | re.ASCII)
_PHONE = re.compile(r"[0-9]{5,}", re.ASCII)
_GROUPING = re.compile(r"(?<=[0-9])[ \u3000-](?=[0-9])")


def shown(column: Column, value: Any, language: str, *, revealed: bool = False) -> str:
    """The text of a cell in ``zh`` or ``en``; "" for none.

    Times in Beijing time, money in 元, codes by their name, flags counted. Identity numbers keep their first
    six and last four characters, telephones their first three and last four, unless ``revealed``: then the
    caller writes the audit.
    """
    if value is None or value == "":
        return ""
    kind = column.kind
    if kind == "moment":
        return local_time(value).replace("T", " ")
    if kind == "money":
        return f"{Decimal(value).scaleb(-2):.2f}"
    if kind == "flags":
        return str(len(value)) if value else ""
    if kind.startswith("code:"):
        return code_label(kind[5:], value, language)
    if kind == "state":
        return state_label(value, language)
    if kind == "id_number":
        text = value if revealed else masked_number(value)
        return text + state_label("claimed", language) if isinstance(value, Claimed) else str(text)
    if kind == "phone":
        return str(value) if revealed else masked_phone(value)
    return str(value)


def masked_number(text: str) -> str:
    """Each number in a text with its middle hidden: 450923********0019."""
    return _NUMBER.sub(lambda found: masked(found[0]), _GROUPING.sub("", clean_number(text)))


def masked_phone(text: str) -> str:
    """A telephone number with its middle hidden: 138****1111; a short one keeps its last four."""
    plain = _GROUPING.sub("", unicodedata.normalize("NFKC", text))
    return _PHONE.sub(_mask_phone, plain)


def _mask_phone(found: re.Match[str]) -> str:
    number = found[0]
    first = 3 if len(number) >= 10 else 0
    return number[:first] + "*" * (len(number) - first - 4) + number[-4:]


def code_label(table: str, code: str, language: str) -> str:
    """The name of a code; a text that is no code of the table is shown as it was claimed."""
    if table == "forms":
        form = FORMS.get(code)
        return code if form is None else (form.title_zh if language == "zh" else form.title_en)
    found = code_table(table).codes.get(code)
    if found is not None:
        return usual_word(found)
    return (region_name(code) or code) if table == "regions" else code


def codes_meant(table: str, typed: str) -> list[str]:
    """Every text a column of this table may hold that ``typed`` is part of: codes, names and synonyms."""
    part = fold(typed)
    words: dict[str, None] = {}
    for code, names in _words(table).items():
        if any(part in fold(name) for name in names):
            words.update(dict.fromkeys((code, *names)))
    return list(words)


@lru_cache(maxsize=32)
def _words(table: str) -> dict[str, tuple[str, ...]]:
    if table == "forms":
        return {form.id: (form.title_zh, form.title_en) for form in FORMS.values()}
    return {code: (entry.name, *entry.synonyms) for code, entry in code_table(table).codes.items()}


@lru_cache(maxsize=1)
def _states() -> dict[str, dict[str, str]]:
    """The choices of acts, and what lists say besides."""
    with (RESOURCES / "lists" / "states.toml").open("rb") as file:
        return {**choice_names(), **tomllib.load(file)}


def state_label(state: str, language: str) -> str:
    """The words for a state; a state nobody knows is shown as it is."""
    found = _states().get(state)
    return state if found is None else found["zh" if language == "zh" else "en"]


def states_meant(typed: str) -> list[str]:
    """The states whose words in either language hold ``typed``."""
    part = fold(typed)
    return [
        state for state, words in _states().items() if any(part in fold(words[name]) for name in ("zh", "en"))
    ]
