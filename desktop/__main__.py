"""The composition root: a command, or the window on a case file."""

from __future__ import annotations

import sys

from desktop.cli import run


def main() -> None:
    """Runs one command and ends the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
