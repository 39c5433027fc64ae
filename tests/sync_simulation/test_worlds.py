"""Short worlds in every run of the tests; long ranges of them are ``make simulate``."""

from __future__ import annotations

import pytest

from tests.sync_simulation.mutants import MUTANTS
from tests.sync_simulation.running import length, run
from tests.sync_simulation.shrinking import shrink

WORLDS, TOGETHER = 150, 15
TRIED = 60


@pytest.mark.parametrize("first", range(0, WORLDS, TOGETHER))
def test_a_world_ends_in_agreement_and_in_what_the_oracle_says(first: int) -> None:
    failures = [run(seed, range(length(seed))) for seed in range(first, first + TOGETHER)]
    assert [(found.seed, found.why) for found in failures if found] == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_merge_is_caught(name: str) -> None:
    with MUTANTS[name]():
        assert any(run(seed, range(length(seed))) for seed in range(TRIED))


def test_a_failure_replays_exactly_and_shrinks() -> None:
    with MUTANTS["the last to arrive wins"]():
        found = next(filter(None, (run(seed, range(length(seed))) for seed in range(TRIED))))
        assert run(found.seed, found.steps) == found
        small = shrink(found)
        assert run(small.seed, small.steps) == small
    assert len(small.steps) < len(found.steps)
    assert run(small.seed, small.steps) is None
