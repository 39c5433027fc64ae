"""The calls of docs/hub-protocol.md against a running hub, over TLS: what works, again and again."""

from __future__ import annotations

import hashlib
import ssl
import threading
from pathlib import Path

import pytest

from desktop.wire.hashing import digest
from tests.hub.devices import City, Device, encoded, name_of
from tests.hub.worlds import World, content


def _names(device: Device) -> list[str]:
    return [item["name"] for item in device.mailbox()["items"]]


def test_the_certificate_is_the_one_that_was_printed(world: World) -> None:
    assert world.process is not None
    pem = ssl.get_server_certificate(("127.0.0.1", world.process.port))
    assert hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest() == world.made.fingerprint


def test_hello_says_which_hub_this_is_and_what_it_allows(world: World) -> None:
    found = world.device().client.get("/v1/hello").json()
    assert (found["network"], found["v"]) == (world.city.network, 1)
    assert found["limits"]["chunk"] == 1 << 20
    assert found["root"] == digest("statements", " ".join(sorted(one.id for one in world.city.statements)))


def test_a_bundle_reaches_its_recipients_once_and_never_its_sender(world: World) -> None:
    sender, city, other = world.device(), world.device("450900"), world.device("450924")
    data = content()
    name = sender.send(data, city, sender)
    (item,) = city.mailbox()["items"]
    assert (item["name"], item["size"], item["from"]) == (name, len(data), sender.id)
    assert city.mailbox()["held"] == 1
    assert city.fetch(name) == data
    assert _names(other) == _names(sender) == []
    assert other.ask("GET", f"/v1/bundles/{name}").status_code == 404
    assert sender.fetch(name) == data
    assert city.done(item["no"]).json() == {}
    assert city.mailbox()["held"] == 0
    assert city.mailbox(after=item["no"])["items"] == []


def test_a_large_bundle_goes_in_chunks_and_a_download_goes_on_where_it_ended(world: World) -> None:
    sender, city = world.device(), world.device("450900")
    data = content(2_500_000)
    name = sender.send(data, city, chunk=400_000)
    whole = city.ask("GET", f"/v1/bundles/{name}")
    assert (whole.status_code, whole.content) == (200, data)
    rest = city.ask("GET", f"/v1/bundles/{name}", headers={"Range": "bytes=2400000-"})
    assert (rest.status_code, rest.content) == (206, data[2_400_000:])
    assert rest.headers["content-range"] == "bytes 2400000-2499999/2500000"


def test_a_wrong_offset_says_the_right_one_and_announcing_again_does_too(world: World) -> None:
    sender, city = world.device(), world.device("450900")
    data = content(1_000)
    name = name_of(data)
    assert sender.offer(data, city).json() == {"offset": 0, "done": False}
    assert sender.chunk(name, 0, data[:400]).json() == {"offset": 400, "done": False}
    again = sender.chunk(name, 0, data[:400])
    assert (again.status_code, again.json()["code"]) == (409, "hub.offset")
    assert again.json()["detail"] == {"offset": 400}
    assert sender.offer(data, city).json() == {"offset": 400, "done": False}
    assert _names(city) == []
    assert sender.chunk(name, 400, data[400:]).json() == {"offset": 1_000, "done": True}
    assert _names(city) == [name]


def test_everything_may_be_repeated_word_for_word(world: World) -> None:
    sender, city = world.device(), world.device("450900")
    data = content()
    target = f"/v1/bundles/{name_of(data)}"
    sender.offer(data, city)
    body = encoded({"size": len(data), "to": [city.id]})
    for method, path, sent in (("POST", target, body), ("PATCH", f"{target}?offset=0", data)):
        signed = sender.sign(method, path, sent)
        answers = [sender.client.request(method, path, content=sent, headers=signed) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200] * 3
    assert len(_names(city)) == 1
    sender.send(data, city)
    assert len(_names(city)) == 1


def test_two_senders_of_one_bundle_store_it_once_and_both_their_recipients_get_it(world: World) -> None:
    one, two, city, other = (world.device(office) for office in ("450923", "450924", "450900", "450900-ga"))
    data = content(1_000)
    name = name_of(data)
    assert one.offer(data, city).json()["offset"] == 0
    assert two.offer(data, other).json() == {"offset": 0, "done": False}
    one.chunk(name, 0, data[:500])
    assert two.chunk(name, 0, data[:300]).json() == {"offset": 300, "done": False}
    one.chunk(name, 500, data[500:])
    assert (_names(city), _names(other)) == ([name], [])
    assert two.chunk(name, 300, data[300:600]).json() == {"offset": 1_000, "done": True}
    assert _names(other) == [name]
    late = world.device("450923")
    assert two.offer(data, late, city).json() == {"offset": 1_000, "done": True}
    assert (_names(late), len(_names(city))) == ([name], 1)
    with world.inside() as hub:
        assert sum(key.startswith(name) for key, _ in hub.store.blobs()) == 1


