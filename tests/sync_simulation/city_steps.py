"""How statements travel: late, in any order, told by hand to anybody, and signed by nobody entitled."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose
from tests.sync_simulation.pcs import PC
from tests.sync_simulation.world import World


def _betray(world: World, chance: Random) -> str:
    """A PC is cut off for what it wrote last, which its colleagues have and the city has not.

    It went on in another log, under numbers that the city knows from the first one.
    """
    counties = [pc for pc in world.enrolled() if not pc.office.endswith("00") and pc in world.honest()]
    pairs = [
        (pc, other)
        for pc in counties
        for other in counties
        if pc.office == other.office and pc.device != other.device
    ]
    if not pairs or len(world.cut) > 1:
        return "nobody"
    victim, colleague = chance.choice(pairs)
    city = next(pc for pc in world.enrolled() if pc.office == victim.office[:4] + "00")
    for number in range(chance.randint(1, 3)):
        _record(world, victim, f"前{number}")
    city.take(victim.pieces(f"office:{victim.office}"))
    if chance.random() < 0.7:
        victim.new_incarnation()
    _record(world, victim, "后")
    colleague.take(victim.pieces(f"office:{victim.office}"))
    known = dict(
        city.rows(
            "SELECT e.id, e.previous FROM entry e JOIN log l ON l.no = e.log WHERE l.device = ?",
            victim.device,
        )
    )
    kept = sorted(dot.hex() for dot in known.keys() - set(known.values()))
    made = world.state(city.office, {"kind": "cut", "device": victim.device, "kept": kept})
    world.cut_off(victim.device)
    world.tell(chance.choice([city, colleague]), [made])
    return f"{victim.name} keeps {len(known)}"


def _record(world: World, pc: PC, name: str) -> None:
    dots = pc.work(lambda recorder, _: recorder.create("person", {"name": name}))
    world.vouched.update(dict.fromkeys(dots, pc))


def _hear(world: World, chance: Random) -> str:
    """Some PC hears some statements, in any order, before or after what they concern."""
    pc = chance.choice(world.enrolled())
    known = [*world.statements, *world.unentitled]
    some = chance.sample(known, chance.randint(1, len(known)))
    world.tell(pc, some)
    return f"{pc.name} {len(some)} of {len(known)}"


def _unentitled(world: World, chance: Random) -> str:
    """Somebody signs what he is not entitled to: it is kept and passed on, and has no effect."""
    pc, other = chance.choice(world.enrolled()), chance.choice(world.pcs)
    made = _of_nobody(world, chance, other.device, [*other.keys])
    world.unentitled.append(made)
    world.tell(pc, [made])
    return f"{pc.name} {made.value['kind']} of {other.name}"


def _of_nobody(world: World, chance: Random, device: str, keys: list[str]) -> Statement:
    own = SigningKey.generate()
    by = chance.choice([world.root.id, world.root.id, "0" * 64])
    value: dict[str, object] = chance.choice(
        [
            {"kind": "cut", "device": device, "kept": []},
            {"kind": "grant", "device": device, "office": "450900", "keys": keys, "slot": 0},
            {"kind": "keys", "keys": [own.public], "k": 1, "city": "450900"},
            {"kind": "note", "text": chance.randrange(1000)},
        ]
    )
    return compose({**value, "by": by}, [own])


STEPS: dict[Callable[[World, Random], str], float] = {_betray: 2, _hear: 3, _unentitled: 1.5}
