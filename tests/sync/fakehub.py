"""A small hub on loopback for the tests of the desk, and the ways in which it may misbehave.

Follows docs/hub-protocol.md, in memory. ``faults`` are tried in turn on each request: the first that answers
``True`` has dealt with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desktop.wire.hashing import digest, signing_text
from desktop.wire.roster import Roster
from desktop.wire.signatures import verifies
from desktop.wire.statements import Statement, parse_statement

Fault = Callable[["Handler"], bool]
_CLAIM = re.compile(r'Liandong device="(.+)", nonce="(.+)", signature="(.+)"')


def certificate(folder: Path) -> tuple[Path, str]:
    """A certificate that nobody would trust (another name, long over) with its key, and its SHA-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elsewhere.invalid")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2002, 1, 1, tzinfo=dt.UTC))
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{secrets.token_hex(4)}.pem"
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path, hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


class Store:
    """What a hub keeps."""

    def __init__(self, network: str, chunk: int) -> None:
        self.network = network
        self.chunk = chunk
        self.epoch = secrets.token_hex(8)
        self.statements: dict[str, Statement] = {}
        self.bundles: dict[str, bytes] = {}
        self.parts: dict[str, bytearray] = {}
        self.sizes: dict[str, int] = {}
        self.to: dict[str, set[str]] = {}
        self.senders: dict[str, str] = {}
        self.boxes: dict[str, list[str]] = {}
        self.done: dict[str, int] = {}
        self.nonces: set[str] = set()

    def root(self) -> str:
        return digest("statements", " ".join(sorted(self.statements)))

    def nonce(self) -> str:
        made = secrets.token_hex(8)
        self.nonces.add(made)
        return made

    def roster(self) -> Roster:
        return Roster(self.network, self.statements.values(), None)

    def deliver(self, name: str, to: set[str], sender: str) -> None:
        self.senders.setdefault(name, sender)
        for device in sorted(to - {sender}):
            box = self.boxes.setdefault(device, [])
            if name not in box:
                box.append(name)

    def restore(self, image: Store) -> None:
        """As from an old backup: what came since is not there, and the epoch is another."""
        for field in ("statements", "bundles", "to", "senders", "boxes", "done"):
            value = getattr(image, field)
            setattr(
                self,
                field,
                {
                    k: v if isinstance(v, bytes | int | str) else v.copy() if hasattr(v, "copy") else v
                    for k, v in value.items()
                },
            )
        self.parts, self.sizes, self.epoch = {}, {}, secrets.token_hex(8)

    def image(self) -> Store:
        """A backup."""
        made = Store(self.network, self.chunk)
        made.restore(self)
        return made


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    hub: FakeHub
    unread: int

    def log_message(self, *args: Any) -> None:
        pass

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def go(self) -> None:
        self.hub.asked.append(f"{self.command} {self.path}")
        self.unread = int(self.headers.get("content-length") or 0)
        for fault in list(self.hub.faults):
            if fault(self):
                return
        body = self.body()
        with self.hub.guard:
            self._answer(body)

    def body(self) -> bytes:
        """What came with the request."""
        found, self.unread = self.rfile.read(self.unread), 0
        return found

    do_GET = do_POST = do_PATCH = go  # noqa: N815

    def _answer(self, body: bytes) -> None:
        store, path = self.hub.store, self.path.partition("?")[0]
        if (self.command, path) == ("GET", "/v1/hello"):
            limits = {"bundle": 64 << 20, "chunk": store.chunk}
            return self.json(
                {
                    "hub": "liandong", "v": 1, "network": store.network, "epoch": store.epoch,
                    "root": store.root(), "nonce": store.nonce(), "limits": limits,
                }
            )  # fmt: skip
        if (self.command, path) == ("POST", "/v1/statements"):
            before = len(store.statements)
            for line in body.split(b"\n"):
                if line:
                    found = parse_statement(line)
                    store.statements[found.id] = found
            kept = len(store.statements) - before
            return self.json({"root": store.root(), "kept": kept, "dropped": 0})
        who = self._who(body)
        if who is None:
            return None
        return self._signed(who, path, body)

    def _who(self, body: bytes) -> str | None:
        store = self.hub.store
        claim = _CLAIM.fullmatch(self.headers.get("authorization") or "")
        if claim is None or claim[2] not in store.nonces:
            self.refuse(401, "hub.nonce")
            return None
        device, nonce, signature = claim.groups()
        keys = {
            found.value["device"]: found.value["keys"][0]
            for found in store.statements.values()
            if found.value["kind"] == "grant"
        }
        roster = store.roster()
        if roster.office(device) is None:
            self.refuse(403, "hub.stranger")
            return None
        text = signing_text(
            "hub", store.network, nonce, self.command, self.path, hashlib.sha256(body).hexdigest()
        )
        if not verifies(keys[device], signature, text):
            self.refuse(403, "hub.signature")
            return None
        if any(cut["device"] == device for cut in roster.cuts):
            self.refuse(403, "hub.cut")
            return None
        return str(device)

    def _signed(self, who: str, path: str, body: bytes) -> None:
        store = self.hub.store
        query = dict(pair.split("=") for pair in self.path.partition("?")[2].split("&") if pair)
        name = path.rpartition("/")[2]
        if path == "/v1/statements":
            return self.send(200, b"".join(found.text() for found in store.statements.values()))
        if path == "/v1/mailbox/done":
            told = json.loads(body)
            if told["epoch"] != store.epoch:
                return self.refuse(409, "hub.epoch")
            store.done[who] = max(store.done.get(who, 0), told["no"])
            return self.json({})
        if path == "/v1/mailbox":
            box = store.boxes.get(who, [])
            after = int(query["after"]) if query["epoch"] == store.epoch else 0
            numbered = [(no, one) for no, one in enumerate(box, 1) if no > after and one in store.bundles]
            some = numbered[: int(query["limit"])]
            items = [
                {"no": no, "name": one, "size": len(store.bundles[one]), "from": store.senders[one], "at": 0}
                for no, one in some
            ]
            more = len(some) < len(numbered)
            return self.json({"epoch": store.epoch, "items": items, "more": more, "held": len(numbered)})
        if path == "/v1/seen":
            names = json.loads(body)["names"]
            return self.json({"lacks": [one for one in names if one not in store.bundles]})
        if self.command == "POST":
            told = json.loads(body)
            store.to.setdefault(name, set()).update(told["to"])
            if name in store.bundles:
                store.deliver(name, set(told["to"]), who)
                return self.json({"offset": told["size"], "done": True})
            store.sizes[name] = told["size"]
            return self.json({"offset": len(store.parts.setdefault(name, bytearray())), "done": False})
        if self.command == "PATCH":
            return self._chunk(who, name, int(query["offset"]), body)
        return self._bytes(name)

    def _chunk(self, who: str, name: str, offset: int, body: bytes) -> None:
        store = self.hub.store
        part = store.parts.get(name)
        if part is None:
            return self.refuse(404, "hub.not_there")
        if offset != len(part):
            return self.refuse(409, "hub.offset", {"offset": len(part)})
        part += body
        if len(part) < store.sizes[name]:
            return self.json({"offset": len(part), "done": False})
        data = bytes(store.parts.pop(name))
        if hashlib.sha256(data).hexdigest() != name:
            return self.refuse(422, "hub.hash")
        store.bundles[name] = data
        store.deliver(name, store.to[name], who)
        return self.json({"offset": len(data), "done": True})

    def _bytes(self, name: str) -> None:
        data = self.hub.store.bundles.get(name)
        if data is None:
            return self.refuse(404, "hub.not_there")
        start = self.headers.get("range")
        if start is None:
            return self.send(200, data)
        at = int(start.removeprefix("bytes=").removesuffix("-"))
        told = {"content-range": f"bytes {at}-{len(data) - 1}/{len(data)}"}
        return self.send(206, data[at:], told)

    # answers

    def json(self, value: Any, status: int = 200) -> None:
        self.send(status, json.dumps(value).encode(), {"content-type": "application/json"})

    def refuse(self, status: int, code: str, detail: dict[str, Any] | None = None, **headers: str) -> None:
        told = {"code": code, "sentence": "", "detail": detail or {}}
        self.send(status, json.dumps(told).encode(), headers)

    def send(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.body()
        self.send_response(status)
        for key, value in {"liandong-nonce": self.hub.store.nonce(), **(headers or {})}.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def drop(self) -> None:
        """Ends the connection without an answer."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)


class FakeHub:
    """A hub that listens."""

    def __init__(self, network: str, folder: Path, *, plain: bool, chunk: int = 4096) -> None:
        self.store = Store(network, chunk)
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.guard = threading.Lock()
        self.folder = folder
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"hub": self}))
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.pin: str | None = None
        if not plain:
            path, self.pin = certificate(folder)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self.server.server_address[1]
        scheme = "http" if plain else "https"
        self.address = f"{scheme}://127.0.0.1:{self.port}"

    def count(self, start: str) -> int:
        """How many requests began so."""
        return sum(one.startswith(start) for one in self.asked)


@contextmanager
def fake_hub(network: str, folder: Path, *, plain: bool = False, chunk: int = 4096) -> Iterator[FakeHub]:
    """A hub until the end of the block."""
    hub = FakeHub(network, folder, plain=plain, chunk=chunk)
    thread = threading.Thread(target=hub.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.server.shutdown()
        hub.server.server_close()
        thread.join()
