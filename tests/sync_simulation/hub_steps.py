"""Rounds with the city's hub, whole and broken off, and what happens to a hub: lost, restored, tidied up."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.sync_simulation.faults import KINDS, Fuse
from tests.sync_simulation.hubs import BREAKS, DAY_MS, REQUESTS, Break, CityHub
from tests.sync_simulation.world import World


def _sync(world: World, chance: Random) -> str:
    """A PC talks with its hub; sometimes the connection ends in the middle."""
    pc = chance.choice(world.enrolled())
    end = None
    if chance.random() < 0.4:
        kind = chance.choice(REQUESTS)
        end = Break(chance.choice([0, 0, 1, 2] if kind else range(16)), chance.choice(BREAKS), kind)
    return f"{pc.name} {world.sync(pc, end)}"


def _sync_office(world: World, chance: Random) -> str:
    """Several PCs in turn."""
    pcs = chance.sample(world.enrolled(), min(3, len(world.enrolled())))
    return ", ".join(f"{pc.name} {world.sync(pc)}" for pc in pcs)


def _killed(world: World, chance: Random) -> str:
    """A PC is killed in the middle of a round."""
    pc = chance.choice(world.enrolled())
    fuse = Fuse(chance.choice(KINDS), chance.choice([0, 1, 2, 3, 5, 8, 13, 30, 80]))
    with pc.killed_by(fuse):
        world.sync(pc, fuse=fuse)
    return f"{pc.name} {'burnt' if fuse.burnt else 'whole'}"


def _tidied_meanwhile(world: World, chance: Random) -> str:
    """A hub tidies up while a PC fetches what it has just been told of."""
    pc = chance.choice(world.enrolled())

    def tidies() -> None:
        world.seeded.now += chance.choice([2, 5]) * DAY_MS
        world.hub_of(pc).tidy()

    return f"{pc.name} {world.sync(pc, meanwhile=tidies)}"


def _hub(world: World, chance: Random) -> CityHub:
    return chance.choice(world.hubs)


def _back_up(world: World, chance: Random) -> str:
    return str(_hub(world, chance).back_up())


def _restore_hub(world: World, chance: Random) -> str:
    """The hub comes back from a backup, or as a new one without anything."""
    hub = _hub(world, chance)
    if chance.random() < 0.2:
        hub.anew()
        return "anew"
    return hub.restore(chance)


def _lose(world: World, chance: Random) -> str:
    return _hub(world, chance).lose(chance)


def _days(world: World, chance: Random) -> str:
    """Days go by, and the hub tidies up: what all have had goes, and what is too old."""
    world.seeded.now += chance.choice([1, 2, 2, 5]) * DAY_MS
    return _hub(world, chance).tidy()


STEPS: dict[Callable[[World, Random], str], float] = {
    _sync: 16,
    _sync_office: 6,
    _killed: 4,
    _back_up: 3,
    _restore_hub: 3,
    _lose: 2,
    _days: 4,
    _tidied_meanwhile: 3,
}
