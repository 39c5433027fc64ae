"""The window: from the start of the process to its first picture, and whether it moves while much is written.

Each figure is taken in a process of its own, which is this module run by name; offscreen, so that no screen
and no driver has a say.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.base import Bench, Outcome, Scale
from benchmarks.desks import CITY, COUNTY, Office, add_people, correct_people, enrol, record_raid
from benchmarks.ledger import reading
from benchmarks.measure import Comparison, Series, Target, in_turns
from desktop.casefile.unlocking import Passphrase
from desktop.casework.desk import Desk
from desktop.casework.importing import import_ledger
from desktop.casework.setting_up import FirstFacts, create_case_file, open_case_file
from desktop.sync.exchange import export

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from desktop.ui.doorway import Doorway

_ALLOWED_MS = 100.0
_TICK_MS = 5
_SECRET = "benchmark passphrase"


def _start(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(10_000, 500)
    file = _county(folder, count)
    compared = in_turns(lambda: _started("ours", file), lambda: _started("empty", file), scale.repeat)
    return Outcome(
        compared,
        f"from the start of the process to the first picture, signing in as the program does,"
        f" {count:,} people there; the yardstick is an empty PySide6 window; offscreen",
    )


def _gap(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(100_000, 1_000)
    file = _county(folder, 0)
    gap = float(_run("gap", file, str(count)))
    return Outcome(
        Comparison(Series((gap,)), Series((_ALLOWED_MS,))),
        f"{count:,} people recorded by the writing thread, a list of them in view; the longest time between"
        f" two ticks of {_TICK_MS} ms of the window's thread; offscreen; taken once",
    )


def _import_gap(scale: Scale, folder: Path) -> Outcome:
    count = scale.of(50_000, 1_000)
    file = _case_file(folder, CITY)
    _bundle_for(file, folder, count)
    gap = float(_run("import-gap", file, str(folder / "stick")))
    return Outcome(
        Comparison(Series((gap,)), Series((_ALLOWED_MS,))),
        f"a bundle of {count:,} people and {count:,} corrections, each an entry, read by the writing"
        f" thread, a list of people in view; the longest time between two ticks of {_TICK_MS} ms of the"
        " window's thread; offscreen; taken once",
    )


def _bundle_for(file: Path, folder: Path, count: int) -> None:
    """A county's people and corrections, on a stick for the city whose case file this is."""
    county = Office.create(folder / "county", COUNTY)
    with open_case_file(file, Passphrase(_SECRET)) as city:
        enrol(county.engine, city.engine, root=True)
    correct_people(county.engine, add_people(county.engine, count), ("phone",))
    (folder / "stick").mkdir()
    export(county.engine, None, folder / "stick")
    county.rest()


def _case_file(folder: Path, office: str) -> Path:
    file = folder / "案件库"
    casefile, _ = create_case_file(file, FirstFacts(office, "基准局", "甲", "45092301001"), _SECRET)
    casefile.close()
    return file


def _county(folder: Path, count: int) -> Path:
    """A case file with a raid and this many people, its passphrase as costly as the program's."""
    file = _case_file(folder, COUNTY)
    with open_case_file(file, Passphrase(_SECRET)) as casefile:
        desk = Desk(casefile)
        raid = record_raid(desk)
        if count:
            import_ledger(desk, reading(count), raid)
    return file


def _run(what: str, file: Path, *arguments: str) -> str:
    """Runs one of the measurements below in a process of its own; returns the last word it printed."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment |= {
        f"XDG_{name}_HOME": str(file.parent / name) for name in ("STATE", "CONFIG", "DATA", "CACHE")
    }
    command = [sys.executable, "-m", "benchmarks.window", what, str(file), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return done.stdout.split()[-1]


def _started(what: str, file: Path) -> float:
    """Milliseconds until the process has drawn its first picture."""
    begun = time.time()
    return (float(_run(what, file)) - begun) * 1000


# what the processes do


def _draw_ours(file: Path) -> None:
    from desktop.ui.application import make_application
    from desktop.ui.program import Program

    app = make_application()
    program = Program(app, lambda *_: (file, ""))
    shell = program.open(open_case_file(file, Passphrase(_SECRET)))
    shell.grab()
    sys.stdout.write(f"{time.time()}\n")
    program.end()


def _draw_empty() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.show()
    window.grab()
    sys.stdout.write(f"{time.time()}\n")
    app.quit()


def _gap_while_recording(file: Path, count: int) -> None:
    ledger = reading(count)

    def record(desk: Desk) -> None:
        (raid,) = desk.show("raid")
        import_ledger(desk, ledger, raid["id"])

    _longest_gap(
        file, lambda doorway, owner, done: doorway.write(owner, record, lambda _: done(0), lambda _: done(1))
    )


def _gap_while_reading(file: Path, stick: Path) -> None:
    from desktop.ui.exchange_jobs import Trip, run_trip

    work = run_trip(Trip("read", stick), "zh")

    def read(doorway: Doorway, owner: QObject, done: Callable[[int], None]) -> None:
        doorway.long_write(owner, work, lambda trip: done(int(not trip.applied)), lambda _: done(1))

    _longest_gap(file, read)


def _longest_gap(file: Path, begin: Callable[[Doorway, QObject, Callable[[int], None]], None]) -> None:
    """Prints the longest time without a tick while the work that ``begin`` starts is under way."""
    from PySide6.QtCore import QTimer

    from desktop.ui.application import make_application
    from desktop.ui.program import Program
    from desktop.ui.windows import settle_memory

    app = make_application()
    program = Program(app, lambda *_: (file, ""))
    shell = program.open(open_case_file(file, Passphrase(_SECRET)))
    shell.turn_to("people")
    settle_memory()
    ticks: list[float] = []
    timer = QTimer(shell, interval=_TICK_MS)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    QTimer.singleShot(200, shell, lambda: begin(shell.doorway, shell, app.exit))
    if app.exec():
        raise RuntimeError("the work under way ended in a failure")
    gaps = [after - before for before, after in pairwise(ticks)]
    sys.stdout.write(f"{max(gaps) * 1000}\n")
    program.end()


BENCHES = (
    Bench("start", "start to the first window", "an empty PySide6 window", "ms", Target(), _start),
    Bench(
        "gap",
        "longest time without a frame while people are recorded",
        "100 ms allowed",
        "ms",
        Target(1, 0.5, most=True),
        _gap,
    ),
    Bench(
        "import-gap",
        "longest time without a frame while a bundle is read",
        "100 ms allowed",
        "ms",
        Target(1, 0.5, most=True),
        _import_gap,
    ),
)


def _main(what: str, file: str, argument: str = "") -> None:
    if what == "ours":
        _draw_ours(Path(file))
    elif what == "empty":
        _draw_empty()
    elif what == "gap":
        _gap_while_recording(Path(file), int(argument))
    else:
        _gap_while_reading(Path(file), Path(argument))


if __name__ == "__main__":
    _main(*sys.argv[1:])
