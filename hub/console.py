"""The operator's page: signing in with a password, one page to look at, signing out. It changes nothing.

No script, no asset from elsewhere, a policy that forbids both. The session is a signed cookie that no other
site can make the browser send.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from desktop.errors import UserError
from hub import figures, pages, setting_up
from hub.bodies import Bodies, announced
from hub.core import Hub
from hub.database import need_word, now_ms
from hub.faults import Refusal, malformed
from hub.passwords import SESSION_MS, is_password, is_session, make_session
from hub.rates import Rates
from hub.style import STYLE

COOKIE = "liandong_operator"
FORM_BYTES = 4 << 10
DAYS = 14

_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def router(hub: Hub) -> APIRouter:
    """The routes of the page."""
    routes = APIRouter(prefix="/operator")
    bodies = Bodies(1 << 20, hub.settings.limits.slow_seconds)
    tries, all_tries = Rates(10), Rates(60)

    def kept() -> str:
        with hub.database.reading() as conn:
            return need_word(conn, "password")

    def look() -> str:
        with hub.database.reading() as conn:
            standing = hub.standings.now(conn)
            seen = pages.Overview(
                now_ms(),
                hub.network,
                _fingerprint(hub),
                hub.health(),
                figures.totals(conn),
                hub.settings.limits.keep_days,
                figures.devices(conn, standing),
                figures.refusals(conn, DAYS),
            )
        return pages.overview(seen)

    @routes.get("")
    async def page(request: Request) -> Response:
        password = await run_in_threadpool(kept)
        if not is_session(hub.secret, password, request.cookies.get(COOKIE, ""), now_ms()):
            return _html(pages.entrance(wrong=False))
        answer = _html(await run_in_threadpool(look))
        _let_in(answer, request, make_session(hub.secret, password, now_ms()))
        return answer

    @routes.get("/style.css")
    async def style() -> Response:
        return Response(STYLE, media_type="text/css", headers=_HEADERS)

    @routes.post("/login")
    async def login(request: Request) -> Response:
        _from_here(request)
        tries.take(request.client.host if request.client else "")
        all_tries.take("all")
        with bodies.room(announced(request, FORM_BYTES)):
            body = await bodies.read(request, FORM_BYTES)
        given = _password(body)
        password = await run_in_threadpool(kept)
        if not await run_in_threadpool(is_password, password, given):
            request.scope["state"]["code"] = "hub.password"
            return _html(pages.entrance(wrong=True), 403)
        answer = RedirectResponse("/operator", 303, headers=_HEADERS)
        _let_in(answer, request, make_session(hub.secret, password, now_ms()))
        return answer

    @routes.post("/logout")
    async def logout(request: Request) -> Response:
        _from_here(request)
        answer = RedirectResponse("/operator", 303, headers=_HEADERS)
        answer.delete_cookie(COOKIE, path="/operator")
        return answer

    return routes


def _password(form_untrusted: bytes) -> str:
    try:
        found = parse_qs(form_untrusted.decode("ascii"), max_num_fields=4)
    except ValueError as error:
        raise malformed() from error
    return found.get("password", [""])[0][:200]


def _html(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, headers=_HEADERS)


def _let_in(answer: Response, request: Request, session: str) -> None:
    answer.set_cookie(
        COOKIE,
        session,
        max_age=SESSION_MS // 1000,
        path="/operator",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _from_here(request: Request) -> None:
    """Refuses a form that another site sends. Browsers say where a form comes from."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if site not in ("same-origin", "none") or (origin is not None and origin != own):
        raise Refusal(403, "hub.elsewhere")


def _fingerprint(hub: Hub) -> str:
    try:
        return setting_up.fingerprint(hub.folder)
    except UserError:
        return ""
