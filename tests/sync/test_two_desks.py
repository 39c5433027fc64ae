"""Two desks and a stick, driven by Hypothesis: acts at both, files lost, doubled and cut, in any order.

After each visit the desks hold what the sticks they read held; in the end, after one clean trip each way,
they agree, and nothing that was recorded is missing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.changes.rows import in_conflict
from desktop.changes.verify import verify
from desktop.sync.exchange import export
from tests.sync.pcs import GROUP, PC, join, pair

VALUES = st.sampled_from(["甲", "乙", "丙"])
DESKS = st.sampled_from([0, 1])
TRIPS = 3


class TwoDesks(RuleBasedStateMachine):
    """Two PCs of one county; the city granted them and is not there."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="desks-")
        base = Path(self._folder.name)
        city, first = pair(base)
        second = PC("450923", base / "second")
        join(city, second)
        with second.engine.connect() as source, first.engine.begin() as conn:
            Journal(conn).add_statements(Journal(source).statements())
        self.desks = (first, second)
        self.stick = base / "stick"
        self.stick.mkdir()
        self.recorded: list[set[bytes]] = [set(), set()]

    def teardown(self) -> None:
        for _ in range(TRIPS):
            for desk in self.desks:
                if _entries(desk):
                    export(desk.engine, desk.blobs, self.stick)
            for desk in self.desks:
                desk.read(self.stick)
        first, second = self.desks
        assert first.dump() == second.dump()
        assert self.recorded[0] | self.recorded[1] <= _entries(first) == _entries(second)
        for desk in self.desks:
            with desk.engine.connect() as conn:
                assert [*verify(conn)] == []
            desk.engine.dispose()
        self._folder.cleanup()

    @initialize(name=VALUES)
    def a_person_is_known_to_both(self, name: str) -> None:
        """So that they write over each other from the beginning."""
        self._note(0, lambda recorder: recorder.create("person", {"name": name}))
        self.write(0)
        self.read(1)

    @rule(at=DESKS, name=VALUES, phone=VALUES)
    def record(self, at: int, name: str, phone: str) -> None:
        self._note(at, lambda recorder: recorder.create("person", {"name": name, "phone": phone}))

    @rule(at=DESKS, which=st.integers(0, 1), value=VALUES, field=st.sampled_from(["name", "phone"]))
    def correct(self, at: int, which: int, value: str, field: str) -> None:
        row = self._row(at, which)
        if row is not None:
            self._note(at, lambda recorder: recorder.change("person", row, {field: value}))

    @rule(at=DESKS, which=st.integers(0, 9), reason=st.sampled_from(["误登", None]))
    def withdraw(self, at: int, which: int, reason: str | None) -> None:
        row = self._row(at, which)
        if row is not None:
            self._note(at, lambda recorder: recorder.withdraw("person", row, reason))

    @rule(at=DESKS, which=st.integers(0, 9), value=VALUES)
    def decide(self, at: int, which: int, value: str) -> None:
        row = self._row(at, which)
        if row is None:
            return
        with self.desks[at].engine.connect() as conn:
            found = Journal(conn).store.state(row)
        disputed = [name for name in found[0].fields() if in_conflict(found[0].values(name))] if found else []
        if disputed:
            self._note(at, lambda recorder: recorder.decide("person", row, disputed[0], value))

    @precondition(lambda self: any(self.recorded))
    @rule(at=DESKS)
    def write(self, at: int) -> None:
        if _entries(self.desks[at]):
            export(self.desks[at].engine, self.desks[at].blobs, self.stick)

    @rule(at=DESKS)
    def read(self, at: int) -> None:
        before = _entries(self.desks[at])
        for found in self.desks[at].read(self.stick):
            assert found.outcome in (
                "read",
                "known",
                "sealing.cut",
                "sealing.damaged",
                "sealing.not_a_bundle",
            )
        assert before <= _entries(self.desks[at])

    @rule(which=st.integers(0, 9), keep=st.floats(0, 1))
    def cut(self, which: int, keep: float) -> None:
        path = self._bundle(which)
        if path is not None:
            data = path.read_bytes()
            path.write_bytes(data[: int(len(data) * keep)])

    @rule(which=st.integers(0, 9))
    def lose(self, which: int) -> None:
        path = self._bundle(which)
        if path is not None:
            path.unlink()

    @rule(which=st.integers(0, 9))
    def double(self, which: int) -> None:
        path = self._bundle(which)
        if path is not None and path.parent != self.stick:
            shutil.copy(path, self.stick / path.name)

    @invariant()
    def own_records_stay(self) -> None:
        for desk, recorded in zip(self.desks, self.recorded, strict=True):
            assert recorded <= _entries(desk)

    def _note(self, at: int, act: Callable[[Recorder], object]) -> None:
        desk = self.desks[at]
        before = _entries(desk)
        with desk.engine.begin() as conn:
            recorder = Recorder(Journal(conn), "")
            act(recorder)
            recorder.close("act")
            recorder.finish()
        self.recorded[at] |= _entries(desk) - before

    def _row(self, at: int, which: int) -> str | None:
        with self.desks[at].engine.connect() as conn:
            rows = conn.exec_driver_sql("SELECT lower(hex(id)) FROM person ORDER BY id").scalars().all()
        if not rows:
            return None
        text = rows[which % len(rows)]
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _bundle(self, which: int) -> Path | None:
        found = sorted(self.stick.rglob("*.bundle"))
        return found[which % len(found)] if found else None


def _entries(pc: PC) -> set[bytes]:
    with pc.engine.connect() as conn:
        query = "SELECT e.id FROM entry e JOIN log l ON l.no = e.log WHERE l.grp = ?"
        return set(conn.exec_driver_sql(query, (GROUP,)).scalars())


TestTwoDesks = TwoDesks.TestCase
TestTwoDesks.settings = settings(
    max_examples=20,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
