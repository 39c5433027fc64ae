"""Soak: a film of 2 GB over a stick, there and verified. ``python -m tests.sync.large [--mb 2048]``.

At most 64 MB of memory above the start, and a progress bar that moves through the hundredths and never stands
still for long. A small film goes the same way in ``make test``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.carrying import Carriage, carried_apart

MOST_MB = 64.0
LONGEST_S = 2.0


def complaints(found: Carriage, steps: int) -> list[str]:
    """What is not as it must be; ``steps`` of a hundred must have been shown at least."""
    return [
        words
        for wrong, words in (
            (found.written_mb > MOST_MB, f"writing took {found.written_mb:.0f} MB of memory"),
            (found.read_mb > MOST_MB, f"reading took {found.read_mb:.0f} MB of memory"),
            (found.steps < steps, f"the progress bar showed {found.steps} steps"),
            (found.longest > LONGEST_S, f"the progress bar stood still for {found.longest:.1f} s"),
        )
        if wrong
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Says what it took; 1 when something is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.sync.large", description=__doc__)
    parser.add_argument("--mb", type=int, default=2048, help="size of the film in MiB (2048)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="liandong-large-") as folder:
        found = carried_apart(Path(folder), options.mb << 20)
    wrong = complaints(found, steps=60)
    sys.stdout.write(f"{options.mb} MiB: {found}\n" + "".join(f"{words}\n" for words in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
