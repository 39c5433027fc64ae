"""The case files that this user opened last: their paths and nothing else, in the user's settings folder."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec
import platformdirs

from desktop.casefile.files import make_folder, write_file

MOST = 8
_NAME = "recent.json"


def _place() -> Path:
    return platformdirs.user_config_path("liandong", appauthor=False) / _NAME


def recent_files() -> list[Path]:
    """The newest first; an unreadable list is an empty one."""
    with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        return [Path(text) for text in msgspec.json.decode(_place().read_bytes(), type=list[str])[:MOST]]
    return []


def remember_file(folder: Path) -> None:
    """Puts a case file in front. What cannot be kept is not worth a word."""
    folder = folder.absolute()
    _keep([folder, *(other for other in recent_files() if other != folder)][:MOST])


def forget_file(folder: Path) -> None:
    """Takes a case file off the list; the file itself is not touched."""
    _keep([other for other in recent_files() if other != folder.absolute()])


def _keep(folders: list[Path]) -> None:
    with contextlib.suppress(OSError, UnicodeEncodeError):
        make_folder(_place().parent)
        write_file(_place(), msgspec.json.encode([str(folder) for folder in folders]))
