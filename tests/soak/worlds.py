"""Seeds of worlds one after the other, of their own length and of longer ones; a state file says how far."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.sync_simulation.running import length, run
from tests.sync_simulation.shrinking import shrink

LONG = {7: 45, 3: 80}
"""Of ten seeds, those with this last digit have so many steps."""


class Done(msgspec.Struct):
    """How far it is: the next seed, worlds run, seconds spent, and what failed, as it is run again."""

    next: int = 0
    worlds: int = 0
    seconds: float = 0
    failures: list[str] = []


def go_on(state: Path, most: int, seconds: float, say: Callable[[str], None]) -> int:
    """Runs at most so many worlds, no longer than ``seconds``; how many failed."""
    done = msgspec.json.decode(state.read_bytes(), type=Done) if state.exists() else Done()
    began, failed, spent = time.monotonic(), 0, done.seconds
    for number in range(most):
        if time.monotonic() - began > seconds:
            break
        failure = run(done.next, range(LONG.get(done.next % 10, length(done.next))))
        if failure is not None:
            failed += 1
            small = shrink(failure)
            again = f"--seeds {small.seed} --only {','.join(map(str, small.steps))}"
            done.failures.append(f"{again}: {small.why[:300]}")
            say(done.failures[-1])
        done.next, done.worlds = done.next + 1, done.worlds + 1
        done.seconds = spent + time.monotonic() - began
        state.write_bytes(msgspec.json.encode(done))
        if number % 100 == 99:
            say(f"{done.worlds} worlds so far, {len(done.failures)} failed, {done.seconds:.0f} s")
    say(f"{done.worlds} worlds in all, up to seed {done.next - 1}, {done.seconds:.0f} s")
    return failed
