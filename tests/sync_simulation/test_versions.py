"""Short worlds of three program versions, upgraded in the middle; and that a forgotten upgrade is noticed."""

from __future__ import annotations

import pytest

from tests.sync_simulation import versions
from tests.sync_simulation.running import length
from tests.sync_simulation.versions import run_aged

WORLDS, TOGETHER, STEPS, TRIED = 40, 10, 20, 30


@pytest.mark.parametrize("first", range(0, WORLDS, TOGETHER))
def test_programs_of_three_versions_agree_before_and_after_the_upgrade(first: int) -> None:
    seeds = range(first, first + TOGETHER)
    failures = [run_aged(seed, range(min(STEPS, length(seed)))) for seed in seeds]
    assert [(found.seed, found.why) for found in failures if found] == []


def test_an_upgrade_that_does_not_catch_up_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "catch_up", lambda journal: {})
    found = (run_aged(seed, range(min(STEPS, length(seed)))) for seed in range(TRIED))
    assert any(failure is not None and "shows otherwise" in failure.why for failure in found)
