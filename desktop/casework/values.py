"""What the values of records look like to people: times in Beijing, money in yuan, choices and codes by name.

Personal numbers are masked here and only here; whoever shows one in full notes it in the audit. Knows no Qt.
"""

from __future__ import annotations

from typing import Any

from desktop.casework.codes import code_table
from desktop.casework.fields import Field, choice_label
from desktop.casework.law import measures
from desktop.casework.lists.showing import masked_phone
from desktop.casework.printing_words import Besides
from desktop.casework.titles import masked
from desktop.casework.typed import shown_moment

PERSONAL = frozenset({"id_number", "id_number_claimed", "phone", "family_phone"})
"""Fields whose values are masked until somebody asks for them."""

_PHONES = frozenset({"phone", "family_phone"})
_LEDGERS = {"item": "property"}
_YES = {"zh": "是", "en": "yes"}
_NO = {"zh": "否", "en": "no"}


def value_shown(field: Field, value: Any, language: str, *, kind: str = "", revealed: bool = False) -> str:
    """A value of a record of ``kind`` as text; empty for nothing."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return (_YES if value else _NO)[language]
    what, _, name = field.editor.partition(":")
    if field.word in PERSONAL and not revealed:
        return masked_phone(str(value)) if field.word in _PHONES else masked(str(value))
    if what == "moment":
        return shown_moment(value)
    if what == "money":
        return f"{value / 100:,.2f}"
    if what == "measure":
        return _measure(value, language)
    if what == "code":
        return _coded(name, str(value))
    if field.word == "extra" and isinstance(value, list):
        return "\n".join(Besides(_LEDGERS.get(kind, "people"), dict(value)).rest())
    if isinstance(value, list):
        return "\n".join(map(_part, value))
    return choice_label(str(value), language) if what in ("choice", "text") else str(value)


def _measure(value: Any, language: str) -> str:
    found = measures().item(value) if isinstance(value, int) else None
    if found is None:
        return str(value)
    return f"（{'一二三四五六七八'[found.item - 1]}）{found.zh}" if language == "zh" else found.en


def _part(part: Any) -> str:
    """A part of a list: a flag by its column and reason, else the part itself."""
    if isinstance(part, dict):
        return "：".join(str(part[name]) for name in ("column", "reason") if part.get(name))
    return str(part)


def _coded(table: str, code: str) -> str:
    """The name of a code; a number of a standard stands behind it, a word of our own says nothing more."""
    known = code_table(table).codes.get(code)
    if known is None:
        return code
    return f"{known.name}（{code}）" if code.isdecimal() else known.name
