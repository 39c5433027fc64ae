"""The calls of the hub's protocol (docs/hub-protocol.md), each tried once; what comes back is untrusted.

A device signs each request with a nonce of the hub: no clock of this PC plays a part. Answers are read up to
a limit, redirects are never followed. Knows the protocol, no case file.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NamedTuple, TypeVar

import httpcore
import httpx
import msgspec

from desktop.sync.hub_faults import HubError, HubStopped, Kind, away, foreign
from desktop.sync.hub_line import CONNECT_S, SILENCE_S, Line, WrongCertificate
from desktop.wire.canonical import MAX_INTEGER
from desktop.wire.hashing import signing_text
from desktop.wire.signatures import SigningKey

LARGEST_ANSWER = 4 << 20
LARGEST_STATEMENTS = 64 << 20
_LONGEST_WAIT_S = 3600.0

_Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Word = Annotated[str, msgspec.Meta(max_length=200, pattern=r"\A[!-~]*\Z")]
_Number = Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]
_Size = Annotated[int, msgspec.Meta(ge=1, le=MAX_INTEGER)]
_Shape = TypeVar("_Shape")


class Limits(msgspec.Struct, frozen=True):
    """What the hub takes: bytes of a bundle, bytes of a chunk."""

    bundle: _Size
    chunk: _Size


class Hello(msgspec.Struct, frozen=True):
    """Who answers, and a nonce to begin with."""

    hub: str
    v: int
    network: _Hash
    epoch: _Word
    root: _Hash
    nonce: _Word
    limits: Limits


class Kept(msgspec.Struct, frozen=True):
    """What became of statements that were posted."""

    root: _Hash
    kept: int
    dropped: int


class Progress(msgspec.Struct, frozen=True):
    """How much of a bundle the hub has; ``done`` when it is kept whole."""

    offset: _Number
    done: bool


class Item(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """A bundle for this device."""

    no: _Number
    name: _Hash
    size: _Size
    sender: _Word


class Gone(msgspec.Struct, frozen=True):
    """A bundle that was here for this device and went once the device had noted it as read."""

    no: _Number
    name: _Hash


class Mailbox(msgspec.Struct, frozen=True):
    """Some of what waits, in the order of the numbers, and what went of the numbers between."""

    epoch: _Word
    items: list[Item]
    more: bool
    gone: list[Gone] = []


class _Lacks(msgspec.Struct, frozen=True):
    lacks: list[_Hash]


class _Error(msgspec.Struct, frozen=True):
    code: str
    detail: dict[str, Any] = {}


_REFUSALS = {
    "hub.cut": "autosync.cut",
    "hub.stranger": "autosync.stranger",
    "hub.quota": "autosync.quota",
    "hub.too_large": "autosync.too_large",
}
_TRANSPORT = (httpx.TransportError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)
_BROKEN = (*_TRANSPORT, httpcore.ConnectionNotAvailable, ssl.SSLError, OSError)


class Speaker(NamedTuple):
    """Who speaks: the network, the device and its key."""

    network: str
    device: str
    key: SigningKey


class HubClient:
    """One hub at ``address``. Every call raises ``HubError``; ``HubStopped`` when the line was stopped."""

    def __init__(self, address: str, line: Line, speaker: Speaker) -> None:
        self._line = line
        self._speaker = speaker
        self._nonce = ""
        self._http = httpx.Client(
            base_url=address,
            transport=line,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(SILENCE_S, connect=CONNECT_S),
            headers={"user-agent": "liandong/1", "accept-encoding": "identity"},
        )

    def close(self) -> None:
        """Lets the connection go."""
        self._http.close()

    # the calls

    def hello(self) -> Hello:
        """Who is there. Raises ``HubError`` of kind ``FOREIGN`` when it is no hub of this network."""
        found = self._json("GET", "/v1/hello", Hello, signed=False)
        if found.hub != "liandong" or found.v != 1:
            raise foreign()
        if found.network != self._speaker.network:
            raise HubError(Kind.REFUSED, "autosync.other_network")
        self._nonce = found.nonce
        return found

    def post_statements(self, lines: bytes) -> Kept:
        """Gives statements to the hub."""
        return self._json("POST", "/v1/statements", Kept, lines, signed=False)

    def statements(self) -> bytes:
        """The statements of the hub, as lines."""
        with self._answer("GET", "/v1/statements") as answer:
            return _all(answer, LARGEST_STATEMENTS)

    def offer(self, name: str, size: int, to: list[str]) -> Progress:
        """Says that a bundle of ``size`` bytes is to come for these devices."""
        body = msgspec.json.encode({"size": size, "to": to})
        return self._json("POST", f"/v1/bundles/{name}", Progress, body)

    def send(self, name: str, offset: int, data: bytes) -> Progress:
        """The next bytes of a bundle."""
        return self._json("PATCH", f"/v1/bundles/{name}?offset={offset}", Progress, data)

    def mailbox(self, epoch: str, after: int, limit: int) -> Mailbox:
        """What waits above a number."""
        return self._json("GET", f"/v1/mailbox?epoch={epoch}&after={after}&limit={limit}", Mailbox)

    def fetch(self, name: str, start: int, size: int, take: Callable[[bytes], object]) -> None:
        """The bytes of a bundle from ``start`` to ``size``, given to ``take`` as they come.

        Raises ``HubError`` when there are fewer or more; what was taken may be gone on with.
        """
        headers = {"range": f"bytes={start}-"} if start else {}
        with self._answer("GET", f"/v1/bundles/{name}", headers=headers) as answer:
            if start and not _continues(answer, start):
                raise foreign()
            for piece in answer.iter_raw():
                start += len(piece)
                if start > size:
                    raise foreign("autosync.not_as_told")
                take(piece)
        if start != size:
            raise away()

    def done(self, epoch: str, number: int) -> None:
        """Everything up to a number was read to its end, or refused for good."""
        body = msgspec.json.encode({"epoch": epoch, "no": number})
        self._json("POST", "/v1/mailbox/done", dict[str, Any], body)

    def seen(self, names: list[str]) -> list[str]:
        """Which of these bundles the hub should be given again."""
        found = self._json("POST", "/v1/seen", _Lacks, msgspec.json.encode({"names": names}))
        return found.lacks

    # how they are made

    def _json(
        self,
        method: str,
        target: str,
        shape: type[_Shape],
        body: bytes = b"",
        *,
        signed: bool = True,
    ) -> _Shape:
        with self._answer(method, target, body, signed=signed) as answer:
            data = _all(answer, LARGEST_ANSWER)
        try:
            return msgspec.json.decode(data, type=shape)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            raise foreign() from None

    @contextmanager
    def _answer(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        *,
        headers: dict[str, str] | None = None,
        signed: bool = True,
    ) -> Iterator[httpx.Response]:
        """A good answer, its body still to be read. A nonce that has run out is replaced once."""
        with self._translated():
            answer = self._sent(method, target, body, headers, signed=signed)
            if signed and answer.status_code == 401:
                answer.close()
                answer = self._sent(method, target, body, headers, signed=signed)
            try:
                if answer.status_code not in (200, 206):
                    raise _refusal(answer)
                yield answer
            finally:
                answer.close()

    def _sent(
        self, method: str, target: str, body: bytes, headers: dict[str, str] | None, *, signed: bool
    ) -> httpx.Response:
        request = self._http.build_request(method, target, content=body or None, headers=headers)
        if signed:
            request.headers["authorization"] = self._authorization(method, request.url.raw_path, body)
        answer = self._http.send(request, stream=True)
        self._nonce = answer.headers.get("liandong-nonce", "") or self._nonce
        return answer

    def _authorization(self, method: str, target: bytes, body: bytes) -> str:
        who = self._speaker
        digest = hashlib.sha256(body).hexdigest()
        text = signing_text("hub", who.network, self._nonce, method, target, digest)
        return f'Liandong device="{who.device}", nonce="{self._nonce}", signature="{who.key.sign(text)}"'

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Faults of the connection in our words."""
        try:
            yield
        except WrongCertificate:
            raise foreign("autosync.wrong_certificate") from None
        except HubError:
            raise
        except httpcore.ProxyError:
            raise HubError(Kind.AWAY, "autosync.proxy") from None
        except _BROKEN as error:
            if self._line.stopped:
                raise HubStopped from None
            raise away() from error


