"""Every part of the soak in a few seconds, and that each can find something."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import Random
from types import ModuleType
from unittest import mock

import pytest

from desktop.sync import bundles
from desktop.sync.bundles import BundleReader
from tests.hub import load
from tests.soak import damage, fuzz, kills, worlds
from tests.soak.__main__ import main as soak
from tests.soak.target import Target
from tests.sync import large


def test_worlds_go_on_where_they_stopped(tmp_path: Path) -> None:
    state, said = tmp_path / "soak.json", []
    assert worlds.go_on(state, 1, 60, said.append) == 0
    assert worlds.go_on(state, 1, 60, said.append) == 0
    assert said[-1].startswith("2 worlds in all, up to seed 1")


def test_a_failing_world_stands_in_the_state_file(tmp_path: Path) -> None:
    state = tmp_path / "soak.json"
    with mock.patch.object(bundles, "keep_have", side_effect=ZeroDivisionError):
        assert worlds.go_on(state, 1, 60, lambda _: None) == 1
    assert "--seeds 0 --only" in state.read_text("utf-8")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a killed child is a fork")
def test_some_kills_do_no_harm() -> None:
    assert kills.loop(3, lambda _: None) == 0


def test_some_damage_is_noticed_every_time() -> None:
    assert damage.every_byte_and_bit(1777, lambda _: None) == 0


def test_a_reader_that_takes_damage_for_the_end_is_found() -> None:
    genuine = BundleReader.read

    def credulous(self: BundleReader, *rest: object) -> None:
        genuine(self, *rest)  # type: ignore[arg-type]
        self.report.outcome = "read"

    with mock.patch.object(BundleReader, "read", credulous):
        assert damage.every_byte_and_bit(5003, lambda _: None) > 0


def test_altered_bundles_do_no_harm(tmp_path: Path) -> None:
    fuzzer = fuzz.Fuzzer(Target(tmp_path))
    outcomes = {fuzzer.one(Random(f"test {seed}"), measured=seed == 0) for seed in range(60)}
    assert "read" in outcomes
    assert len(outcomes) > 3


def test_a_reader_that_lets_errors_through_is_found(tmp_path: Path) -> None:
    fuzzer = fuzz.Fuzzer(Target(tmp_path))

    def read_some() -> None:
        for seed in range(20):
            fuzzer.one(Random(f"test {seed}"), measured=False)

    with mock.patch.object(bundles, "parse_manifest", side_effect=KeyError), pytest.raises(KeyError):
        read_some()


@pytest.mark.parametrize(
    ("asked", "whose"),
    [(["--only", "large", "--mb", "7"], large), (["--only", "hub", "--devices", "3"], load)],
)
def test_long_carriage_and_the_hub_s_load_are_parts(asked: list[str], whose: ModuleType) -> None:
    for found in (0, 1):
        with (
            mock.patch.object(sys, "argv", ["soak", *asked]),
            mock.patch.object(whose, "main", return_value=found) as ran,
        ):
            assert soak() == found
        (given,) = ran.call_args.args
        assert given[1] == asked[-1]
