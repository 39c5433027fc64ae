"""Files attached to records: listed by an entry, carried beside it, lost by disks, asked for again."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random

from tests.sync_simulation.world import World

_CONTENTS = 6
"""So few different files that two PCs attach the same one now and then."""


def _attach(world: World, chance: Random) -> str:
    """An officer attaches a file. Its bytes are stored first: a listed file that nobody has is a loss."""
    pc = chance.choice(world.pcs)
    content = Random(f"file {chance.randrange(_CONTENTS)}").randbytes(chance.choice([0, 300, 40_000]))
    kept = pc.blobs.put(io.BytesIO(content))
    group = chance.choice(world.groups(pc)[:2])
    values = {"name": "x.jpg", "sha256": kept.sha256, "size": kept.size}
    dots = pc.work(lambda recorder, _: recorder.create("attachment", values, group=group))
    if pc in world.honest():
        world.vouched.update(dict.fromkeys(dots, pc))
        world.attached.add((kept.sha256, group))
        world.lost.discard((kept.sha256, group))
    return f"{pc.name} {kept.sha256[:6]} {kept.size} {group}"


def _withdraw(world: World, chance: Random) -> str:
    """One that was attached in error is withdrawn; it need not travel any more."""
    pc = chance.choice(world.pcs)
    own = pc.attachment_rows()
    if not own:
        return "nothing"
    row = chance.choice(own)
    dots = pc.work(lambda recorder, _: recorder.withdraw("attachment", row, "误传"))
    if not pc.hostile:
        world.vouched.update(dict.fromkeys(dots, pc))
    return f"{pc.name} {row[-6:]}"


def _rot(world: World, chance: Random) -> str:
    """A disk loses some files."""
    pc = chance.choice(world.pcs)
    names = sorted(pc.attachments())
    world.lose_attachments(pc, chance.sample(names, chance.randint(0, len(names))))
    return f"{pc.name} of {len(names)}"


STEPS: dict[Callable[[World, Random], str], float] = {_attach: 6, _withdraw: 1, _rot: 1.5}
