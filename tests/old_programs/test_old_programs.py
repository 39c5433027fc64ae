"""The program of an earlier release, as a process of its own, against today's: nothing refused or lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from desktop.casefile.casefile import CaseFile
from desktop.casefile.keepers import KeptBy, read_share
from desktop.casefile.keys import load_key_file
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.slots import passphrase_secret
from desktop.casefile.unlocking import CityShares, Passphrase
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk
from desktop.changes.journal import Journal
from desktop.changes.outline import dump
from desktop.changes.verify import verify
from desktop.models.schema import REVISIONS
from desktop.sync import enrolment, exchange, keeping
from desktop.sync.exchange import Read
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import compose
from tests.commandline import RAID, SECRET
from tests.desks import new_desk
from tests.old_programs.make import HERE
from tests.old_programs.running import Old
from tests.old_programs.tomorrow import further, tomorrow, write

COUNTY, CITY = "450923", "450900"
GROUP = f"office:{COUNTY}"
VERSIONS = [path.name.removeprefix("desktop-").removesuffix(".tar.xz") for path in HERE.glob("*.tar.xz")]


class PC:
    """A PC with today's program."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.engine = desk.casefile.engine
        with self.engine.connect() as conn:
            self._identity = Journal(conn).pen().age_identity

    def do(self, act: str, **values: Any) -> dict[str, Any]:
        return self.desk.do([(act, parse_act(act, values))])[0].ids

    def export(self, folder: Path) -> None:
        exchange.export(self.engine, self.desk.casefile.blobs, folder)

    def read(self, folder: Path) -> list[Read]:
        found, changes = exchange.import_folder(self.engine, self.desk.casefile.blobs, self._identity, folder)
        self.desk.announce(changes)
        return found

    def dump(self) -> list[str]:
        with self.engine.connect() as conn:
            return list(dump(conn, GROUP))

    def faults(self) -> list[Any]:
        """What does not equal a rebuild from the log."""
        with self.engine.connect() as conn:
            return list(verify(conn))

    def lines(self) -> set[tuple[Any, ...]]:
        """Every entry of the group, byte by byte, with its head where it has one."""
        query = (
            "SELECT l.id, e.n, e.id, e.previous, e.header, e.salt, e.body, h.signature FROM entry e"
            " JOIN log l ON l.no = e.log LEFT JOIN head h ON h.entry = e.no WHERE l.grp = ?"
        )
        with self.engine.connect() as conn:
            return {tuple(row) for row in conn.exec_driver_sql(query, (GROUP,))}

    def statements(self) -> set[bytes]:
        with self.engine.connect() as conn:
            return {one.text() for one in Journal(conn).statements()}


class World:
    """An old county, and with today's program its city and a second PC of the county."""

    def __init__(self, old: Old, base: Path, stack: ExitStack) -> None:
        self.old, self._base = old, base
        self.file = base / "old county"
        self.city = PC(stack.enter_context(new_desk(base / "city", office=CITY, name="市局")))
        self.second = PC(stack.enter_context(new_desk(base / "second")))
        with self.city.engine.begin() as conn:
            root = enrolment.make_root(Journal(conn), 1, 1)
        self.key = SigningKey(bytes.fromhex(json.loads(root.shares[0][1])["seed"]))
        self.root = root.statement.id
        words = {"--office": COUNTY, "--name": "练习局", "--officer": "陈珍", "--credential": "1"}
        options = [item for pair in words.items() for item in pair]
        old.run("new", self.file, *options, "--recovery-out", base / "recovery.pdf")
        old.run("enrol", "request", self.file, "-o", base / "request")
        (base / "answer").write_bytes(self._grant((base / "request").read_bytes()))
        with self.second.engine.begin() as conn:
            answer = self._grant(enrolment.request(Journal(conn), ""))
            enrolment.accept(Journal(conn), answer)
        (base / "answer").write_bytes(answer)
        old.run("enrol", "accept", self.file, base / "answer")

    def _grant(self, request: bytes) -> bytes:
        with self.city.engine.begin() as conn:
            return enrolment.grant(Journal(conn), request)

    def stick(self, name: str) -> Path:
        folder = self._base / "sticks" / name
        folder.mkdir(parents=True)
        return folder

    def old_do(self, act: str, value: dict[str, Any]) -> dict[str, Any]:
        """Performs an act at the old county; the ids it made."""
        return dict(self.old.run("do", self.file, act, "--json", "-", json_in=value)["ids"])

    def exchange(self, name: str) -> None:
        """The county's PCs write a stick, the city answers on it, and all read it; then they must agree."""
        folder = self.stick(name)
        self.old.run("export", self.file, "--to", folder)
        self.second.export(folder)
        for pc in (self.city, self.second):
            assert {found.outcome for found in pc.read(folder)} <= {"read", "known"}
        self.city.export(folder)
        self.old.run("import", self.file, "--from", folder)
        self.second.read(folder)
        assert self.old_dump() == self.city.dump() == self.second.dump()

    def old_dump(self) -> list[str]:
        """What the old county says of the group."""
        return str(self.old.run("dump", self.file, "--group", GROUP)).splitlines()


