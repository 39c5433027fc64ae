"""Worlds whose PCs run programs of three ages (yesterday, today, tomorrow) and are upgraded in the middle.

A model is what ``shared_tables`` says; yesterday's lacks a field and a table of today's, tomorrow's has what
``steps`` writes as a newer program. All files have all columns, so that an upgrade is only to know more.
Whoever opens a file catches up first, as the program does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest import mock

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table

from desktop.casefile.database import memory_engine
from desktop.changes import projecting, stored
from desktop.changes.growth import catch_up
from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.models.base import RowId
from desktop.models.schema import SharedTable, by_kind, metadata, shared_tables
from desktop.wire.canonical import Value
from tests.sync_simulation import pcs, running, steps
from tests.sync_simulation import world as worlds
from tests.sync_simulation.pcs import PC
from tests.sync_simulation.running import Failure, run
from tests.sync_simulation.world import Violation, World

YESTERDAY, TODAY, TOMORROW = range(3)
_LACKING = ("person.ar", "note")
_UNKNOWN = "movement.ai"
_HEAD = ("id", "grp", "dot", "withdrawn", "conflicts")

_MODELS: dict[int, dict[str, SharedTable]] = {}


def _gadget() -> SharedTable:
    size: Column[Any] = Column("size", Integer, info={"field": "size"})
    table = Table(
        "gadget",
        MetaData(),
        Column("id", RowId, primary_key=True),
        Column("grp", String),
        *(Column(name, Integer) for name in _HEAD[2:]),
        size,
    )
    return SharedTable("gadget.ar", "gadget", shared_tables()["person.ar"].model, table, {"size": size})


def _models() -> dict[int, dict[str, SharedTable]]:
    """The three models, made once."""
    if not _MODELS:
        today = dict(shared_tables())
        person = today["person.ar"]
        fewer = {word: column for word, column in person.columns.items() if word != _LACKING[1]}
        shoes: Column[Any] = Column("shoe_size", Integer, info={"field": "shoe_size"})
        more = {**person.columns, "shoe_size": shoes}
        _MODELS[TODAY] = today
        _MODELS[YESTERDAY] = {
            wire: person._replace(columns=fewer) if wire == "person.ar" else shared
            for wire, shared in today.items()
            if wire != _UNKNOWN
        }
        _MODELS[TOMORROW] = {
            **today, "person.ar": person._replace(columns=more), "gadget.ar": _gadget()
        }  # fmt: skip
    return _MODELS


@contextmanager
def program_of(version: int) -> Iterator[None]:
    """Inside, the program knows what the one of this version knows."""
    model = _models()[version]
    kinds = {shared.kind: shared for shared in model.values()}
    with (
        mock.patch.dict(shared_tables(), model, clear=True),
        mock.patch.dict(by_kind(), kinds, clear=True),
    ):
        _forget()
        try:
            yield
        finally:
            _forget()


def _forget() -> None:
    for remembered in (projecting.projector, stored._standing_query, stored._creation_query):
        remembered.cache_clear()


@functools.cache
def _template() -> bytes:
    """An empty file with the columns of every version."""
    made = memory_engine()
    metadata.create_all(made)
    with made.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE person ADD COLUMN shoe_size INTEGER")
    _gadget().table.create(made)
    found: bytes = made.raw_connection().driver_connection.serialize()  # type: ignore[union-attr]
    made.dispose()
    return found


class AgedRecorder(Recorder):
    """Acts of a program that may not know all words: it writes what it knows."""

    def create(
        self, kind: str, values: Mapping[str, Value], *, group: str | None = None, row: str | None = None
    ) -> str:
        known = kind if kind in by_kind() else "person"
        given = {word: value for word, value in values.items() if word in by_kind()[known].columns}
        return super().create(known, given, group=group, row=row)

    def change(self, kind: str, row: str, values: Mapping[str, Value], seen: str | None = None) -> bool:
        given = {word: value for word, value in values.items() if word in by_kind()[kind].columns}
        return super().change(kind, row, given, seen)


def _aged(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def run_by_its_program(self: AgedPC, *given: Any, **named: Any) -> Any:
        with program_of(self.version):
            return method(self, *given, **named)

    return run_by_its_program


class AgedPC(PC):
    """A PC with a program of some age, drawn when the world begins."""

    version = TODAY

    def __init__(
        self,
        name: str,
        office: str,
        seeded: Any,
        image: bytes | None = None,
        *,
        version: int | None = None,
    ) -> None:
        drawn = seeded.chance.choice([YESTERDAY, YESTERDAY, TODAY, TOMORROW])
        self.version = drawn if version is None else version
        with program_of(self.version):
            super().__init__(name, office, seeded, image)

    def open(self, image: bytes) -> None:
        """Opens the image and catches up with what this program knows and the one that wrote it did not."""
        super().open(image)
        with program_of(self.version), self.engine.begin() as conn:
            if conn.exec_driver_sql("SELECT 1 FROM setting WHERE key = 'office'").first():
                catch_up(Journal(conn))

    def upgrade(self) -> None:
        """The next version of the program is installed and opens the file."""
        self.version = min(TOMORROW, self.version + 1)
        self.restart()

    def copy(self, name: str) -> PC:
        twin = AgedPC(name, self.office, self._seeded, self.image(), version=self.version)
        twin.skew = self.skew
        self.copy_disk(twin)
        return twin

    restart = _aged(PC.restart)
    work = _aged(PC.work)
    write_to = _aged(PC.write_to)
    read_from = _aged(PC.read_from)
    sync = _aged(PC.sync)
    pieces = _aged(PC.pieces)
    take = _aged(PC.take)
    dump = _aged(PC.dump)

    def sound(self) -> None:
        """The file is whole by its own program; tomorrow's has no tables to rebuild into, and folds anew."""
        if self.version < TOMORROW:
            with program_of(self.version):
                super().sound()
        elif unlike := self.unlike_a_rebuild():
            raise Violation(f"{self.name} is not sound: {unlike[0]}")

    def dump_all(self) -> list[str]:
        """The dump of every group."""
        groups = self.rows("SELECT DISTINCT grp FROM log ORDER BY grp")
        return [line for (group,) in groups for line in self.dump(group)]

    def unlike_a_rebuild(self) -> list[str]:
        """Rows that folding everything anew would show otherwise."""
        with program_of(self.version), self.engine.connect() as conn:
            before = _shown(conn)
            journal = Journal(conn)
            for (group,) in conn.exec_driver_sql("SELECT DISTINCT grp FROM log").all():
                journal.refold(group)
            after = _shown(conn)
            conn.rollback()
        return [name for name in before if before[name] != after[name]]


