"""What a benchmark is: a name, what it is held against, and a function that takes both sides' figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import Comparison, Target


class Scale(NamedTuple):
    """How large and how often. ``rows`` replaces every benchmark's own size."""

    repeat: int = 5
    quick: bool = False
    rows: int | None = None

    def of(self, full: int, quick: int) -> int:
        """The size of one benchmark."""
        if self.rows is not None:
            return self.rows
        return quick if self.quick else full


class Outcome(NamedTuple):
    """What was taken, and under which conditions, as short words beside the figure."""

    compared: Comparison
    conditions: str


class Skipped(Exception):  # noqa: N818 - not a fault: something to measure against is not on this machine
    """Says in one sentence why a benchmark could not run here."""


class Bench(NamedTuple):
    """One row of the table. ``run`` gets a folder of its own, which is removed afterwards."""

    name: str
    measure: str
    yardstick: str
    unit: str
    target: Target
    run: Callable[[Scale, Path], Outcome]
