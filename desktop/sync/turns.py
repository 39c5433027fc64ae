"""How far a visit to a carrier is, and the moments at which others may have their turn. Knows only bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Turn = Callable[[float], None]
"""Called with how far it is (0 to 1) where no transaction is open. May raise ``Cancelled``."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Turns:
    """Counts bytes, from any thread, and lets others have their turn."""

    def __init__(self, total: int, turn: Turn | None) -> None:
        self._total = max(total, 1)
        self._done = 0
        self._turn = turn

    def count(self, size: int) -> None:
        """So many more bytes are done."""
        self._done += size

    def reach(self, done: int) -> None:
        """So many bytes are done, whatever was counted: parts may have been passed over."""
        self._done = done

    def take(self) -> None:
        """Lets others have their turn. Only where no transaction is open; may raise ``Cancelled``."""
        if self._turn is not None:
            self._turn(min(self._done / self._total, 1.0))


class Counted:
    """A readable whose bytes are counted."""

    def __init__(self, source: _Readable, turns: Turns) -> None:
        self._source = source
        self._turns = turns

    def read(self, size: int = -1, /) -> bytes:
        """As the source reads."""
        found = self._source.read(size)
        self._turns.count(len(found))
        return found


class Giving:
    """A stream, read or written, before whose every step others have their turn."""

    def __init__(self, stream: Any, turns: Turns) -> None:
        self._stream = stream
        self._turns = turns

    def read(self, size: int = -1, /) -> bytes:
        """As the stream reads."""
        self._turns.take()
        found: bytes = self._stream.read(size)
        return found

    def write(self, data: Any, /) -> int:
        """As the stream writes."""
        self._turns.take()
        written: int = self._stream.write(data)
        return written
