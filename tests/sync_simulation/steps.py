"""What can happen in a world, one step at a time. Every choice is drawn from the step's own chance."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import Connection

from desktop.changes.journal import Draft, Journal
from desktop.changes.recorder import Recorder, seen_token
from desktop.changes.rows import in_conflict
from desktop.models.schema import by_kind
from desktop.wire.entries import MARK
from desktop.wire.ids import new_row_id, row_fits, row_text
from tests.sync_simulation import attachment_steps, city_steps, full_steps, hub_steps, statement_steps
from tests.sync_simulation.faults import KINDS, Fuse, Violation
from tests.sync_simulation.pcs import PC
from tests.sync_simulation.world import COUNTIES, YEAR, World, write_what_can_be

FIELDS = ("name", "phone", "note")
VALUES = ("甲", "乙", "丙", "1", "2", None)


def step(world: World) -> str:
    """One step; says what it was."""
    chance = world.chance
    world.seeded.now += chance.choice([1, 1, 1_000, 60_000, 3_600_000, 86_400_000])
    there_are = {**_STEPS, **hub_steps.STEPS} if world.hubs else _STEPS
    kinds, weights = zip(*there_are.items(), strict=True)
    kind = chance.choices(kinds, weights)[0]
    return f"{kind.__name__.strip('_')} {kind(world, chance)}"


def _somebody(pcs: list[PC], chance: Random) -> PC:
    """Mostly a PC of the office that has most of them: there people write over each other."""
    offices = [pc.office for pc in pcs]
    busy = max(offices, key=offices.count)
    return chance.choice([pc for pc in pcs if pc.office == busy] if chance.random() < 0.7 else pcs)


# acts


def _act(world: World, chance: Random) -> str:
    pc = _somebody(world.pcs, chance)
    said: list[str] = []
    dots = pc.work(lambda recorder, conn: _acts(world, pc, recorder, conn, said))
    if not pc.hostile:
        world.vouched.update(dict.fromkeys(dots, pc))
    return f"{pc.name}: {', '.join(said)}"


def _acts(world: World, pc: PC, recorder: Recorder, conn: Connection, said: list[str]) -> None:
    chance = world.chance
    for _ in range(chance.choice([1, 2, 3, 5])):
        said.append(_one_act(world, pc, recorder, conn, chance))
        recorder.close("act")


def _one_act(world: World, pc: PC, recorder: Recorder, conn: Connection, chance: Random) -> str:
    rows = _own_rows(conn, recorder._journal)
    what = chance.choices(
        ["create", "set", "withdraw", "reinstate", "decide", "insert", "directive"], [2, 10, 2, 1, 4, 1, 1]
    )[0]
    if what == "insert":
        recorder.create("movement", {"kind": "in", "giver": chance.choice("甲乙")}, group=_group(world, pc))
    elif what == "directive" and pc.office.endswith("00"):
        _unknown_create(world, pc, recorder, "directive.cr")
    elif what == "create" or not rows:
        recorder.create("person", _some_values(chance), group=_group(world, pc))
    else:
        return f"{what} {_change(world, recorder, what, chance.choice(rows), chance)}"
    return what


def _group(world: World, pc: PC) -> str:
    groups = world.groups(pc)
    return groups[0] if world.chance.random() < 0.85 else world.chance.choice(groups)


def _some_values(chance: Random) -> dict[str, Any]:
    return {name: chance.choice(VALUES) for name in FIELDS if chance.random() < 0.7}


def _own_rows(conn: Connection, journal: Journal) -> list[str]:
    found = conn.exec_driver_sql("SELECT id, grp FROM person ORDER BY id").all()
    return [row_text(raw) for raw, group in found if journal.owns("person", row_text(raw), group)]


def _change(world: World, recorder: Recorder, what: str, row: str, chance: Random) -> str:
    found = recorder._journal.store.state(row)
    assert found is not None
    seen = [token for _, other, token in world.tokens if other == row]
    world.tokens.append(("", row, seen_token(found[0])))
    token = chance.choice(seen) if seen and chance.random() < 0.4 else None
    disputed = [name for name in found[0].fields() if in_conflict(found[0].values(name))]
    if what == "withdraw":
        recorder.withdraw("person", row, chance.choice(["误登", "重复"]), token)
    elif what == "reinstate" and found[0].values(MARK):
        recorder.withdraw("person", row, None, token)
    elif what == "decide" and disputed:
        name = chance.choice(disputed)
        recorder.decide("person", row, name, chance.choice(sorted(found[0].values(name).values(), key=str)))
    else:
        recorder.change("person", row, _some_values(chance), token)
    return row[-6:]


def _clock_off(world: World, chance: Random) -> str:
    pc = _somebody(world.pcs, chance)
    group = _group(world, pc)
    first = chance.randint(1, 6)
    operation = ["k", first, first + chance.randint(0, 3)]
    dots = pc.work(lambda recorder, _: recorder._journal.append([Draft("clock.off", group, [operation])], ""))
    if not pc.hostile:
        world.vouched.update(dict.fromkeys(dots, pc))
    return f"{pc.name} {operation}"


def _newer(world: World, chance: Random) -> str:
    """A program of tomorrow wrote this: a table, a field or a row value not known here."""
    pc = chance.choice(world.pcs)
    dots = pc.work(lambda recorder, conn: _write_newer(world, pc, recorder, conn))
    if not pc.hostile:
        world.vouched.update(dict.fromkeys(dots, pc))
    return pc.name


def _write_newer(world: World, pc: PC, recorder: Recorder, conn: Connection) -> None:
    chance, rows = world.chance, _own_rows(conn, recorder._journal)
    foreign = _foreign_rows(conn, pc)
    what = chance.random()
    if what < 0.35 or not rows:
        _unknown_create(world, pc, recorder, "gadget.ar")
    elif what < 0.7 and foreign:
        row, group = chance.choice(foreign)
        found = recorder._journal.store.state(row)
        over = sorted(dot.hex() for dot in (found[0].values("size") if found else {}))
        operation = ["s", "gadget.ar", row, {"size": [chance.randint(1, 9), *over]}]
        recorder._journal.append([Draft("newer", group, [operation])], "")
    else:
        row = chance.choice(rows)
        group = recorder._journal.group_of("person", row) or ""
        found = recorder._journal.store.state(row)
        over = sorted(dot.hex() for dot in (found[0].values("shoe_size") if found else {}))
        operation = ["s", "person.ar", row, {"shoe_size": [chance.randint(36, 45), *over]}]
        recorder._journal.append([Draft("newer", group, [operation])], "")


def _unknown_create(world: World, pc: PC, recorder: Recorder, table: str) -> None:
    group = _group(world, pc)
    row = new_row_id(group, table, pc.office)
    operation = ["c", table, row, {"size": world.chance.randint(1, 9)}]
    recorder._journal.append([Draft("newer", group, [operation])], "")


def _foreign_rows(conn: Connection, pc: PC) -> list[tuple[str, str]]:
    query = (
        "SELECT f.row, p.grp FROM foreign_row f JOIN place p ON p.no = f.place"
        " WHERE p.tbl = 'gadget.ar' ORDER BY f.row"
    )
    found = [(row_text(raw), group) for raw, group in conn.exec_driver_sql(query)]
    return [(row, group) for row, group in found if row_fits(row, group, "gadget.ar", pc.office)]


# carrying


def _write(world: World, chance: Random) -> str:
    pc, folder = chance.choice(world.enrolled()), chance.choice(world.sticks.folders)
    write_what_can_be(pc, folder)
    world.sticks.settle(folder)
    return f"{pc.name} → {folder.name}"


def _read(world: World, chance: Random) -> str:
    pc, folder = chance.choice(world.enrolled()), chance.choice(world.sticks.folders)
    outcomes = [f"{found.outcome} {found.applied}/{found.quarantined}" for found in pc.read_from(folder)]
    return f"{folder.name} → {pc.name}: {', '.join(outcomes)}"


def _meet(world: World, chance: Random) -> str:
    """One PC carries what it has to another of its office, or to any."""
    one = _somebody(world.enrolled(), chance)
    others = [pc for pc in world.enrolled() if pc is not one]
    others = [pc for pc in others if pc.office == one.office and chance.random() < 0.8] or others
    if not others:
        return "nobody"
    other = chance.choice(others)
    folder = world.sticks.fresh()
    write_what_can_be(one, folder)
    other.read_from(folder)
    return f"{one.name} → {other.name}"


def _scatter(world: World, chance: Random) -> str:
    """Some pieces of what one PC has reach another of the group, in any order and with holes."""
    one = _somebody(world.enrolled(), chance)
    group = _group(world, one)
    others = [pc for pc in world.enrolled() if pc is not one and world.may_hold(pc, group)]
    if not others:
        return "nobody"
    other, found = chance.choice(others), one.pieces(group)
    chance.shuffle(found)
    some = found[: chance.randint(0, len(found))]
    other.take(some)
    if not {bytes.fromhex(entry[1]) for piece in some for entry in piece.entries} <= other.entries():
        raise Violation(f"{other.name} did not keep what it took")
    return f"{one.name} → {other.name} {group}"


def _harm(world: World, chance: Random) -> str:
    folder = chance.choice(world.sticks.folders)
    return f"{folder.name}: {world.sticks.harm(folder, chance)}"


# what goes wrong


def _kill(world: World, chance: Random) -> str:
    """A PC is killed in the middle of something."""
    pc, folder = chance.choice(world.enrolled()), chance.choice(world.sticks.folders)
    fuse = Fuse(chance.choice(KINDS), chance.choice([0, 0, 1, 2, 3, 5, 8, 13, 30, 80]))
    work: Callable[[], object] = chance.choice(
        [
            lambda: pc.work(lambda recorder, conn: _acts(world, pc, recorder, conn, [])),
            lambda: write_what_can_be(pc, folder, fuse),
            lambda: pc.read_from(folder),
        ]
    )
    with pc.killed_by(fuse):
        work()
    world.sticks.settle(folder)
    return f"{pc.name} {'burnt' if fuse.burnt else 'whole'}"


def _image(world: World, chance: Random) -> str:
    pc = chance.choice(world.pcs)
    world.images.append((pc, pc.image(), pc.attachments()))
    return pc.name


def _restore(world: World, chance: Random) -> str:
    """An old image comes back; mostly the program notices at once, sometimes the state folder went too."""
    lawful = [found for found in world.images if found[0] in world.enrolled()]
    if not lawful:
        return "nothing"
    pc, image, attachments = chance.choice(lawful)
    world.take_away(pc, image, attachments)
    if not pc.rows("SELECT 1 FROM setting WHERE key = 'root'"):
        world.enrol(pc)
    noticed = chance.random() < 0.7
    if noticed:
        pc.new_incarnation()
    return f"{pc.name} {'noticed' if noticed else 'unnoticed'}"


def _clone(world: World, chance: Random) -> str:
    """A PC's disk is copied into a second PC, and both are used."""
    if len(world.pcs) > world.crowded:
        return "enough"
    pc = chance.choice(world.enrolled())
    twin = pc.copy(f"pc{len(world.pcs)}")
    twin.hostile = pc.hostile
    world.pcs.append(twin)
    if chance.random() < 0.3:
        twin.new_incarnation()
    return f"{pc.name} → {twin.name}"


