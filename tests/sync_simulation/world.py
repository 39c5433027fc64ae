"""A seeded world: a city, its counties, their PCs and sticks; what happens to them, then quiet.

Each step draws from chance of its own, so that leaving steps out (to shrink a failure) leaves the others as
they were. What is noted on the way (what was vouched for, what a restore took away) no PC knows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from desktop.errors import UserError
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose
from tests.sync_simulation import oracle
from tests.sync_simulation.faults import Fuse, Sticks
from tests.sync_simulation.pcs import PC
from tests.sync_simulation.seeded import Seeded

CITY, COUNTIES = "450900", ("450921", "450922", "450923", "450924")
OTHER_CITY, OTHER_COUNTY = "450800", "450821"
YEAR = 31_557_600_000
ROUNDS = 16


class Violation(AssertionError):  # noqa: N818 - what a world has found
    """Something does not hold that must."""


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
        self.images: list[tuple[PC, bytes]] = []
        self.tokens: list[tuple[str, str, str]] = []
        self.log: list[str] = []
        self._key = SigningKey.generate()
        keys = {"kind": "keys", "keys": [self._key.public], "k": 1, "city": CITY}
        self.root = compose(keys, [self._key])
        self.statements: list[Statement] = [self.root]
        self._people(chance)

    @property
    def chance(self) -> Random:
        """The chance of this step."""
        return self.seeded.chance

    # who there is

    def _people(self, chance: Random) -> None:
        cities = [(CITY, self.root, self._key)]
        if chance.random() < 0.25:
            cities.append((OTHER_CITY, *self._second_city()))
        for city, *_ in cities:
            self._office(city, 1)
        for county in COUNTIES[: chance.choice([1, 1, 2, 2, 3])]:
            self._office(county, chance.choice([1, 2, 3]))
        if len(cities) > 1:
            self._office(OTHER_COUNTY, 1)
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

    def _second_city(self) -> tuple[Statement, SigningKey]:
        self._other_key = SigningKey.generate()
        keys = {"kind": "keys", "keys": [self._other_key.public], "k": 1, "city": OTHER_CITY}
        self.other_root = compose({**keys, "by": self.root.id}, [self._key])
        self.statements.append(self.other_root)
        return self.other_root, self._other_key

    def _office(self, office: str, count: int) -> None:
        self.pcs += [PC(f"pc{len(self.pcs) + n}", office, self.seeded) for n in range(count)]

    def state(self, city: str, value: dict[str, object]) -> Statement:
        """A statement of a city, known to the world and nobody else yet."""
        root, key = (self.root, self._key) if city[:4] == CITY[:4] else (self.other_root, self._other_key)
        made = compose({**value, "by": root.id}, [key])
        self.statements.append(made)
        return made

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
        return [pc for pc in self.pcs if not pc.hostile and pc.device not in self.cut]

    def holders(self, group: str) -> list[PC]:
        """PCs that must come to hold a group.

        Copies of one device alone in it carry for each other once they heard of each other, and that they
        can only by a group that they share with another device.
        """
        found = [pc for pc in self.honest() if oracle.shares(group, pc.office)]
        return found if len({pc.device for pc in found}) > 1 or self._meet_elsewhere(found) else found[:1]

    def _meet_elsewhere(self, copies: Sequence[PC]) -> bool:
        others = [pc for pc in self.honest() if copies and pc.device != copies[0].device]
        return any(
            oracle.shares(group, copies[0].office)
            for other in others
            for (group,) in other.rows("SELECT DISTINCT grp FROM log")
            if oracle.shares(group, other.office)
        )

    def groups(self, pc: PC) -> list[str]:
        """Groups that a PC may write in; its own office's comes first."""
        counties = sorted({other.office for other in self.pcs if other.office[4:6] != "00"} - {pc.office})
        pairs = ["pair:{}+{}".format(*sorted((pc.office, other))) for other in counties[:2]]
        own = [f"office:{pc.office}", f"city:{pc.office[:4]}00", *pairs]
        if pc.office.endswith("00"):
            own += [f"office:{other}" for other in counties if other[:4] == pc.office[:4]]
        return own

    # what is lost for good

    def take_away(self, pc: PC, image: bytes) -> None:
        """The PC goes back to an old image: what nobody else holds is excused."""
        before = pc.entries()
        pc.open(image)
        self._excuse(before)

    def cut_off(self, device: str) -> None:
        """A device is cut off: what only its PCs hold need not come from there any more."""
        held = [pc.entries() for pc in self.pcs if pc.device == device and not pc.hostile]
        self.cut.add(device)
        self._excuse(set().union(*held))

    def _excuse(self, gone: set[bytes]) -> None:
        self.excused |= gone.difference(*(pc.entries() for pc in self.honest()))

    # the end

    def quiet(self) -> None:
        """Everybody is enrolled, and all exchange with all until all agree."""
        self.seeded.again(f"{self.seed} quiet")
        for pc in list(self.waiting):
            self.enrol(pc)
        present = self.honest()
        for pc in present:
            self.tell(pc, self.statements)
        for _ in range(ROUNDS):
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

    def differences(self, present: Sequence[PC]) -> list[str]:
        """Groups of which two PCs that may hold them have different entries or dumps."""
        found = []
        for group in sorted(
            {group for pc in present for (group,) in pc.rows("SELECT DISTINCT grp FROM log")}
        ):
            states = {pc.name: (pc.entries(group), pc.dump(group)) for pc in self.holders(group)}
            first = next(iter(states.values()), None)
            found += [f"{group} at {name}" for name, state in states.items() if state != first]
        return found


def write_what_can_be(pc: PC, folder: Path, fuse: Fuse | None = None) -> None:
    """Writes bundles; that there may be nobody to write to is no fault."""
    try:
        pc.write_to(folder, fuse)
    except UserError as error:
        if error.code != "exchange.nobody_to_send_to":
            raise


def fast_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one."""
    shm = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="worlds-", dir=shm if shm.is_dir() else None)
