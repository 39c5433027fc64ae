"""A seeded world: a city, its counties, their PCs and sticks; what happens to them, then quiet.

Each step draws from chance of its own, so that leaving steps out (to shrink a failure) leaves the others as
they were. What is noted on the way (what was vouched for, what a restore took away) no PC knows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random

from desktop.errors import UserError
from desktop.sync.hub_faults import HubError
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose
from tests.sync_simulation import oracle
from tests.sync_simulation.faults import Fuse, QuickOps, Sticks, Violation
from tests.sync_simulation.hubs import DAY_MS, Break, CityHub, Wire
from tests.sync_simulation.law import Law
from tests.sync_simulation.pcs import PC
from tests.sync_simulation.seeded import Seeded

CITY, COUNTIES = "450900", ("450921", "450922", "450923", "450924")
OTHER_CITIES = ("450800", "450700", "450600", "450500")
YEAR = 31_557_600_000
ROUNDS = 16
BIG = 0.004
"""How often a world is a region: it takes a hundred times as long."""
HUBS, HUB_ALONE = 0.4, 0.6
"""How often a world has hubs, and how often one with a single hub must come to agreement by it alone."""


class World:
    """Everything there is, and what is known of it."""

    def __init__(self, seed: int, base: Path, seeded: Seeded) -> None:
        self.seed = seed
        self.seeded = seeded
        chance = self.chance
        self.pcs: list[PC] = []
        self.waiting: list[PC] = []
        self.sticks = Sticks(base, 2)
        self.folder = self.sticks.fresh()
        self.vouched: dict[bytes, PC] = {}
        self.excused: set[bytes] = set()
        self.cut: set[str] = set()
        self.kept: set[bytes] = set()
        self.images: list[tuple[PC, bytes, set[str]]] = []
        self.attached: set[tuple[str, str]] = set()
        """Files by the group that lists them."""
        self.lost: set[tuple[str, str]] = set()
        self.tokens: list[tuple[str, str, str]] = []
        self.log: list[str] = []
        self._key = SigningKey.generate()
        keys = {"kind": "keys", "keys": [self._key.public], "k": 1, "city": CITY}
        self.root = compose(keys, [self._key])
        self.statements: list[Statement] = [self.root]
        self.unentitled: list[Statement] = []
        self.sets: dict[str, tuple[Statement, SigningKey]] = {CITY: (self.root, self._key)}
        self.guests: set[str] = set()
        self.hosts: dict[str, str] = {}
        self._law = (0, Law([], []))
        self.hubs: list[CityHub] = []
        self.hub_alone = self.alone = self.settled = False
        self._people(chance)
        self._set_up_hubs()

    def close(self) -> None:
        """Lets the hubs' files go."""
        for hub in self.hubs:
            hub.close()

    @property
    def chance(self) -> Random:
        """The chance of this step."""
        return self.seeded.chance

    # who there is

    def _people(self, chance: Random) -> None:
        # Chance of its own: the other worlds are the same with and without big ones.
        size = Random(f"{self.seed} size")
        if size.random() < BIG:
            self._region(size)
        else:
            self._province_corner(chance)
        late = chance.random() < 0.3
        for pc in self.pcs:
            if late and not pc.office.endswith("00") and chance.random() < 0.4:
                self.waiting.append(pc)
        for pc in self.pcs:
            if pc not in self.waiting:
                self._grant(pc)
        for pc in self.pcs:
            if pc not in self.waiting:
                self.enrol(pc)
            pc.skew = chance.choice([0, 0, 0, 0, 3_600_000, 10 * YEAR, -(10**13)])
        self.crowded = max(7, len(self.pcs) + 2)

    def _province_corner(self, chance: Random) -> None:
        """A city and some counties, sometimes a second city with one."""
        cities = [CITY]
        if chance.random() < 0.25:
            cities.append(OTHER_CITIES[0])
            self._other_city(OTHER_CITIES[0])
        for city in cities:
            self._office(city, 1)
        for county in COUNTIES[: chance.choice([1, 1, 2, 2, 3])]:
            self._office(county, chance.choice([1, 2, 3]))
        if len(cities) > 1:
            self._office(f"{OTHER_CITIES[0][:4]}21", 1)

    def _region(self, chance: Random) -> None:
        """Up to five cities and 40 PCs."""
        most = chance.choice([12, 20, 40])
        for city in OTHER_CITIES[: chance.randint(1, len(OTHER_CITIES))]:
            self._other_city(city)
        for city in self.sets:
            self._office(city, chance.choice([1, 1, 2]))
        offices = [f"{city[:4]}{county[4:]}" for city in self.sets for county in COUNTIES]
        while len(self.pcs) < most:
            self._office(chance.choice(offices), min(chance.choice([1, 2, 3]), most - len(self.pcs)))

    def _other_city(self, city: str) -> None:
        key = SigningKey.generate()
        keys = {"kind": "keys", "keys": [key.public], "k": 1, "city": city}
        root = compose({**keys, "by": self.root.id}, [self._key])
        self.statements.append(root)
        self.sets[city] = (root, key)

    def _office(self, office: str, count: int) -> None:
        self.pcs += [PC(f"pc{len(self.pcs) + n}", office, self.seeded) for n in range(count)]

    def _set_up_hubs(self) -> None:
        # Chance of its own: worlds without a hub are the same as if there were none anywhere.
        chance = Random(f"{self.seed} hub")
        if chance.random() >= HUBS:
            return
        count = chance.choice([1, len(self.sets)])
        days = chance.choice([3, 400])
        self.hubs += [CityHub(f"hub{n}", self.root.id, self.seeded, days) for n in range(count)]
        self.hub_alone = count == 1 and chance.random() < HUB_ALONE

    def new_pc(self, office: str) -> PC:
        """A PC that was just set up, not yet among the others."""
        return PC(f"pc{len(self.pcs)}", office, self.seeded)

    def state(self, city: str, value: dict[str, object]) -> Statement:
        """A statement of a city, known to the world and nobody else yet; its maker knows all others."""
        root, key = self.sets[city[:4] + "00"]
        made = compose({**value, "by": root.id, "parents": self.tips()}, [key])
        self.statements.append(made)
        return made

    def tips(self) -> list[str]:
        """The statements that no other one names as known before it."""
        named = {parent for one in self.statements for parent in one.value.get("parents", [])}
        return sorted(one.id for one in self.statements if one.id not in named)

    def _grant(self, pc: PC) -> Statement:
        value = {"kind": "grant", "device": pc.device, "office": pc.office, "keys": pc.keys, "slot": 0}
        return self.state(pc.office, value)

    def enrol(self, pc: PC) -> None:
        """The PC gets the city's answer: all statements there are by now."""
        if pc in self.waiting:
            self.waiting.remove(pc)
            self._grant(pc)
        self.tell(pc, self.statements)
        pc.work(lambda recorder, _: recorder._journal.trust(self.root.id))

    def tell(self, pc: PC, statements: Iterable[Statement]) -> None:
        """Statements by another way than a bundle."""
        pc.work(lambda recorder, _: recorder._journal.add_statements(statements))

    def enrolled(self) -> list[PC]:
        """PCs that can exchange."""
        return [pc for pc in self.pcs if pc not in self.waiting]

    def honest(self) -> list[PC]:
        """PCs whose files must be right in the end."""
        gone = self.gone()
        return [pc for pc in self.pcs if not pc.hostile and pc.device not in gone]

    def gone(self) -> set[str]:
        """Devices that were cut off, and those that only such ones vouched for."""
        return self.cut | {guest for guest, host in self.hosts.items() if host in self.cut}

    def holders(self, group: str) -> list[PC]:
        """PCs that must come to hold a group.

        Copies of one device alone in it carry for each other once they heard of each other, and that they
        can only by sticks and a group that they share with another device: a hub gives no device its own.
        """
        found = [pc for pc in self.honest() if self.may_hold(pc, group)]
        met = len({pc.device for pc in found}) > 1 or (not self.alone and self._meet_elsewhere(found))
        return found if met else found[:1]

    def _meet_elsewhere(self, copies: Sequence[PC]) -> bool:
        others = [pc for pc in self.honest() if copies and pc.device != copies[0].device]
        return any(
            self.may_hold(copies[0], group)
            for other in others
            for (group,) in other.rows("SELECT DISTINCT grp FROM log")
            if self.may_hold(other, group)
        )

    def may_hold(self, pc: PC, group: str) -> bool:
        """Whether bundles of the group reach the PC."""
        if pc.device in self.guests and group != f"office:{pc.office}":
            return False
        return self.law().shares(group, pc.office)

    def law(self, entries: Sequence[oracle.Entry] = ()) -> Law:
        """What the statements of the world come to; without entries it is kept until one more is made."""
        if not entries and self._law[0] == len(self.statements):
            return self._law[1]
        made = Law([oracle.Statement(one.id, one.value) for one in self.statements], entries)
        if not entries:
            self._law = (len(self.statements), made)
        return made

    # the hub

    def hub_of(self, pc: PC) -> CityHub:
        """The hub that a PC talks with."""
        return self.hubs[sorted(self.sets).index(pc.office[:4] + "00") % len(self.hubs)]

    def sync(
        self,
        pc: PC,
        end: Break | None = None,
        fuse: Fuse | None = None,
        *,
        first: bool = False,
        meanwhile: Callable[[], object] | None = None,
    ) -> str:
        """A round of a PC with its city's hub, whose connection may end. Says what came of it.

        ``meanwhile`` happens between the listing of its mailbox and the fetching of a bundle.
        A hub may take a PC for a stranger that it has no grant of, or not yet the statements between a grant
        and the end of its key set; what else it refuses is a fault.
        """
        wire = Wire(self.hub_of(pc), end, meanwhile)
        try:
            done = pc.sync(wire, fuse, first=first)
        except HubError as error:
            unknown = error.code in ("autosync.stranger", "autosync.vouched")
            refused = pc not in self.welcome() and (unknown or error.code == "autosync.cut")
            strange = unknown and not self.settled
            if wire.broke or refused or strange:
                return error.code
            raise
        return f"{done.sent}↑ {done.received}↓"

    def welcome(self) -> list[PC]:
        """PCs that a hub lets in: honest ones that have a grant, which a vouched one has not."""
        return [pc for pc in self.honest() if pc.device not in self.guests]

    def groups(self, pc: PC) -> list[str]:
        """Groups that a PC may write in; its own office's comes first."""
        if pc.device in self.guests:
            return [f"office:{pc.office}"]
        counties = sorted({other.office for other in self.pcs if other.office[4:6] != "00"} - {pc.office})
        pairs = ["pair:{}+{}".format(*sorted((pc.office, other))) for other in counties[:2]]
        own = [f"office:{pc.office}", f"city:{pc.office[:4]}00", *pairs]
        if pc.office.endswith("00"):
            own += [f"office:{other}" for other in counties if other[:4] == pc.office[:4]]
        law = self.law()
        return own + [group for group in law.regions() if law.shares(group, pc.office)]

    # what is lost for good

    def take_away(self, pc: PC, image: bytes, attachments: set[str]) -> None:
        """The PC goes back to an old image: what nobody else holds is excused."""
        before = pc.entries()
        pc.open(image)
        self._excuse(before)
        self.lose_attachments(pc, pc.attachments() - attachments)

    def lose_attachments(self, pc: PC, names: Iterable[str]) -> None:
        """A disk loses files of attachments: what nobody else holds is excused."""
        gone = {one for one in self.attached if pc.blobs.name_of(one[0]) in names and pc.blobs.has(one[0])}
        pc.lose_attachments(names)
        self._excuse_attachments(gone)

    def cut_off(self, device: str) -> None:
        """A device is cut off: what only its PCs hold need not come from there any more."""
        held = [pc.entries() for pc in self.pcs if pc.device == device and not pc.hostile]
        self.cut.add(device)
        self._excuse(set().union(*held))
        self._excuse_attachments(set(self.attached))

    def _excuse(self, gone: set[bytes]) -> None:
        self.excused |= gone.difference(*(pc.entries() for pc in self.honest()))

    def _excuse_attachments(self, gone: set[tuple[str, str]]) -> None:
        self.lost |= {
            (name, group)
            for name, group in gone
            if not any(pc.blobs.has(name) for pc in self.honest() if self.may_hold(pc, group))
        }

    # the end

    def quiet(self) -> None:
        """Everybody is enrolled, and all exchange with all until all agree."""
        self.seeded.again(f"{self.seed} quiet")
        for pc in list(self.waiting):
            self.enrol(pc)
        present = self.honest()
        for pc in present:
            self.tell(pc, [*self.statements, *self.unentitled])
        self.settled, self.alone = True, self.hub_alone and present == self.welcome()
        for _ in range(ROUNDS):
            if self.alone:
                self._round_by_hub(present)
            else:
                self._round(present)
            if not self.differences(present):
                return
        raise Violation("no agreement: " + "; ".join(self.differences(present)[:3]))

    def _round(self, present: Sequence[PC]) -> None:
        folder = self.folder = self.sticks.fresh()
        for pc in self.chance.sample(present, len(present)):
            write_what_can_be(pc, folder)
            self.sticks.settle(folder)
        for pc in self.chance.sample(present, len(present)):
            pc.read_from(folder)

    def _round_by_hub(self, present: Sequence[PC]) -> None:
        """A day: every program is started once, and has a round."""
        self.seeded.now += DAY_MS
        for pc in self.chance.sample(present, len(present)):
            self.sync(pc, first=True)

    def differences(self, present: Sequence[PC]) -> list[str]:
        """Groups of which two PCs that may hold them have different entries, dumps or attachments."""
        found = []
        for group in sorted(
            {group for pc in present for (group,) in pc.rows("SELECT DISTINCT grp FROM log")}
        ):
            holders = self.holders(group)
            states = {pc.name: (pc.entries(group), pc.dump(group), attached(pc, group)) for pc in holders}
            first = next(iter(states.values()), None)
            found += [f"{group} at {name}" for name, state in states.items() if state != first]
        return found


def attached(pc: PC, group: str) -> dict[str, bool]:
    """The attachments that a group lists, and whether each is here."""
    query = "SELECT DISTINCT sha256 FROM attachment WHERE grp = ? AND withdrawn <> 1"
    return {name: pc.blobs.has(name) for (name,) in pc.rows(query, group) if name is not None}


def write_what_can_be(pc: PC, folder: Path, fuse: Fuse | None = None, ops: QuickOps | None = None) -> None:
    """Writes bundles; that there may be nobody to write to is no fault."""
    try:
        pc.write_to(folder, fuse, ops)
    except UserError as error:
        if error.code not in ("exchange.nobody_to_send_to", "exchange.apart_waits", "exchange.apart_anew"):
            raise


def fast_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one."""
    shm = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="worlds-", dir=shm if shm.is_dir() else None)
