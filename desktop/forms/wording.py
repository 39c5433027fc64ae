"""The wording of the forms, read from ``resources/forms/*.toml`` and checked once.

Everything that an office or a new edition of the forms may change is there, each piece with its source and
how certain it is; code holds none of it. Knows no layout.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from desktop.errors import RESOURCES
from desktop.forms.page import MM
from desktop.forms.text import Span

Certainty = Literal["V", "W", "M-high", "M-med", "M-low", "own"]
_HOLE = re.compile(r"\{([a-z_]+)(?::(\d+))?\}")


Values = Mapping[str, str | list[Span]]


def fill(template: str, values: Values) -> list[Span]:
    """Fills the holes of a wording. Values are text, never wording; a list of spans is put in as it is.

    ``{name:12}`` is a hole: its value, or, while that is empty, a ruled gap of 12 ems.
    """
    spans: list[Span] = []
    end = 0
    for hole in _HOLE.finditer(template):
        spans.append(Span(template[end : hole.start()]))
        value = values[hole[1]]
        if isinstance(value, list):
            spans.extend(value)
        else:
            spans.append(Span(value) if value else Span("", gap=int(hole[2] or 6)))
        end = hole.end()
    return [*spans, Span(template[end:])]


class _Read(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a form's file; a misspelt key is refused."""


class Phrase(_Read, frozen=True, kw_only=True):
    """Fixed wording with holes, as :func:`fill` reads them."""

    zh: str
    source: str
    certainty: Certainty


class Paper(_Read, frozen=True, kw_only=True):
    """A4, margins in millimetres, and sizes in points."""

    landscape: bool = False
    top: float
    right: float
    bottom: float
    left: float
    size: float
    leading: float
    source: str

    @property
    def dimensions(self) -> tuple[float, float]:
        """Width and height in points."""
        return (297 * MM, 210 * MM) if self.landscape else (210 * MM, 297 * MM)


class Column(_Read, frozen=True, kw_only=True):
    """A table column, its width in millimetres; ``second`` is the field of the second line of a person."""

    field: str
    zh: str
    width: float
    align: Literal["left", "centre"] = "centre"
    second: str = ""
    second_zh: str = ""


class SignatureLine(_Read, frozen=True, kw_only=True):
    """A line to sign on at the foot of every page: how many signatures, and whether a date follows."""

    zh: str
    signatures: int = 1
    dated: bool = True


class Mandatory(_Read, frozen=True, kw_only=True):
    """A field that must not be empty: a path like ``party.name``, ``officers[2].name`` or ``items[].unit``.

    ``officers[2]`` is the second one. ``when`` names a field; the rule holds only where that one is filled.
    """

    field: str
    zh: str
    en: str
    source: str
    when: str = ""


class Remedy(_Read, frozen=True, kw_only=True):
    """The remedies that a decision names, for decisions dated ``valid_from`` or later."""

    valid_from: str
    zh: str
    days: int
    months: int
    source: str
    certainty: Certainty


class Number(_Read, frozen=True, kw_only=True):
    """A number fixed by law, with its source."""

    value: int
    source: str
    certainty: Certainty


class Wording(_Read, frozen=True, kw_only=True):
    """One form's file."""

    id: str
    number: int | None = None
    title_zh: str
    title_en: str
    blank: bool
    source: str
    certainty: Certainty
    paper: Paper
    sheet_paper: Paper | None = None
    text: dict[str, Phrase] = {}
    names: dict[str, str] = {}
    columns: tuple[Column, ...] = ()
    sheet_rows: tuple[tuple[str, ...], ...] = ()
    signatures: tuple[SignatureLine, ...] = ()
    sheet_signatures: tuple[SignatureLine, ...] = ()
    mandatory: tuple[Mandatory, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    numbers: dict[str, Number] = {}

    def say(self, phrase: str, values: Values) -> list[Span]:
        """The phrase with its holes filled."""
        return fill(self.text[phrase].zh, values)

    def plain(self, phrase: str) -> str:
        """The phrase as it stands, for headings."""
        return self.text[phrase].zh


@lru_cache(maxsize=16)
def wording(form_id: str) -> Wording:
    """The wording of a form that exists."""
    with (RESOURCES / "forms" / f"{form_id}.toml").open("rb") as file:
        return msgspec.convert(tomllib.load(file), Wording)
