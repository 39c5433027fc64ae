"""The hub inside a world: what a copy of a PC read before another came, and connections that end anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from desktop.sync import hub_round
from desktop.sync.bundles import Read
from desktop.sync.hub_faults import HubError
from tests.sync_simulation.hubs import BREAKS, DAY_MS, Break, CityHub, Wire
from tests.sync_simulation.pcs import PC
from tests.sync_simulation.seeded import Seeded
from tests.sync_simulation.world import World

GROUP = "office:450921"
TWO_PCS = 12
"""The seed of a world of a city and one county, a PC each, both enrolled, with right clocks."""


class Pair:
    """A city, a county of it, and a hub."""

    def __init__(self, seeded: Seeded) -> None:
        self.seeded = seeded
        self.world = World(TWO_PCS, seeded.base, seeded)
        self.city, self.county = self.world.pcs
        self.hub = CityHub("hub", self.world.root.id, seeded, 400)

    def record(self, pc: PC, name: str) -> None:
        """An act in the county's group."""
        pc.work(lambda recorder, _: recorder.create("person", {"name": name}, group=GROUP))

    def go(self, *pcs: PC) -> None:
        """A round of each."""
        for pc in pcs:
            pc.sync(Wire(self.hub, None))

    def days(self) -> None:
        """Two days go by, and the hub tidies up."""
        self.seeded.now += 2 * DAY_MS
        self.hub.tidy()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    seeded = Seeded(f"{TWO_PCS} beginning", tmp_path)
    with seeded.rules():
        made = Pair(seeded)
        yield made
        made.hub.close()


def test_what_one_copy_of_a_pc_read_still_reaches_the_other(pair: Pair) -> None:
    pair.record(pair.county, "李二")
    pair.go(*[pair.county, pair.city] * 2)
    copy = pair.county.copy("copy")
    pair.record(pair.city, "王一")
    pair.go(pair.city, copy)
    pair.days()
    pair.go(pair.county, pair.city, pair.county)
    assert any("王一" in line for line in copy.dump(GROUP))
    assert pair.county.dump(GROUP) == copy.dump(GROUP)
    pair.go(*[pair.city, pair.county, copy] * 3)
    before = [pc.rows("SELECT value FROM setting WHERE key = 'incarnation'") for pc in (pair.county, copy)]
    pair.days()
    pair.go(*[pair.city, pair.county, copy] * 3)
    after = [pc.rows("SELECT value FROM setting WHERE key = 'incarnation'") for pc in (pair.county, copy)]
    assert before == after


def test_what_went_after_this_pc_read_it_starts_nothing_anew(pair: Pair) -> None:
    for number in range(3):
        pair.record(pair.city, f"王{number}")
        pair.go(pair.city, pair.county)
    own = pair.county.rows("SELECT value FROM setting WHERE key = 'incarnation'")
    pair.hub.back_up()
    pair.days()
    pair.go(pair.county, pair.city)
    pair.hub.restore(pair.seeded.chance)
    pair.hub.tidy()
    pair.go(*[pair.county, pair.city] * 2)
    assert pair.county.rows("SELECT value FROM setting WHERE key = 'incarnation'") == own


@pytest.mark.parametrize("how", BREAKS)
def test_a_round_that_ended_at_any_request_is_gone_on_with(pair: Pair, how: str) -> None:
    for number in range(8):
        for pc, other in ((pair.county, pair.city), (pair.city, pair.county))[number % 2 :][:1]:
            pair.record(pc, f"{pc.name} {number}")
            wire = Wire(pair.hub, Break(number, how))
            with suppress(HubError):
                pc.sync(wire)
                assert not wire.broke
            assert wire.broke or number > 2
            pair.go(pc, other, pc)
            assert pc.dump(GROUP) == other.dump(GROUP)


def _copied(pair: Pair) -> PC:
    """The county's copy, both known to the city as two."""
    pair.record(pair.county, "李二")
    pair.go(*[pair.county, pair.city] * 2)
    copy = pair.county.copy("copy")
    for number in range(2):
        pair.record(pair.city, f"王{number}")
        pair.go(pair.city, copy, pair.county, pair.city, copy, pair.county)
    pair.go(*[pair.city, pair.county, copy] * 4)
    return copy


def _begun(*pcs: PC) -> list[object]:
    return [pc.rows("SELECT value FROM setting WHERE key = 'incarnation'") for pc in pcs]


def test_what_goes_between_listing_and_fetching_reaches_the_copy_of_who_has_read_it(pair: Pair) -> None:
    copy = _copied(pair)
    pair.record(pair.city, "赵六")
    pair.go(pair.city, pair.county)
    wire = Wire(pair.hub, None, pair.days)
    assert copy.sync(wire).received == 0
    assert not any("赵六" in line for line in copy.dump(GROUP))
    pair.go(copy, pair.city, copy)
    assert copy.dump(GROUP) == pair.county.dump(GROUP)
    pair.go(*[pair.city, pair.county, copy] * 4)
    before = _begun(pair.county, copy)
    pair.days()
    pair.go(*[pair.city, pair.county, copy] * 2)
    assert _begun(pair.county, copy) == before


def test_what_expires_between_listing_and_fetching_comes_again_and_starts_nothing_anew(pair: Pair) -> None:
    pair.record(pair.county, "李二")
    pair.go(*[pair.county, pair.city] * 3)
    before = _begun(pair.county, pair.city)
    for number in range(3):
        pair.record(pair.city, f"王{number}")
        pair.go(pair.city)

    def expires() -> None:
        pair.seeded.now += 401 * DAY_MS
        pair.hub.tidy()

    assert pair.county.sync(Wire(pair.hub, None, expires)).received == 0
    assert not any("王" in line for line in pair.county.dump(GROUP))
    pair.city.sync(Wire(pair.hub, None), first=True)
    pair.go(pair.county)
    assert pair.county.dump(GROUP) == pair.city.dump(GROUP)
    assert sum("王" in line for line in pair.county.dump(GROUP)) == 3
    assert _begun(pair.county, pair.city) == before


def test_what_could_not_be_read_yet_and_went_since_reaches_the_copy(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = _copied(pair)
    pair.record(pair.city, "赵六")
    pair.go(pair.city, pair.county)
    genuine = hub_round.Round._read

    def refuses(self: hub_round.Round, path: Path) -> Read:
        path.unlink()
        return Read(file=path.name, outcome="exchange.stranger")

    monkeypatch.setattr(hub_round.Round, "_read", refuses)
    pair.go(copy)
    monkeypatch.setattr(hub_round.Round, "_read", genuine)
    assert not any("赵六" in line for line in copy.dump(GROUP))
    pair.days()
    value = {"kind": "clock", "log": "ab" * 32, "from": 1, "to": 1}
    pair.world.tell(pair.city, [pair.world.state(pair.city.office, value)])
    pair.go(pair.city, copy, pair.city, copy, pair.county)
    assert copy.dump(GROUP) == pair.county.dump(GROUP)
