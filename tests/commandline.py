"""The command line in tests: one command at a time, in this process; the fixture is in ``conftest.py``."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import run

SECRET = "practice passphrase 2020"
RAID = {"title": "练习行动", "place": "练习大厦", "started_at": "2020-06-07T09:20+08:00"}


class Liandong:
    """Runs one command; gives exit code, the JSON (or text) it printed, and what it said."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._patch = monkeypatch
        self._capsys = capsys
        self.passphrase = folder / "pass"
        self.passphrase.write_text(SECRET + "\n", "utf-8")
        for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            monkeypatch.setenv(name, str(folder / name.lower()))

    def __call__(
        self, *arguments: str | Path, json_in: Any = None, stdin: bytes | None = None, unlock: bool = True
    ) -> tuple[int, Any, str]:
        """``json_in`` and ``stdin`` come by standard input; ``unlock`` gives the passphrase file."""
        words = [str(item) for item in arguments]
        if unlock:
            words += ["--passphrase-file", str(self.passphrase)]
        if json_in is not None:
            stdin = (
                json_in if isinstance(json_in, bytes) else json.dumps(json_in, ensure_ascii=False).encode()
            )
        if stdin is not None:
            self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        self._capsys.readouterr()
        code = run(words)
        out, said = self._capsys.readouterr()
        try:
            return code, json.loads(out), said
        except json.JSONDecodeError:
            return code, out, said


def new_file(liandong: Liandong, folder: Path, office: str = "450923") -> dict[str, Any]:
    """A new case file with its first officer 陈珍; what the command printed."""
    words = {"--office": office, "--name": "练习局", "--officer": "陈珍", "--credential": "45092301001"}
    options = [item for pair in words.items() for item in pair]
    code, made, said = liandong("new", folder, *options, "--recovery-out", folder.with_suffix(".pdf"))
    assert code == 0, said
    return dict(made)


def enrol(liandong: Liandong, tmp: Path, city: Path, pc: Path) -> None:
    """Enrols a PC at the city; the answer stays in ``tmp``."""
    assert liandong("enrol", "request", pc, "-o", tmp / "r")[0] == 0
    assert liandong("enrol", "grant", city, tmp / "r", "-o", tmp / "g")[0] == 0
    assert liandong("enrol", "accept", pc, tmp / "g")[0] == 0
