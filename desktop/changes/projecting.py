"""From merged values to the columns of a shared table, and the statements that write them.

Made once a table: a row of a ledger must not ask each column what it is. Knows the models, not the merge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Integer
from sqlalchemy.types import TypeEngine

from desktop.models.base import JsonText, RowId
from desktop.models.schema import SharedTable, shared_tables
from desktop.wire.canonical import Value
from desktop.wire.ids import is_row_id, row_bytes

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
    kinds: dict[type[TypeEngine[Any]], _Store] = {
        RowId: _row_id,
        JsonText: _json,
        Boolean: _flag,
        Integer: _number,
    }
    return next((store for kind, store in kinds.items() if isinstance(column_type, kind)), _text)


def _text(value: Value) -> str | None:
    return value if type(value) is str else None


def _number(value: Value) -> int | None:
    return value if type(value) is int else None


def _flag(value: Value) -> int | None:
    return int(value) if type(value) is bool else None


def _json(value: Value) -> str | None:
    if type(value) is list or type(value) is dict:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return None


def _row_id(value: Value) -> bytes | None:
    return row_bytes(value) if is_row_id(value) else None
