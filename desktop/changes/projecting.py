"""From merged values to the columns of a shared table, and the statements that write them.

Made once a table: a row of a ledger must not ask each column what it is. Knows the models, not the merge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
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
        self._stores = {
            word: (place, *_store_of(column.type))
            for place, (word, column) in enumerate(shared.columns.items())
        }
        listed = ", ".join(f'"{name}"' for name in (*_HEAD, *names))
        marks = ", ".join("?" * (len(_HEAD) + len(names)))
        self.insert = f'INSERT INTO "{self._table}" ({listed}) VALUES ({marks})'
        """Writes a row that is not there: id, group, dot, withdrawn, conflicts, then ``columns``."""
        self.replace = f'INSERT OR REPLACE INTO "{self._table}" ({listed}) VALUES ({marks})'
        """The same, over the row that is there."""

    def columns(self, values: Mapping[str, Value]) -> list[Any]:
        """What stands in the columns, given the shown values; words without a column are passed over."""
        found: list[Any] = [None] * len(self._stores)
        for word, value in values.items():
            if word in self._stores:
                place, kind, store = self._stores[word]
                found[place] = value if type(value) is kind else store(value)
        return found

    def update(
        self, words: Sequence[str], lines: Iterable[tuple[bytes, list[Value]]]
    ) -> tuple[str, list[tuple[Any, ...]]]:
        """The statement that sets the columns of ``words`` in one row, and what to bind for each line.

        A line is the row's id and the values in the order of the words. Words without a column are passed
        over; where none has one, there is no line to write.
        """
        known = [(place, *self._stores[word][1:]) for place, word in enumerate(words) if word in self._stores]
        if not known:
            return "", []
        assigned = ", ".join(f'"{self._names[word]}" = ?' for word in words if word in self._stores)
        values = [
            (*[given[at] if type(given[at]) is kind else store(given[at]) for at, kind, store in known], key)
            for key, given in lines
        ]
        return f'UPDATE "{self._table}" SET {assigned} WHERE id = ?', values


@cache
def projector(wire: str) -> Projector:
    """How the shared table of this wire name is written. Raises ``KeyError`` for a table not known here."""
    return Projector(shared_tables()[wire])


def _store_of(column_type: TypeEngine[Any]) -> tuple[type | None, _Store]:
    """The type whose values stand in a column as they are, and what becomes of others."""
    kinds: dict[type[TypeEngine[Any]], tuple[type | None, _Store]] = {
        RowId: (None, _row_id),
        JsonText: (None, _json),
        Boolean: (None, _flag),
        Integer: (int, _nothing),
    }
    return next((store for kind, store in kinds.items() if isinstance(column_type, kind)), (str, _nothing))


def _nothing(_value: Value) -> None:
    """Values that do not fit."""


def _flag(value: Value) -> int | None:
    return int(value) if type(value) is bool else None


def _json(value: Value) -> str | None:
    if type(value) is list or type(value) is dict:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return None


def _row_id(value: Value) -> bytes | None:
    return row_bytes(value) if is_row_id(value) else None
