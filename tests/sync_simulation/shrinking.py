"""Makes a failing world smaller: fewer steps that still fail, by leaving out ever smaller pieces."""

from __future__ import annotations

from tests.sync_simulation.running import Failure, run


def shrink(failure: Failure) -> Failure:
    """The same seed with fewer steps, and still some failure."""
    size = max(1, len(failure.steps) // 2)
    while True:
        smaller = _without_a_piece(failure, size)
        if smaller is not None:
            failure = smaller
        elif size == 1:
            return failure
        else:
            size //= 2


def _without_a_piece(failure: Failure, size: int) -> Failure | None:
    for at in reversed(range(0, len(failure.steps), size)):
        rest = failure.steps[:at] + failure.steps[at + size :]
        found = run(failure.seed, rest)
        if found is not None:
            return found
    return None
