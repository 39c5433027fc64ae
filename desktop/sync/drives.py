"""Which sticks are plugged in, and letting one go. Asks the system; knows no case file, no bundle, no window.

A volume is looked at only when it seems to be a stick: a share that does not answer must delay nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]

_MOUNTED_BY_THE_DESKTOP = ("/media/", "/run/media/", "/Volumes/")
_SYS_BLOCK, _LABELS = Path("/sys/class/block"), Path("/dev/disk/by-label")
_EJECT_SECONDS = 60

Run = Callable[[Sequence[str]], bool]
"""Runs a command of the system; whether it went well."""


class Drive(NamedTuple):
    """One stick: where it is, what it is called, bytes free, whether it can only be read, its device."""

    root: str
    name: str
    free: int
    read_only: bool
    device: str = ""


def removable_drives() -> list[Drive]:
    """The sticks that are plugged in and ready, burnt discs too, by their place."""
    found = []
    for part in psutil.disk_partitions(all=False):
        if is_removable(part.mountpoint, part.device, part.opts):
            # An empty card reader, or a stick that was pulled a moment ago, does not answer.
            with suppress(OSError):
                free = shutil.disk_usage(part.mountpoint).free
                name = volume_name(part.mountpoint, part.device)
                read_only = "ro" in part.opts.split(",")
                found.append(Drive(part.mountpoint, name, free, read_only, part.device))
    return sorted(found)


def is_removable(root: str, device: str, options: str, sys_block: Path = _SYS_BLOCK) -> bool:
    """Whether a mounted volume seems to be a stick: the system says so, or mounted it where sticks go."""
    if {"removable", "cdrom"} & set(options.split(",")):
        # Of Windows: what ``GetDriveType`` says.
        return True
    if sys.platform == "win32":
        return False
    if root.startswith(_MOUNTED_BY_THE_DESKTOP):
        return True
    place = (sys_block / Path(device).name).resolve()
    return any(_says_removable(folder) for folder in (place, place.parent))


def _says_removable(folder: Path) -> bool:
    try:
        return (folder / "removable").read_text("ascii").strip() == "1"
    except (OSError, UnicodeDecodeError):
        return False


def volume_name(root: str, device: str, labels: Path = _LABELS) -> str:
    """What a volume is called: its label, else the name of the folder it is mounted at, else its place."""
    if sys.platform == "win32":
        return _windows_label(root) or root
    with suppress(OSError):
        for link in labels.iterdir():
            if link.resolve() == Path(device).resolve():
                return _unescaped(link.name)
    return Path(root).name or root


def _unescaped(name: str) -> str:
    """udev writes what is no plain character as ``\\x20``, byte by byte."""
    raw = name.encode("utf-8", "surrogateescape")
    parts = raw.split(b"\\x")
    out = parts[0]
    for part in parts[1:]:
        try:
            out += bytes.fromhex(part[:2].decode("ascii")) + part[2:]
        except ValueError:
            out += b"\\x" + part
    return out.decode("utf-8", "replace")


def _windows_label(root: str) -> str:
    import ctypes

    buffer = ctypes.create_unicode_buffer(261)
    asked = ctypes.windll.kernel32.GetVolumeInformationW  # type: ignore[attr-defined,unused-ignore]
    return buffer.value if asked(root, buffer, 261, None, None, None, None, 0) else ""


def let_go(drive: Drive, run: Run | None = None, mounted: Callable[[str], bool] = os.path.ismount) -> bool:
    """Lets the system finish all writing to a stick and unmount it; whether it may be pulled out now.

    Believes no command: only that nothing is mounted there any more. Raises nothing.
    """
    done = run or _runs
    for command in _commands(drive):
        done(command)
        if not mounted(drive.root):
            return True
    return False


def _commands(drive: Drive) -> list[list[str]]:
    if sys.platform == "win32":
        letter = drive.root[:2]
        script = (
            f"(New-Object -ComObject Shell.Application).Namespace(17).ParseName('{letter}')"
            ".InvokeVerb('Eject'); Start-Sleep -Seconds 3"
        )
        return [["powershell", "-NoProfile", "-NonInteractive", "-Command", script]]
    if sys.platform == "darwin":
        return [["diskutil", "eject", drive.root]]
    return [
        ["udisksctl", "unmount", "--no-user-interaction", "--block-device", drive.device],
        ["gio", "mount", "--unmount", drive.root],
        ["umount", drive.root],
    ]


def _runs(command: Sequence[str]) -> bool:
    program = shutil.which(command[0])
    if program is None:
        return False
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603 - a fixed program of the system, no shell
            [program, *command[1:]], capture_output=True, timeout=_EJECT_SECONDS, check=False
        )
        return done.returncode == 0
    return False
