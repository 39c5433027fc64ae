"""What a list is made of: its columns as data, what is asked of it, and the lines that come out.

Reads ``resources/lists/<listing>.toml``. Knows no database and no screen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from desktop.errors import RESOURCES, UserError

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "raids": "raid",
        "people": "presence",
        "property_lists": "property_list",
        "items": "item",
        "movements": "movement",
        "documents": "document",
        "leads": "lead",
        "cases": "case",
        "officers": "officer",
        "groups": "raid_officer",
        "attachments": "attachment",
        "decisions": "decision",
        "comments": "comment",
        "directives": "directive",
        "replies": "reply",
        "bulletins": "bulletin",
    }
)
"""Each listing and the kind of record whose id a line has."""

LONGEST_FILTER = 100


class Column(msgspec.Struct, frozen=True):
    """A column of a list.

    ``word`` is its stable name. ``kind`` is ``text``, ``moment``, ``day``, ``money`` (分), ``decimal``,
    ``count``, ``id_number``, ``phone``, ``code:<table>``, ``flags`` or ``state``; ``width`` is in pixels.
    """

    word: str
    zh: str
    en: str
    kind: str
    width: int
    frozen: bool = False


class Listing(msgspec.Struct, frozen=True):
    """A list: its name, the kind of record whose id each line has, its columns."""

    name: str
    kind: str
    columns: tuple[Column, ...]

    def column(self, word: str) -> Column:
        """The column of this name. Raises ``UserError``."""
        for found in self.columns:
            if found.word == word:
                return found
        known = ", ".join(column.word for column in self.columns)
        raise UserError("lists.unknown_column", column=word[:40], known=known)


class Query(msgspec.Struct, frozen=True):
    """What is asked of a list.

    ``within`` is the id of the record whose list it is; ``sort`` a column and whether it descends, ``None``
    for the list's natural order; ``contains`` what was typed over the columns; ``withdrawn`` shows withdrawn
    records too.
    """

    listing: str
    within: str | None = None
    sort: tuple[str, bool] | None = None
    contains: tuple[tuple[str, str], ...] = ()
    withdrawn: bool = False


class Line(msgspec.Struct, frozen=True):
    """One line: the record's id, a second record it stands for, the raw values in the order of the columns.

    ``withdrawn`` is 0 no, 1 yes, 2 disputed; ``conflicts`` counts fields with more than one live value.
    """

    id: str
    related: str | None
    cells: tuple[Any, ...]
    withdrawn: int
    conflicts: int


class Claimed(str):
    """A text kept as the person's own claim, because it cannot be right."""

    __slots__ = ()


def _listing(name: str, kind: str) -> Listing:
    with (RESOURCES / "lists" / f"{name}.toml").open("rb") as file:
        columns = tomllib.load(file)
    made = [msgspec.convert({"word": word, **about}, Column) for word, about in columns.items()]
    return Listing(name, kind, tuple(made))


LISTINGS: Mapping[str, Listing] = MappingProxyType(
    {name: _listing(name, kind) for name, kind in KINDS.items()}
)


def listing_of(query: Query) -> Listing:
    """The list a query asks for. Raises ``UserError`` for a name that is none."""
    found = LISTINGS.get(query.listing)
    if found is None:
        raise UserError("lists.unknown_listing", listing=query.listing[:40], known=", ".join(LISTINGS))
    return found
