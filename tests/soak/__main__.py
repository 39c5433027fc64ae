"""``python -m tests.soak``: what takes too long for every run of the tests. Each part says what it did.

Parts: ``worlds`` (seeds that go on where the state file stopped), ``kills`` (SIGKILL at any moment of acts,
writing and reading), ``damage`` (a small bundle cut at every byte and with every bit flipped), ``fuzz`` (the
reader against bundles altered inside and sealed again), ``large`` (a film of 2 GB over a stick), ``hub`` (200
devices with 1,000 bundles, the hub killed and its database restarted meanwhile).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from tests.hub import load
from tests.soak import damage, fuzz, kills, worlds
from tests.sync import large

PARTS = ("worlds", "kills", "damage", "fuzz", "large", "hub")


def main() -> int:
    """Runs the parts asked for; 1 when any of them found something."""
    asked = _arguments()
    parts: dict[str, Callable[[], int]] = {
        "worlds": lambda: worlds.go_on(asked.state, asked.worlds, asked.minutes * 60, _say),
        "kills": lambda: kills.loop(asked.kills, _say),
        "damage": lambda: damage.every_byte_and_bit(asked.stride, _say),
        "fuzz": lambda: fuzz.alter(asked.fuzz_minutes * 60, asked.seed, _say),
        "large": lambda: large.main(["--mb", str(asked.mb)]),
        "hub": lambda: load.main(["--devices", str(asked.devices), "--bundles", str(5 * asked.devices)]),
    }
    found = 0
    for name in asked.only or PARTS:
        count = parts[name]()
        found += count
        _say(f"{name}: {'nothing found' if not count else f'{count} found'}")
    return 1 if found else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="these parts instead of all")
    parser.add_argument("--state", type=Path, default=Path("soak.json"), help="where worlds go on from")
    parser.add_argument("--worlds", type=int, default=2000, help="so many seeds at most")
    parser.add_argument("--minutes", type=float, default=60, help="worlds: no longer than this")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--stride", type=int, default=1, help="damage: each so many bytes")
    parser.add_argument("--fuzz-minutes", type=float, default=30, help="processor minutes")
    parser.add_argument("--seed", type=int, default=0, help="fuzz: where its chance begins")
    parser.add_argument("--mb", type=int, default=2048, help="large: size of the film in MiB")
    parser.add_argument("--devices", type=int, default=200, help="hub: so many, each with five bundles")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
