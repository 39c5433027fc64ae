"""Leaves the program of a release, as far as its commands need it.

``python -m tests.old_programs.make 9ae62b3 0.1.0``: in the tests later programs exchange with it, as a
process of its own. Left out are the window, fonts, icons and translations: commands start without the window,
and the fonts of today serve for the recovery sheet. What is there is never made anew.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
_LEFT_OUT = ("desktop/ui/", "resources/fonts/", "resources/icons/", "resources/translations/")
_ALSO = ("LICENSE",)


def leave(commit: str, version: str) -> Path:
    """Writes the archive of a commit. Raises ``FileExistsError`` when one of that version is there."""
    target = HERE / f"desktop-{version}.tar.xz"
    if target.exists():
        raise FileExistsError(target)
    asked = ["git", "archive", commit, "desktop", "resources", *_ALSO]
    whole = subprocess.run(asked, cwd=PROJECT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(whole)) as old, tarfile.open(target, "w:xz", preset=9) as new:
        for member in old:
            if not f"{member.name}/".startswith(_LEFT_OUT):
                new.addfile(_plain(member), old.extractfile(member) if member.isfile() else None)
    return target


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing about the machine or the moment that made it."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    member.pax_headers = {}
    return member


def unpacked(version: str, into: Path) -> Path:
    """The program of a version, unpacked; its fonts are those of today."""
    with tarfile.open(HERE / f"desktop-{version}.tar.xz") as archive:
        archive.extractall(into, filter="data")
    (into / "resources" / "fonts").symlink_to(PROJECT / "resources" / "fonts")
    return into


if __name__ == "__main__":
    sys.stdout.write(f"{leave(*sys.argv[1:3])}\n")
