"""The window: from the start of the process to its first picture, and whether it moves while much is written.

Each figure is taken in a process of its own, which is this module run by name; offscreen, so that no screen
and no driver has a say.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.base import Bench, Outcome, Scale
from benchmarks.desks import COUNTY, record_raid
from benchmarks.ledger import reading
from benchmarks.measure import Comparison, Series, Target, in_turns
from desktop.casefile.unlocking import Passphrase
from desktop.casework.desk import Desk
from desktop.casework.importing import import_ledger
from desktop.casework.setting_up import FirstFacts, create_case_file, open_case_file

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


def _county(folder: Path, count: int) -> Path:
    """A case file with a raid and this many people, its passphrase as costly as the program's."""
    file = folder / "案件库"
    casefile, _ = create_case_file(file, FirstFacts(COUNTY, "基准局", "甲", "45092301001"), _SECRET)
    with casefile:
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


def _longest_gap(file: Path, count: int) -> None:
    from PySide6.QtCore import QTimer

    from desktop.ui.application import make_application
    from desktop.ui.program import Program
    from desktop.ui.windows import settle_memory

    app = make_application()
    program = Program(app, lambda *_: (file, ""))
    shell = program.open(open_case_file(file, Passphrase(_SECRET)))
    shell.turn_to("people")
    (raid,) = shell.doorway.desk.show("raid")
    ledger = reading(count)
    settle_memory()
    ticks: list[float] = []
    timer = QTimer(shell, interval=_TICK_MS)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    QTimer.singleShot(
        200,
        shell,
        lambda: shell.doorway.write(
            shell, lambda desk: import_ledger(desk, ledger, raid["id"]), lambda _: app.quit()
        ),
    )
    app.exec()
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
)


def _main(what: str, file: str, count: str = "0") -> None:
    if what == "ours":
        _draw_ours(Path(file))
    elif what == "empty":
        _draw_empty()
    else:
        _longest_gap(Path(file), int(count))


if __name__ == "__main__":
    _main(*sys.argv[1:])