@pytest.fixture(scope="module", params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Old]:
    """One process for all tests: to start one costs more than its commands."""
    found = Old(request.param, tmp_path_factory.mktemp("program") / request.param)
    yield found
    found.close()


@pytest.fixture
def world(old: Old, tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(old, tmp_path, stack)


def test_an_old_county_and_a_city_of_today_agree_both_ways(world: World) -> None:
    raid = world.old_do("raid.record", RAID)["raid"]
    people = world.old_do("people.add", {"raid": raid, "people": [{"name": "甲"}, {"name": "乙"}]})["people"]
    world.exchange("first")
    world.old_do("person.correct", {"id": people[0], "fields": {"phone": "2"}})
    world.second.do("person.correct", id=people[0], fields={"phone": "1", "occupation": "商贩"})
    world.second.do("record.withdraw", kind="person", id=people[1], reason="重复登记")
    world.exchange("second")
    (conflict,) = world.old.run("conflicts", world.file)
    assert [found.id for found in world.city.desk.conflicts()] == [conflict["id"]]
    assert world.old.alone("status", world.file)["root"] == world.root


@pytest.mark.tampers
def test_what_only_tomorrow_knows_is_carried_on_whole_by_the_old_program_and_shown_after_the_upgrade(
    world: World,
) -> None:
    raid = world.second.do("raid.record", **RAID)["raid"]
    person = world.second.do("people.add", raid=raid, people=[{"name": "甲"}])["people"][0]
    with world.second.engine.connect() as conn:
        state = Journal(conn).store.state(person)
    assert state is not None
    dots = [dot.hex() for dot in state[0].values("name")]
    written = [write(world.second.engine, GROUP, entry) for entry in further(GROUP, COUNTY, person, dots)]
    kind = {"kind": "tomorrow", "by": world.root, "anything": [{"x": 1}]}
    with world.second.engine.begin() as conn:
        Journal(conn).add_statements([compose(kind, [world.key])])
    with tomorrow():
        world.second.export(first := world.stick("first"))

    told = world.old.run("import", world.file, "--from", first, code=3)
    (bundle,) = [found for found in told["bundles"] if found["group"] == GROUP]
    assert (bundle["outcome"], bundle["quarantined"], bundle["statements"]) == ("read", 2, 1)

    world.old.run("export", world.file, "--to", second := world.stick("second"))
    assert {found.outcome for found in world.city.read(second)} == {"read"}
    assert world.city.lines() >= world.second.lines()
    assert {line[2].hex() for line in world.city.lines()} >= set(written)
    assert world.city.statements() == world.second.statements()
    assert world.old_dump() == world.city.dump()
    assert world.city.faults() == []

    schema = AlembicSchema(REVISIONS)
    with CaseFile.open(
        world.file, unlock=Passphrase(SECRET), write=True, schema=schema, state=world._base / "state"
    ) as casefile:
        upgraded = PC(Desk(casefile))
        assert upgraded.dump() == world.city.dump()
        assert upgraded.lines() == world.city.lines()
        (shown,) = upgraded.desk.show("person", person)
        assert shown["name"] == "甲甲"
        assert upgraded.do("person.correct", id=person, fields={"phone": "3"}) is not None
        assert upgraded.faults() == []


def test_the_old_program_opens_a_file_that_is_sealed_to_keepers_and_carries_who_they_are(
    world: World,
) -> None:
    with world.city.engine.begin() as conn:
        named = keeping.name_keepers(Journal(conn), 3, 2)
        (world._base / "answer").write_bytes(enrolment.answer(Journal(conn)))
    world.old.run("enrol", "accept", world.file, world._base / "answer")
    shares = [read_share(data) for _, data in named.shares]
    keys = load_key_file(world.file)
    opened = keys.unlock(passphrase_secret(SECRET))
    assert opened is not None
    kept_by = KeptBy(named.statement.id, tuple(named.statement.value["keys"]), 2)
    keys.with_keepers(kept_by, opened.master).save(world.file)
    world.exchange("first")
    officer = world.old_do("officer.add", {"name": "郭秀", "credential": "2"})["officer"]
    (world._base / "second pass").write_text("a second passphrase", "utf-8")
    second = ("--officer", officer, "--new-passphrase-file", world._base / "second pass")
    world.old.run("officer", "add", world.file, *second)
    assert load_key_file(world.file).unlock_by_keepers(shares[:2], None).master == opened.master

    recovery = ("--recovery-out", world._base / "second.pdf")
    world.old.run("officer", "remove", world.file, "--officer", officer, *recovery)
    assert [slot.kind for slot in load_key_file(world.file).slots if slot.kind == "city"] == []
    schema, state = AlembicSchema(REVISIONS), world._base / "state"
    unlock = Passphrase(SECRET)
    with CaseFile.open(world.file, unlock=unlock, write=True, schema=schema, state=state) as casefile:
        Desk(casefile)
        assert casefile.kept_by == kept_by
    by_keepers = CityShares((shares[2], shares[0]))
    with CaseFile.open(world.file, unlock=by_keepers, write=False, schema=schema, state=state) as casefile:
        assert casefile.officer != officer
