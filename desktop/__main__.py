"""The composition root: a command, or the window on a case file."""

from __future__ import annotations

import sys
from pathlib import Path

from desktop.cli import Window, run
from desktop.practice.city import Tell, county_desk


def main() -> None:
    """Runs one command, or the window, and ends the process with its exit code."""
    sys.exit(run(sys.argv[1:], window=_window))


def _window() -> Window:
    """The window, loaded only when one is wanted: a command starts without Qt."""
    from desktop.ui.windows import Windows

    return Windows(_practice)


def _practice(into: Path, tell: Tell) -> tuple[Path, str]:
    return county_desk(into, run, tell)


if __name__ == "__main__":
    main()
