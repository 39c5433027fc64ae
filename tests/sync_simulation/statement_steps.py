"""What cities state in a world besides grants and cuts, and how PCs without a grant are vouched for.

A statement reaches the city that made it first, or nobody before quiet: the others hear of it by bundles.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

from desktop.changes.journal import Draft, Journal
from desktop.sync import enrolment
from desktop.wire.orders import ghost_of
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose
from tests.sync_simulation.pcs import PC
from tests.sync_simulation.world import World


def _told(world: World, chance: Random, city: str, made: Statement) -> str:
    """Mostly a PC of the city hears first; sometimes any PC does."""
    pcs = [pc for pc in world.enrolled() if pc.office[:4] == city[:4] and pc.office.endswith("00")]
    one = chance.choice(pcs if pcs and chance.random() < 0.7 else world.enrolled())
    if chance.random() < 0.85:
        world.tell(one, [made])
    return one.name


def _city_pc(world: World, chance: Random) -> PC:
    return chance.choice([pc for pc in world.enrolled() if pc.office.endswith("00")])


def _release(world: World, chance: Random) -> str:
    """A city lets entries count that it sees cut off."""
    city = _city_pc(world, chance)
    found = [dot.hex() for (dot,) in city.rows("SELECT id FROM entry WHERE verdict = 'cut' ORDER BY no")]
    if not found:
        return "nothing"
    some = sorted(chance.sample(found, chance.randint(1, min(3, len(found)))))
    made = world.state(city.office, {"kind": "release", "entries": some})
    return f"{len(some)} told to {_told(world, chance, city.office, made)}"


def _clock_said(world: World, chance: Random) -> str:
    """A city says that a stretch of a log was written with a wrong clock; it may be another city's log."""
    city = _city_pc(world, chance)
    logs = [log for (log,) in city.rows("SELECT id FROM log ORDER BY no")]
    if not logs:
        return "nothing"
    first = chance.randint(1, 6)
    value = {"kind": "clock", "log": chance.choice(logs), "from": first, "to": first + chance.randint(0, 3)}
    return f"told to {_told(world, chance, city.office, world.state(city.office, value))}"


def _expunge(world: World, chance: Random) -> str:
    """A city orders the payload of an entry away, whatever that entry was worth."""
    city = _city_pc(world, chance)
    found = city.rows("SELECT id, body FROM entry WHERE salt <> '-' ORDER BY no")
    lawful = [(dot, body) for dot, body in found if b'["z"' not in body and b'["v"' not in body]
    if not lawful:
        return "nothing"
    dot, body = chance.choice(lawful)
    value = {"kind": "expunge", "entry": dot.hex(), "ghost": ghost_of(json.loads(body)), "blobs": []}
    return f"{dot.hex()[:6]} told to {_told(world, chance, city.office, world.state(city.office, value))}"


def _cut_office(world: World, chance: Random) -> str:
    """A city cuts a whole office off, by the heads it knows; sometimes a city that has no say in it."""
    offices = sorted({pc.office for pc in world.enrolled() if not pc.office.endswith("00")})
    if world.cut or len(offices) < 2:
        return "nobody"
    office, city = chance.choice(offices), _city_pc(world, chance)
    entries = city.rows(
        "SELECT e.id, e.previous, e.n FROM entry e JOIN log l ON l.no = e.log WHERE l.grp = ?",
        f"office:{office}",
    )
    last = chance.choice([1, 2, 10**6])
    known = {dot: previous for dot, previous, n in entries if n <= last}
    kept = sorted(dot.hex() for dot in known.keys() - set(known.values()))
    value = {"kind": "cut", "device": "", "office": office, "kept": kept}
    made = world.state(city.office, value)
    for device in sorted({pc.device for pc in world.pcs if pc.office == office}):
        world.cut_off(device)
    return f"{office} by {city.office}, told to {_told(world, chance, city.office, made)}"


def _rekey(world: World, chance: Random) -> str:
    """A city makes a new key set that ends the one before; sometimes the old keys go on signing."""
    city = chance.choice(sorted(world.sets))
    old, key = world.sets[city]
    fresh = SigningKey.generate()
    value = {"kind": "keys", "keys": [fresh.public], "k": 1, "city": city, "ends": True}
    made = compose({**value, "by": old.id, "parents": world.tips()}, [key])
    world.statements.append(made)
    if chance.random() < 0.4:
        stale = {"kind": "clock", "log": "0" * 64, "from": 1, "to": 2, "by": old.id}
        world.statements.append(compose(stale, [key]))
        victims = sorted({pc.device for pc in world.enrolled() if pc.office[:4] == city[:4]} - world.cut)
        if victims:
            late = {"kind": "cut", "device": chance.choice(victims), "kept": [], "by": old.id}
            world.statements.append(compose(late, [key]))
    world.sets[city] = (made, fresh)
    return f"{city} told to {_told(world, chance, city, made)}"


def _region(world: World, chance: Random) -> str:
    """One of two cities states their region."""
    cities = sorted(world.sets)
    if len(cities) < 2:
        return "one city"
    value = {"kind": "region", "cities": cities, "k": 2, "name": "两市"}
    city = chance.choice(cities)
    return f"{city} told to {_told(world, chance, city, world.state(city, value))}"


def _vouch(world: World, chance: Random) -> str:
    """A second laptop of an office is vouched for by one that was granted."""
    hosts = [pc for pc in world.enrolled() if pc.device not in world.guests | world.cut and not pc.hostile]
    if len(world.pcs) > 8 or len(world.guests) > 1 or not hosts:
        return "enough"
    host = chance.choice(hosts)
    group = f"office:{host.office}"
    if world.law().office(host.device, group) is None:
        return "no grant"
    guest = world.new_pc(host.office)
    with guest.at_work(), guest.engine.begin() as conn:
        request = json.loads(enrolment.request(Journal(conn), ""))
    operation = ["v", {"keys": request["keys"], "request": request}]
    dots = host.work(lambda recorder, _: recorder._journal.append([Draft("vouch", group, [operation])], ""))
    world.vouched.update(dict.fromkeys(dots, host))
    world.guests.add(guest.device)
    world.hosts[guest.device] = host.device
    world.pcs.append(guest)
    world.tell(guest, world.statements)
    guest.work(lambda recorder, _: recorder._journal.trust(world.root.id))
    guest.take(host.pieces(group))
    return f"{host.name} for {guest.name}"


STEPS: dict[Callable[[World, Random], str], float] = {
    _release: 3,
    _clock_said: 2,
    _expunge: 3,
    _cut_office: 0.7,
    _rekey: 1.2,
    _region: 1.5,
    _vouch: 1.5,
}
