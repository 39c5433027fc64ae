"""``python -m tests.sync_simulation --seeds 0:200``: runs worlds, and says how to see a failure again."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import nullcontext

from tests.sync_simulation.running import Failure, length, run
from tests.sync_simulation.shrinking import shrink
from tests.sync_simulation.versions import three_versions


def main() -> int:
    """Runs the seeds asked for; 1 when any world failed."""
    asked = _arguments()
    with three_versions() if asked.versions else nullcontext():
        return _run(asked)


def _run(asked: argparse.Namespace) -> int:
    first, _, last = asked.seeds.partition(":")
    seeds = range(int(first), int(last)) if last else range(int(first), int(first) + 1)
    began, failures = time.monotonic(), 0
    for done, seed in enumerate(seeds, 1):
        failure = run(seed, _steps(asked, seed))
        if failure is not None:
            failures += 1
            _tell(shrink(failure) if asked.shrink else failure, " --versions" if asked.versions else "")
        if done % 100 == 0 or done == len(seeds):
            spent = time.monotonic() - began
            _say(f"{done} worlds, up to seed {seed}, {failures} failed, {spent:.0f} s")
    return 1 if failures else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.sync_simulation")
    parser.add_argument("--seeds", default="0:200", help="first:last (without the last), or one seed")
    parser.add_argument("--steps", type=int, help="so many steps in each world instead of its own number")
    parser.add_argument("--only", help="only these steps, as a failure prints them: 0,3,7")
    parser.add_argument("--versions", action="store_true", help="PCs of three versions, upgraded meanwhile")
    parser.add_argument("--no-shrink", dest="shrink", action="store_false", help="leave failures as they are")
    return parser.parse_args()


def _steps(asked: argparse.Namespace, seed: int) -> list[int]:
    if asked.only is not None:
        return [int(number) for number in asked.only.split(",") if number]
    return list(range(length(seed) if asked.steps is None else asked.steps))


def _tell(failure: Failure, more: str) -> None:
    only = ",".join(map(str, failure.steps))
    _say(f"seed {failure.seed}: {failure.why}", *(f"    {line}" for line in failure.log))
    _say(f"    again: .venv/bin/python -m tests.sync_simulation --seeds {failure.seed} --only {only}{more}")


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
