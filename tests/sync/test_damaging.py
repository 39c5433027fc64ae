"""A bundle cut or with any one bit turned: the fault is named, and exactly what heads prove is here."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator

import pytest

from tests.sync.damaging import Trial, some

pytestmark = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("age", "openssl", "zstd", "tar")),
    reason="not installed: stock tools",
)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    made = Trial(tmp_path_factory.mktemp("damaging"))
    yield made
    made.close()


def test_the_bundle_gives_more_with_each_whole_chunk(trial: Trial) -> None:
    assert trial.chunks >= 3
    assert trial.steps[0] == 0
    assert sorted(trial.steps) == trial.steps
    assert [step for step in trial.steps if 0 < step < 200], trial.steps


def test_damage_anywhere_gives_exactly_the_entries_under_whole_heads_and_leaves_the_carrier(
    trial: Trial,
) -> None:
    faults = {
        damage: fault for damage in some(trial, 60, random.Random(11)) if (fault := trial.fault_of(damage))
    }
    assert faults == {}
    assert trial.undamaged() == "read"
