"""What the integrity report is made of: findings, and ways to look at cells that nobody can trust.

Knows no table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from desktop.wire.entries import is_table
from desktop.wire.faults import WireError
from desktop.wire.ids import is_row_id, row_text

Finding = dict[str, Any]
"""What does not hold: ``finding`` says of what kind, the rest names it."""

_MOST_ROWS = 5


def holds(claim: Callable[[], bool]) -> bool:
    """Whether a claim over untrusted cells holds; cells of a wrong type or shape make it false."""
    try:
        return claim()
    except (WireError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return False


def hexed(cell: Any) -> str:
    """A cell that should be a hash, for a finding."""
    return cell.hex() if isinstance(cell, bytes) else str(cell)


def row_named(cell: Any) -> str:
    """A cell that should be a row id, for a finding."""
    return row_text(cell) if isinstance(cell, bytes) and len(cell) == 16 else hexed(cell)


def rows_of(body_untrusted: Any) -> list[list[str]]:
    """Up to five rows that a payload writes to, as kind and id; what can be read of an altered one."""
    try:
        operations = msgspec.json.decode(body_untrusted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, TypeError):
        return []
    found: list[list[str]] = []
    for operation in operations if isinstance(operations, list) else []:
        if isinstance(operation, list) and len(operation) > 2:
            table, row = operation[1:3]
            if is_table(table) and is_row_id(row) and [table.partition(".")[0], row] not in found:
                found.append([table.partition(".")[0], row])
    return found[:_MOST_ROWS]


Cells = tuple[Any, ...]


def differing(one: Iterable[Sequence[Any]], other: Iterable[Sequence[Any]], key: int) -> Iterator[Cells]:
    """The keys (first ``key`` cells) at which two results differ; both are sorted by them as SQLite sorts."""
    left, right = _next(it_one := iter(one)), _next(it_other := iter(other))
    while left is not None or right is not None:
        if left == right:
            left, right = _next(it_one), _next(it_other)
        elif right is None or (left is not None and _order(left[:key]) < _order(right[:key])):
            assert left is not None
            yield left[:key]
            left = _next(it_one)
        elif left is None or _order(left[:key]) > _order(right[:key]):
            yield right[:key]
            right = _next(it_other)
        else:
            yield left[:key]
            left, right = _next(it_one), _next(it_other)


def _next(rows: Iterator[Sequence[Any]]) -> Cells | None:
    row = next(rows, None)
    return None if row is None else tuple(row)


def _order(cells: Cells) -> list[tuple[int, Any]]:
    """As SQLite compares: nothing, numbers, texts, bytes."""
    return [
        (0, 0)
        if cell is None
        else (1, cell)
        if isinstance(cell, (int, float))
        else (2, cell.encode("utf-8", "surrogatepass"))
        if isinstance(cell, str)
        else (3, cell)
        for cell in cells
    ]
