"""Power cuts in the middle, and two processes side by side: nothing lost, nothing doubled."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import httpx
import pytest

from hub import store as hub_store
from hub.bundles import Caller
from hub.core import Hub
from tests.hub.conftest import address_of
from tests.hub.devices import Device, name_of
from tests.hub.running import running
from tests.hub.worlds import World, content

KILLS = 2
CHUNK = 20_000


def patient_send(device: Device, data: bytes, *to: Device) -> str:
    """Sends as a desk does: faults of the line and of the hub are tried again, from where it stands."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            answer = device.offer(data, *to)
            while answer.status_code == 200 and not answer.json()["done"]:
                offset = answer.json()["offset"]
                answer = device.chunk(name_of(data), offset, data[offset : offset + CHUNK])
        except httpx.TransportError:
            device.nonce = ""
            time.sleep(0.05)
            continue
        if answer.status_code == 200:
            return name_of(data)
        assert answer.status_code in (401, 409, 503), answer.text
    raise AssertionError("the hub did not come back")


def test_uploads_go_on_after_the_hub_was_killed_again_and_again(
    request: pytest.FixtureRequest, database: str, tmp_path: Path
) -> None:
    world = World(tmp_path, address_of(request, database, tmp_path))
    with world.going():
        senders, city = [world.device() for _ in range(3)], world.device("450900")
        sent: list[list[str]] = [[] for _ in senders]
        ended = threading.Event()

        def send(sender: Device, names: list[str]) -> None:
            while not ended.is_set():
                names.append(patient_send(sender, content(3 * CHUNK + 17), city))

        threads = [threading.Thread(target=send, args=pair) for pair in zip(senders, sent, strict=True)]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            time.sleep(0.7)
            world.kill_and_start()
        time.sleep(0.3)
        ended.set()
        for thread in threads:
            thread.join()
        city.at(world.address)
        names = [name for some in sent for name in some]
        items = city.mailbox(limit=500)["items"]
        assert sorted(item["name"] for item in items) == sorted(names)
        assert [item["no"] for item in items] == list(range(1, len(names) + 1))
        assert len(names) > 3
        for item in items:
            assert name_of(city.fetch(item["name"])) == item["name"]
        with world.inside() as hub:
            assert len(list(hub.store.blobs())) == len(names)


@pytest.mark.parametrize("moment", ["before the rename", "after the rename", "before the answer"])
def test_a_power_cut_at_the_last_chunk_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    world = World(tmp_path)
    sender, city = world.city.grant("450923"), world.city.grant("450900")
    caller = Caller(sender.id, "450923", (sender.id,))
    data = content(1_000)
    name = name_of(data)
    with world.inside() as hub:
        hub.bundles.offer(caller, name, len(data), [city.id])
        hub.bundles.receive(caller, name, 0, data[:600])
        with monkeypatch.context() as patch:
            _cut_power(patch, hub, moment)
            with pytest.raises(KeyboardInterrupt):
                hub.bundles.receive(caller, name, 600, data[600:])
    with world.inside() as hub:
        progress = hub.bundles.offer(caller, name, len(data), [city.id])
        if not progress.done:
            progress = hub.bundles.receive(caller, name, progress.offset, data[progress.offset :])
        assert progress == (1_000, True)
        held = hub.bundles.find(Caller(city.id, "450900", ()), name)
        assert b"".join(hub.bundles.read(held, 0, held.size)) == data
        assert [age >= 0 for _, age in hub.store.blobs()] == [True]
        assert list(hub.store.uploads()) == []


def _cut_power(patch: pytest.MonkeyPatch, hub: Hub, moment: str) -> None:
    def cut(*_words: object, **_named: object) -> None:
        raise KeyboardInterrupt

    if moment == "before the rename":
        patch.setattr(Path, "rename", cut)
    elif moment == "after the rename":
        patch.setattr(hub_store, "sync_folder", cut)
    else:
        patch.setattr("hub.accounts.keep", cut)


def test_two_processes_side_by_side_share_uploads_and_mailboxes(
    request: pytest.FixtureRequest, database: str, tmp_path: Path
) -> None:
    world = World(tmp_path, address_of(request, database, tmp_path))
    with world.going(), running(world.folder) as second:
        sender, city = world.device(), world.device("450900")
        beside = Device(world.city.network, sender.key, sender.id, sender.office).at(second.address)
        data = content(1_000)
        name = name_of(data)
        sender.offer(data, city)
        sender.chunk(name, 0, data[:400])
        beside.nonce = sender.nonce
        assert beside.chunk(name, 400, data[400:]).json() == {"offset": 1_000, "done": True}
        assert city.fetch(name) == data
        same = content(5_000)
        answers: list[int] = []

        def send(device: Device) -> None:
            answers.append(len(patient_send(device, same, city)))

        for _ in range(5):
            same = content(3 * CHUNK)
            threads = [threading.Thread(target=send, args=(one,)) for one in (sender, beside)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        items = city.mailbox()["items"]
        assert [item["no"] for item in items] == list(range(1, 7))
        assert len({item["name"] for item in items}) == 6
        beside.close()


def test_a_postgresql_that_restarts_is_waited_for(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    address = address_of(request, "postgresql", tmp_path)
    server = request.getfixturevalue("postgres")
    world = World(tmp_path, address)
    world.start()
    try:
        sender, city = world.device(), world.device("450900")
        first = sender.send(content(), city)
        server.stop()
        refused = sender.ask("GET", f"/v1/bundles/{first}")
        assert (refused.status_code, refused.json()["code"]) == (503, "hub.busy")
        assert refused.headers["retry-after"] == "5"
        assert sender.client.get("/v1/health").json() == {"database": "failed", "store": "ok"}
        server.start()
        second = patient_send(sender, content(), city)
        assert [item["name"] for item in city.mailbox()["items"]] == [first, second]
        sender.close()
        city.close()
    finally:
        assert world.process is not None
        world.process.stop()
    assert "postgres" not in world.process.log.read_text("utf-8")
