"""Rounds of desks with a hub: what travels, how often, and what a hub may do to them."""

from __future__ import annotations

import io
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from desktop.changes.journal import Journal
from desktop.changes.pen import new_incarnation
from desktop.changes.recorder import Recorder
from desktop.sync import consigning, enrolment, exchange, hub_line, hub_round
from desktop.sync.fetching import ask_for, set_fetch_limit
from desktop.sync.hub_client import HubClient, Speaker
from desktop.sync.hub_faults import HubError, HubStopped, Kind
from desktop.sync.hub_line import Line
from desktop.sync.hub_outgoing import due_groups, waiting
from desktop.sync.hub_round import Case, Done, Round
from desktop.sync.hub_settings import hub_state
from desktop.sync.standing import standing
from desktop.wire.pieces import PIECE
from tests.sync.fakehub import FakeHub, Handler, fake_hub
from tests.sync.pcs import PC, join, new_stick, pair


class World(NamedTuple):
    """A city, a county and a hub for both."""

    city: PC
    county: PC
    hub: FakeHub
    base: Path

    def go(self, pc: PC, **options: Any) -> Done:
        """One round of a PC."""
        return self.round(pc, **options)[0]

    def round(
        self, pc: PC, pin: str | None = None, first: bool = False, told: Any = None
    ) -> tuple[Done, Line]:
        line = Line(pin or self.hub.pin)
        with pc.engine.connect() as conn:
            pen, root = Journal(conn).pen(), Journal(conn).root()
        assert root is not None
        client = HubClient(self.hub.address, line, Speaker(root, pen.device, pen.signing))
        try:
            return Round(self.case(pc), client, told or (lambda _: None)).run(first=first), line
        finally:
            client.close()

    def case(self, pc: PC) -> Case:
        """As a command has it: whatever writes is run at once."""
        spool = self.base / f"spool-{id(pc)}"
        spool.mkdir(exist_ok=True)
        return Case(pc.engine, pc.engine, pc.blobs, spool, lambda work: work(lambda _: None), lambda _: None)

    def spool(self, pc: PC) -> list[Path]:
        """Files that lie about in the spool."""
        return [path for path in self.case(pc).spool.rglob("*") if path.is_file()]

    def settle(self) -> int:
        """Rounds of all until nobody sends any more; how many bundles went."""
        total = 0
        for _ in range(6):
            sent = sum(self.go(pc).sent for pc in (self.city, self.county))
            total += sent
            if not sent:
                return total
        pytest.fail("they go on for ever")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    city, county = pair(tmp_path)
    with city.engine.connect() as conn:
        network = Journal(conn).root()
    assert network is not None
    with fake_hub(network, tmp_path) as hub:
        yield World(city, county, hub, tmp_path)


def kind_of(world: World, pc: PC) -> tuple[Kind, str]:
    """How a round fails."""
    with pytest.raises(HubError) as caught:
        world.go(pc)
    return caught.value.kind, caught.value.code


# what travels


def test_two_desks_agree_through_the_hub_as_they_do_by_stick(world: World, tmp_path: Path) -> None:
    for number in range(20):
        world.county.add(name=f"王一{number}")
    row = world.county.add(name="李二")
    world.settle()
    world.county.change(row, name="李贰")
    world.settle()
    assert world.city.dump() == world.county.dump()
    stick = new_stick(tmp_path)
    exchange.export(world.county.engine, world.county.blobs, stick)
    world.city.read(stick)
    assert world.city.dump() == world.county.dump()
    with world.county.engine.connect() as conn:
        assert all(group.synced for group in standing(conn).groups)
    assert world.spool(world.city) == world.spool(world.county) == []


def test_nothing_is_sent_twice_and_all_fall_silent(world: World) -> None:
    world.county.add(name="王一")
    assert world.settle() <= 4
    bundles = len(world.hub.store.bundles)
    for _ in range(3):
        assert not world.go(world.county).moved
        assert not world.go(world.city).moved
    assert len(world.hub.store.bundles) == bundles


