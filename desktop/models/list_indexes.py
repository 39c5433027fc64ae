"""The indexes that lists of a million rows walk: in the order shown, the row id and the withdrawal within.

Expressions use only functions that give the same for ever and fail for no text: an incoming row cannot break
them. Knows the tables, not the lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Index, MetaData, Table, TextClause, text


def seconds(column: str) -> str:
    """SQL for a time as seconds since 1970, so that offsets do not matter; NULL for what is no time.

    A text that does not begin with a digit never reaches the function: ``now`` would be another each time.
    """
    return f"CASE WHEN {column} GLOB '[0-9]*' THEN unixepoch({column}) END"


def numbering(column: str) -> tuple[str, str]:
    """SQL for the two halves of a number such as A10: what stands before the last digits, and these."""
    stem = f"rtrim({column}, '0123456789')"
    return stem, f"CAST(substr({column}, length({stem}) + 1) AS INTEGER)"


STATED_NUMBER = "coalesce({0}id_number, {0}id_number_claimed)"
LEDGER_ORDER = "ifnull({0}ledger_row, 2147483647)"

_COLUMNS: dict[str, tuple[str, ...]] = {
    "person name": ("name", "id", "withdrawn"),
    "person number": (STATED_NUMBER.format(""), "id", "withdrawn"),
    "presence": ("id", "withdrawn", "person"),
    "presence person": ("person", "id", "withdrawn"),
    "presence raid": (
        "raid",
        *numbering("site_number"),
        "site_number",
        LEDGER_ORDER.format(""),
        "id",
        "withdrawn",
        "person",
    ),
    "presence arrived": (seconds("arrived_at"), "id", "withdrawn", "person"),
    "presence disposition": ("disposition", "id", "withdrawn", "person"),
    "raid started": (seconds("started_at"), "id", "withdrawn"),
    "property_list started": (seconds("started_at"), "id", "withdrawn"),
    "item": ("id", "withdrawn"),
    "item name": ("name", "id", "withdrawn"),
    "item list": ("list", "line", "id", "withdrawn"),
    "movement": ("id", "withdrawn"),
    "movement item": ("item", seconds("moved_at"), "id", "withdrawn"),
    "document number": ("number", "id", "withdrawn"),
    "document issued": (seconds("issued_at"), "id", "withdrawn"),
    "attachment": ("id", "withdrawn"),
    "lead received": (seconds("received_at"), "id", "withdrawn"),
    "case_file filed": (seconds("filed_at"), "id", "withdrawn"),
    "officer name": ("name", "id", "withdrawn"),
}
"""By table and what the index leads with; its name is these words after ``lists_``."""

WITHDRAWN_PEOPLE = "lists_person_withdrawn"
"""The few people that are withdrawn: a list of presences leaves them out without a look at each person."""


def index_name(words: str) -> str:
    """The name of an index by its words above. Raises ``KeyError`` for one that is none."""
    _COLUMNS[words]
    return "lists_" + words.replace(" ", "_")


def add_indexes(metadata: MetaData) -> None:
    """Ties the indexes to their tables, in place of those that would be only their beginnings."""
    for words, columns in _COLUMNS.items():
        table = metadata.tables[words.split(" ", 1)[0]]
        shorter = [
            index for index in table.indexes if [column.name for column in index.columns] == [columns[0]]
        ]
        table.indexes.difference_update(shorter)
        Index(index_name(words), *_parts(table, columns))
    person = metadata.tables["person"]
    Index(WITHDRAWN_PEOPLE, person.c.id, sqlite_where=text("withdrawn = 1"))


def _parts(table: Table, columns: tuple[str, ...]) -> Iterator[Column[Any] | TextClause]:
    for column in columns:
        yield table.c[column] if column in table.c else text(column)
