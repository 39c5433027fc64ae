"""What the fields of records and acts are called and how they are typed: one description for every screen.

Names are data (``resources/fields/words.toml``); which fields an act has, and which it needs, come from its
own input type. Knows no Qt.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from typing import Any, Literal, get_args, get_origin

import msgspec

from desktop.casework.acts.catalogue import act_kind
from desktop.errors import RESOURCES
from desktop.models.schema import by_kind


class Field(msgspec.Struct, frozen=True):
    """One field: its word, its names, how it is typed, whether an act refuses to go without it."""

    word: str
    zh: str
    en: str
    editor: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    hint_zh: str = ""
    hint_en: str = ""

    def label(self, language: str) -> str:
        """The name in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en

    def hint(self, language: str) -> str:
        """What to mind when typing it; may be empty."""
        return self.hint_zh if language == "zh" else self.hint_en


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads((RESOURCES / "fields" / "words.toml").read_text("utf-8"))


def choice_names() -> dict[str, dict[str, str]]:
    """What each choice is called, by language."""
    found: dict[str, dict[str, str]] = _data()["choices"]
    return found


def choice_label(value: str, language: str) -> str:
    """The name of a choice; the word itself when it has none."""
    found = choice_names().get(value)
    return value if found is None else str(found[language])


@cache
def record_field(kind: str, word: str) -> Field:
    """A field of a record. Raises ``KeyError`` for a word without a name: a bug, and a test looks for it."""
    special = _data()["kind"].get(kind, {}).get(word, {})
    return Field(**{"word": word, **_data()["words"][word], **special})


@cache
def record_fields(kind: str) -> tuple[Field, ...]:
    """The fields of a kind of record, in the order of its model."""
    return tuple(record_field(kind, word) for word in by_kind()[kind].columns)


@cache
def act_fields(act: str) -> tuple[Field, ...]:
    """The fields of an act, in the order of its input. Raises ``UserError`` for an unknown act."""
    special = _data()["act"].get(act, {})
    made = []
    for item in msgspec.structs.fields(act_kind(act).input):
        values = {"word": item.name, **_data()["words"][item.name], **special.get(item.name, {})}
        choices = _choices(item.type)
        if choices and "editor" not in special.get(item.name, {}):
            values["editor"] = "choice"
        made.append(Field(**values, required=item.required, choices=choices))
    return tuple(made)


def _choices(kind: Any) -> tuple[str, ...]:
    return tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()
