"""Runs one world from its seed to its end and says what did not hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.sync_simulation import oracle
from tests.sync_simulation.faults import Violation
from tests.sync_simulation.pcs import PC
from tests.sync_simulation.seeded import Seeded
from tests.sync_simulation.steps import step
from tests.sync_simulation.world import World, attached, fast_folder


class Failure(NamedTuple):
    """A world that did not end well: its seed, the steps that were taken, and why."""

    seed: int
    steps: tuple[int, ...]
    why: str
    log: tuple[str, ...]


def length(seed: int) -> int:
    """How many steps a world has by itself."""
    return Random(f"{seed} length").choice([8, 15, 20, 25, 30, 40, 60])


def run(seed: int, steps: Sequence[int]) -> Failure | None:
    """Runs the steps of a world; ``None`` when everything held."""
    log: list[str] = []
    with fast_folder() as name:
        try:
            _run(seed, steps, Path(name), log)
        except Exception as error:
            return Failure(seed, tuple(steps), f"{type(error).__name__}: {error}", tuple(log))
    return None


def _run(seed: int, steps: Sequence[int], base: Path, log: list[str]) -> None:
    seeded = Seeded(f"{seed} beginning", base)
    with seeded.rules(), closing(World(seed, base, seeded)) as world:
        log.append(" ".join(f"{pc.name}={pc.office}" for pc in world.pcs))
        for number in steps:
            seeded.again(f"{seed} step {number}")
            log.append(f"{number}: {step(world)}")
        world.quiet()
        check(world)


def check(world: World) -> None:
    """Everything that must hold after quiet."""
    present = world.honest()
    _nothing_missing(world, present)
    _every_attachment(world, present)
    entries: dict[str, oracle.Entry] = {}
    for pc in present:
        for entry in entries_of(pc):
            if pc in world.holders(entry.group) and not entries.get(entry.id, entry).body.startswith(b"["):
                entries[entry.id] = entry
            elif pc in world.holders(entry.group):
                entries.setdefault(entry.id, entry)
    wanted = oracle.expected(list(entries.values()), statements_of(world, present))
    for group, lines in wanted.items():
        for pc in world.holders(group):
            if pc.dump(group) != lines:
                raise Violation(f"{pc.name} {group}: {_first_difference(pc.dump(group), lines)}")
    _nothing_new(world, present)


def entries_of(pc: PC) -> list[oracle.Entry]:
    """The log of a file."""
    return [
        oracle.Entry(dot.hex(), previous.hex(), *rest)
        for dot, previous, *rest in pc.rows(
            "SELECT e.id, e.previous, l.id, l.device, l.grp, e.n, e.header, e.body"
            " FROM entry e JOIN log l ON l.no = e.log"
        )
    ]


def statements_of(world: World, present: list[PC]) -> list[oracle.Statement]:
    """The statements of the world, which all must hold, as they hold what nobody entitled signed."""
    made = {statement.id: statement.value for statement in world.statements}
    all_there_are = made.keys() | {statement.id for statement in world.unentitled}
    for pc in present:
        held = {found for (found,) in pc.rows("SELECT id FROM statement")}
        if held != all_there_are:
            raise Violation(f"{pc.name} holds other statements than were made")
    return [oracle.Statement(found, value) for found, value in made.items()]


def _nothing_missing(world: World, present: list[PC]) -> None:
    held = {pc.name: pc.entries() for pc in present}
    for dot, author in world.vouched.items():
        if author.device in world.gone() or dot in world.excused:
            continue
        if not any(dot in found for found in held.values()):
            raise Violation(f"an act of {author.name} is nowhere: {dot.hex()[:8]}")
    for pc in present:
        for entry in entries_of(pc):
            holders = world.holders(entry.group)
            for other in holders if pc in holders else []:
                if bytes.fromhex(entry.id) not in held[other.name]:
                    raise Violation(f"{other.name} lacks {entry.id[:8]} that {pc.name} holds")


def _every_attachment(world: World, present: list[PC]) -> None:
    """What a group lists is at all who may have it, unless no PC is left that had it."""
    for pc in present:
        for (group,) in pc.rows("SELECT DISTINCT grp FROM attachment"):
            for name, here in attached(pc, group).items() if pc in world.holders(group) else ():
                if not here and (name, group) in world.attached - world.lost:
                    raise Violation(f"{pc.name} lacks attachment {name[:8]} of {group}")
                if here and pc.blobs.verify(pc.blobs.name_of(name)).sha256 != name:
                    raise Violation(f"{pc.name} holds another file as attachment {name[:8]}")


def _nothing_new(world: World, present: list[PC]) -> None:
    """What was read before, read once more by a PC that forgot its files, changes nothing."""
    pc = world.chance.choice(present)
    before = None
    for _ in range(2):
        with pc.engine.begin() as conn:
            conn.exec_driver_sql("DELETE FROM bundle")
        for folder in (world.folder, *world.sticks.folders):
            pc.read_from(folder)
        found = (pc.entries(), [pc.dump(group) for group in world.groups(pc)])
        if before not in (None, found):
            raise Violation(f"reading again changed {pc.name}")
        before = found


def _first_difference(found: list[str], wanted: list[str]) -> str:
    for one, other in zip(found, wanted, strict=False):
        if one != other:
            return json.dumps({"is": one, "should_be": other}, ensure_ascii=False)
    return f"{len(found)} lines instead of {len(wanted)}"
