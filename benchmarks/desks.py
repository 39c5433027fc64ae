"""Case files for benchmarks: encrypted as in the program, with its schema, in a folder of the run.

``Office`` is a bare encrypted database with its log; ``county_desk`` a whole case file as officers open it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlcipher3 import dbapi2

from benchmarks.people import SEED, people
from desktop.casefile.casefile import CaseFile
from desktop.casefile.database import connect, engine
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.slots import Argon2
from desktop.casework.acts.catalogue import parse_act
from desktop.casework.desk import Desk, set_up
from desktop.changes.journal import Draft, Journal
from desktop.changes.pen import make_pen
from desktop.changes.store import guard
from desktop.models.schema import REVISIONS, by_kind
from desktop.sync import enrolment
from desktop.wire.groups import office_group
from desktop.wire.ids import new_row_id, row_bytes

COUNTY, CITY = "450923", "450900"
GROUP = office_group(COUNTY)
PERSON = by_kind()["person"].wire
_KEY = bytes(range(32))
_CHEAP = Argon2(memory_kib=64, passes=1, lanes=1)
_DATABASE = "case.db"
_SLICE = 1000

DURABLE = "WAL, synchronous=FULL, 64 MB cache, indexes in"
"""How every encrypted file here is set: as in the program."""


class Office:
    """An encrypted database with one PC's log, without the folder around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine: Engine = engine(folder / _DATABASE, _KEY)
        guard(self.engine)

    @classmethod
    def create(cls, folder: Path, office: str) -> Office:
        """A new one with the newest schema."""
        folder.mkdir(parents=True)
        maker = engine(folder / _DATABASE, _KEY, mode="create")
        AlembicSchema(REVISIONS).migrate(maker)
        maker.dispose()
        made = cls(folder)
        with made.engine.begin() as conn:
            make_pen(conn, office)
        return made

    def copy(self, folder: Path) -> Office:
        """The same file again in another folder; what was there is replaced."""
        self.rest()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return Office(folder)

    def rest(self) -> None:
        """Lets go of the file; the last connection brings everything from the write-ahead log into it."""
        self.engine.dispose()

    def unguarded(self) -> Engine:
        """An engine that lets anybody write: for the yardstick of the object mapper."""
        return engine(self.folder / _DATABASE, _KEY)

    def driver(self) -> dbapi2.Connection:
        """A connection of the driver alone, with the program's settings: what yardsticks write through."""
        return connect(self.folder / _DATABASE, _KEY)

    def identity(self) -> str:
        """The secret age key, to open bundles with."""
        with self.engine.connect() as conn:
            return Journal(conn).pen().age_identity


def enrolled(folder: Path) -> tuple[Office, Office]:
    """A county and its city under one root."""
    county, city = Office.create(folder / "county", COUNTY), Office.create(folder / "city", CITY)
    enrol(county.engine, city.engine, root=True)
    return county, city


def enrol(county: Engine, city: Engine, *, root: bool = False) -> None:
    """The city grants the county's PC; with ``root`` it makes its keys first."""
    with city.begin() as conn:
        if root:
            enrolment.make_root(Journal(conn), 1, 1)
    with county.begin() as conn:
        request = enrolment.request(Journal(conn), "")
    with city.begin() as conn:
        answer = enrolment.grant(Journal(conn), request)
    with county.begin() as conn:
        enrolment.accept(Journal(conn), answer)


def append(engine: Engine, act: str, operations: Sequence[list[Any]], per_entry: int = 1) -> None:
    """Writes operations of the county, so many in an entry; all in one transaction."""
    with engine.begin() as conn:
        journal = Journal(conn)
        drafts = [
            Draft(act, GROUP, list(operations[start : start + per_entry]))
            for start in range(0, len(operations), per_entry)
        ]
        for start in range(0, len(drafts), _SLICE):
            journal.append(drafts[start : start + _SLICE], "", batch="bench")


def add_people(engine: Engine, count: int, per_entry: int = 1) -> list[str]:
    """Enters ``count`` invented people; returns their row ids."""
    operations = [["c", PERSON, new_row_id(GROUP, PERSON, COUNTY), fields] for fields in people(count)]
    append(engine, "people.add", operations, per_entry)
    return [str(found[2]) for found in operations]


def correct_people(engine: Engine, rows: Sequence[str], names: Sequence[str], per_entry: int = 1) -> None:
    """Gives each row new values in the named fields, over those it was created with."""
    append(engine, "person.correct", list(_corrections(engine, rows, names)), per_entry)


def _corrections(engine: Engine, rows: Sequence[str], names: Sequence[str]) -> Iterator[list[Any]]:
    with engine.connect() as conn:
        query = "SELECT p.id, e.id FROM person p JOIN entry e ON e.no = p.dot"
        dots = {row: dot.hex() for row, dot in conn.exec_driver_sql(query)}
    for row, fields in zip(rows, corrections(len(rows), names), strict=True):
        yield ["s", PERSON, row, {name: [value, dots[row_bytes(row)]] for name, value in fields.items()}]


def corrections(count: int, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """New values for the named fields of ``count`` people, always the same."""
    for fields in people(count, SEED + 7):
        yield {name: fields[name] for name in names}


@contextmanager
def county_desk(folder: Path) -> Iterator[Desk]:
    """A desk on a whole new case file of the county; its passphrase costs nothing to check."""
    officer = new_row_id(GROUP, "officer.ar", COUNTY)
    casefile, _ = CaseFile.create(
        folder / "案件库",
        passphrase="一二三四五六七八",
        officer=officer,
        migrate=AlembicSchema(REVISIONS).migrate,
        cost=_CHEAP,
        state=folder / "state",
    )
    with casefile:
        with casefile.engine.begin() as conn:
            set_up(conn, COUNTY, "博白县市场监督管理局", "陈科长", "45092301001", officer)
        yield Desk(casefile)


def record_raid(desk: Desk) -> str:
    """A raid to find people at; returns its id."""
    values = {"title": "百业中心行动", "place": "百业中心二楼", "started_at": "2020-06-07T09:20+08:00"}
    return str(desk.do([("raid.record", parse_act("raid.record", values))])[0].ids["raid"])
