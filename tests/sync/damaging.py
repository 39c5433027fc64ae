"""One bundle, cut at every byte and with every bit turned, and what must come of it; no more, no less.

A file that is cut or damaged in its n-th chunk gives exactly the entries whose heads lie in chunks before it:
the second reader, which shares no code with the program, says which. ``python -m tests.sync.damaging`` does
every byte and every bit; the tests take some of each.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from desktop.changes.journal import Journal
from desktop.changes.pen import load_pen
from desktop.sync.exchange import export
from tests.sync.pcs import GROUP, new_stick, pair
from tests.vectors.reader.whole import read_bundle

_CHUNK = 64 * 1024 + 16
_HEADER = {"sealing.not_a_bundle", "sealing.damaged", "sealing.not_for_us", "sealing.cut"}


class Damage(NamedTuple):
    """What is done to a file: cut to so many bytes, or one bit turned at a byte."""

    at: int
    bit: int | None = None

    def done_to(self, data: bytes) -> bytes:
        """The damaged bytes."""
        if self.bit is None:
            return data[: self.at]
        return data[: self.at] + bytes([data[self.at] ^ 1 << self.bit]) + data[self.at + 1 :]


class Trial:
    """A county's bundle and a city that has read nothing yet; each damaged file is read by the same city."""

    def __init__(self, folder: Path, *, entries: int = 200) -> None:
        self.city, self.county = pair(folder)
        chance = random.Random(5)
        for number in range(entries):
            self.county.add(name=f"甲{number}", note=chance.randbytes(1500).hex())
            if number % 4 == 3:
                with self.county.engine.begin() as conn:
                    Journal(conn).sign_heads(GROUP)
        self.stick = new_stick(folder)
        export(self.county.engine, self.county.blobs, self.stick)
        (self.path,) = self.stick.rglob("*.bundle")
        self.data = self.path.read_bytes()
        mac = self.data.index(b"\n--- ")
        self.payload = self.data.index(b"\n", mac + 1) + 1 + 16
        self._before = self._image()
        with self.city.engine.connect() as conn:
            root = Journal(conn).root()
            identity = load_pen(conn).age_identity
        assert root is not None
        chunks = -(-(len(self.data) - self.payload) // _CHUNK)
        self._expected = [
            set(read_bundle(self.data[: self.payload + whole * _CHUNK], identity, root)["verdicts"])
            for whole in range(chunks)
        ]

    @property
    def chunks(self) -> int:
        """How many chunks the payload has."""
        return len(self._expected)

    @property
    def steps(self) -> list[int]:
        """How many entries come with each chunk that is whole."""
        return [len(found) for found in self._expected]

    def close(self) -> None:
        """Lets go of both files."""
        for pc in (self.city, self.county):
            pc.engine.dispose()

    def fault_of(self, damage: Damage) -> str | None:
        """What is wrong with what the city made of a damaged file; ``None`` when it is as promised."""
        data = damage.done_to(self.data)
        self.path.write_bytes(data)
        moment = self.path.stat().st_mtime_ns
        self._restore()
        (read,) = self.city.read(self.stick)
        with self.city.engine.connect() as conn:
            held = {dot.hex() for (dot,) in conn.exec_driver_sql("SELECT id FROM entry")}
            applied = conn.exec_driver_sql("SELECT count(*) FROM entry WHERE verdict = 'applied'").scalar()
            noted = conn.exec_driver_sql(
                "SELECT (SELECT count(*) FROM bundle), (SELECT count(*) FROM have WHERE device <> ?),"
                " (SELECT count(*) FROM setting WHERE key LIKE 'need:%')",
                (load_pen(conn).device,),
            ).one()
        if (self.path.read_bytes(), self.path.stat().st_mtime_ns) != (data, moment):
            return "the carrier was changed"
        in_header = damage.at < self.payload
        wanted = set() if in_header else self._expected[(damage.at - self.payload) // _CHUNK]
        if held != wanted or applied != len(wanted) or read.applied != len(wanted):
            return (
                f"{len(held)} entries, {applied} applied, {read.applied} told; {len(wanted)} are under heads"
            )
        if tuple(noted) != (0, 0, 0):
            return f"bundle, have-list or needs were noted: {tuple(noted)}"
        allowed = _HEADER if in_header else {"sealing.cut" if damage.bit is None else "sealing.damaged"}
        return None if read.outcome in allowed else f"called {read.outcome}"

    def undamaged(self) -> str:
        """What is said of the whole file, read after all that damage."""
        self.path.write_bytes(self.data)
        (read,) = self.city.read(self.stick)
        assert self.path.name.startswith(hashlib.sha256(self.data).hexdigest())
        return read.outcome

    def _image(self) -> bytes:
        with self.city.engine.connect() as conn:
            image: bytes = conn.connection.driver_connection.serialize()  # type: ignore[union-attr]
        return image

    def _restore(self) -> None:
        with self.city.engine.connect() as conn:
            conn.connection.driver_connection.deserialize(self._before)  # type: ignore[union-attr]


def every(trial: Trial, step: int = 1) -> Iterator[Damage]:
    """Cuts at every ``step``-th byte and every bit of those bytes."""
    for at in range(0, len(trial.data), step):
        yield Damage(at)
        yield from (Damage(at, bit) for bit in range(8))


def some(trial: Trial, count: int, chance: random.Random) -> Iterator[Damage]:
    """Round the borders of header and chunks, and ``count`` cuts and bits anywhere."""
    borders = [0, trial.payload, *(trial.payload + number * _CHUNK for number in range(1, trial.chunks))]
    near = {place + off for place in borders for off in (-17, -16, -1, 0, 1)} | {len(trial.data) - 1}
    for at in sorted(place for place in near if 0 <= place < len(trial.data)):
        yield from (Damage(at), Damage(at, at % 8))
    for _ in range(count):
        yield Damage(chance.randrange(len(trial.data)))
        yield Damage(chance.randrange(trial.payload), chance.randrange(8))
        yield Damage(chance.randrange(len(trial.data)), chance.randrange(8))


def _run(damages: Iterable[Damage], trial: Trial) -> int:
    count = faults = 0
    for damage in damages:
        count += 1
        if fault := trial.fault_of(damage):
            faults += 1
            sys.stdout.write(f"{damage}: {fault}\n")
    sys.stdout.write(f"{count} damaged files read, {faults} not as promised\n")
    return 1 if faults else 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        whole = Trial(Path(place), entries=int(os.environ.get("ENTRIES", "200")))
        raise SystemExit(_run(every(whole, int(os.environ.get("STEP", "1"))), whole))
