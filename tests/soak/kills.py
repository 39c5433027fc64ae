"""SIGKILL at any moment while a real case file is written, exchanged and read: what was said stands.

Each round forks; the child opens the encrypted case file and works, telling each act that was acknowledged,
until it is killed. Afterwards everything told is there, the file is sound, and what has a final name on the
stick is whole.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from desktop.casefile.casefile import CaseFile
from desktop.casefile.migrating import AlembicSchema
from desktop.casefile.unlocking import Passphrase
from desktop.changes.journal import Journal
from desktop.changes.recorder import Recorder
from desktop.changes.verify import verify
from desktop.models.schema import REVISIONS
from desktop.sync import enrolment
from desktop.sync.exchange import export, import_folder
from tests.desks import CHEAP, PASSPHRASE, new_desk
from tests.sync.pcs import PC

OFFICE = "450923"
LONGEST_S = 0.6


def loop(rounds: int, say: Callable[[str], None]) -> int:
    """So many kills; how many of them did harm."""
    if not hasattr(os, "fork"):
        say("kills want a system that forks")
        return 0
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        return _Victim(Path(name)).rounds(rounds, say)


class _Victim:
    """A county's case file that is killed, a city that reads its stick."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._stick = base / "stick"
        self._stick.mkdir()
        self._city = PC("450900", base / "city")
        with new_desk(base, office=OFFICE) as desk, self._city.engine.begin() as conn:
            enrolment.make_root(Journal(conn), 1, 1)
            with desk.casefile.engine.begin() as own:
                request = enrolment.request(Journal(own), "")
                answer = enrolment.grant(Journal(conn), request)
                enrolment.accept(Journal(own), answer)
            recorder = Recorder(Journal(conn), "")
            recorder.create("person", {"name": "市"}, group=f"office:{OFFICE}")
            recorder.close("people.add")
            recorder.finish()
        self._told: set[str] = set()

    def rounds(self, count: int, say: Callable[[str], None]) -> int:
        """Kills so often; how many rounds did harm."""
        chance, harmed, killed = Random(7), 0, 0
        for number in range(count):
            killed += self._round(chance)
            wrong = self._wrong()
            for found in wrong:
                say(f"round {number}: {found}")
            harmed += bool(wrong)
            read = {found.outcome for found in self._city.read(self._stick)}
            if not read <= {"read", "known"}:
                harmed += 1
                say(f"round {number}: the city says {read}")
            export(self._city.engine, self._city.blobs, self._stick)
            if number % 20 == 19:
                for path in self._stick.rglob("*.bundle"):
                    path.unlink()
        say(f"{count} rounds, {killed} killed, {len(self._told)} acts acknowledged")
        return harmed

    def _round(self, chance: Random) -> bool:
        """One child, killed after some time; whether it was still at work."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _work(self._base, self._stick, lambda told: os.write(writing, f"{told}\n".encode()))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as told:
            first = told.readline()
            time.sleep(chance.uniform(0, LONGEST_S))
            os.kill(child, signal.SIGKILL)
            lines = [first, *told.readlines()]
        _, status = os.waitpid(child, 0)
        self._told |= {line.strip() for line in lines if line.endswith("\n") and len(line) > 30}
        return os.WIFSIGNALED(status)

    def _wrong(self) -> list[str]:
        found = [
            f"{path.name} is not whole"
            for path in self._stick.rglob("*.bundle")
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem
        ]
        with _opened(self._base) as casefile, casefile.engine.connect() as conn:
            rows = {value.hex() for (value,) in conn.exec_driver_sql("SELECT id FROM person")}
            missing = {row for row in self._told if row.replace("-", "") not in rows}
            found += [f"{len(missing)} acknowledged acts are gone"] if missing else []
            found += [f"not sound: {finding}" for finding in verify(conn)]
        return found


def _opened(base: Path) -> CaseFile:
    return CaseFile.open(
        base / "案件库",
        unlock=Passphrase(PASSPHRASE),
        write=True,
        schema=AlembicSchema(REVISIONS),
        state=base / "state",
        cost=CHEAP,
    )


def _work(base: Path, stick: Path, say: Callable[[str], object]) -> None:
    """Acts, writing and reading, until killed (or soon, should nobody kill)."""
    try:
        casefile = _opened(base)
        say("open")
        for number in range(200):
            say(_act(casefile.engine, f"甲{number}"))
            if number % 3 == 2:
                export(casefile.engine, casefile.blobs, stick)
            if number % 5 == 4:
                with casefile.engine.connect() as conn:
                    identity = Journal(conn).pen().age_identity
                import_folder(casefile.engine, casefile.blobs, identity, stick)
    except Exception as error:  # a child has no other way to say so
        sys.stderr.write(f"child: {error!r}\n")
        os._exit(3)


def _act(engine: Engine, name: str) -> str:
    with engine.begin() as conn:
        recorder = Recorder(Journal(conn), "")
        row = recorder.create("person", {"name": name})
        recorder.close("people.add")
        recorder.finish()
    return row
