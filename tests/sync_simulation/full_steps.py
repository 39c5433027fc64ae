"""Full disks: of the carrier at some file step, of the PC in the middle of an act or of reading.

It is refused by a sentence, nothing is lost, nothing is half there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from random import Random

from desktop.errors import UserError, environment_error
from tests.sync_simulation.faults import FullOps, Violation, bundles
from tests.sync_simulation.pcs import PC
from tests.sync_simulation.world import World, write_what_can_be

_SENTENCES = {"carrier.full", "environment.disk_full"}


def _full_carrier(world: World, chance: Random) -> str:
    """The carrier is full from some file step on: what has a final name is whole."""
    pc, folder = chance.choice(world.enrolled()), chance.choice(world.sticks.folders)
    before = {path: _sound(path) for path in bundles(folder)}
    ops = FullOps(chance.choice([0, 0, 1, 2, 3, 5, 8, 13, 21]))
    said = _refusal(lambda: write_what_can_be(pc, folder, ops=ops))
    world.sticks.settle(folder)
    for path in bundles(folder):
        if not _sound(path) and before.get(path, True):
            raise Violation(f"{pc.name} left a file with a final name on a full carrier")
    return f"{pc.name} → {folder.name} {said}"


def _full_pc(world: World, chance: Random) -> str:
    """The PC's disk is full: an act is refused whole, reading keeps what was read."""
    pc, room = chance.choice(world.enrolled()), chance.choice([0, 0, 1, 2, 4])
    before = pc.entries()
    if chance.random() < 0.5:
        with pc.full(room):
            said = _refusal(lambda: _long_act(world, pc))
        if said and pc.entries() != before:
            raise Violation(f"{pc.name} kept a part of an act on a full disk")
    else:
        folder = chance.choice(world.sticks.folders)
        with pc.full(room):
            said = _refusal(lambda: pc.read_from(folder))
        if not before <= pc.entries():
            raise Violation(f"{pc.name} lost entries on a full disk")
    if pc in world.honest():
        pc.sound()
    return f"{pc.name} {said}"


def _long_act(world: World, pc: PC) -> None:
    """An act that wants room."""
    note = "长" * 3000
    dots = pc.work(lambda recorder, _: recorder.create("person", {"name": "满", "note": note}))
    if not pc.hostile:
        world.vouched.update(dict.fromkeys(dots, pc))


def _refusal(action: Callable[[], object]) -> str:
    """The code of the sentence that the user reads; empty when there was room."""
    try:
        action()
    except Violation:
        raise
    except Exception as error:
        found = error if isinstance(error, UserError) else environment_error(error)
        if found is None or found.code not in _SENTENCES:
            raise
        return found.code
    return ""


def _sound(path: Path) -> bool:
    return hashlib.sha256(path.read_bytes()).hexdigest() == path.stem


STEPS: dict[Callable[[World, Random], str], float] = {_full_carrier: 3, _full_pc: 3}
