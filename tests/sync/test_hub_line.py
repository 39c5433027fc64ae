"""A connection to the hub belongs to somebody at every moment: what nobody will use any more is closed."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest

from desktop.sync.hub_faults import HubStopped
from desktop.sync.hub_line import Line, _Stream


class _Open:
    """A connection that is open until it is closed."""

    def __init__(self, sock: socket.socket) -> None:
        self.closed = False
        self._sock = sock

    def get_extra_info(self, info: str) -> Any:
        return self._sock if info == "socket" else None

    def start_tls(self, *_: object) -> Any:
        raise AssertionError("no byte goes out after the wish to stop")

    def close(self) -> None:
        self.closed = True


def test_a_wish_to_stop_before_the_handshake_closes_the_connection() -> None:
    line = Line("0" * 64)
    with socket.socket() as sock:
        inner = _Open(sock)
        stream = _Stream(line, inner)  # type: ignore[arg-type]
        line.stop()
        with pytest.raises(HubStopped):
            stream.start_tls(ssl.create_default_context())
        assert inner.closed
    line.close()
