"""What strangers and enrolled devices may try: every refusal of the protocol; nothing comes of it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import pytest

from hub.nonces import make_nonce
from tests.hub.devices import City, Device, encoded, name_of, unchecked
from tests.hub.worlds import World, content

ZERO = "0" * 64


@pytest.fixture(scope="module")
def sender(world: World) -> Device:
    """An enrolled device."""
    return world.device()


@pytest.fixture(scope="module")
def city(world: World) -> Device:
    """One to send to."""
    return world.device("450900")


@pytest.fixture(autouse=True)
def nothing_came_of_it(world: World, city: Device) -> Iterator[None]:
    """No refused request leaves a bundle in a mailbox."""
    before = city.mailbox()["held"]
    yield
    assert city.mailbox()["held"] == before


def _raw(world: World, data: bytes) -> bytes:
    """Sends bytes as they are and reads until the hub hangs up, or has answered."""
    assert world.process is not None
    plain = socket.create_connection(("127.0.0.1", world.process.port), timeout=20)
    with plain, unchecked().wrap_socket(plain) as tls:
        tls.sendall(data)
        got = b""
        while b"\r\n\r\n" not in got:
            try:
                piece = tls.recv(65_536)
            except (ssl.SSLError, ConnectionError):
                break
            if not piece:
                break
            got += piece
        return got


def test_who_is_not_enrolled_gets_nothing(world: World) -> None:
    stranger = world.city.grant("450923").at(world.address)
    world.city.statements.pop()
    answer = stranger.ask("GET", "/v1/mailbox?epoch=x")
    assert (answer.status_code, answer.json()["code"]) == (403, "hub.stranger")
    other_city = City().grant("450923").at(world.address)
    assert other_city.ask("GET", "/v1/statements").json()["code"] == "hub.stranger"
    stranger.close()
    other_city.close()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer x",
        'Liandong device="x", nonce="y", signature="z"',
        "Liandong " + "A" * 8_000,
        f'Liandong device="{ZERO[:32]}", nonce="{ZERO[:12]}", signature="{ZERO}{ZERO}", more="1"',
        f'liandong device="{ZERO[:32]}", nonce="{ZERO[:12]}.{ZERO[:32]}", signature="{ZERO}{ZERO}"',
    ],
)
def test_a_header_of_another_shape_is_no_signature(sender: Device, header: str) -> None:
    answer = sender.client.get("/v1/statements", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "hub.unsigned")
    assert answer.headers["liandong-nonce"]


@pytest.mark.parametrize("age", [601_000, -120_000, 10**12])
def test_a_stale_nonce_is_refused_with_a_fresh_one(world: World, sender: Device, age: int) -> None:
    from hub.database import now_ms

    with world.inside() as hub:
        sender.nonce = make_nonce(hub.secret, max(0, now_ms() - age))
    answer = sender.ask("GET", "/v1/statements")
    assert (answer.status_code, answer.json()["code"]) == (401, "hub.nonce")
    assert sender.ask("GET", "/v1/statements").status_code == 200


def test_a_nonce_that_this_hub_did_not_make_is_refused(sender: Device) -> None:
    from hub.database import now_ms

    for forged in (make_nonce(b"another secret", now_ms()), "", "x", "0" * 12 + "." + "0" * 32):
        sender.client.get("/v1/hello")
        sender.nonce = forged or "-"
        answer = sender.ask("GET", "/v1/statements")
        assert answer.status_code == 401, answer.text


def test_a_signature_counts_for_its_own_request_alone(sender: Device, city: Device) -> None:
    data = content()
    target, body = f"/v1/bundles/{name_of(data)}", encoded({"size": len(data), "to": [city.id]})
    sender.ask("GET", "/v1/statements")
    signed = sender.sign("POST", target, body)
    for method, path, sent in (
        ("POST", f"/v1/bundles/{ZERO}", body),
        ("POST", target + "?x=1", body),
        ("PATCH", target, body),
        ("POST", target, body.replace(b'"to"', b'"to" ')),
        ("POST", target.replace("bundles", "%62undles"), body),
    ):
        answer = sender.client.request(method, path, content=sent, headers=signed)
        assert (answer.status_code, answer.json()["code"]) == (403, "hub.signature"), path
    other = dict(signed)
    other["Authorization"] = other["Authorization"].replace(sender.id, city.id)
    answer = sender.client.request("POST", target, content=body, headers=other)
    assert answer.json()["code"] == "hub.signature"
    assert sender.client.request("POST", target, content=body, headers=signed).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/bundles/../../../../etc/passwd",
        "/v1/bundles/%2e%2e%2f%2e%2e%2fhub.toml",
        "/v1/bundles/..%2f..%2fkey.pem",
        f"/v1/bundles/{ZERO[:-1]}",
        f"/v1/bundles/{ZERO}0",
        f"/v1/bundles/{'A' * 64}",
        f"/v1/bundles/{ZERO[:-1]}%00",
        f"/v1/bundles/{ZERO}",
        "/v1/bundles/parts",
        "/v1/",
        "//v1/hello",
        "/hub.db",
    ],
)
def test_names_are_never_paths(sender: Device, path: str) -> None:
    answer = sender.ask("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, "hub.not_there")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"size": 10}',
        b'{"size": 0, "to": ["%s"]}' % (b"0" * 32),
        b'{"size": -1, "to": ["%s"]}' % (b"0" * 32),
        b'{"size": 1e400, "to": ["%s"]}' % (b"0" * 32),
        b'{"size": 1.5, "to": ["%s"]}' % (b"0" * 32),
        b'{"size": 99999999999999999999, "to": ["%s"]}' % (b"0" * 32),
        b'{"size": "10", "to": ["%s"]}' % (b"0" * 32),
        b'{"size": 10, "to": []}',
        b'{"size": 10, "to": "%s"}' % (b"0" * 32),
        b'{"size": 10, "to": ["../x"]}',
        b'{"size": 10, "to": ["%s\\n"]}' % (b"0" * 32),
        b'{"size": 10, "to": [%s]}' % b",".join(b'"%032x"' % number for number in range(257)),
    ],
)
def test_an_announcement_of_another_shape_is_malformed(sender: Device, body: bytes) -> None:
    answer = sender.ask("POST", f"/v1/bundles/{ZERO}", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "hub.malformed")


def test_a_bundle_for_nobody_but_its_sender_is_malformed(sender: Device) -> None:
    assert sender.offer(content(), sender).json()["code"] == "hub.malformed"


@pytest.mark.parametrize(
    "query", ["", "?offset=", "?offset=-1", "?offset=1.0", "?offset=%D9%A3", "?offset=0x1"]
)
def test_an_offset_is_a_plain_number(sender: Device, city: Device, query: str) -> None:
    data = content()
    sender.offer(data, city)
    assert sender.ask("PATCH", f"/v1/bundles/{name_of(data)}{query}", b"x").json()["code"] == "hub.malformed"


def test_sizes_may_not_lie(sender: Device, city: Device) -> None:
    data = content(1_000)
    name = name_of(data)
    sender.offer(data, city, size=400)
    assert sender.chunk(name, 0, data).json()["code"] == "hub.too_large"
    assert sender.chunk(name, 0, b"").json()["code"] == "hub.malformed"
    cut = sender.chunk(name, 0, data[:400])
    assert (cut.status_code, cut.json()["code"]) == (422, "hub.hash")
    assert sender.chunk(name, 0, data[:400]).json()["code"] == "hub.unannounced"
    assert sender.offer(data, city, size=2_000).json() == {"offset": 0, "done": False}
    sender.chunk(name, 0, data)
    assert sender.chunk(name, 1_000, b"x" * 1_000).json()["code"] == "hub.hash"
    assert sender.offer(data, city, size=5 << 30).json()["code"] == "hub.too_large"


def test_a_lying_hash_leaves_nothing_behind(world: World, sender: Device, city: Device) -> None:
    data = content(900)
    name = name_of(data)
    sender.offer(data, city)
    sender.chunk(name, 0, data[:500])
    assert sender.chunk(name, 500, b"x" * 400).json()["code"] == "hub.hash"
    with world.inside() as hub:
        assert not any(key.startswith(name) for key, _ in hub.store.blobs())


def test_a_bundle_that_is_here_has_the_size_it_has(sender: Device, city: Device) -> None:
    other = b"known " + content()
    sender.send(other, city)
    assert sender.offer(other, city, size=5).json()["code"] == "hub.hash"
    assert city.done(city.mailbox()["items"][-1]["no"]).status_code == 200


def test_more_than_a_chunk_is_refused_before_it_is_read(sender: Device, city: Device) -> None:
    data = content(1 << 20) + b"x"
    sender.offer(data, city)
    answer = sender.chunk(name_of(data), 0, data)
    assert (answer.status_code, answer.json()["code"]) == (413, "hub.too_large")


def test_chunks_for_what_was_not_announced_or_by_somebody_else_are_not_taken(
    sender: Device, city: Device
) -> None:
    data = content()
    assert sender.chunk(name_of(data), 0, data).json()["code"] == "hub.unannounced"
    sender.offer(data, city)
    answer = city.chunk(name_of(data), 0, data)
    assert (answer.status_code, answer.json()["code"]) == (409, "hub.unannounced")


@pytest.mark.parametrize(
    "header",
    [
        "bytes=1000-",
        "bytes=999999999999999-",
        "bytes=9999999999999999999999-",
        "bytes=-5",
        "bytes=0-5",
        "bytes=0-,0-,0-",
        "bytes=" + ",".join(["0-1"] * 500),
        "items=0-",
        "bytes=٣-",
        "bytes= 0-",
    ],
)
def test_only_the_rest_of_a_bundle_can_be_asked_for(world: World, sender: Device, header: str) -> None:
    other = world.city.grant("450923")
    name = sender.send(content(1_000), other)
    answer = sender.ask("GET", f"/v1/bundles/{name}", headers={"Range": header.encode()})  # type: ignore[dict-item]
    assert (answer.status_code, answer.json()["code"]) == (416, "hub.range")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/mailbox/done", b'{"no": 1}'),
        ("/v1/mailbox/done", b'{"epoch": "x", "no": -1}'),
        ("/v1/mailbox/done", b'{"epoch": "%s", "no": 1}' % (b"x" * 100)),
        ("/v1/seen", b'{"names": ["x"]}'),
        ("/v1/seen", b'{"names": [%s]}' % b",".join([b'"%s"' % (b"0" * 64)] * 1_001)),
    ],
)
def test_other_bodies_of_another_shape_are_malformed(sender: Device, path: str, body: bytes) -> None:
    assert sender.ask("POST", path, body).json()["code"] == "hub.malformed"


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=", "limit=1e3", "after=" + "9" * 40])
def test_a_mailbox_is_asked_with_numbers(sender: Device, query: str) -> None:
    assert sender.ask("GET", f"/v1/mailbox?epoch={sender.epoch()}&{query}").json()["code"] == "hub.malformed"


def test_a_huge_limit_is_cut_to_what_one_page_holds(sender: Device) -> None:
    assert sender.mailbox(limit=10**9)["items"] == []


def test_a_body_where_none_belongs_is_too_large(sender: Device) -> None:
    answer = sender.ask("GET", "/v1/statements", b"x")
    assert answer.json()["code"] == "hub.too_large"


@pytest.mark.parametrize(
    "data",
    [
        b"GET /v1/hello HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000 + b"\r\n\r\n",
        b"\x00" * 100,
        b"POST /v1/statements HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST /v1/statements HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/statements HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        b"GET /v1/hello HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_http_or_announces_too_much_is_answered_with_a_refusal(world: World, data: bytes) -> None:
    first = _raw(world, data).split(b"\r\n")[0]
    assert first.split(b" ")[1] in (b"400", b"413", b"431")


def test_unknown_methods_and_paths_are_refused_in_the_same_form(sender: Device) -> None:
    wrong = sender.client.request("DELETE", "/v1/hello")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "hub.method")
    assert sender.client.get("/docs").json()["code"] == "hub.not_there"
    assert sender.client.get("/openapi.json").status_code == 404


def test_hundreds_of_forged_statements_cost_little(world: World, sender: Device) -> None:
    grant = world.city.grant("450999")
    world.city.statements.pop()
    made = []
    for number in range(3_000):
        body = b'{"by":"%s","device":"x%d","groups":null,"kept":[],"kind":"cut"}' % (
            world.city.network.encode(),
            number,
        )
        made.append(body + b'\t[["%s","%s"]]\n' % (world.city.key.public.encode(), b"0" * 128))
    answer = sender.client.post("/v1/statements", content=b"".join(made))
    assert answer.json()["dropped"] == 3_000
    assert answer.elapsed.total_seconds() < 5
    assert grant.id
    many = sender.client.post("/v1/statements", content=b"x\n" * 5_001)
    assert many.json()["code"] == "hub.malformed"
