"""Measuring two things side by side: figures taken in turns, medians, spreads, targets.

Knows numbers only: not what is measured, and not how it is printed.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

Take = Callable[[], float]
"""Does the work once, from its own fresh start, and returns one figure."""


class Series(NamedTuple):
    """The figures of one side, in the order they were taken."""

    figures: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle figure."""
        return statistics.median(self.figures)

    @property
    def low(self) -> float:
        """The smallest figure."""
        return min(self.figures)

    @property
    def high(self) -> float:
        """The largest figure."""
        return max(self.figures)


class Comparison(NamedTuple):
    """Ours and the yardstick, taken in turns in one run."""

    ours: Series
    yardstick: Series

    @property
    def ratios(self) -> Series:
        """Ours divided by the yardstick, pair by pair: both of a pair met the same weather on the machine."""
        pairs = zip(self.ours.figures, self.yardstick.figures, strict=True)
        return Series(tuple(one / other for one, other in pairs))


class Verdict(StrEnum):
    """How a ratio stands against its target."""

    AIM = "aim met"
    REACH = "reach met"
    MISSED = "missed"
    UNSET = "no target"


class Target(NamedTuple):
    """What a ratio is held against. ``reach`` is required, ``aim`` is wanted; ``most`` means: at most."""

    reach: float | None = None
    aim: float | None = None
    most: bool = False

    def verdict(self, ratio: float) -> Verdict:
        """How ``ratio`` stands."""
        if self.reach is None:
            return Verdict.UNSET
        if self.aim is not None and self._met(ratio, self.aim):
            return Verdict.AIM
        return Verdict.REACH if self._met(ratio, self.reach) else Verdict.MISSED

    def _met(self, ratio: float, limit: float) -> bool:
        return ratio <= limit if self.most else ratio >= limit


def in_turns(ours: Take, yardstick: Take, repeat: int) -> Comparison:
    """Takes ``repeat`` figures of each side in turns: ours, yardstick, ours, yardstick …"""
    own: list[float] = []
    other: list[float] = []
    for _ in range(repeat):
        for take, figures in ((ours, own), (yardstick, other)):
            gc.collect()
            figures.append(take())
    return Comparison(Series(tuple(own)), Series(tuple(other)))


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def percentile(figures: Sequence[float], share: float) -> float:
    """The smallest figure that at least ``share`` (0 to 1) of all figures do not exceed."""
    ordered = sorted(figures)
    place = -(-len(ordered) * share // 1) - 1
    return ordered[max(0, int(place))]
