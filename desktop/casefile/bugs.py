"""Reports of bugs: the places in the code, never the values, so that a report can be handed over by stick."""

from __future__ import annotations

import hashlib
import traceback
from pathlib import Path

import platformdirs

from desktop.casefile.files import write_file


def save_bug_report(error: BaseException) -> Path:
    """Saves what kind of error it was and where in the code; returns the file.

    The same bug writes the same file again. Raises ``OSError`` when the state folder cannot be written.
    """
    places = [
        f"{frame.filename.replace(chr(92), '/').rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    text = "\n".join([type(error).__name__, *places]) + "\n"
    folder = Path(platformdirs.user_state_path("liandong")) / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"report-{hashlib.sha256(text.encode()).hexdigest()[:8]}.txt"
    write_file(path, text.encode())
    return path
