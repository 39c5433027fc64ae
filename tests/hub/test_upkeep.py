"""What goes and when; backups, restoring into another epoch and another database; checking the bytes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, update

from desktop.errors import UserError
from hub import accounts, backups, mailbox, roster, upkeep
from hub.bundles import Caller
from hub.core import Hub
from hub.database import need_word, now_ms, put_word
from hub.tables import bundle, device, mail, refusal, upload
from tests.hub.conftest import address_of
from tests.hub.devices import Device, name_of
from tests.hub.worlds import World, content


@pytest.fixture
def still(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> World:
    """A hub that nobody serves, with its city's statements."""
    return World(tmp_path, address_of(request, database, tmp_path))


class Desk:
    """A device inside the hub's own process."""

    def __init__(self, hub: Hub, known: Device) -> None:
        self.hub, self.id = hub, known.id
        self.caller = Caller(known.id, known.office, (known.id,))

    def send(self, data: bytes, *to: Desk) -> str:
        """A bundle, whole."""
        name = name_of(data)
        if not self.hub.bundles.offer(self.caller, name, len(data), [one.id for one in to]).done:
            assert self.hub.bundles.receive(self.caller, name, 0, data).done
        return name

    def names(self) -> list[str]:
        """What lies in the mailbox."""
        with self.hub.database.reading() as conn:
            return [item.name for item in mailbox.page(conn, self.id, 0, 500).items]

    def done(self, number: int) -> None:
        """Read to its end."""
        with self.hub.database.writing() as conn:
            mailbox.done(conn, self.id, number)


def _desks(world: World, hub: Hub, *offices: str) -> list[Desk]:
    made = [Desk(hub, world.city.grant(office)) for office in offices]
    with hub.database.writing() as conn:
        roster.take(conn, hub.standings, world.city.lines().split(b"\n"))
    return made


def test_a_mailbox_tells_what_went_after_it_was_read(still: World) -> None:
    with still.inside() as hub:
        sender, city, other = _desks(still, hub, "450923", "450900", "450924")
        names = [sender.send(content(), city), sender.send(content(), city, other)]
        names += [sender.send(content(), city), sender.send(content(), city)]
        city.done(3)
        assert upkeep.tidy(hub, now_ms() + 2 * upkeep.DAY_MS).handed == 2

        def gone(device: Desk, after: int, limit: int = 500) -> list[tuple[int, str]]:
            with hub.database.reading() as conn:
                return list(map(tuple, mailbox.page(conn, device.id, after, limit).gone))

        assert city.names() == [names[1], names[3]]
        assert gone(city, 0) == [(1, names[0]), (3, names[2])]
        assert gone(city, 0, limit=1) == [(1, names[0])]
        assert gone(city, 1) == gone(city, 2) == [(3, names[2])]
        assert gone(city, 3) == gone(other, 0) == []


def _pass(hub: Hub, days: float) -> None:
    """Days go by: everything noted is that much older."""
    past = int(days * upkeep.DAY_MS)
    with hub.database.writing() as conn:
        conn.execute(
            update(bundle).values(stored_at=bundle.c.stored_at - past, gone_at=bundle.c.gone_at - past)
        )
        conn.execute(update(mail).values(done_at=mail.c.done_at - past))
        conn.execute(update(upload).values(at=upload.c.at - past))


def _account(hub: Hub, desk: Desk) -> accounts.Account:
    with hub.database.writing() as conn:
        return accounts.account(conn, desk.id)


def test_a_bundle_goes_a_day_after_the_last_of_its_recipients_had_it(still: World) -> None:
    with still.inside() as hub:
        sender, one, two = _desks(still, hub, "450923", "450900", "450900")
        name = sender.send(content(), one, two)
        one.done(1)
        _pass(hub, 2)
        assert upkeep.tidy(hub).handed == 0
        two.done(1)
        assert upkeep.tidy(hub).handed == 0
        _pass(hub, 1.1)
        assert upkeep.tidy(hub).handed == 1
        assert list(hub.store.blobs()) == []
        assert (one.names(), hub.bundles.lacks(sender.caller, [name])) == ([], [])
        assert _account(hub, sender) == (0, 0)


def test_sending_again_what_all_had_needs_no_bytes_but_a_new_recipient_gets_them(still: World) -> None:
    with still.inside() as hub:
        sender, one, late = _desks(still, hub, "450923", "450900", "450900")
        data = content()
        name = sender.send(data, one)
        one.done(1)
        _pass(hub, 2)
        upkeep.tidy(hub)
        assert hub.bundles.offer(sender.caller, name, len(data), [one.id]).done
        assert not hub.bundles.offer(sender.caller, name, len(data), [one.id, late.id]).done
        assert hub.bundles.receive(sender.caller, name, 0, data).done
        assert (one.names(), late.names()) == ([name], [name])
        with hub.database.reading() as conn:
            assert mailbox.page(conn, one.id, 0, 5).held == 0


