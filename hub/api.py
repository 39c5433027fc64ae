"""The calls of ``docs/hub-protocol.md``: what comes in is checked here, what is done stands elsewhere."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from desktop.wire.hashing import is_hash
from hub import mailbox, roster
from hub.auth import Spoken, read_claim
from hub.bodies import Bodies, announced
from hub.bundles import Caller
from hub.core import Hub
from hub.database import need_word
from hub.faults import Refusal, malformed, not_there
from hub.rates import Rates

JSON_BYTES = 256 << 10
"""The largest JSON body."""

STATEMENT_BYTES = 4 << 20
"""The largest body of statement lines."""

MAX_RECIPIENTS = 256
MAX_NAMES = 1_000
MAX_ITEMS = 500

_Device = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
_Name = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Number = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]
_RANGE = re.compile(r"bytes=([0-9]{1,15})-")
_DIGITS = re.compile(r"[0-9]{1,15}")
_Shape = TypeVar("_Shape")


class Offer(msgspec.Struct):
    """``POST /v1/bundles/{sha256}``."""

    size: Annotated[int, msgspec.Meta(ge=1, le=(1 << 53) - 1)]
    to: Annotated[list[_Device], msgspec.Meta(min_length=1, max_length=MAX_RECIPIENTS)]


class Done(msgspec.Struct):
    """``POST /v1/mailbox/done``."""

    epoch: Annotated[str, msgspec.Meta(max_length=64)]
    no: _Number


class Seen(msgspec.Struct):
    """``POST /v1/seen``."""

    names: Annotated[list[_Name], msgspec.Meta(max_length=MAX_NAMES)]


def router(hub: Hub) -> APIRouter:
    """The routes of the protocol."""
    limits = hub.settings.limits
    bodies = Bodies(limits.bodies, limits.slow_seconds)
    by_device = Rates(limits.device_per_minute)
    posting = Rates(limits.statements_per_minute)
    routes = APIRouter()

    async def body_for(request: Request, limit: int, work: Callable[[bytes], Response]) -> Response:
        with bodies.room(announced(request, limit)):
            body = await bodies.read(request, limit)
            # A client that hangs up must not leave half of the work undone: it is always brought to its end.
            return await asyncio.shield(run_in_threadpool(work, body))

    async def signed(request: Request, limit: int, work: Callable[[Caller, bytes], Response]) -> Response:
        claim = read_claim(request.headers.get("authorization"), hub.secret)
        spoken = Spoken(request.method, _target(request))

        def entered(body: bytes) -> Response:
            caller = hub.door.enter(claim, spoken, body)
            request.scope["state"]["device"] = caller.device
            by_device.take(caller.device)
            return work(caller, body)

        return await body_for(request, limit, entered)

    @routes.get("/v1/hello")
    async def hello(request: Request) -> Response:
        def work() -> Response:
            with hub.database.reading() as conn:
                epoch, root = need_word(conn, "epoch"), hub.standings.now(conn).root
            return _json(
                {
                    "hub": "liandong",
                    "v": 1,
                    "network": hub.network,
                    "epoch": epoch,
                    "root": root,
                    "nonce": request.app.state.nonce(),
                    "limits": {"bundle": limits.bundle, "chunk": limits.chunk},
                }
            )

        return await run_in_threadpool(work)

    @routes.get("/v1/health")
    async def health(_request: Request) -> Response:
        found = await run_in_threadpool(hub.health)
        return _json(found, 200 if set(found.values()) == {"ok"} else 503)

    @routes.post("/v1/statements")
    async def post_statements(request: Request) -> Response:
        posting.take(request.client.host if request.client else "")

        def work(body: bytes) -> Response:
            lines = [line for line in body.split(b"\n", roster.MAX_LINES + 1) if line]
            if len(lines) > roster.MAX_LINES:
                raise malformed()
            with hub.database.writing() as conn:
                taken = roster.take(conn, hub.standings, lines)
            return _json(taken._asdict())

        return await body_for(request, STATEMENT_BYTES, work)

    @routes.get("/v1/statements")
    async def get_statements(request: Request) -> Response:
        def work(_caller: Caller, _body: bytes) -> Response:
            with hub.database.reading() as conn:
                text = b"".join(roster.lines(conn))
            return Response(text, media_type="application/octet-stream")

        return await signed(request, 0, work)

    @routes.post("/v1/bundles/{sha256}")
    async def offer(request: Request, sha256: str) -> Response:
        def work(caller: Caller, body: bytes) -> Response:
            wanted = _parsed(body, Offer)
            return _json(hub.bundles.offer(caller, _name(sha256), wanted.size, wanted.to)._asdict())

        return await signed(request, JSON_BYTES, work)

    @routes.patch("/v1/bundles/{sha256}")
    async def receive(request: Request, sha256: str) -> Response:
        def work(caller: Caller, body: bytes) -> Response:
            offset = _number(request, "offset")
            progress = hub.bundles.receive(caller, _name(sha256), offset, body)
            hub.meters.moved("in", len(body))
            return _json(progress._asdict())

        return await signed(request, limits.chunk, work)

    @routes.get("/v1/bundles/{sha256}")
    async def read(request: Request, sha256: str) -> Response:
        def work(caller: Caller, _body: bytes) -> Response:
            held = hub.bundles.find(caller, _name(sha256))
            start = _start(request.headers.get("range"), held.size)
            pieces = hub.bundles.read(held, start or 0, held.size)
            headers = {"content-length": str(held.size - (start or 0)), "accept-ranges": "bytes"}
            if start is not None:
                headers["content-range"] = f"bytes {start}-{held.size - 1}/{held.size}"
            return StreamingResponse(
                _counted(hub, pieces),
                status_code=200 if start is None else 206,
                headers=headers,
                media_type="application/octet-stream",
            )

        return await signed(request, 0, work)

    @routes.get("/v1/mailbox")
    async def list_mailbox(request: Request) -> Response:
        def work(caller: Caller, _body: bytes) -> Response:
            after, limit = _number(request, "after", 0), _number(request, "limit", 100)
            with hub.database.reading() as conn:
                epoch = need_word(conn, "epoch")
                if request.query_params.get("epoch", "") != epoch:
                    after = 0
                page = mailbox.page(conn, caller.device, after, max(1, min(limit, MAX_ITEMS)))
            items = [
                {"no": item.no, "name": item.name, "size": item.size, "from": item.sender, "at": item.at}
                for item in page.items
            ]
            gone = [one._asdict() for one in page.gone]
            told = {"epoch": epoch, "items": items, "more": page.more, "held": page.held, "gone": gone}
            return _json(told)

        return await signed(request, 0, work)

    @routes.post("/v1/mailbox/done")
    async def done(request: Request) -> Response:
        def work(caller: Caller, body: bytes) -> Response:
            asked = _parsed(body, Done)
            with hub.database.writing(durable=False) as conn:
                epoch = need_word(conn, "epoch")
                if not hmac.compare_digest(asked.epoch.encode(), epoch.encode()):
                    raise Refusal(409, "hub.epoch", {"epoch": epoch})
                mailbox.done(conn, caller.device, asked.no)
            return _json({})

        return await signed(request, JSON_BYTES, work)

    @routes.post("/v1/seen")
    async def seen(request: Request) -> Response:
        def work(caller: Caller, body: bytes) -> Response:
            return _json({"lacks": hub.bundles.lacks(caller, _parsed(body, Seen).names)})

        return await signed(request, JSON_BYTES, work)

    return routes


def _target(request: Request) -> str:
    """The path and query as they came: what the device has signed."""
    raw, query = request.scope["raw_path"], request.scope["query_string"]
    return str((raw + (b"?" + query if query else b"")), "latin-1")


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _parsed(body_untrusted: bytes, shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.json.decode(body_untrusted, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise malformed() from error


def _name(text_untrusted: str) -> str:
    if not is_hash(text_untrusted):
        raise not_there()
    return text_untrusted


def _number(request: Request, name: str, default: int | None = None) -> int:
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    if text is None or _DIGITS.fullmatch(text) is None:
        raise malformed()
    return int(text)


def _start(header_untrusted: str | None, size: int) -> int | None:
    """Where a download begins; ``None`` for the whole. Raises ``Refusal`` for any other kind of range."""
    if header_untrusted is None:
        return None
    found = _RANGE.fullmatch(header_untrusted)
    if found is None or int(found[1]) >= size:
        raise Refusal(416, "hub.range", {"size": size})
    return int(found[1])


def _counted(hub: Hub, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        hub.meters.moved("out", len(piece))
        yield piece