def test_nobody_can_spoil_what_another_is_sending(world: World) -> None:
    honest, bad, city = world.device(), world.device(), world.device("450900")
    data = content(1_000)
    name = name_of(data)
    honest.offer(data, city)
    honest.chunk(name, 0, data[:500])
    bad.offer(data, city)
    assert bad.chunk(name, 0, b"x" * 1_000).status_code == 422
    assert honest.chunk(name, 500, data[500:]).json()["done"] is True
    assert city.fetch(name) == data


def test_pages_of_a_mailbox_are_in_order_and_another_epoch_begins_again(world: World) -> None:
    sender, city = world.device(), world.device("450900")
    names = [sender.send(content(), city) for _ in range(5)]
    first = city.mailbox(limit=2)
    assert [item["name"] for item in first["items"]] == names[:2]
    assert (first["more"], first["held"]) == (True, 5)
    rest = city.mailbox(after=first["items"][-1]["no"])
    assert [item["name"] for item in rest["items"]] == names[2:]
    assert rest["more"] is False
    stale = city.mailbox(epoch="0" * 16, after=999)
    assert [item["name"] for item in stale["items"]] == names
    assert stale["epoch"] == city.epoch()
    refused = city.done(5, epoch="0" * 16)
    assert (refused.status_code, refused.json()["code"]) == (409, "hub.epoch")
    assert city.mailbox()["held"] == 5


def test_bundles_wait_for_a_device_whose_grant_comes_later(world: World) -> None:
    sender, late = world.device(), world.city.grant("450900")
    name = sender.send(content(), late)
    late.at(world.address)
    assert late.ask("GET", "/v1/mailbox?epoch=x").json()["code"] == "hub.stranger"
    world.tell(late)
    assert _names(late) == [name]
    late.close()


def test_what_the_hub_lacks_is_what_it_never_had_from_this_device(world: World) -> None:
    sender, other, city = world.device(), world.device(), world.device("450900")
    name = sender.send(content(), city)
    unknown = "0" * 64
    assert sender.lacks(name, unknown) == [unknown]
    assert other.lacks(name) == [name]


def test_statements_prove_themselves_and_the_rest_is_dropped(world: World) -> None:
    device, stranger = world.device(), City()
    stranger.grant("450923")
    before = device.client.get("/v1/hello").json()["root"]
    foreign = device.client.post("/v1/statements", content=stranger.lines() + b"no statement\n\n\xff\tx\n")
    assert foreign.json() == {"root": before, "kept": 0, "dropped": 4}
    forged = world.city.statements[-1].body + b'\t[["%s","%s"]]\n' % (b"0" * 64, b"0" * 128)
    assert device.client.post("/v1/statements", content=forged).json()["root"] == before
    again = world.tell(device)
    assert (again["root"], again["dropped"]) == (before, 0)
    kept = device.ask("GET", "/v1/statements").content.splitlines(keepends=True)
    assert sorted(kept) == sorted(one.text() for one in world.city.statements)


def test_a_cut_takes_effect_when_the_hub_has_it(world: World) -> None:
    thief, city = world.device(), world.device("450900")
    city.send(content(), thief)
    assert len(_names(thief)) == 1
    world.city.cut(thief)
    world.tell(city)
    for method, target in (("GET", "/v1/mailbox?epoch=x"), ("GET", "/v1/statements")):
        answer = thief.ask(method, target)
        assert (answer.status_code, answer.json()["code"]) == (403, "hub.cut")


def test_no_reader_passes_over_a_number_while_many_write(world: World) -> None:
    senders, reader = [world.device() for _ in range(6)], world.device("450900")
    sent: list[str] = []
    read: list[str] = []
    going = threading.Event()

    def send(sender: Device) -> None:
        for _ in range(8):
            sent.append(sender.send(content(200), reader))

    def follow() -> None:
        after, epoch = 0, reader.epoch()
        while True:
            last = going.is_set()
            items = reader.mailbox(epoch, after)["items"]
            for item in items:
                assert item["no"] == after + 1
                after = item["no"]
                read.append(item["name"])
            if last and not items:
                return

    threads = [threading.Thread(target=send, args=(one,)) for one in senders]
    follower = threading.Thread(target=follow)
    for thread in (*threads, follower):
        thread.start()
    for thread in threads:
        thread.join()
    going.set()
    follower.join()
    assert len(sent) == 48
    assert sorted(read) == sorted(sent)


def test_what_is_logged_holds_nobodys_address_and_no_name_of_a_bundle(world: World) -> None:
    sender, city = world.device(), world.device("450900")
    name = sender.send(content(), city)
    city.fetch(name)
    sender.client.get("/v1/张三")
    assert world.process is not None
    text = Path(world.process.log).read_text("utf-8")
    for secret in (name, sender.id, sender.nonce, world.made.password, "张三", "%E5%BC%A0"):
        assert secret not in text
    assert sender.id[:8] in text
    assert "127.0.0.1" not in text.partition("\n")[2]


@pytest.mark.parametrize("path", ["/v1/health", "/v1/hello"])
def test_health_and_hello_ask_for_nobody(world: World, path: str) -> None:
    assert world.device().client.get(path).status_code == 200
