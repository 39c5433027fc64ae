"""The Chinese catalogue is complete and compiled from what the modules say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_catalogue_is_complete_and_fresh() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "installer" / "translations.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
