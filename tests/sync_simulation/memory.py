"""Memory of reading, as it can be told from outside: how many entries one transaction takes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event

from desktop.sync import bundles
from desktop.wire.runs import Piece
from tests.sync_simulation.faults import Violation

SLICE = 4
"""Entries of a transaction, instead of thousands: worlds are small."""


@contextmanager
def bounded(engine: Engine) -> Iterator[None]:
    """No transaction inside takes more entries than a slice and one piece beyond it."""
    largest = taken = 0
    genuine = bundles.read_pieces

    def read_pieces(lines: Iterable[bytes]) -> Iterator[Piece]:
        nonlocal largest
        for piece in genuine(lines):
            largest = max(largest, len(piece.entries))
            yield piece

    def count(_conn: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        nonlocal taken
        if statement.startswith("INSERT INTO entry "):
            taken += len(values) if isinstance(values, list) else 1
            if taken >= SLICE + max(largest, 1):
                raise Violation(f"a transaction takes {taken} entries")

    def end(_conn: Any) -> None:
        nonlocal taken
        taken = 0

    listeners = (("before_cursor_execute", count), ("commit", end), ("rollback", end))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        with (
            mock.patch.object(bundles, "_SLICE_ENTRIES", SLICE),
            mock.patch.object(bundles, "read_pieces", read_pieces),
        ):
            yield
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