def _clock(world: World, chance: Random) -> str:
    pc = chance.choice(world.pcs)
    pc.skew = chance.choice([0, 0, 86_400_000, -86_400_000, 10 * YEAR, -(10**13)])
    return f"{pc.name} {pc.skew}"


def _enrol(world: World, chance: Random) -> str:
    if not world.waiting:
        return "nobody"
    pc = chance.choice(world.waiting)
    world.enrol(pc)
    return pc.name


def _cut(world: World, chance: Random) -> str:
    """A city cuts a county's PC off, by the heads it knows or by earlier ones, and hears of it first."""
    devices = sorted({pc.device for pc in world.enrolled() if not pc.office.endswith("00")} - world.cut)
    if len(world.cut) > 1 or len(devices) < 2:
        return "nobody"
    device = chance.choice(devices)
    victim = next(pc for pc in world.pcs if pc.device == device)
    city = next(pc for pc in world.pcs if pc.office == victim.office[:4] + "00")
    entries = city.rows(
        "SELECT e.id, e.previous, e.n FROM entry e JOIN log l ON l.no = e.log WHERE l.device = ?", device
    )
    last = chance.choice([1, 2, 4, 10**6, 10**6])
    known = {dot: previous for dot, previous, n in entries if n <= last}
    kept = sorted(known.keys() - set(known.values()))
    made = world.state(city.office, {"kind": "cut", "device": device, "kept": [dot.hex() for dot in kept]})
    world.cut_off(device)
    world.tell(city, [made])
    return f"{victim.name} keeps {len(known)}"


