"""Round after round with a hub, in one program that is not ended for long."""

from __future__ import annotations

import pytest

from desktop.sync import hub_runner
from desktop.sync.hub_runner import HubRunner
from desktop.sync.hub_settings import HubConfig
from tests.sync.test_hub_round import World, world

__all__ = ["world"]
"""A fixture of another file."""


def test_a_program_that_runs_for_long_asks_each_day_what_the_hub_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_000_000.0]
    monkeypatch.setattr(hub_runner, "now_s", lambda: clock[0])
    runner = HubRunner(world.case(world.county), lambda _: None)
    config = HubConfig(world.hub.address, world.hub.pin)
    world.county.add(name="王一")
    for days, asked in ((0, 0), (0.9, 0), (1.1, 1), (1.2, 1)):
        clock[0] = 1_000_000.0 + days * 86_400
        assert runner.once(config) is not None
        assert world.hub.count("POST /v1/seen") == asked
    world.hub.store.bundles.clear()
    clock[0] += 86_400 * 1.1
    done = runner.once(config)
    assert done is not None
    assert done.sent == 1
    world.settle()
    assert world.city.dump() == world.county.dump()
