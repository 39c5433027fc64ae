"""Reading what a stranger sends: never more than announced, never more at once than set, never for ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from starlette.requests import Request

from hub.faults import Refusal, busy, malformed, too_large

SLOWEST = 512
"""Bytes a second that a sender must keep up after the first seconds; a 2 kB/s line is four times as fast."""


class Bodies:
    """The memory that bodies of requests may take in this process, all together."""

    def __init__(self, total: int, seconds: float) -> None:
        self._left = total
        self._seconds = seconds

    @contextlib.contextmanager
    def room(self, size: int) -> Iterator[None]:
        """Sets memory aside for one body and its work. Raises ``Refusal`` when there is none."""
        if size > self._left:
            raise busy()
        self._left -= size
        try:
            yield
        finally:
            self._left += size

    async def read(self, request: Request, limit: int) -> bytes:
        """The whole body; ``announced`` must have been checked. Raises ``Refusal``: too large, too slow."""
        body = bytearray()
        stream = request.stream()
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            try:
                async with asyncio.timeout_at(began + self._seconds + len(body) / SLOWEST):
                    piece = await anext(stream, None)
            except TimeoutError as error:
                raise Refusal(408, "hub.slow") from error
            if piece is None:
                return bytes(body)
            body += piece
            if len(body) > limit:
                raise too_large()


def announced(request: Request, limit: int) -> int:
    """How many bytes the head says will come; ``limit`` when it does not say. Raises ``Refusal``."""
    length = request.headers.get("content-length")
    if length is None:
        return limit if "transfer-encoding" in request.headers else 0
    if not length.isascii() or not length.isdigit():
        raise malformed()
    if int(length) > limit:
        raise too_large()
    return int(length)
