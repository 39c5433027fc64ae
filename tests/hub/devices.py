"""A city that grants and cuts, and devices that speak the hub's protocol: written from its page alone."""

from __future__ import annotations

import hashlib
import secrets
import ssl
from typing import Any

import httpx

from desktop.wire.hashing import signing_text
from desktop.wire.ids import device_id
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose


class City:
    """A root of one key, k = 1, and what it states."""

    def __init__(self, city: str = "450900") -> None:
        self.key = SigningKey.generate()
        fields = {"kind": "keys", "by": None, "k": 1, "keys": [self.key.public], "city": city}
        self.root = compose(fields, [self.key])
        self.network = self.root.id
        self.statements: list[Statement] = [self.root]

    def grant(self, office: str) -> Device:
        """A new device of an office, with its grant among the statements."""
        key, age = SigningKey.generate(), "age1" + secrets.token_hex(29)
        device = Device(self.network, key, device_id(key.public, age), office)
        self.state(
            {"kind": "grant", "device": device.id, "office": office, "keys": [key.public, age], "slot": 0}
        )
        return device

    def cut(self, device: Device) -> Statement:
        """Cuts a device off everywhere."""
        return self.state({"kind": "cut", "device": device.id, "groups": None, "kept": []})

    def state(self, fields: dict[str, Any]) -> Statement:
        """A statement under the root."""
        made = compose({"by": self.network, **fields}, [self.key])
        self.statements.append(made)
        return made

    def lines(self) -> bytes:
        """All of it, as a desk posts it."""
        return b"".join(one.text() for one in self.statements)


class Device:
    """One PC's hand at the hub. ``at`` names the hub; answers come as they are, faults too."""

    def __init__(self, network: str, key: SigningKey, name: str, office: str) -> None:
        self.network, self.key, self.id, self.office = network, key, name, office
        self.nonce = ""
        self._client: httpx.Client | None = None

    def at(self, address: str) -> Device:
        """Speaks to this hub from now on."""
        self.close()
        self._client = httpx.Client(base_url=address, verify=unchecked(), timeout=60, trust_env=False)
        return self

    def close(self) -> None:
        """Hangs up."""
        if self._client is not None:
            self._client.close()

    @property
    def client(self) -> httpx.Client:
        """The connection."""
        assert self._client is not None
        return self._client

    def ask(
        self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """One signed request, with a fresh nonce first if there is none."""
        if not self.nonce:
            self.nonce = self.client.get("/v1/hello").json()["nonce"]
        signed = self.sign(method, target, body)
        answer = self.client.request(method, target, content=body, headers={**signed, **(headers or {})})
        self.nonce = answer.headers["liandong-nonce"]
        return answer

    def sign(self, method: str, target: str, body: bytes = b"") -> dict[str, str]:
        """The header of a request."""
        text = signing_text("hub", self.network, self.nonce, method, target, hashlib.sha256(body).hexdigest())
        claim = f'device="{self.id}", nonce="{self.nonce}", signature="{self.key.sign(text)}"'
        return {"Authorization": f"Liandong {claim}"}

    def offer(self, data: bytes, *to: Device, size: int | None = None) -> httpx.Response:
        """Announces a bundle."""
        body = {"size": len(data) if size is None else size, "to": [one.id for one in to]}
        return self.ask("POST", f"/v1/bundles/{name_of(data)}", encoded(body))

    def chunk(self, name: str, offset: int, data: bytes) -> httpx.Response:
        """Sends a part of it."""
        return self.ask("PATCH", f"/v1/bundles/{name}?offset={offset}", data)

    def send(self, data: bytes, *to: Device, chunk: int = 1 << 20) -> str:
        """Sends a bundle until it is done; its name."""
        answer = self.offer(data, *to)
        while True:
            assert answer.status_code in (200, 409), answer.text
            found = answer.json()
            if found.get("done"):
                return name_of(data)
            offset = found["offset"] if answer.status_code == 200 else found["detail"]["offset"]
            answer = self.chunk(name_of(data), offset, data[offset : offset + chunk])

    def mailbox(self, epoch: str | None = None, after: int = 0, limit: int = 100) -> dict[str, Any]:
        """What lies there for this device."""
        epoch = self.epoch() if epoch is None else epoch
        answer = self.ask("GET", f"/v1/mailbox?epoch={epoch}&after={after}&limit={limit}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def epoch(self) -> str:
        """The hub's epoch now."""
        return str(self.client.get("/v1/hello").json()["epoch"])

    def fetch(self, name: str, start: int = 0) -> bytes:
        """The bytes of a bundle from ``start``."""
        answer = self.ask("GET", f"/v1/bundles/{name}", headers={"Range": f"bytes={start}-"})
        assert answer.status_code == 206, answer.text
        return answer.content

    def done(self, number: int, epoch: str | None = None) -> httpx.Response:
        """Says what was read."""
        return self.ask("POST", "/v1/mailbox/done", encoded({"epoch": epoch or self.epoch(), "no": number}))

    def lacks(self, *names: str) -> list[str]:
        """Which of these the hub wants again."""
        answer = self.ask("POST", "/v1/seen", encoded({"names": list(names)}))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["lacks"])


def name_of(data: bytes) -> str:
    """A bundle's name."""
    return hashlib.sha256(data).hexdigest()


def encoded(value: object) -> bytes:
    """JSON."""
    import json

    return json.dumps(value).encode()


def unchecked() -> ssl.SSLContext:
    """TLS as a desk does it; who pins the certificate compares its hash."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
