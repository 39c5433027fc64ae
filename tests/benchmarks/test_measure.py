"""Figures side by side: medians, spreads, ratios pair by pair, and what is called met."""

from __future__ import annotations

import pytest

from benchmarks.measure import Comparison, Series, Target, Verdict, in_turns, percentile, seconds


def test_the_sides_are_taken_in_turns_and_ratios_are_made_pair_by_pair() -> None:
    taken: list[str] = []
    ours, theirs = iter([2.0, 30.0, 4.0]), iter([1.0, 10.0, 8.0])

    def take(name: str, figure: float) -> float:
        taken.append(name)
        return figure

    found = in_turns(lambda: take("ours", next(ours)), lambda: take("yardstick", next(theirs)), 3)
    assert taken == ["ours", "yardstick"] * 3
    assert found.ratios.figures == (2.0, 3.0, 0.5)
    assert (found.ratios.median, found.ratios.low, found.ratios.high) == (2.0, 0.5, 3.0)
    # Not the ratio of the medians, which would compare a quiet minute with a busy one.
    assert found.ours.median / found.yardstick.median == 0.5


@pytest.mark.parametrize(
    ("target", "ratio", "verdict"),
    [
        (Target(0.35, 0.6), 0.34, Verdict.MISSED),
        (Target(0.35, 0.6), 0.35, Verdict.REACH),
        (Target(0.35, 0.6), 0.6, Verdict.AIM),
        (Target(10, 4, most=True), 10.1, Verdict.MISSED),
        (Target(10, 4, most=True), 10, Verdict.REACH),
        (Target(10, 4, most=True), 3.9, Verdict.AIM),
        (Target(0.8), 5, Verdict.REACH),
        (Target(), 0.001, Verdict.UNSET),
    ],
)
def test_a_ratio_is_held_against_reach_and_aim(target: Target, ratio: float, verdict: Verdict) -> None:
    assert target.verdict(ratio) is verdict


def test_the_95th_of_a_hundred_figures_is_the_95th_in_order() -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], 0.95) == 95
    assert percentile([7.0], 0.95) == 7
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2
    assert percentile([1.0, 2.0, 3.0], 0) == 1


def test_seconds_are_those_of_the_work() -> None:
    clock: list[int] = []
    assert 0 <= seconds(lambda: clock.append(1)) < 60
    assert clock == [1]
    assert Comparison(Series((1.0,)), Series((4.0,))).ratios.median == 0.25