def _shown(conn: Connection) -> dict[str, Collection[tuple[Any, ...]]]:
    """What the columns of every known table hold, and which rows are of tables not known."""
    found: dict[str, Collection[tuple[Any, ...]]] = {}
    for shared in shared_tables().values():
        names = ["id", "grp", "withdrawn", "conflicts", *(c.name for c in shared.columns.values())]
        listed = ", ".join(f'"{name}"' for name in names)
        query = f'SELECT {listed} FROM "{shared.table.name}" ORDER BY id'
        found[shared.wire] = [tuple(row) for row in conn.exec_driver_sql(query)]
    found[""] = [tuple(row) for row in conn.exec_driver_sql("SELECT row FROM foreign_row ORDER BY row")]
    return found


def _upgrade(world: World, chance: Random) -> str:
    """A PC gets the next version of the program."""
    pc = chance.choice(world.pcs)
    assert isinstance(pc, AgedPC)
    pc.upgrade()
    return f"{pc.name} to {pc.version}"


def _check(world: World) -> None:
    """As in every world; besides, what is shown equals a rebuild, before and after a last upgrade."""
    _genuine_check(world)
    present = [pc for pc in world.honest() if isinstance(pc, AgedPC)]
    said = {pc.name: pc.dump_all() for pc in present}
    for _ in (YESTERDAY, TODAY, TOMORROW):
        for pc in present:
            if unlike := pc.unlike_a_rebuild():
                raise Violation(f"{pc.name} at {pc.version} shows otherwise: {unlike}")
            pc.upgrade()
            if pc.dump_all() != said[pc.name]:
                raise Violation(f"{pc.name} says something else since its upgrade to {pc.version}")


_genuine_check = running.check


@contextmanager
def three_versions() -> Iterator[None]:
    """Worlds that run inside have PCs of three versions, upgraded in the middle."""
    with (
        mock.patch.object(worlds, "PC", AgedPC),
        mock.patch.object(pcs, "Recorder", AgedRecorder),
        mock.patch.object(pcs, "_empty", _template),
        mock.patch.dict(steps._STEPS, {_upgrade: 6}),
        mock.patch.object(running, "check", _check),
    ):
        yield


def run_aged(seed: int, numbers: Sequence[int]) -> Failure | None:
    """Runs a world of three versions; ``None`` when everything held."""
    with three_versions():
        return run(seed, numbers)


__all__ = ["AgedPC", "program_of", "run_aged", "three_versions"]
