"""Who may knock, by statements of every kind and in every order: as the roster of a desk has it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from desktop.wire import signatures
from desktop.wire.hashing import digest
from desktop.wire.ids import device_id
from desktop.wire.roster import Roster
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose
from hub import roster
from hub.core import Hub
from hub.roster import Standing, Taken
from tests.hub.devices import Device
from tests.hub.running import make_hub

Value = dict[str, Any]


class Keys:
    """A key set of a city, with the keys that sign under it."""

    def __init__(self, city: str, count: int, need: int, under: Keys | None = None, **more: Any) -> None:
        self.city = city
        self.keys = [SigningKey.generate() for _ in range(count)]
        value: Value = {"kind": "keys", "k": need, "keys": [key.public for key in self.keys], "city": city}
        value |= {"by": None, **more} if under is None else {"by": under.id, **more}
        self.need = need
        signers = self.keys[:need] if under is None else under.keys[: under.need]
        self.statement = compose(value, signers)
        self.id = self.statement.id

    def say(self, value: Value, signers: int | None = None) -> Statement:
        """A statement under this set, signed by as many of its keys as it needs."""
        return compose({"by": self.id, **value}, self.keys[: self.need if signers is None else signers])

    def grant(self, office: str) -> tuple[Device, Statement]:
        """A device of an office and its grant."""
        key, age = SigningKey.generate(), "age1" + secrets.token_hex(29)
        device = Device(self.id, key, device_id(key.public, age), office)
        value = {"kind": "grant", "device": device.id, "office": office, "keys": [key.public, age], "slot": 0}
        return device, self.say(value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "hub"


class Posting:
    """A hub of one network that nobody serves, in the test's own process."""

    def __init__(self, folder: Path, network: str) -> None:
        make_hub(folder, network)
        self.hub = Hub(folder)

    def post(self, *statements: Statement) -> Taken:
        """As a desk posts them."""
        with self.hub.database.writing() as conn:
            return roster.take(conn, self.hub.standings, [one.text()[:-1] for one in statements])

    def now(self) -> Standing:
        """Who may knock."""
        with self.hub.database.reading() as conn:
            return self.hub.standings.now(conn)

    def lines(self) -> set[bytes]:
        """All that it keeps."""
        with self.hub.database.reading() as conn:
            return set(roster.lines(conn))

    def may(self, device: Device) -> bool:
        """Whether a device is let in."""
        now = self.now()
        return device.id in now.keys and device.id not in now.cut


@pytest.fixture
def opened() -> Iterator[dict[str, Posting]]:
    made: dict[str, Posting] = {}
    yield made
    for one in made.values():
        one.hub.close()


def _in_orders(
    opened: dict[str, Posting], folder: Path, network: str, everything: Iterable[Statement], orders: int = 6
) -> list[Posting]:
    """Hubs to which the statements came one by one, each in an order of its own, told again until all is
    kept; and one to which they came at once."""
    found = []
    for seed in range(orders):
        hub = opened[str(seed)] = Posting(folder / str(seed), network)
        shuffled = list(everything)
        Random(seed).shuffle(shuffled)
        if seed:
            for _ in range(2):
                for one in shuffled:
                    hub.post(one)
        hub.post(*shuffled)
        found.append(hub)
    return found


def _agree(hubs: list[Posting], network: str, everything: list[Statement]) -> Posting:
    """All keep the same and let the same in, and their root is that of a desk with these statements."""
    desk = Roster(network, everything, None)
    for hub in hubs:
        now = hub.now()
        assert hub.lines() == hubs[0].lines()
        assert now.offices == desk.devices()
        assert now.cut == {one for one in desk.devices() if desk.is_cut(one)}
        assert now.root == digest("statements", " ".join(sorted(desk.signed)))
    return hubs[0]


def test_an_ended_key_set_grants_no_more_but_for_what_its_end_knew(
    opened: dict[str, Posting], folder: Path
) -> None:
    old = Keys("450900", 1, 1)
    (known, first), (late, second) = (old.grant("450923") for _ in range(2))
    ending = Keys("450900", 1, 1, old, ends=True, parents=[first.id])
    side = Keys("450900", 1, 1, old)
    (beside, fourth), (fresh, third) = side.grant("450923"), ending.grant("450923")
    everything = [old.statement, first, second, ending.statement, third, side.statement, fourth]
    hub = _agree(_in_orders(opened, folder, old.id, everything), old.id, everything)
    assert [hub.may(one) for one in (known, fresh, late, beside)] == [True, True, False, False]


