"""Offices before they are records: the regions they can be of, and what they are usually called.

From the code tables alone; knows no case file.
"""

from __future__ import annotations

from typing import NamedTuple

from desktop.casework.codes import Code, code_table
from desktop.wire.groups import is_office

AUTHORITIES = ("amr", "ga")
"""The market regulation office (no suffix), and the police of the same place."""


class Region(NamedTuple):
    """A region with those below it."""

    code: str
    name: str
    below: tuple[Region, ...]


class Names(NamedTuple):
    """What an office is usually called: printed, and at the start of its document numbers."""

    name: str
    short_name: str


def regions() -> tuple[Region, ...]:
    """The provinces of which cities and counties are known, as a tree."""
    codes = list(code_table("regions").codes.values())

    def below(parent: str | None) -> tuple[Region, ...]:
        return tuple(
            Region(code.code, code.name, below(code.code)) for code in codes if code.parent == parent
        )

    return tuple(region for region in below(None) if region.below)


def office_id(region: str, authority: str) -> str:
    """The office id of one of ``AUTHORITIES`` in a region."""
    return region if authority == "amr" else f"{region}-{authority}"


def usual_names(office: str) -> Names | None:
    """What an office is usually called; ``None`` when its region or its authority is not in the tables."""
    region, _, suffix = office.partition("-")
    place = code_table("regions").codes.get(region)
    authority = code_table("authorities").codes.get(suffix or "amr")
    if not is_office(office) or place is None or authority is None:
        return None
    return Names(_full(place) + authority.name, place.name[0] + authority.synonyms[0])


def _full(place: Code) -> str:
    """Districts are named after their city, counties and county cities by themselves."""
    city = code_table("regions").codes.get(place.parent or "")
    return city.name + place.name if city is not None and place.name.endswith("区") else place.name
