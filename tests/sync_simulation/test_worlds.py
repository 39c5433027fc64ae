"""Short worlds in every run of the tests; long ranges of them are ``make simulate``."""

from __future__ import annotations

import pytest

from tests.sync_simulation import world
from tests.sync_simulation.mutants import MUTANTS
from tests.sync_simulation.running import Failure, length, run
from tests.sync_simulation.shrinking import shrink

WORLDS, TOGETHER, STEPS = 150, 15, 20
TRIED = 40
CAUGHT: dict[str, int] = {
    "equal values dropped": 0,
    "the last to arrive wins": 0,
    "a later write replaces what it did not see": 0,
    "withdrawn whatever was seen": 0,
    "branches taken for known": 0,
    "digest in order of arrival": 0,
    "what was sent counts as received": 1,
    "awaited kills dropped": 61,
    "another office's row written": 27,
    "unknown tables forgotten": 7,
    "every correction is plain": 8,
    "clock-off ignored": 20,
    "cut by number, not by head": 1,
    "nothing above a gap": 27,
    "statements change no verdict": 45,
    "the lawful part of an entry applied": 102,
    "a damaged bundle counts as read": 290,
    "a key set goes on after its ending": 3,
    "nobody is vouched for": 8,
    "late releases and expunges change no verdict": 18,
    "a city's word on clocks ignored": 177,
}
"""A seed that caught each broken merge when it was last looked for: tried first, to save time."""

CAUGHT_WITH_HUBS: dict[str, int] = {
    "a bundle in the mailbox is passed over": 1,
    "what a hub lost is not offered again": 99,
}
"""As ``CAUGHT``, of what wants a hub."""


def _short(seed: int) -> Failure | None:
    return run(seed, range(min(STEPS, length(seed))))


@pytest.mark.parametrize("first", range(0, WORLDS, TOGETHER))
def test_a_world_ends_in_agreement_and_in_what_the_oracle_says(first: int) -> None:
    failures = filter(None, map(_short, range(first, first + TOGETHER)))
    assert [(found.seed, found.why) for found in failures] == []


@pytest.mark.parametrize("name", CAUGHT)
def test_a_broken_merge_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "HUBS", 0.0)
    with MUTANTS[name]():
        assert any(_short(seed) for seed in (CAUGHT[name], *range(TRIED)))


@pytest.mark.parametrize("name", CAUGHT_WITH_HUBS)
def test_a_broken_exchange_with_a_hub_is_caught(name: str) -> None:
    with MUTANTS[name]():
        assert any(_short(seed) for seed in (CAUGHT_WITH_HUBS[name], *range(TRIED)))


def test_a_failure_replays_exactly_and_shrinks() -> None:
    name = "withdrawn whatever was seen"
    with MUTANTS[name]():
        found = _short(CAUGHT[name])
        assert found is not None
        assert run(found.seed, found.steps) == found
        small = shrink(found)
        assert run(small.seed, small.steps) == small
    assert len(small.steps) < len(found.steps)
    assert run(small.seed, small.steps) is None