def test_an_old_bundle_goes_its_sender_is_asked_again_and_it_comes_under_a_new_number(still: World) -> None:
    with still.inside() as hub:
        sender, one, two = _desks(still, hub, "450923", "450900", "450900")
        data = content()
        name = sender.send(data, one, two)
        two.done(1)
        _pass(hub, 401)
        assert upkeep.tidy(hub).outlived == 1
        assert hub.bundles.lacks(sender.caller, [name]) == [name]
        other = sender.send(content(), one)
        sender.send(data, one, two)
        with hub.database.reading() as conn:
            items = mailbox.page(conn, one.id, 1, 5).items
        assert [(item.no, item.name) for item in items] == [(2, other), (3, name)]
        assert hub.bundles.lacks(sender.caller, [name]) == []


def test_nobody_waits_for_a_device_that_was_cut(still: World) -> None:
    with still.inside() as hub:
        sender, thief, city = _desks(still, hub, "450923", "450924", "450900")
        sender.send(content(), thief, city)
        city.done(1)
        still.city.state({"kind": "cut", "device": thief.id, "groups": None, "kept": []})
        _desks(still, hub)
        _pass(hub, 2)
        assert upkeep.tidy(hub).handed == 1


def test_a_bundle_that_somebody_new_waits_for_stays(still: World) -> None:
    with still.inside() as hub:
        sender, one, late = _desks(still, hub, "450923", "450900", "450900")
        name = sender.send(content(), one)
        one.done(1)
        _pass(hub, 2)
        with hub.database.reading() as conn:
            standing = hub.standings.now(conn)
            due = list(upkeep._handed(conn, standing, now_ms() - upkeep.DAY_MS))
        assert due == [name]
        hub.bundles.offer(sender.caller, name, 1_000, [late.id])
        assert not upkeep._close(hub, name, standing)
        assert late.names() == [name]


def test_broken_off_uploads_orphans_and_old_names_go(still: World) -> None:
    with still.inside() as hub:
        sender, one = _desks(still, hub, "450923", "450900")
        data = content()
        hub.bundles.offer(sender.caller, name_of(data), 1_000, [one.id])
        hub.bundles.receive(sender.caller, name_of(data), 0, data[:500])
        hub.store.write_chunk("f" * 16, 0, b"stray")
        assert upkeep.tidy(hub) == (0, 0, 0, 1, 0)
        _pass(hub, 15)
        assert upkeep.tidy(hub).uploads == 1
        assert list(hub.store.uploads()) == []
        assert _account(hub, sender) == (0, 0)
        sender.send(content(), one)
        one.done(1)
        _pass(hub, 2)
        upkeep.tidy(hub)
        _pass(hub, 401)
        assert upkeep.tidy(hub).forgotten == 1
        with hub.database.reading() as conn:
            assert conn.execute(select(mail)).all() == []


def test_tidying_up_is_for_one_process_an_hour(still: World) -> None:
    with still.inside() as hub, still.inside() as other:
        assert upkeep.tidy_if_due(hub) is not None
        assert upkeep.tidy_if_due(other) is None
        with hub.database.writing() as conn:
            put_word(conn, "tidied", str(now_ms() + 10 * upkeep.EVERY_MS))
        assert upkeep.tidy_if_due(other) is not None


def test_refusals_of_all_processes_add_up(still: World) -> None:
    with still.inside() as hub, still.inside() as other:
        for one in (hub, other, hub):
            one.meters.refused("hub.stranger")
        for one in (hub, other):
            one.meters.write()
        hub.meters.write()
        with hub.database.reading() as conn:
            assert conn.execute(select(refusal.c.code, refusal.c.count)).all() == [("hub.stranger", 3)]


def test_spoilt_and_lost_bytes_are_asked_for_again(still: World) -> None:
    with still.inside() as hub:
        sender, one = _desks(still, hub, "450923", "450900")
        fine, spoilt, lost = (sender.send(content(), one) for _ in range(3))
        for path in (still.folder / "blobs").glob("*/*-*"):
            if path.name.startswith(spoilt):
                path.write_bytes(b"x" * 1_000)
            elif path.name.startswith(lost):
                path.unlink()
        assert upkeep.check(hub) == (3, 2)
        assert one.names() == [fine]
        assert sorted(hub.bundles.lacks(sender.caller, [fine, spoilt, lost])) == sorted([spoilt, lost])