def _all(answer: httpx.Response, most: int) -> bytes:
    found = bytearray()
    for piece in answer.iter_raw():
        found += piece
        if len(found) > most:
            raise foreign("autosync.not_as_told")
    return bytes(found)


def _continues(answer: httpx.Response, start: int) -> bool:
    told = answer.headers.get("content-range", "")
    return answer.status_code == 206 and str(told).startswith(f"bytes {start}-")


def _refusal(answer: httpx.Response) -> HubError:
    """What a status means. An error that does not speak our protocol comes from something else there."""
    status = answer.status_code
    error = _error(answer)
    if status == 429 or (status >= 500 and status != 507):
        return HubError(Kind.BUSY, "autosync.busy", status=status, retry_after=_retry_after(answer))
    if error is None or status < 400:
        return foreign()
    if status == 409:
        offset = error.detail.get("offset")
        return HubError(
            Kind.BUSY, "autosync.busy", status=status, offset=offset if type(offset) is int else None
        )
    if status in (401, 408, 422):
        return HubError(Kind.BUSY, "autosync.busy", status=status)
    return HubError(Kind.REFUSED, _REFUSALS.get(error.code, "autosync.refused"), status=status)


def _error(answer: httpx.Response) -> _Error | None:
    try:
        return msgspec.json.decode(_all(answer, 64 << 10), type=_Error)
    except (msgspec.DecodeError, RecursionError, UnicodeError, HubError):
        return None


def _retry_after(answer: httpx.Response) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), _LONGEST_WAIT_S) if text.isascii() and text.isdigit() and len(text) < 9 else 0.0
