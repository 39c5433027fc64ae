"""``python -m benchmarks [NAME…]``: measures the program beside its yardsticks and prints the table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from benchmarks import conditions, report
from benchmarks.base import Scale, Skipped
from benchmarks.catalogue import catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the named benchmarks, or all. What is missed stands in the table; it is no failure of the run."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - catalogue().keys():
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    scale = Scale(options.repeat, options.quick, options.rows)
    found = list(_run(options.names or list(catalogue()), scale))
    print("\n".join(report.lines(found)))
    if options.write:
        kept = report.keep({**report.load(), **{one.name: one for one in found}}, list(catalogue()))
        report.PAGE.write_text(report.page(kept), "utf-8")
    return 0


def _run(names: Sequence[str], scale: Scale) -> Iterator[report.Result]:
    machine, day = conditions.machine(), f"{datetime.now().astimezone():%Y-%m-%d}"
    _say(machine, conditions.versions(), conditions.place(Path(tempfile.gettempdir())))
    for name in names:
        bench = catalogue()[name]
        with tempfile.TemporaryDirectory(prefix=f"liandong-bench-{name}-") as folder:
            try:
                outcome = bench.run(scale, Path(folder))
            except Skipped as reason:
                _say(f"{name}: skipped, {reason}")
                continue
        found = report.result(bench, outcome, machine, day)
        _say(f"{name}: {found.ratio.text()} ×, {found.verdict}; {found.conditions}")
        yield found


def _say(*texts: str) -> None:
    for text in texts:
        print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all, or of {', '.join(catalogue())}")
    parser.add_argument("--rows", type=int, help="the size of every benchmark (rows; kilobytes when sealing)")
    parser.add_argument("--repeat", type=int, default=5, help="pairs to take (5)")
    parser.add_argument("--quick", action="store_true", help="smaller sizes: minutes instead of an hour")
    parser.add_argument("--write", action="store_true", help="keep the results and write docs/benchmarks.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
