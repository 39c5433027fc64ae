"""Every benchmark runs, at a tiny size, so that none rots between two measurements."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.base import Scale, Skipped
from benchmarks.catalogue import catalogue
from benchmarks.people import found_people, names, people


@pytest.mark.parametrize("name", list(catalogue()))
def test_a_benchmark_takes_both_figures(name: str, tmp_path: Path) -> None:
    try:
        outcome = catalogue()[name].run(Scale(repeat=1, rows=12), tmp_path)
    except Skipped as reason:
        pytest.skip(str(reason))
    assert outcome.compared.yardstick.low > 0
    assert outcome.compared.ours.low >= 0
    assert outcome.conditions


def test_the_command_runs_named_rows_and_refuses_unknown_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["list", "--rows", "3", "--repeat", "1"]) == 0
    out, err = capsys.readouterr()
    assert "| `list` | property list" in out
    assert "cores" in err
    with pytest.raises(SystemExit):
        main(["no-such-row"])


def test_people_are_invented_the_same_way_each_time_and_names_come_by_frequency() -> None:
    assert list(people(50)) == list(people(50))
    assert len(found_people(3)) == 3
    some = names(100_000)
    assert 5 <= some.count("张伟") <= 60
    assert sum(name.startswith("王") for name in some) > sum(name.startswith("段") for name in some)
