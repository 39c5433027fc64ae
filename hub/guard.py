"""A connection of the hub with a watch on it: slow headers, readers that stop, too many from one address.

uvicorn bounds the time between requests and the size of headers. This adds what it leaves open, for every
connection alike; it knows nothing of requests.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

HEADER_BYTES = 16 << 10
"""The largest head of a request; one that came in one piece is measured again by the envelope."""


def guarded(seconds: float, per_address: int) -> type[H11Protocol]:
    """The class of connections that wait ``seconds`` for a head or a reader, ``per_address`` at a time."""
    by_address: Counter[str] = Counter()

    class Guarded(H11Protocol):
        def __init__(
            self,
            config: Config,
            server_state: ServerState,
            app_state: dict[str, Any],
            _loop: asyncio.AbstractEventLoop | None = None,
        ) -> None:
            super().__init__(config, server_state, app_state, _loop)
            self._head: asyncio.TimerHandle | None = None
            self._reader: asyncio.TimerHandle | None = None
            self._address = ""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._address = self.client[0] if self.client else ""
            by_address[self._address] += 1
            if by_address[self._address] > per_address:
                transport.abort()
                return
            self._watch_head()

        def connection_lost(self, exc: Exception | None) -> None:
            by_address[self._address] -= 1
            if by_address[self._address] <= 0:
                del by_address[self._address]
            _end(self._head)
            _end(self._reader)
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch_head()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._watch_head()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._reader = self._reader or self.loop.call_later(seconds, self.transport.abort)

        def resume_writing(self) -> None:
            _end(self._reader)
            self._reader = None
            super().resume_writing()

        def _watch_head(self) -> None:
            """The clock runs from the first byte of a head (or the connection) until the head is whole."""
            waiting = self.conn.their_state is h11.IDLE and (
                self.cycle is None or self.conn.trailing_data[0] != b""
            )
            if not waiting:
                _end(self._head)
                self._head = None
            elif self._head is None:
                self._head = self.loop.call_later(seconds, self.transport.abort)

    return Guarded


def _end(handle: asyncio.TimerHandle | None) -> None:
    if handle is not None:
        handle.cancel()
