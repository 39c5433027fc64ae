"""Where the mandatory parts that a form lacks are to be filled in: the record and field, or the act.

What no record holds is written by hand on the printed page. Knows built forms, no screen.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from desktop.casework.printing import Built
from desktop.casework.printing_sources import Place
from desktop.forms.catalogue import missing
from desktop.forms.mandatory import Missing

_FIELDS = {
    "site_record": {
        "office": ("office", "name"),
        "start": ("raid", "started_at"),
        "end": ("raid", "ended_at"),
        "place": ("raid", "place"),
        "party.name": ("case", "party"),
        "subject": ("case", "cause"),
        "findings": ("raid", "situation"),
    },
    "people_register": {
        "office": ("office", "name"),
        "raid": ("raid", "title"),
        "place": ("raid", "place"),
        "date": ("raid", "started_at"),
        "people[].site_no": ("presence", "site_number"),
        "people[].minor": ("presence", "minor_claimed"),
        "people[].arrived": ("presence", "arrived_at"),
        "people[].disposal": ("presence", "disposition"),
    },
    "property_list": {
        "office": ("office", "name"),
        "purpose": ("property_list", "purpose"),
        "party": ("property_list", "party"),
        "date": ("property_list", "started_at"),
        "officers[].name": ("property_list", "officers"),
        "items[].name": ("item", "name"),
        "items[].unit": ("item", "unit"),
        "items[].quantity": ("item", "quantity"),
    },
    "measure_decision": {
        "office": ("office", "name"),
        "party.name": ("property_list", "party"),
        "allegation": ("case", "cause"),
        "bases": ("property_list", "measure"),
        "targets": ("property_list", "measure"),
        "measure": ("property_list", "purpose"),
        "place": ("property_list", "place"),
        "storage": ("property_list", "storage"),
    },
}
"""Form and path of a mandatory part → kind and field of the record that holds it."""

_ACTS = {
    ("site_record", "officers[].name"): ("raid.assign", "raid"),
    ("people_register", "officers[].name"): ("raid.assign", "raid"),
    ("people_register", "people"): ("people.add", "raid"),
    ("property_list", "items"): ("property.add", "property_list"),
}
"""Form and path → the act that fills it, and the word under which it wants the record."""

_NUMBERS = {
    ("property_list", "document_no"): "property_list",
    ("measure_decision", "document_no"): "measure_decision",
    ("measure_decision", "date"): "measure_decision",
    ("measure_decision", "list_no"): "property_list",
}
"""Form and path → the form whose issue fills it."""

_LINES = re.compile(r"^(?:items|people)\[(\d+)\]")
_ROW = re.compile(r"\[\d+\]")


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A mandatory part that is empty.

    ``label_zh`` and ``label_en`` name it, ``part_zh`` and ``part_en`` without the number of its row.
    ``place`` is the field that is empty; ``act`` with ``values`` fills it, without one it is written by hand.
    """

    label_zh: str
    label_en: str
    part_zh: str
    part_en: str
    place: Place | None = None
    act: str = ""
    values: dict[str, Any] = {}


def gaps(built: Built) -> list[Gap]:
    """The empty mandatory parts of a form, in its order, each with where it is filled in."""
    holders = {place.kind: place.row for place in built.sources.printed()}
    return [_gap(built, holders, found) for found in missing(built.form, built.data)]


def _gap(built: Built, holders: dict[str, str], found: Missing) -> Gap:
    named = Gap(
        label_zh=found.label_zh,
        label_en=found.label_en,
        part_zh=found.label_zh.partition("项：")[2] or found.label_zh,
        part_en=found.label_en.partition(": ")[2] or found.label_en,
    )
    path = _ROW.sub("[]", found.field)
    key = (built.form, path)
    if key in _NUMBERS:
        values = {"form": _NUMBERS[key], "subject_kind": built.kind, "subject": built.subject}
        return msgspec.structs.replace(named, act="document.issue", values=values)
    if key in _ACTS:
        act, word = _ACTS[key]
        return msgspec.structs.replace(named, act=act, values={word: built.subject})
    place = _place(built, holders, found.field, path)
    if place is None:
        return named
    return msgspec.structs.replace(named, place=place, act="record.correct")


def _place(built: Built, holders: dict[str, str], exact: str, path: str) -> Place | None:
    holder = _FIELDS[built.form].get(path)
    if holder is None:
        return None
    kind, word = holder
    line = _LINES.match(exact)
    if line is not None:
        return Place(kind, built.lines[int(line[1]) - 1], word)
    if kind in holders:
        return Place(kind, holders[kind], word)
    # Without a case nobody is accused of anything: the case is what is to be named.
    return Place(built.kind, built.subject, kind)
