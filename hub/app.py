"""The application: the protocol, the operator's page and the figures, within one envelope; and its server."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from hub import api, console
from hub import settings as hub_settings
from hub.core import Hub
from hub.database import need_word, now_ms
from hub.envelope import Envelope
from hub.faults import Refusal
from hub.guard import HEADER_BYTES, guarded
from hub.logs import LOG, say, where
from hub.nonces import make_nonce
from hub.upkeep import tidy_if_due

TICK_S = 10.0
"""How often counted refusals are written down, and whether it is time to tidy up is looked at."""

_CODES = {404: "hub.not_there", 405: "hub.method"}


def application(hub: Hub) -> FastAPI:
    """The ASGI application of a hub."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(_keep_up(hub))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            with contextlib.suppress(Exception):
                await run_in_threadpool(hub.meters.write)
            hub.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.nonce = lambda: make_nonce(hub.secret, now_ms())
    app.include_router(api.router(hub))
    app.include_router(console.router(hub))

    @app.get("/metrics")
    async def metrics(request: Request) -> Response:
        def work() -> Response:
            with hub.database.reading() as conn:
                wanted = need_word(conn, "token")
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(hashlib.sha256(given.encode()).hexdigest(), wanted):
                raise Refusal(401, "hub.token")
            return Response(hub.meters.text(), media_type="text/plain; version=0.0.4")

        return await run_in_threadpool(work)

    async def plainly(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        refusal = Refusal(status, _CODES.get(status, "hub.malformed"))
        _request.scope["state"]["code"] = refusal.code
        return Response(refusal.body(), status, media_type="application/json")

    app.add_exception_handler(HTTPException, plainly)
    app.add_middleware(Envelope, hub=hub)
    return app


async def _keep_up(hub: Hub) -> None:
    while True:
        try:
            await run_in_threadpool(hub.meters.write)
            await run_in_threadpool(tidy_if_due, hub)
        except Exception as error:
            LOG.error("upkeep", extra={"fields": {"kind": type(error).__name__, "where": where(error)}})
        await asyncio.sleep(TICK_S)


def serve(hub: Hub, listener: socket.socket, *, plain: bool) -> None:
    """Serves until SIGTERM or SIGINT; requests that have begun are brought to their end."""
    limits = hub.settings.limits
    tls = {} if plain else {"ssl_certfile": str(hub.folder / hub_settings.CERTIFICATE)}
    config = uvicorn.Config(
        application(hub),
        http=guarded(limits.slow_seconds, limits.address_connections),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=HEADER_BYTES,
        backlog=512,
        ssl_keyfile=None if plain else Path(hub.folder / hub_settings.KEY),
        **tls,  # type: ignore[arg-type]
    )
    host, port = listener.getsockname()[:2]
    say("listening", host=host, port=port, tls=not plain)
    uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int, *, beside: bool) -> socket.socket:
    """The socket that a hub listens on. ``beside``: several processes share the port. Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio sends small answers at once only on sockets that say it.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if beside:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener
