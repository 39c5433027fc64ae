"""From merged values to the columns of a shared table, and the statements that write them.

Made once a table: a row of a ledger must not ask each column what it is. Knows the models, not the merge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.types import TypeEngine

from desktop.models.base import JsonText, RowId, fits
from desktop.models.schema import SharedTable, shared_tables
from desktop.wire.canonical import Value
from desktop.wire.ids import row_bytes

_HEAD = ("id", "grp", "dot", "withdrawn", "conflicts")
_Store = Callable[[Value], Any]


class Projector:
    """How one shared table is written. Values that do not fit their column show as empty."""

    def __init__(self, shared: SharedTable) -> None:
        names = [column.name for column in shared.columns.values()]
        self._table = shared.table.name
        self._names = dict(zip(shared.columns, names, strict=True))
        self._places = {word: place for place, word in enumerate(shared.columns)}
        self._stores = {word: _store_of(column.type) for word, column in shared.columns.items()}
        listed = ", ".join(f'"{name}"' for name in (*_HEAD, *names))
        marks = ", ".join("?" * (len(_HEAD) + len(names)))
        self.insert = f'INSERT INTO "{self._table}" ({listed}) VALUES ({marks})'
        """Writes a row that is not there: id, group, dot, withdrawn, conflicts, then ``columns``."""
        self.replace = f'INSERT OR REPLACE INTO "{self._table}" ({listed}) VALUES ({marks})'
        """The same, over the row that is there."""

    def columns(self, values: Mapping[str, Value]) -> list[Any]:
        """What stands in the columns, given the shown values; words without a column are passed over."""
        found: list[Any] = [None] * len(self._places)
        for word, value in values.items():
            place = self._places.get(word)
            if place is not None:
                found[place] = self._stores[word](value)
        return found

    def known(self, words: Sequence[str]) -> tuple[str, ...]:
        """Those of the words that have a column."""
        return tuple(word for word in words if word in self._places)

    def update(self, words: Sequence[str]) -> str:
        """The statement that sets the columns of ``words`` in one row; values as ``stored``, then the id."""
        assigned = ", ".join(f'"{self._names[word]}" = ?' for word in words)
        return f'UPDATE "{self._table}" SET {assigned} WHERE id = ?'

    def stored(self, word: str, value: Value) -> Any:
        """What stands in the column of a word for this value."""
        return self._stores[word](value)


@cache
def projector(wire: str) -> Projector:
    """How the shared table of this wire name is written. Raises ``KeyError`` for a table not known here."""
    return Projector(shared_tables()[wire])


def _store_of(column_type: TypeEngine[Any]) -> _Store:
    if isinstance(column_type, RowId):
        convert: _Store = row_bytes
    elif isinstance(column_type, JsonText):
        convert = _json
    elif isinstance(column_type, Boolean):
        convert = int
    elif fits(column_type, ""):
        return _text
    else:
        convert = _same
    return lambda value: convert(value) if fits(column_type, value) else None


def _text(value: Value) -> str | None:
    return value if type(value) is str else None


def _json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _same(value: Value) -> Value:
    return value
