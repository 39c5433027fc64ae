"""The one connection of this program to a network: to the hub, and to nobody else.

TLS without authorities, names and dates: the SHA-256 of the certificate (DER) is known and must fit before a
byte of ours is sent. Nothing is taken from the environment, neither proxies nor certificates. Time limits
are for progress, never for the whole: a slow line may take as long as it needs, a dead one is noticed.
``stop`` ends whatever is under way from another thread. Knows bytes and sockets, no protocol.
"""

from __future__ import annotations

import contextlib
import hashlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import httpcore
import httpx

from desktop.sync.hub_faults import HubStopped

CONNECT_S = 2.0
"""How long a connection may take to come about; the handshake has as long again."""

SILENCE_S = 45.0
"""How long the other side may say nothing at all."""

WINDOW_S = 60.0
SLOWEST = 256
"""Bytes a second that must move on the average of each window: an eighth of the slowest line we know."""

_LOOK_S = 0.05
_T = TypeVar("_T")


class WrongCertificate(Exception):  # noqa: N818 - told apart by name
    """Somebody else answered there."""


class Line(httpx.BaseTransport):
    """One connection at a time to the hub, directly or through a proxy (``http://host:port``).

    ``pin`` is the SHA-256 of the certificate in hex; ``None`` only for a plain connection on this very PC.
    """

    def __init__(
        self, pin: str | None, proxy: str | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.pin = pin
        self.clock = clock
        self._stopped = threading.Event()
        self._streams: set[_Stream] = set()
        self._guard = threading.Lock()
        options: dict[str, Any] = {
            "ssl_context": _context(),
            "max_connections": 1,
            "keepalive_expiry": 15.0,
            "http1": True,
            "http2": False,
            "retries": 0,
            "network_backend": _Backend(self),
        }
        self._pool: httpcore.ConnectionPool = (
            httpcore.ConnectionPool(**options) if proxy is None else httpcore.HTTPProxy(proxy, **options)
        )

    @property
    def stopped(self) -> bool:
        """Somebody asked to stop."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Ends what is under way, from any thread; nothing can be asked of this line any more."""
        self._stopped.set()
        with self._guard:
            streams = list(self._streams)
        for stream in streams:
            stream.wake()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        found = self._pool.handle_request(asked)
        assert isinstance(found.stream, Iterable)
        return httpx.Response(
            found.status, headers=found.headers, stream=_Body(found.stream), extensions=found.extensions
        )

    def close(self) -> None:
        self._pool.close()

    def beside(self, work: Callable[[], _T], undo: Callable[[_T], object]) -> _T:
        """``work()`` on a thread of its own, as no system lets a look-up of a name be ended.

        Raises ``HubStopped`` at once when asked to stop; what comes of it later is undone.
        """
        box: queue.SimpleQueue[tuple[_T | None, BaseException | None]] = queue.SimpleQueue()
        given_up = threading.Event()

        def run() -> None:
            try:
                found = work()
            except BaseException as error:
                box.put((None, error))
                return
            box.put((found, None))
            if given_up.is_set():
                undo(found)

        threading.Thread(target=run, name="hub-connect", daemon=True).start()
        while not self.stopped:
            with contextlib.suppress(queue.Empty):
                found, error = box.get(timeout=_LOOK_S)
                if error is not None:
                    raise error
                return found  # type: ignore[return-value]
        given_up.set()
        with contextlib.suppress(queue.Empty):
            # What came in between is undone here: the thread may have looked too early.
            late, error = box.get_nowait()
            if error is None:
                undo(late)  # type: ignore[arg-type]
        raise HubStopped

    def hold(self, stream: _Stream) -> None:
        """Remembers an open stream; one that opens after ``stop`` is woken at once."""
        with self._guard:
            self._streams.add(stream)
        if self.stopped:
            stream.wake()

    def forget(self, stream: _Stream) -> None:
        """A stream that was closed."""
        with self._guard:
            self._streams.discard(stream)


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


class _Backend(httpcore.NetworkBackend):
    """Opens connections. Made for this line alone."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        def work() -> httpcore.NetworkStream:
            options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
            return self._inner.connect_tcp(host, port, timeout, local_address, options)

        return _Stream(self._line, self._line.beside(work, lambda stream: stream.close()))


class _Stream(httpcore.NetworkStream):
    """An open connection, watched: it can be woken from another thread, and it must move on."""

    def __init__(self, line: Line, inner: httpcore.NetworkStream) -> None:
        self._line = line
        self._inner = inner
        self._socket: socket.socket = inner.get_extra_info("socket")
        self._asking = True
        self._since, self._moved = line.clock(), 0
        line.hold(self)

    def wake(self) -> None:
        """Ends a read or write that another thread is waiting in."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._asking = False
        found = self._inner.read(max_bytes, timeout)
        self._move(len(found))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not self._asking:
            self._asking = True
            self._since, self._moved = self._line.clock(), 0
        view = memoryview(buffer)
        for at in range(0, len(view), 16384):
            piece = view[at : at + 16384]
            self._inner.write(bytes(piece), timeout)
            self._move(len(piece))

    def _move(self, size: int) -> None:
        if self._line.stopped:
            raise HubStopped
        self._moved += size
        now = self._line.clock()
        if now - self._since >= WINDOW_S:
            if self._moved < WINDOW_S * SLOWEST and size:
                raise httpcore.ReadTimeout("too slow")
            self._since, self._moved = now, 0

    def close(self) -> None:
        self._line.forget(self)
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        self._line.forget(self)
        try:
            made = self._line.beside(
                lambda: self._inner.start_tls(ssl_context, server_hostname, timeout),
                lambda late: late.close(),
            )
        except BaseException:
            # Nobody else closes it when the wish to stop came before the first byte.
            self._inner.close()
            raise
        shown = made.get_extra_info("ssl_object").getpeercert(True)
        if shown is None or hashlib.sha256(shown).hexdigest() != self._line.pin:
            made.close()
            raise WrongCertificate
        return _Stream(self._line, made)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _context() -> ssl.SSLContext:
    """TLS that proves nothing by itself; the certificate is compared after the handshake.

    Made by hand: ``create_default_context`` would obey ``SSLKEYLOGFILE`` and read the system's authorities.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
