"""Results as they are kept (``results.json``) and as they are read (a table, ``docs/benchmarks.md``).

Knows how figures are written, not how they come about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from benchmarks.base import Bench, Outcome
from benchmarks.measure import Series, Target

RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
_TEMPLATE = Path(__file__).with_name("page.md")
_HEADINGS = ("row", "measured", "ours", "yardstick", "ratio", "reach", "aim", "result")


class Spread(msgspec.Struct, frozen=True):
    """A median with the smallest and the largest figure."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, series: Series) -> Spread:
        """The spread of a series, to five digits."""
        return cls(*(float(f"{figure:.5g}") for figure in (series.median, series.low, series.high)))

    def text(self) -> str:
        """``median (low to high)``, or the figure alone when there is only one."""
        if self.low == self.high:
            return figure(self.median)
        return f"{figure(self.median)} ({figure(self.low)} … {figure(self.high)})"


class Result(msgspec.Struct, frozen=True):
    """One row of the table. ``machine`` and ``day`` say where and when."""

    name: str
    measure: str
    against: str
    unit: str
    ours: Spread
    yardstick: Spread
    ratio: Spread
    reach: float | None
    aim: float | None
    most: bool
    conditions: str
    machine: str
    day: str

    @property
    def verdict(self) -> str:
        """Whether reach and aim are met."""
        return Target(self.reach, self.aim, self.most).verdict(self.ratio.median).value


def result(bench: Bench, outcome: Outcome, machine: str, day: str) -> Result:
    """What a benchmark gave, as it is kept."""
    return Result(
        name=bench.name,
        measure=bench.measure,
        against=bench.yardstick,
        unit=bench.unit,
        ours=Spread.of(outcome.compared.ours),
        yardstick=Spread.of(outcome.compared.yardstick),
        ratio=Spread.of(outcome.compared.ratios),
        reach=bench.target.reach,
        aim=bench.target.aim,
        most=bench.target.most,
        conditions=outcome.conditions,
        machine=machine,
        day=day,
    )


def figure(value: float) -> str:
    """A figure in three significant digits, thousands set apart."""
    if value >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"


def lines(results: Iterable[Result]) -> list[str]:
    """A Markdown table, a row a result."""
    rows = [_HEADINGS, tuple("---" for _ in _HEADINGS), *map(_cells, results)]
    return ["| " + " | ".join(row) + " |" for row in rows]


def _cells(found: Result) -> tuple[str, ...]:
    return (
        f"`{found.name}`",
        f"{found.measure} — against {found.against}",
        f"{found.ours.text()} {found.unit}",
        f"{found.yardstick.text()} {found.unit}",
        f"{found.ratio.text()} ×",
        _limit(found.reach, found.most),
        _limit(found.aim, found.most),
        found.verdict,
    )


def _limit(value: float | None, most: bool) -> str:
    return "" if value is None else f"{'≤' if most else '≥'} {figure(value)} ×"


def load(path: Path = RESULTS) -> dict[str, Result]:
    """The results kept so far, by name."""
    if not path.exists():
        return {}
    return {found.name: found for found in msgspec.json.decode(path.read_bytes(), type=list[Result])}


def keep(results: Mapping[str, Result], order: Sequence[str], path: Path = RESULTS) -> list[Result]:
    """Writes results in the order of the catalogue, those of rows that are gone left out."""
    kept = [results[name] for name in order if name in results]
    path.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")
    return kept


def page(results: Sequence[Result]) -> str:
    """``docs/benchmarks.md``."""
    conditions = [
        f"- `{found.name}` ({found.day}, {found.machine}): {found.conditions}." for found in results
    ]
    text = _TEMPLATE.read_text("utf-8")
    return text.replace("{table}", "\n".join(lines(results))).replace("{conditions}", "\n".join(conditions))