def _steal(world: World, chance: Random) -> str:
    """Somebody copies a PC and writes what he must not."""
    thieves = [pc for pc in world.pcs if pc.hostile]
    if not thieves:
        victim = chance.choice(world.enrolled())
        thief = victim.copy("thief")
        thief.hostile = True
        world.pcs.append(thief)
        thieves = [thief]
    thief = chance.choice(thieves)
    thief.work(lambda recorder, conn: _forge(world, thief, recorder, conn))
    if thief in world.enrolled() and chance.random() < 0.6:
        other = chance.choice([pc for pc in world.enrolled() if pc is not thief])
        folder = world.sticks.fresh()
        write_what_can_be(thief, folder)
        other.read_from(folder)
        return f"{thief.name} of {thief.office} → {other.name}"
    return f"{thief.name} of {thief.office}"


def _forge(world: World, thief: PC, recorder: Recorder, conn: Connection) -> None:
    chance = world.chance
    rows = conn.exec_driver_sql("SELECT id, grp FROM person ORDER BY id").all()
    own = f"office:{thief.office}"
    raw, group = chance.choice(rows) if rows else (None, own)
    fresh = new_row_id(own, "person.ar", thief.office)
    honest = ["c", "person.ar", fresh, {"name": "夹带"}]
    foreign = new_row_id(own, "person.ar", next(one for one in COUNTIES if one != thief.office))
    if chance.random() < 0.5 and raw is not None:
        seen = recorder._journal.store.state(row_text(raw))
        over = sorted(dot.hex() for dot in seen[0].values("name")) if seen else []
        operations = [["s", "person.ar", row_text(raw), {"name": ["伪造", *over]}]]
    else:
        group = own
        operations = chance.choice(
            [
                [honest, ["c", "person.ar", foreign, {"name": "冒名"}]],
                [honest, ["z", 1]],
                [honest, ["c", "directive.cr", new_row_id(own, "directive.cr", thief.office), {"size": 1}]],
                [["c", "person.ar", fresh, {"name": "真"}]],
            ]
        )
    recorder._journal.append([Draft("forged", group, operations)], "")


_STEPS: dict[Callable[[World, Random], str], float] = {
    _act: 40,
    _newer: 5,
    _clock_off: 3,
    _write: 12,
    _read: 14,
    _meet: 20,
    _scatter: 20,
    _harm: 6,
    _kill: 6,
    _image: 3,
    _restore: 2,
    _clone: 1.5,
    _clock: 2,
    _enrol: 2,
    _cut: 3,
    _steal: 3,
    **attachment_steps.STEPS,
    **city_steps.STEPS,
    **full_steps.STEPS,
    **statement_steps.STEPS,
}

assert {"person", "movement"} <= by_kind().keys()
