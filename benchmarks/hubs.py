"""Bundles into the city hub, against the same bytes put into files by the plainest server on uvicorn."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import random
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.base import Bench, Outcome, Scale
from benchmarks.measure import Target, in_turns, seconds
from desktop.wire.hashing import signing_text
from desktop.wire.ids import device_id
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose

_ROOT = Path(__file__).resolve().parent.parent
_SIZE = 50_000
_LINES = 4
_START_S = 60.0
_MANY = 1 << 40


class _Network:
    """A city of one key that grants the devices of a run."""

    def __init__(self) -> None:
        self.key = SigningKey.generate()
        fields = {"kind": "keys", "by": None, "k": 1, "keys": [self.key.public], "city": "450900"}
        self.statements: list[Statement] = [compose(fields, [self.key])]
        self.id = self.statements[0].id
        self.senders = [self._grant("450923") for _ in range(_LINES)]
        self.city = self._grant("450900")[0]

    def _grant(self, office: str) -> tuple[str, SigningKey]:
        key, age = SigningKey.generate(), "age1" + secrets.token_hex(29)
        device = device_id(key.public, age)
        fields = {"kind": "grant", "by": self.id, "device": device, "office": office, "slot": 0}
        self.statements.append(compose({**fields, "keys": [key.public, age]}, [self.key]))
        return device, key


class _Line:
    """One connection of one device."""

    def __init__(self, port: int, network: _Network, number: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._network, (self._device, self._key) = network, network.senders[number]
        self._nonce = ""

    def send(self, data: bytes) -> None:
        """A bundle as a desk sends it: announced, then its bytes."""
        name = hashlib.sha256(data).hexdigest()
        self._ask("POST", f"/v1/bundles/{name}", json.dumps({"size": len(data), "to": [self._network.city]}))
        self._ask("PATCH", f"/v1/bundles/{name}?offset=0", data)

    def put(self, data: bytes) -> None:
        """The same bytes without more ado."""
        self._request("PUT", f"/{hashlib.sha256(data).hexdigest()}", data, {})

    def _ask(self, method: str, target: str, body: str | bytes) -> None:
        sent = body.encode() if isinstance(body, str) else body
        if not self._nonce:
            self._nonce = str(json.loads(self._request("GET", "/v1/hello", b"", {}))["nonce"])
        hashed = hashlib.sha256(sent).hexdigest()
        text = signing_text("hub", self._network.id, self._nonce, method, target, hashed)
        claim = f'device="{self._device}", nonce="{self._nonce}", signature="{self._key.sign(text)}"'
        self._request(method, target, sent, {"Authorization": f"Liandong {claim}"})

    def _request(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> bytes:
        self._http.request(method, target, body, headers)
        answer = self._http.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the server refused with {answer.status}")
        return text

    def close(self) -> None:
        """Hangs up."""
        self._http.close()


def _send(scale: Scale, folder: Path) -> Outcome:
    count, network = scale.of(400, 100), _Network()
    drawn = random.Random(secrets.randbits(64))

    def figure(port: int, way: Callable[[_Line, bytes], None]) -> float:
        bundles = [drawn.randbytes(_SIZE) for _ in range(count)]
        lines = [_Line(port, network, number) for number in range(_LINES)]
        taken = seconds(lambda: _at_once(lines, bundles, way))
        for line in lines:
            line.close()
        return count / taken

    with _hub(folder, network) as hub, _plain(folder / "plain") as plain:
        compared = in_turns(lambda: figure(hub, _Line.send), lambda: figure(plain, _Line.put), scale.repeat)
    return Outcome(
        compared,
        f"{count} bundles of {_SIZE // 1000} kB on {_LINES} lines at once, without TLS; ours asks twice "
        "a bundle, checks signatures and hash, and answers when file, folder and SQLite are synced; the "
        "yardstick writes a file, no fsync",
    )


def _at_once(lines: list[_Line], bundles: list[bytes], way: Callable[[_Line, bytes], None]) -> None:
    def work(number: int) -> None:
        for data in bundles[number::_LINES]:
            way(lines[number], data)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(_LINES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextlib.contextmanager
def _hub(folder: Path, network: _Network) -> Iterator[int]:
    place, statements, port = folder / "hub", folder / "statements", _free_port()
    statements.write_bytes(b"".join(one.text() for one in network.statements))
    command = [sys.executable, "-m", "hub"]
    made = ("new", str(place), "--network", network.id, "--host", "127.0.0.1", "--port", str(port))
    for words in (made, ("statements", "add", str(place), str(statements))):
        subprocess.run([*command, *words], cwd=_ROOT, check=True, capture_output=True)
    _lift_limits(place / "hub.toml")
    with _process([*command, "serve", str(place), "--plain"], port):
        yield port


def _lift_limits(settings: Path) -> None:
    """Nothing of a run is held up by what protects a hub from too much."""
    lines = settings.read_text("utf-8").splitlines()
    lifted = ("device_bytes", "office_bytes", "device_bundles", "device_per_minute", "address_per_minute")
    changed = [f"{line.split(' ')[0]} = {_MANY}" if line.split(" ")[0] in lifted else line for line in lines]
    settings.write_text("\n".join(changed) + "\n", "utf-8")


@contextlib.contextmanager
def _plain(folder: Path) -> Iterator[int]:
    folder.mkdir()
    port = _free_port()
    with _process([sys.executable, "-m", "benchmarks.plain_server", str(folder), str(port)], port):
        yield port


@contextlib.contextmanager
def _process(command: list[str], port: int) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=_ROOT, stdout=quiet, stderr=quiet)
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        process.wait(60)


def _wait(port: int) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


BENCHES = (
    Bench(
        "hub",
        "bundles into the city hub, kept for good",
        "the same bytes through plain uvicorn and file copy",
        "bundles/s",
        Target(),
        _send,
    ),
)