def test_a_new_entry_travels_alone_though_nobody_has_answered_yet(world: World, tmp_path: Path) -> None:
    for _ in range(40):
        world.county.add(name=secrets.token_hex(1000))
    world.go(world.county)
    first = max(map(len, world.hub.store.bundles.values()))
    world.county.add(name="李二")
    assert world.go(world.county).sent == 1
    newest = list(world.hub.store.bundles.values())[-1]
    assert len(newest) < first / 2, (len(newest), first)
    world.settle()
    assert world.city.dump() == world.county.dump()


def test_a_pc_that_is_enrolled_later_gets_everything(world: World, tmp_path: Path) -> None:
    world.county.add(name="王一")
    world.settle()
    third = PC("450923", tmp_path / "third")
    join(world.city, third)
    for _ in range(2):
        world.settle()
        world.go(third)
    assert third.dump() == world.city.dump() == world.county.dump()


def test_statements_reach_a_desk_that_was_not_there(world: World, tmp_path: Path) -> None:
    third = PC("450921", tmp_path / "third")
    join(world.city, third)
    world.go(world.city)
    assert world.go(world.county).statements == 1
    with world.county.engine.connect() as conn:
        assert "450921" in Journal(conn).rights().devices().values()


def test_a_pc_that_is_only_vouched_for_is_told_why_and_goes_on_by_stick_until_its_grant_comes(
    world: World, tmp_path: Path
) -> None:
    guest, stick = PC("450923", tmp_path / "guest"), new_stick(tmp_path)
    with guest.engine.begin() as conn:
        request = enrolment.request(Journal(conn), "")
    with world.county.engine.begin() as conn:
        voucher = enrolment.vouch(Journal(conn), request)
    with guest.engine.begin() as conn:
        enrolment.accept(Journal(conn), voucher)
    guest.add(name="王一")
    for first in (True, False):
        with pytest.raises(HubError) as caught:
            world.go(guest, first=first)
        assert (caught.value.kind, caught.value.code) == (Kind.REFUSED, "autosync.vouched")
        assert caught.value.retry_after > 0
    exchange.export(guest.engine, guest.blobs, stick)
    world.county.read(stick)
    assert world.county.dump() == guest.dump()
    with world.city.engine.begin() as conn:
        enrolment.grant(Journal(conn), request)
    world.go(world.city)
    for pc in (world.county, guest):
        # Statements first: with them a desk brings its own grant, or the hub has it from the city.
        with pc.engine.begin() as conn, world.city.engine.connect() as other:
            Journal(conn).add_statements(Journal(other).statements())
        world.go(pc)
    world.go(world.city)
    assert world.city.dump() == guest.dump()


def test_attachments_travel_once(world: World, tmp_path: Path) -> None:
    kept = world.county.blobs.put(io.BytesIO(b"photograph" * 5000))
    with world.county.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "照片", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()
    world.settle()
    assert world.city.blobs.has(kept.sha256)
    before = sum(map(len, world.hub.store.bundles.values()))
    world.county.add(name="王一")
    world.settle()
    assert sum(map(len, world.hub.store.bundles.values())) - before < 4 * 40_000


def test_a_film_that_is_asked_for_goes_in_pieces_and_not_again_while_it_lies_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consigning, "PART_BYTES", PIECE)
    with world.city.engine.begin() as conn:
        set_fetch_limit(conn, 1)
    world.county.add(name="王一")
    world.settle()
    kept = world.county.blobs.put(io.BytesIO(secrets.token_bytes(2 * PIECE + 100)))
    with world.county.engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        recorder.create("attachment", {"name": "录像", "sha256": kept.sha256, "size": kept.size})
        recorder.close("file.attach")
        recorder.finish()
    world.settle()
    assert _bytes_there(world) < PIECE
    with world.city.engine.begin() as conn:
        ask_for(conn, [kept.sha256])
    assert world.go(world.city).sent == 1
    assert world.go(world.county).sent > 2
    before = _bytes_there(world)
    assert before > kept.size
    for number in range(3):
        world.county.add(name=f"王一{number}")
        assert world.go(world.county).sent == 1
    assert _bytes_there(world) - before < PIECE
    world.settle()
    assert world.city.blobs.has(kept.sha256)
    assert _bytes_there(world) - before < PIECE