def test_what_an_end_knew_by_a_statement_that_comes_last_counts_too(
    opened: dict[str, Posting], folder: Path
) -> None:
    old = Keys("450900", 1, 1)
    side = Keys("450900", 1, 1, old)
    device, grant = side.grant("450923")
    between = old.say({"kind": "clock", "log": "1" * 64, "from": 1, "to": 2, "parents": [side.id, grant.id]})
    ending = Keys("450900", 1, 1, old, ends=True, parents=[between.id])
    everything = [old.statement, side.statement, ending.statement, grant, between]
    hub = opened["late"] = Posting(folder / "late", old.id)
    for one in everything[:-1]:
        hub.post(one)
    assert not hub.may(device)
    hub.post(between)
    assert hub.may(device)
    _agree(_in_orders(opened, folder, old.id, everything), old.id, everything)


def test_two_ends_of_one_key_set_stand_both_and_only_what_both_knew_outlives_it(
    opened: dict[str, Posting], folder: Path
) -> None:
    old = Keys("450900", 2, 1)
    (both, first), (one, second) = (old.grant("450923") for _ in range(2))
    left = Keys("450900", 1, 1, old, ends=True, parents=[first.id, second.id])
    right = Keys("450900", 1, 1, old, ends=True, parents=[first.id])
    (lefts, third), (rights, fourth) = left.grant("450923"), right.grant("450924")
    everything = [old.statement, first, second, left.statement, right.statement, third, fourth]
    hub = _agree(_in_orders(opened, folder, old.id, everything), old.id, everything)
    assert [hub.may(device) for device in (both, one, lefts, rights)] == [True, False, True, True]
    assert hub.now().roster.contested() == [old.id]


def test_a_cut_needs_as_many_keys_as_its_set_demands(opened: dict[str, Posting], folder: Path) -> None:
    city = Keys("450900", 3, 2)
    device, grant = city.grant("450923")
    hub = opened[""] = Posting(folder, city.id)
    hub.post(city.statement, grant)
    cut: Value = {"kind": "cut", "device": device.id, "groups": None, "kept": []}
    assert hub.post(city.say(cut, 1)).dropped == 1
    assert hub.may(device)
    assert hub.post(city.say(cut)).dropped == 0
    assert not hub.may(device)


def test_a_cut_of_an_office_cuts_all_its_pcs_those_granted_later_too(
    opened: dict[str, Posting], folder: Path
) -> None:
    city = Keys("450900", 1, 1)
    (one, first), (two, second), (other, third) = (
        city.grant(office) for office in ("450923", "450923", "450924")
    )
    cut = city.say({"kind": "cut", "device": "", "office": "450923", "groups": None, "kept": []})
    everything = [city.statement, first, second, third, cut]
    hub = _agree(_in_orders(opened, folder, city.id, everything), city.id, everything)
    assert [hub.may(device) for device in (one, two, other)] == [False, False, True]


def test_a_cut_in_one_group_closes_the_hub_as_well(opened: dict[str, Posting], folder: Path) -> None:
    city = Keys("450900", 1, 1)
    device, grant = city.grant("450923")
    hub = opened[""] = Posting(folder, city.id)
    cut = city.say({"kind": "cut", "device": device.id, "groups": ["office:450923"], "kept": []})
    hub.post(city.statement, grant, cut)
    assert not hub.may(device)


def test_a_release_lets_entries_count_and_nobody_in_and_two_keys_sign_it(
    opened: dict[str, Posting], folder: Path
) -> None:
    city = Keys("450900", 2, 1)
    device, grant = city.grant("450923")
    cut = city.say({"kind": "cut", "device": device.id, "groups": None, "kept": []})
    value: Value = {"kind": "release", "entries": ["1" * 64]}
    hub = opened[""] = Posting(folder, city.id)
    hub.post(city.statement, grant, cut)
    before = hub.now().root
    assert hub.post(city.say(value, 1)) == Taken(before, 0, 1)
    whole = hub.post(city.say(value, 2))
    assert (whole.kept, whole.root) == (1, hub.now().root)
    assert whole.root != before
    assert hub.now().roster.is_released("1" * 64, "450923")
    assert not hub.may(device)


