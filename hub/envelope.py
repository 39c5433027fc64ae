"""Round every request: how often, how long, what it came to; a refusal becomes its answer.

Outermost of what is ours, so that no answer leaves without a nonce and no error with its text.
"""

from __future__ import annotations

import asyncio
import time

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.core import Hub
from hub.database import now_ms
from hub.faults import Refusal, busy
from hub.guard import HEADER_BYTES
from hub.logs import LOG, say, where
from hub.nonces import make_nonce
from hub.rates import Rates

_JSON = (b"content-type", b"application/json")


class Envelope:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, hub: Hub) -> None:
        self._app = app
        self._hub = hub
        self._rates = Rates(hub.settings.limits.address_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, answered = time.monotonic(), _Answered()
        scope.setdefault("state", {})

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.status = message["status"]
                message["headers"] = [*message.get("headers", []), *self._headers(scope, answered.status)]
            await send(message)

        try:
            self._rates.take((scope.get("client") or ("",))[0])
            if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
                raise Refusal(431, "hub.too_large")
            await self._app(scope, receive, wrapped)
        except ClientDisconnect:
            answered.gone = True
        except Refusal as refusal:
            answered.code = refusal.code
            await _answer(refusal, answered, wrapped)
        except (DBAPIError, PoolTimeout, OSError) as error:
            # The database or the store is away or full; nothing half was kept, so it may be tried again.
            answered.code = "hub.busy"
            LOG.error("unavailable", extra={"fields": {"kind": type(error).__name__, "where": where(error)}})
            await _answer(busy(), answered, wrapped)
        except asyncio.CancelledError:
            answered.gone = True
            raise
        except Exception as error:
            answered.code = "hub.fault"
            LOG.error("fault", extra={"fields": {"kind": type(error).__name__, "where": where(error)}})
            await _answer(Refusal(500, "hub.fault"), answered, wrapped)
        finally:
            self._note(scope, answered, time.monotonic() - began)

    def _headers(self, scope: Scope, status: int) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"liandong-nonce", make_nonce(self._hub.secret, now_ms()).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if status >= 400 and _much_to_come(scope, self._hub.settings.limits.chunk):
            headers.append((b"connection", b"close"))
        return headers

    def _note(self, scope: Scope, answered: _Answered, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        status = 499 if answered.gone else answered.status
        self._hub.meters.answered(route, status, seconds)
        code = answered.code or scope["state"].get("code")
        if code is not None:
            self._hub.meters.refused(code)
        fields = {"method": scope["method"] if route != "other" else "other", "route": route}
        fields |= {"status": status, "ms": round(seconds * 1000, 1)}
        fields |= {} if code is None else {"code": code}
        if device := scope["state"].get("device"):
            fields["device"] = device[:8]
        say("request", **fields)


class _Answered:
    """What came of a request."""

    status = 0
    code: str | None = None
    gone = False


def _much_to_come(scope: Scope, limit: int) -> bool:
    """True when a refused request would go on sending for long: then the connection ends."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return not value.isdigit() or int(value) > limit
        if name == b"transfer-encoding":
            return True
    return False


async def _answer(refusal: Refusal, answered: _Answered, send: Send) -> None:
    if answered.status:
        # The answer has begun: what is left is to break it off, so that nobody takes a part for the whole.
        raise RuntimeError("an answer broke off") from refusal
    body = refusal.body()
    headers = [_JSON, (b"content-length", str(len(body)).encode())]
    if refusal.retry_after is not None:
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