def _bytes_there(world: World) -> int:
    return sum(map(len, world.hub.store.bundles.values()))


# what a hub may do


def test_another_certificate_is_noticed_before_a_byte_is_sent(world: World) -> None:
    world.county.add(name="王一")
    with pytest.raises(HubError) as caught:
        world.round(world.county, pin="0" * 64)
    assert (caught.value.kind, caught.value.code) == (Kind.FOREIGN, "autosync.wrong_certificate")
    assert world.hub.asked == []


@pytest.mark.parametrize("status", [200, 302, 403, 511])
def test_a_log_in_page_is_not_our_hub(world: World, status: int) -> None:
    def portal(request: Handler) -> bool:
        request.send(status, b"<html>welcome</html>", {"location": "http://127.0.0.1:1/"})
        return True

    world.hub.faults.append(portal)
    kind, _ = kind_of(world, world.county)
    assert kind is (Kind.BUSY if status == 511 else Kind.FOREIGN)
    assert world.hub.asked == ["GET /v1/hello"]


def test_it_waits_as_long_as_it_is_told(world: World) -> None:
    world.hub.faults.append(lambda request: request.refuse(429, "hub.rate", retry_after="77") is None)
    with pytest.raises(HubError) as caught:
        world.go(world.county)
    assert (caught.value.kind, caught.value.retry_after) == (Kind.BUSY, 77.0)


def test_a_hub_in_trouble_is_tried_again(world: World) -> None:
    world.hub.faults.append(lambda request: request.send(500, b"oops") is None)
    assert kind_of(world, world.county) == (Kind.BUSY, "autosync.busy")


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "hub.cut", "autosync.cut"),
        (403, "hub.stranger", "autosync.stranger"),
        (507, "hub.quota", "autosync.quota"),
        (413, "hub.too_large", "autosync.too_large"),
        (400, "hub.malformed", "autosync.refused"),
    ],
)
def test_a_real_refusal_is_said(world: World, status: int, code: str, said: str) -> None:
    world.county.add(name="王一")
    world.hub.faults.append(
        lambda request: "/v1/bundles/" in request.path and request.refuse(status, code) is None
    )
    assert kind_of(world, world.county) == (Kind.REFUSED, said)


def test_without_room_for_ours_what_is_for_us_still_comes(world: World) -> None:
    world.county.add(name="王一")
    world.go(world.county)
    world.city.add(name="李二")
    world.hub.faults.append(
        lambda request: (
            request.command == "POST"
            and "/v1/bundles/" in request.path
            and request.refuse(507, "hub.quota") is None
        )
    )
    assert kind_of(world, world.city) == (Kind.REFUSED, "autosync.quota")
    assert world.city.dump() == world.county.dump()


def test_a_nonce_that_ran_out_is_replaced(world: World) -> None:
    world.county.add(name="王一")

    def forget(request: Handler) -> bool:
        if request.path.startswith("/v1/mailbox") and world.hub.count("GET /v1/mailbox") == 1:
            world.hub.store.nonces.clear()
        return False

    world.hub.faults.append(forget)
    world.go(world.county)
    assert world.hub.count("GET /v1/mailbox") == 2


def test_an_upload_goes_on_where_the_connection_broke(world: World) -> None:
    for number in range(200):
        world.county.add(name=f"王一{number}")
    broken: list[str] = []

    def breaks(request: Handler) -> bool:
        if request.command == "PATCH" and world.hub.count("PATCH") == 3 and not broken:
            request.rfile.read(100)
            request.drop()
            broken.append("")
            return True
        return False

    world.hub.faults.append(breaks)
    assert kind_of(world, world.county) == (Kind.AWAY, "autosync.away")
    sent_before = world.hub.count("PATCH")
    size = sum(path.stat().st_size for path in world.spool(world.county))
    world.go(world.county)
    assert world.hub.count("PATCH") - sent_before < size / 4096
    world.settle()
    assert world.city.dump() == world.county.dump()


