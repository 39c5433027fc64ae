"""``python -m hub``."""

from __future__ import annotations

import sys

from hub.cli import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