def test_a_release_that_was_kept_with_one_signature_gets_the_other(
    opened: dict[str, Posting], folder: Path
) -> None:
    """A hub of an earlier version kept it so."""
    city = Keys("450900", 2, 1)
    half = city.say({"kind": "release", "entries": ["1" * 64]}, 1)
    hub = opened[""] = Posting(folder, city.id)
    hub.post(city.statement)
    with hub.hub.database.writing() as conn:
        roster._keep(conn, half)
        roster.put_word(conn, "root", "0" * 64)
    other = compose(half.value, city.keys[1:])
    assert hub.post(other).dropped == 0
    assert hub.now().roster.is_released("1" * 64, "450923")
    assert city.say({"kind": "release", "entries": ["1" * 64]}, 2).text() in hub.lines()


def test_a_city_is_admitted_by_the_first_one_alone_and_reaches_only_its_own_offices(
    opened: dict[str, Posting], folder: Path
) -> None:
    home = Keys("450900", 1, 1)
    guest = Keys("451000", 1, 1, home)
    third = Keys("451100", 1, 1, guest)
    (own, first), (theirs, second) = home.grant("450923"), guest.grant("451022")
    (stolen, wrong), (none, never) = guest.grant("450924"), third.grant("451121")
    cuts = [
        guest.say({"kind": "cut", "device": own.id, "groups": None, "kept": []}),
        guest.say({"kind": "cut", "device": "", "office": "450923", "groups": None, "kept": []}),
        home.say({"kind": "cut", "device": theirs.id, "groups": None, "kept": []}),
    ]
    everything = [home.statement, guest.statement, first, second, wrong, *cuts]
    strange = [third.statement, never]
    hubs = _in_orders(opened, folder, home.id, [*everything, *strange])
    hub = _agree(hubs, home.id, everything)
    assert [hub.may(device) for device in (own, theirs, stolen, none)] == [True, True, False, False]
    assert not hub.lines() & {one.text() for one in strange}
    hub.post(guest.say({"kind": "cut", "device": theirs.id, "groups": None, "kept": []}))
    assert not hub.may(theirs)


def test_a_region_counts_when_enough_cities_signed_it(opened: dict[str, Posting], folder: Path) -> None:
    home = Keys("450900", 1, 1)
    guest = Keys("451000", 1, 1, home)
    value: Value = {"kind": "region", "cities": ["450900", "451000"], "k": 2}
    signed = [home.say(value), guest.say(value)]
    everything = [home.statement, guest.statement, *signed]
    hub = _agree(_in_orders(opened, folder, home.id, everything, 3), home.id, everything)
    (described,) = hub.now().roster.regions.values()
    assert described.cities == ("450900", "451000")
    alone = opened["alone"] = Posting(folder / "alone", home.id)
    alone.post(home.statement, guest.statement, signed[0])
    assert alone.now().roster.regions == {}


def test_of_two_grants_of_one_pc_the_same_counts_as_on_a_desk(
    opened: dict[str, Posting], folder: Path
) -> None:
    city = Keys("450900", 1, 1)
    device, first = city.grant("450923")
    second = city.say({name: item for name, item in first.value.items() if name != "by"} | {"slot": 3})
    everything = [city.statement, first, second]
    assert _agree(_in_orders(opened, folder, city.id, everything, 3), city.id, everything).may(device)


def test_many_signatures_of_one_statement_cost_little(opened: dict[str, Posting], folder: Path) -> None:
    city = Keys("450900", 16, 16)
    hub = opened[""] = Posting(folder, city.id)
    hub.post(city.statement)
    _, grant = city.grant("450923")
    forged = [
        Statement(grant.body, tuple((key.public, f"{n:0128x}") for key in city.keys)) for n in range(5_000)
    ]
    tried: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signatures, "verifies", lambda *told: bool(tried.append(told[0])))
        assert hub.post(*forged).kept == 0
    assert len(tried) < 100