def fetches(world: World) -> list[str]:
    """The downloads that were asked for."""
    return [one for one in world.hub.asked if one.startswith("GET /v1/bundles/")]


def test_a_download_goes_on_where_it_was_cut(world: World) -> None:
    for number in range(200):
        world.county.add(name=f"王一{number}")
    world.go(world.county)
    ranges: list[str | None] = []

    def cuts(request: Handler) -> bool:
        if request.command != "GET" or "/v1/bundles/" not in request.path:
            return False
        ranges.append(request.headers.get("range"))
        if len(ranges) > 1:
            return False
        data = world.hub.store.bundles[request.path.rpartition("/")[2]]
        request.send_response(200)
        request.send_header("content-length", str(len(data)))
        request.end_headers()
        request.wfile.write(data[:9000])
        request.wfile.flush()
        request.drop()
        return True

    world.hub.faults.append(cuts)
    assert kind_of(world, world.city) == (Kind.AWAY, "autosync.away")
    world.go(world.city)
    assert ranges == [None, "bytes=9000-"]
    assert world.city.dump() == world.county.dump()


@pytest.mark.parametrize("wrong", ["other bytes", "endless", "short"])
def test_bytes_that_are_not_as_announced_are_dropped(world: World, wrong: str) -> None:
    world.county.add(name="王一")
    world.go(world.county)
    before = world.city.dump()

    def spoils(request: Handler) -> bool:
        if request.command != "GET" or "/v1/bundles/" not in request.path:
            return False
        data = world.hub.store.bundles[request.path.rpartition("/")[2]]
        if wrong == "endless":
            request.send_response(200)
            request.end_headers()
            for _ in range(200):
                request.wfile.write(bytes(65536))
            request.drop()
        elif wrong == "short":
            request.send(200, data[:-1])
        else:
            request.send(200, bytes(len(data)))
        return True

    world.hub.faults.append(spoils)
    kind, code = kind_of(world, world.city)
    assert (kind, code) in {(Kind.FOREIGN, "autosync.not_as_told"), (Kind.AWAY, "autosync.away")}
    assert world.city.dump() == before
    assert sum(path.stat().st_size for path in world.spool(world.city)) < 200_000
    world.hub.faults.clear()
    world.go(world.city)
    assert world.city.dump() == world.county.dump()


def test_an_endless_answer_ends(world: World) -> None:
    def endless(request: Handler) -> bool:
        request.send_response(200)
        request.end_headers()
        for _ in range(1000):
            request.wfile.write(b"[" * 65536)
        request.drop()
        return True

    world.hub.faults.append(endless)
    assert kind_of(world, world.city) == (Kind.FOREIGN, "autosync.not_as_told")


def test_a_drip_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_line, "WINDOW_S", 0.4)

    def drips(request: Handler) -> bool:
        request.send_response(200)
        request.send_header("content-length", "100000")
        request.end_headers()
        for _ in range(60):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.05)
        request.drop()
        return True

    world.hub.faults.append(drips)
    began = time.monotonic()
    assert kind_of(world, world.city) == (Kind.AWAY, "autosync.away")
    assert time.monotonic() - began < 2


def test_silence_after_the_connection_ends_at_once_when_asked(world: World) -> None:
    line = Line(world.hub.pin)
    held = threading.Event()
    world.hub.faults.append(lambda _: held.wait(10))
    with world.city.engine.connect() as conn:
        pen, root = Journal(conn).pen(), Journal(conn).root()
    client = HubClient(world.hub.address, line, Speaker(str(root), pen.device, pen.signing))
    threading.Timer(0.2, line.stop).start()
    began = time.monotonic()
    with pytest.raises(HubStopped):
        client.hello()
    assert time.monotonic() - began < 1
    held.set()
    client.close()


