"""A film over a stick, in little memory and with a progress bar that moves; the long run is ``large.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.base import Skipped
from benchmarks.carrying import Carriage, carried_apart
from tests.sync.large import complaints


def test_a_film_of_several_parts_travels_in_little_memory(tmp_path: Path) -> None:
    try:
        found = carried_apart(tmp_path, 104 << 20)
    except Skipped as reason:
        pytest.skip(str(reason))
    assert complaints(found, steps=25) == []
    assert found.parts >= 3


def test_what_is_too_much_is_complained_of() -> None:
    assert len(complaints(Carriage(65, 65, 1, 1, 3, 3, 9), steps=25)) == 4