def test_lost_bytes_are_noticed_when_they_are_fetched(still: World) -> None:
    from hub.faults import Refusal

    with still.inside() as hub:
        sender, one = _desks(still, hub, "450923", "450900")
        name = sender.send(content(), one)
        held = hub.bundles.find(one.caller, name)
        hub.store.remove(held.blob or "")
        with pytest.raises(Refusal):
            hub.bundles.read(held, 0, held.size)
        assert hub.bundles.lacks(sender.caller, [name]) == [name]


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_backup_comes_back_as_another_epoch_on_either_database(
    request: pytest.FixtureRequest, still: World, tmp_path: Path, into: str
) -> None:
    with still.inside() as hub:
        sender, one, two = _desks(still, hub, "450923", "450900", "450900")
        first, second = content(), content(2_500_000)
        sender.send(first, one, two)
        hub.bundles.offer(sender.caller, name_of(second), len(second), [one.id])
        for at in range(0, len(second), 1 << 20):
            hub.bundles.receive(sender.caller, name_of(second), at, second[at : at + (1 << 20)])
        unfinished = content()
        hub.bundles.offer(sender.caller, name_of(unfinished), 1_000, [one.id])
        one.done(1)
        written = backups.write(hub, tmp_path / "backups")
        assert (written.bundles, written.bytes) == (2, 2_501_000)
        after = sender.send(content(), one)
        with hub.database.reading() as conn:
            old = need_word(conn, "epoch"), need_word(conn, "secret")
    target = tmp_path / "anew"
    target.mkdir()
    found = backups.restore(written.folder, target / "hub", address_of(request, into, target))
    assert (found.bundles, found.lost) == (2, 0)
    anew = Hub(target / "hub")
    try:
        with anew.database.reading() as conn:
            assert need_word(conn, "epoch") == found.epoch
            assert {need_word(conn, "epoch"), need_word(conn, "secret")}.isdisjoint(old)
            assert anew.standings.now(conn).offices == {
                desk.id: desk.caller.office for desk in (sender, one, two)
            }
            page = mailbox.page(conn, one.id, 0, 5)
            assert (len(page.items), page.held) == (2, 1)
        assert anew.bundles.lacks(sender.caller, [name_of(first), after]) == [after]
        held = anew.bundles.find(one.caller, name_of(second))
        assert b"".join(anew.bundles.read(held, 0, held.size)) == second
        assert _account(anew, sender) == (2_501_000, 2)
        there = Desk(anew, Device(still.city.network, still.city.key, sender.id, "450923"))
        assert there.send(content(), Desk(anew, Device(still.city.network, still.city.key, one.id, "450900")))
    finally:
        anew.close()
    with pytest.raises(UserError):
        backups.restore(written.folder, target / "hub", None)


def test_a_backup_that_is_not_whole_is_refused_and_lost_bytes_are_asked_for(
    still: World, tmp_path: Path
) -> None:
    with still.inside() as hub:
        sender, one = _desks(still, hub, "450923", "450900")
        name = sender.send(content(), one)
        folder = backups.write(hub, tmp_path / "backups").folder
    spoilt = shutil.copytree(folder, tmp_path / "spoilt")
    with (spoilt / backups.ROWS).open("a") as file:
        file.write(json.dumps({"table": "word", "row": {"key": "network", "value": "x"}}) + "\n")
    with pytest.raises(UserError):
        backups.restore(spoilt, tmp_path / "never", None)
    assert not (tmp_path / "never").exists()
    for path in (folder / "blobs").iterdir():
        path.write_bytes(b"?" * 1_000)
    assert backups.restore(folder, tmp_path / "anew", None)[2:] == (0, 1)
    anew = Hub(tmp_path / "anew")
    assert anew.bundles.lacks(sender.caller, [name]) == [name]
    with anew.database.reading() as conn:
        assert conn.execute(select(device.c.held_bytes).where(device.c.id == sender.id)).scalar_one() == 0
    anew.close()


def test_a_backup_on_a_full_disk_leaves_nothing(still: World, tmpfs: Path) -> None:
    with still.inside() as hub:
        sender, one = _desks(still, hub, "450923", "450900")
        sender.send(b"x" * 8_000_000, one)
        with pytest.raises(OSError, match="space"):
            backups.write(hub, tmpfs)
    assert list(tmpfs.iterdir()) == []