def test_a_hub_of_another_network_is_refused(world: World) -> None:
    world.hub.store.network = "ab" * 32
    assert kind_of(world, world.city) == (Kind.REFUSED, "autosync.other_network")


# a hub that lost something


def test_a_hub_from_an_old_backup_is_given_what_it_lacks(world: World) -> None:
    world.go(world.city)
    world.go(world.county)
    image = world.hub.store.image()
    for number in range(30):
        world.county.add(name=f"王一{number}")
    world.go(world.county)
    world.hub.store.restore(image)
    world.settle()
    assert world.city.dump() == world.county.dump()


def test_an_epoch_begins_the_mailbox_anew_and_nothing_is_read_twice(world: World) -> None:
    world.county.add(name="王一")
    world.settle()
    image = world.hub.store.image()
    world.hub.store.restore(image)
    begun = len(fetches(world))
    world.settle()
    with world.city.engine.connect() as conn:
        assert hub_state(conn).epoch == world.hub.store.epoch
    assert len(fetches(world)) == begun


def test_a_desk_restored_from_before_gets_its_records_again(world: World) -> None:
    world.county.add(name="李二")
    world.settle()
    with world.city.engine.connect() as conn:
        before = conn.connection.driver_connection.serialize()  # type: ignore[union-attr]
    for number in range(10):
        world.county.add(name=f"王一{number}")
    world.settle()
    with world.city.engine.connect() as conn:
        conn.connection.driver_connection.deserialize(before)  # type: ignore[union-attr]
    with world.city.engine.begin() as conn:
        new_incarnation(conn)
    world.hub.store.bundles.clear()
    assert not any("王一" in line for line in world.city.dump())
    world.settle()
    assert world.city.dump() == world.county.dump()


# what cannot be read yet


def test_what_waits_for_a_statement_is_read_when_it_came(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.county.add(name="王一")
    world.go(world.county)
    genuine = hub_round.import_each

    def refuses(*args: Any, **kwargs: Any) -> Any:
        for report, changes in genuine(*args, preview=True, **kwargs):
            report.outcome = "exchange.stranger"
            yield report, changes

    monkeypatch.setattr(hub_round, "import_each", refuses)
    world.go(world.city)
    assert not any("王一" in line for line in world.city.dump())
    assert world.hub.store.done == {}
    monkeypatch.setattr(hub_round, "import_each", genuine)
    third = PC("450921", world.base / "third")
    join(world.city, third)
    world.go(world.city)
    assert world.hub.store.done
    world.settle()
    assert world.city.dump() == world.county.dump()


def test_a_full_disk_is_said_and_the_bundle_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.county.add(name="王一")
    world.go(world.county)

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(hub_round.Round, "_download", full)
    with pytest.raises(OSError, match="space"):
        world.go(world.city)
    monkeypatch.undo()
    world.go(world.city)
    assert world.city.dump() == world.county.dump()


def test_what_a_killed_writer_left_is_cleared(world: World) -> None:
    world.county.add(name="王一")
    case = world.case(world.county)
    exchange.export(world.county.engine, world.county.blobs, _made(case.spool / "out"))
    assert world.spool(world.county)
    world.round(world.county, first=True)
    assert world.spool(world.county) == []


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_a_bundle_that_went_from_the_spool_is_written_anew(world: World) -> None:
    world.county.add(name="王一")
    world.hub.faults.append(
        lambda request: (
            request.command == "POST" and "/bundles/" in request.path and request.send(503, b"") is None
        )
    )
    kind_of(world, world.county)
    for path in world.spool(world.county):
        path.unlink()
    world.hub.faults.clear()
    assert world.go(world.county).sent == 1
    with world.county.engine.connect() as conn:
        assert waiting(conn) == {}
        assert due_groups(conn, world.county.blobs) == []
    world.settle()
    assert world.city.dump() == world.county.dump()
