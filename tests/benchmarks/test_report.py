"""The table says what was measured, and the page is what the kept results say."""

from __future__ import annotations

from pathlib import Path

from benchmarks import report
from benchmarks.base import Bench, Outcome, Scale
from benchmarks.catalogue import catalogue
from benchmarks.measure import Comparison, Series, Target
from benchmarks.report import Result, figure, keep, lines, load, page, result


def _bench(name: str, target: Target) -> Bench:
    def run(scale: Scale, folder: Path) -> Outcome:
        raise AssertionError("reports run nothing")

    return Bench(name, "saving", "a bare commit", "ms", target, run)


def _result(name: str = "save", target: Target = Target(10, 4, most=True), ours: float = 6.0) -> Result:  # noqa: B008 - immutable
    compared = Comparison(Series((ours, ours + 2, ours + 1)), Series((1.0, 1.0, 1.0)))
    return result(_bench(name, target), Outcome(compared, "WAL"), "2 cores", "2026-11-24")


def test_a_row_shows_median_spread_limits_and_an_honest_verdict() -> None:
    (heading, _, row) = lines([_result()])
    assert heading.startswith("| row | measured | ours | yardstick | ratio")
    assert "| 7 (6 … 8) ms | 1 ms | 7 (6 … 8) × | ≤ 10 × | ≤ 4 × | reach met |" in row
    assert lines([_result(ours=20.0)])[2].endswith("| missed |")
    assert lines([_result(target=Target())])[2].endswith("|  |  | no target |")


def test_figures_have_three_digits_and_thousands_apart() -> None:
    assert [figure(value) for value in (0.012345, 1.5, 47, 999, 1234.5, 1_234_567)] == [
        "0.0123",
        "1.5",
        "47",
        "999",
        "1,230",
        "1,230,000",
    ]


def test_results_are_kept_in_the_order_of_the_catalogue_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert load(path) == {}
    rows = {name: _result(name) for name in ("b", "a", "gone")}
    kept = keep(rows, ["a", "b", "later"], path)
    assert [row.name for row in kept] == ["a", "b"]
    assert load(path) == {"a": rows["a"], "b": rows["b"]}


def test_the_page_in_the_documents_is_made_of_the_kept_results() -> None:
    kept = load()
    assert list(kept) == [name for name in catalogue() if name in kept]
    assert report.PAGE.read_text("utf-8") == page(list(kept.values()))
    assert {"save", "merge", "rebuild"} <= kept.keys()
