"""Quotas, rates, slow clients, memory: what one device or one address can take from the others."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.faults import Refusal
from hub.rates import Rates
from tests.hub.devices import name_of
from tests.hub.worlds import World, content

SLOW_S = 1


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hub with little room, and little patience; without TLS, so that a test can dawdle."""
    limits = {
        "device_bytes": 10_000,
        "office_bytes": 15_000,
        "device_bundles": 8,
        "open_uploads": 3,
        "device_per_minute": 60,
        "statements_per_minute": 200,
        "address_connections": 20,
        "slow_seconds": SLOW_S,
        "bundle": 9_000,
    }
    world = World(tmp_path_factory.mktemp("small"), **limits)
    with world.going(plain=True):
        yield world


def test_a_device_has_its_bytes_and_gets_them_back_when_bundles_are_done(small: World) -> None:
    sender, city = small.device("450901"), small.device("450900")
    names = [sender.send(content(4_000), city) for _ in range(2)]
    refused = sender.offer(content(4_000), city)
    assert (refused.status_code, refused.json()["code"]) == (507, "hub.quota")
    assert sender.offer(content(9_001), city).json()["code"] == "hub.too_large"
    assert sender.send(content(1_000), city)
    city.done(city.mailbox()["items"][-1]["no"])
    _a_day_passes(small)
    assert sender.lacks(*names) == []
    sender.send(content(4_000), city)


def test_an_office_has_its_bytes_too(small: World) -> None:
    one, two, city = small.device("450902"), small.device("450902"), small.device("450900")
    for _ in range(2):
        one.send(content(4_500), city)
    two.send(content(4_500), city)
    assert two.offer(content(4_500), city).json()["code"] == "hub.quota"
    assert small.device("450903").offer(content(4_500), city).status_code == 200


def test_uploads_that_are_not_ended_are_few_and_a_new_size_begins_anew(small: World) -> None:
    sender, city = small.device("450904"), small.device("450900")
    begun = [content(100) for _ in range(3)]
    for data in begun:
        assert sender.offer(data, city).status_code == 200
    assert sender.offer(content(100), city).json()["code"] == "hub.quota"
    assert sender.offer(begun[0], city, size=200).json() == {"offset": 0, "done": False}
    sender.send(begun[0], city)
    assert sender.offer(content(100), city).status_code == 200


def test_who_asks_too_often_waits_as_long_as_told(small: World) -> None:
    device, other = small.device("450905"), small.device("450905")
    answers = [device.ask("GET", "/v1/mailbox?epoch=x") for _ in range(70)]
    late = [answer for answer in answers if answer.status_code == 429]
    assert late
    assert late[0].json()["code"] == "hub.too_often"
    assert other.ask("GET", "/v1/mailbox?epoch=x").status_code == 200
    time.sleep(int(late[-1].headers["retry-after"]) + 0.2)
    assert device.ask("GET", "/v1/mailbox?epoch=x").status_code == 200


def test_buckets_fill_by_the_minute_and_are_not_kept_for_ever() -> None:
    now = [0.0]
    rates = Rates(2, lambda: now[0])
    rates.take("a")
    rates.take("a")
    with pytest.raises(Refusal) as refused:
        rates.take("a")
    assert refused.value.retry_after == 30
    now[0] = 30.0
    rates.take("a")
    for number in range(20_100):
        rates.take(str(number))
    assert len(rates._buckets) == 20_000


def _open(world: World) -> socket.socket:
    assert world.process is not None
    return socket.create_connection(("127.0.0.1", world.process.port), timeout=20)


@pytest.mark.parametrize("start", [b"", b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_does_not_come_ends_the_connection(small: World, start: bytes) -> None:
    began = time.monotonic()
    with _open(small) as line:
        line.sendall(start)
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(100) == b""
    assert time.monotonic() - began < SLOW_S + 5


def test_a_head_that_drips_ends_the_connection_too(small: World) -> None:
    with _open(small) as line, pytest.raises(OSError, match=r"reset|pipe"):  # noqa: PT012
        line.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/hello HTTP/1.1\r\n")
        for _ in range(100):
            line.sendall(b"X: y\r\n")
            time.sleep(0.1)


def test_a_body_that_does_not_come_is_refused(small: World) -> None:
    with _open(small) as line:
        line.sendall(b"POST /v1/statements HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nab")
        assert line.recv(1_000).startswith(b"HTTP/1.1 408")


def test_too_many_connections_of_one_address_are_not_taken(small: World) -> None:
    lines = [_open(small) for _ in range(30)]
    try:
        time.sleep(0.2)
        closed = 0
        for line in lines:
            line.setblocking(False)
            try:
                closed += line.recv(1) == b""
            except ConnectionResetError:
                closed += 1
            except BlockingIOError:
                pass
        assert 10 <= closed < 30
    finally:
        for line in lines:
            line.close()


def test_a_reader_who_stops_is_cut_off_and_nobody_waits_for_him(tmp_path: Path) -> None:
    world = World(tmp_path, slow_seconds=SLOW_S, chunk=8 << 20)
    with world.going(plain=True):
        sender, city = world.device(), world.device("450900")
        name = sender.send(os.urandom(24 << 20), city, chunk=8 << 20)
        city.ask("GET", "/v1/mailbox?epoch=x")
        head = city.sign("GET", f"/v1/bundles/{name}")["Authorization"]
        with _open(world) as line:
            request = f"GET /v1/bundles/{name} HTTP/1.1\r\nHost: x\r\nAuthorization: {head}\r\n\r\n"
            line.sendall(request.encode())
            assert line.recv(100).startswith(b"HTTP/1.1 200")
            time.sleep(SLOW_S + 2)
            got = 0
            with contextlib.suppress(ConnectionResetError):
                while piece := line.recv(1 << 20):
                    got += len(piece)
            assert got < 24 << 20
        assert city.fetch(name, (24 << 20) - 5)


def test_large_bundles_both_ways_take_little_memory(tmp_path: Path) -> None:
    world = World(tmp_path, chunk=2 << 20)
    with world.going(plain=True):
        assert world.process is not None
        sender, city = world.device(), world.device("450900")
        sender.send(content(), city)
        before = world.process.memory()
        data = os.urandom(40 << 20)
        name = sender.send(data, city, chunk=2 << 20)
        assert name_of(city.fetch(name)) == name
        assert world.process.memory() - before < 24 << 20


def _a_day_passes(world: World) -> None:
    from sqlalchemy import update

    from hub.tables import bundle, mail
    from hub.upkeep import DAY_MS, tidy

    with world.inside() as hub:
        with hub.database.writing() as conn:
            conn.execute(update(mail).values(done_at=mail.c.done_at - 2 * DAY_MS))
            conn.execute(update(bundle).values(stored_at=bundle.c.stored_at - 2 * DAY_MS))
        tidy(hub)
