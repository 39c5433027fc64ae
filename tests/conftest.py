"""What all tests share."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commandline import Liandong

pytest_plugins = ["tests.guards", "pytester"]


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB, which can be filled or made read-only."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    if os.name == "nt" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can only be mounted by root on Linux")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def liandong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Liandong:
    """The command line, with a state folder of its own."""
    return Liandong(tmp_path, monkeypatch, capsys)
