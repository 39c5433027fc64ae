"""A program of an earlier release as a process of its own: its commands, run one after the other.

One process serves all commands of a test: starting anew would cost more than the commands.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.commandline import SECRET
from tests.old_programs.make import unpacked

_DRIVER = """
import contextlib, io, json, sys
import desktop.cli
print(json.dumps(desktop.cli.__file__), flush=True)
for line in sys.stdin:
    words, given = json.loads(line)
    out, err = io.StringIO(), io.StringIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = desktop.cli.run(words)
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""


class Old:
    """Runs commands of an old program; ended by ``close``."""

    def __init__(self, version: str, base: Path) -> None:
        base.mkdir()
        self.program = unpacked(version, base)
        self._passphrase = base / "pass"
        self._passphrase.write_text(SECRET + "\n", "utf-8")
        homes = ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        self._environment = {
            **os.environ,
            **{name: str(base / name.lower()) for name in homes},
            "PYTHONPATH": str(base),
            "PYTHONIOENCODING": "utf-8",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", _DRIVER],
            cwd=base,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        loaded = Path(self._line())
        assert loaded.is_relative_to(base), f"{loaded} is not the old program"

    def alone(self, *words: str | Path) -> Any:
        """One command the way it is called by hand, ``python -m desktop …``; what it printed."""
        found = subprocess.run(
            [sys.executable, "-m", "desktop", *map(str, words), "--passphrase-file", str(self._passphrase)],
            cwd=self.program,
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert found.returncode == 0, found.stderr
        return json.loads(found.stdout)

    def run(self, *words: str | Path, json_in: Any = None, code: int = 0) -> Any:
        """One command, which must end with this exit code; what it printed, or said when it failed."""
        asked = [*map(str, words), "--passphrase-file", str(self._passphrase)]
        assert self._process.stdin is not None
        given = "" if json_in is None else json.dumps(json_in)
        self._process.stdin.write(json.dumps([asked, given]) + "\n")
        self._process.stdin.flush()
        ended, out, said = self._line()
        assert ended == code, f"{ended}: {said}"
        try:
            return said if code == 1 else json.loads(out)
        except json.JSONDecodeError:
            return out

    def close(self) -> None:
        """Ends the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(30)

    def _line(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())
