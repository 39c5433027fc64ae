"""A bounded pipe from one pushing thread to one pulling thread, with a fault at its end.

The decrypting library pushes; reading members pulls. The pusher waits while the pipe is full, so that memory
stays the same for any length; a puller that stops early frees the pusher by ``Abandoned``. Knows only bytes.
"""

from __future__ import annotations

import threading
from collections import deque

_PIECE = 256 * 1024
_MAX_PIECES = 4


class Abandoned(Exception):  # noqa: N818 - tells the pusher to stop; nobody else sees it
    """Nobody reads any more."""


class Pipe:
    """``write`` and ``end`` belong to the pusher, ``read`` and ``abandon`` to the puller."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._pieces: deque[bytes] = deque()
        self._gathered = bytearray()
        self._current = memoryview(b"")
        self._ended = False
        self._fault: BaseException | None = None
        self._abandoned = False

    def write(self, data: bytes) -> int:
        """Takes all of ``data``; waits while the pipe is full. Raises ``Abandoned``."""
        if self._abandoned:
            raise Abandoned
        self._gathered += data
        if len(self._gathered) >= _PIECE:
            self._hand_over()
        return len(data)

    def flush(self) -> None:
        """Nothing to do: the library asks for it, the puller is served when a piece is full or at the end."""

    def end(self, fault: BaseException | None) -> None:
        """No more bytes; after the last one the puller gets ``fault``, or the plain end."""
        try:
            self._hand_over()
        except Abandoned:
            return
        with self._changed:
            self._ended, self._fault = True, fault
            self._changed.notify_all()

    def read(self, size: int, /) -> bytes:
        """At least one and at most ``size`` bytes; empty at the clean end.

        Raises the pusher's fault once all bytes before it were given, each time; ``ValueError`` when
        abandoned.
        """
        if not self._current:
            self._current = memoryview(self._next_piece())
        found, self._current = bytes(self._current[:size]), self._current[size:]
        return found

    def abandon(self) -> None:
        """The puller goes away; whatever is still in the pipe is dropped."""
        with self._changed:
            self._abandoned = True
            self._pieces.clear()
            self._current = memoryview(b"")
            self._changed.notify_all()

    def _next_piece(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._pieces or self._ended or self._abandoned)
            if self._abandoned:
                raise ValueError("reading from an abandoned pipe")
            if self._pieces:
                self._changed.notify_all()
                return self._pieces.popleft()
            if self._fault is not None:
                raise self._fault
            return b""

    def _hand_over(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._pieces) < _MAX_PIECES or self._abandoned)
            if self._abandoned:
                raise Abandoned
            if self._gathered:
                self._pieces.append(bytes(self._gathered))
                self._gathered.clear()
                self._changed.notify_all()
