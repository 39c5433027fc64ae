"""Which kinds and fields are searched, how each is read, and what a hit shows. The one place to change that.

A change here needs another ``search_index.VERSION``, so that existing case files are indexed anew. Knows the
schema's kinds and field words, no SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from desktop.casework.lists.showing import masked_number
from desktop.casework.search_words import Role

_LONGEST_TITLE = 80
_MASKED = frozenset({"id_number", "id_number_claimed"})


class Owner(NamedTuple):
    """Whose record a hit is, when not the found row's own: the row that ``field`` points to."""

    field: str
    kind: str


class Subject(NamedTuple):
    """One searched kind.

    ``code``: a letter, unique and never reused: it begins the kind's keys. ``title`` is the first of these
    fields that is filled; ``subtitle`` likewise, group by group.
    """

    kind: str
    code: str
    fields: Mapping[str, Role]
    title: tuple[str, ...] = ()
    subtitle: tuple[tuple[str, ...], ...] = ()
    owner: Owner | None = None

    @property
    def shown(self) -> set[str]:
        """The fields that titles are made of."""
        return {*self.title, *(field for group in self.subtitle for field in group)}


_NUMBER, _NAME, _NICKNAME, _TEXT = Role.NUMBER, Role.NAME, Role.NICKNAME, Role.TEXT

SUBJECTS = (
    Subject(
        "officer", "o",
        {"name": _NAME, "credential": _NUMBER, "position": _TEXT, "note": _TEXT},
        ("name",), (("credential",), ("position",), ("branch",)),
    ),
    Subject(
        "case", "c",
        {"title": _TEXT, "case_no": _NUMBER, "cause": _TEXT, "party": _NAME},
        ("title", "case_no"), (("case_no",), ("party",), ("filed_at",)),
    ),
    Subject(
        "lead", "l",
        {"summary": _TEXT, "place": _TEXT, "source": _TEXT, "reporter_alias": _NICKNAME},
        ("summary",), (("place",), ("received_at",)),
    ),
    Subject(
        "raid", "r",
        {"title": _TEXT, "place": _TEXT, "situation": _TEXT},
        ("title", "place"), (("place",), ("started_at",)),
    ),
    Subject(
        "property_list", "s",
        {"party": _NAME, "place": _TEXT, "witness": _NAME, "storage": _TEXT},
        ("party", "place"), (("place",), ("started_at",)),
    ),
    Subject("document", "d", {"number": _NUMBER}, ("number", "form"), (("issued_at",),)),
    Subject("attachment", "a", {"name": _TEXT}, ("name",)),
    Subject(
        "person", "p",
        {
            "name": _NAME, "alias": _NICKNAME, "id_number": _NUMBER, "id_number_claimed": _NUMBER,
            "phone": _NUMBER, "family_phone": _NUMBER, "family_name": _NAME, "household": _TEXT,
            "address": _TEXT, "note": _TEXT,
        },
        ("name", "alias"), (("id_number", "id_number_claimed"), ("household", "address")),
    ),
    Subject(
        "presence", "u",
        {"upline_claimed": _NAME, "site_number": _NUMBER},
        ("site_number",), (("upline_claimed",),), Owner("person", "person"),
    ),
    Subject(
        "item", "i",
        {"name": _TEXT, "spec": _TEXT, "source": _TEXT, "note": _TEXT},
        ("name",), (("spec",), ("quantity",), ("source",)),
    ),
    Subject(
        "directive", "t",
        {"content": _TEXT, "number": _NUMBER, "signatory": _NAME, "closing": _TEXT},
        ("content",), (("number",), ("due",)),
    ),
    Subject(
        "comment", "m",
        {"content": _TEXT, "signatory": _NAME},
        ("content",), (("signatory",), ("made_at",)),
    ),
    Subject(
        "reply", "y",
        {"content": _TEXT, "signatory": _NAME},
        ("content",), (("signatory",), ("made_at",)),
    ),
    Subject(
        "bulletin", "b",
        {"title": _TEXT, "number": _NUMBER, "platforms": _TEXT, "summary": _TEXT, "asked": _TEXT},
        ("title", "summary"), (("number",), ("issued_at",)),
    ),
)  # fmt: skip
"""In the order in which hits of one rank are told: what an office has few of comes first."""


@cache
def by_kind() -> dict[str, Subject]:
    """The searched kinds by name."""
    return {subject.kind: subject for subject in SUBJECTS}


KINDS = tuple(subject.kind for subject in SUBJECTS if subject.owner is None)
"""The kinds that hits have."""


def title_of(subject: Subject, row: Mapping[str, Any]) -> str:
    """One line that names the record; empty when none of its naming fields is filled."""
    return _first(subject.title, row)


def subtitle_of(subject: Subject, row: Mapping[str, Any]) -> str:
    """One line that tells it from others of the same name; identity numbers are masked."""
    return " · ".join(filter(None, (_first(group, row) for group in subject.subtitle)))


def _first(fields: tuple[str, ...], row: Mapping[str, Any]) -> str:
    for field in fields:
        if text := " ".join(str(row.get(field) or "").split()):
            return _shown(field, text)
    return ""


def _shown(field: str, text: str) -> str:
    if field in _MASKED:
        return masked_number(text)
    return text[:10] if field.endswith("_at") else text[:_LONGEST_TITLE]
