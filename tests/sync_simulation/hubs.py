"""A city's hub as it is, in this process: requests reach its application without a socket or a thread.

Its rows and bytes lie in the world's fast folder. It keeps the true time, whoever speaks to it. A ``Wire`` is
what a PC has instead of a connection: it may break at one request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest import mock

import httpx
import starlette.responses

from desktop.sync import hub_round
from desktop.sync.hub_line import Line
from hub import api, backups, setting_up, upkeep
from hub import settings as hub_settings
from hub.app import application
from hub.core import Hub, open_database
from hub.settings import Limits, Settings
from tests.sync_simulation.faults import Violation
from tests.sync_simulation.seeded import Seeded

DAY_MS = 86_400_000
CHUNK = 16 << 10
_MANY = 1 << 40


class CityHub:
    """A hub, what its operator does to it, and its backups."""

    def __init__(self, name: str, network: str, seeded: Seeded, keep_days: int) -> None:
        self._base = seeded.base / name
        self._network = network
        self._seeded = seeded
        self._limits = Limits(
            chunk=CHUNK,
            keep_days=keep_days,
            device_per_minute=_MANY,
            address_per_minute=_MANY,
            statements_per_minute=_MANY,
        )
        self._folders = 0
        self._backups: list[Path] = []
        self._hub: Hub
        self.anew()

    # what its operator does

    def anew(self) -> None:
        """An empty hub in its place, as after the loss of everything."""
        self.close()
        folder = self._folder()
        folder.mkdir(parents=True)
        settings = Settings("127.0.0.1", 0, None, None, self._limits)
        with self._as_it_works():
            database = open_database(folder, settings)
            with database.writing() as conn:
                setting_up.set_up(conn, self._network)
            database.close()
            for name in (hub_settings.CERTIFICATE, hub_settings.KEY):
                setting_up.write_private(folder / name, b"none needed here")
            setting_up.finish(folder, settings)
        self._open(folder)

    def back_up(self) -> int:
        """One more backup; how many there are now."""
        with self._as_it_works():
            self._backups.append(backups.write(self._hub, self._folder()).folder)
        return len(self._backups)

    def restore(self, chance: Random) -> str:
        """A backup comes back, as a new epoch."""
        if not self._backups:
            return "no backup"
        number = chance.randrange(len(self._backups))
        self.close()
        folder = self._folder()
        with self._as_it_works():
            backups.restore(self._backups[number], folder, None)
        self._open(folder)
        return f"backup {number}"

    def tidy(self) -> str:
        """Tidies up now."""
        with self._as_it_works():
            return str(tuple(upkeep.tidy(self._hub)))

    def lose(self, chance: Random) -> str:
        """The disk loses the bytes of some bundles; sometimes the operator looks through them afterwards."""
        files = sorted(self._hub.folder.glob(f"{hub_settings.BLOBS_FOLDER}/??/*"), key=_age)
        lost = chance.sample(files, chance.randint(0, len(files)))
        for path in lost:
            path.unlink()
        found = f"{len(lost)} of {len(files)}"
        if chance.random() < 0.5:
            with self._as_it_works():
                found += f", {upkeep.check(self._hub).spoilt} seen"
        return found

    def close(self) -> None:
        """Lets its files go."""
        if hasattr(self, "_hub"):
            self._hub.close()

    def _open(self, folder: Path) -> None:
        self._hub = Hub(folder)
        self._app = application(self._hub)

    def _folder(self) -> Path:
        self._folders += 1
        return self._base / str(self._folders)

    # requests

    def ask(self, runner: asyncio.Runner, request: httpx.Request) -> httpx.Response:
        """What the application answers."""
        answer = _Answer(request.read())
        path, _, query = request.url.raw_path.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": path.decode("ascii"),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("here", 0),
            "server": ("hub", 80),
        }
        with self._as_it_works():
            runner.run(self._app(scope, answer.receive, answer.send))
        if answer.status == 500:
            raise Violation(f"the hub failed at {request.method} {path.decode('ascii')}")
        return httpx.Response(answer.status, headers=answer.headers, content=bytes(answer.body))

    @contextmanager
    def _as_it_works(self) -> Iterator[None]:
        """The clock is the hub's, and what it would do in other threads it does in this one."""
        before, self._seeded.skew = self._seeded.skew, 0
        try:
            with (
                mock.patch.object(api, "run_in_threadpool", _here),
                mock.patch.object(starlette.responses, "iterate_in_threadpool", _each_here),
            ):
                yield
        finally:
            self._seeded.skew = before


class _Answer:
    """One request as the application sees it, and what it says."""

    def __init__(self, body: bytes) -> None:
        self._asked: bytes | None = body
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()

    async def receive(self) -> dict[str, Any]:
        """The whole body at once."""
        body, self._asked = self._asked, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Any) -> None:
        """A part of the answer."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.body += message.get("body", b"")


async def _here(work: Callable[..., Any], *given: Any) -> Any:
    return work(*given)


async def _each_here(pieces: Any) -> Any:
    for piece in pieces:
        yield piece


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns


class Break(NamedTuple):
    """A connection that ends at a request: before it was heard, in its answer, or before the answer.

    ``request`` counts those that begin with ``kind``, a method and a path.
    """

    request: int
    how: str
    kind: str = ""


BREAKS = ("unheard", "in the answer", "unanswered")
REQUESTS = ("", "GET /v1/bundles", "POST /v1/bundles", "PATCH", "POST /v1/mailbox")


class Wire(Line):
    """A connection to a hub in this process. ``meanwhile`` happens once, before a bundle is fetched."""

    def __init__(
        self, hub: CityHub, end: Break | None, meanwhile: Callable[[], object] | None = None
    ) -> None:
        self._hub = hub
        self._end = end
        self._meanwhile = meanwhile
        self._requests = 0
        self._runner = asyncio.Runner()
        self.broke = False

    @property
    def stopped(self) -> bool:
        return False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        end = self._end if self._ends_at(f"{request.method} {request.url.path}") else None
        self.broke = self.broke or end is not None
        if end is not None and end.how == "unheard":
            raise httpx.ConnectError("ended")
        if self._meanwhile is not None and (request.method, request.url.path[:12]) == ("GET", "/v1/bundles/"):
            happens, self._meanwhile = self._meanwhile, None
            happens()
        answer = self._hub.ask(self._runner, request)
        if end is not None and end.how == "unanswered":
            raise httpx.ReadError("ended")
        body = answer.content
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Body(body, end is not None))

    def _ends_at(self, request: str) -> bool:
        if self._end is None or not request.startswith(self._end.kind):
            return False
        self._requests += 1
        return self._requests == self._end.request + 1

    def close(self) -> None:
        self._runner.close()


class _Body(httpx.SyncByteStream):
    """An answer's body; one that breaks ends after its first half."""

    def __init__(self, body: bytes, breaks: bool) -> None:
        self._body = body
        self._breaks = breaks

    def __iter__(self) -> Iterator[bytes]:
        half = len(self._body) // 2
        yield self._body[:half]
        if self._breaks:
            raise httpx.ReadError("ended")
        yield self._body[half:]


@contextmanager
def without_a_clock() -> Iterator[None]:
    """Chunks grow as on a fast line, always alike."""
    with mock.patch.object(hub_round, "time", SimpleNamespace(monotonic=lambda: 0.0)):
        yield
