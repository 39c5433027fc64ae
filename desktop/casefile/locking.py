"""Who may write: the lock file, the marker of an unclean end, and folders on other computers.

The lock is the operating system's, so it ends with its process, kill -9 included; the text in the file only
says who holds it. The file stays when the lock goes: removing it would let two processes lock two files.
Readers need no lock. Knows no keys and no database.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import time
from pathlib import Path

import msgspec
import psutil  # type: ignore[import-untyped]

from desktop.casefile.files import write_file
from desktop.errors import UserError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_NAME = "lock"
MARKER_NAME = "open"
_LOCKED_BYTE = 1 << 30
_NETWORK = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "fuse.sshfs", "afpfs", "ncpfs", "davfs"}


class Holder(msgspec.Struct, frozen=True):
    """A process that has the case file open for writing."""

    host: str
    pid: int
    program: str
    since: float

    @staticmethod
    def here() -> Holder:
        name = Path(sys.argv[0] or "python").name
        program = "liandong" if name == "__main__.py" else name
        return Holder(platform.node(), os.getpid(), program, time.time())


class Marker(msgspec.Struct, frozen=True):
    """Written while the case file is open. ``wal``: committed data may stand only in ``case.db-wal``."""

    wal: bool
    holder: Holder


class FolderLock:
    """The right to write in one case file folder, held by this process until ``release``."""

    def __init__(self, folder: Path) -> None:
        """Take it. Raises ``UserError`` ``casefile.in_use`` naming the holder, or ``OSError``."""
        self.path = folder / LOCK_NAME
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._descriptor: int | None = os.open(self.path, flags, 0o600)
        try:
            taken = _try_lock(self._descriptor)
            if taken:
                self._say(msgspec.json.encode(Holder.here()))
        except BaseException:
            self._close()
            raise
        if not taken:
            self._close()
            raise _in_use(self.path)

    def release(self) -> None:
        """Give it back; harmless when repeated."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                self._say(b"")
            self._close()

    def _say(self, text: bytes) -> None:
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, text)

    def _close(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    """Lock without waiting. Windows locks bytes against reading too, so a byte far behind the text is
    taken.
    """
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _in_use(path: Path) -> UserError:
    holder = read_holder(path)
    if holder is None:
        return UserError("casefile.in_use_unknown")
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(holder.since))
    return UserError("casefile.in_use", host=holder.host, pid=holder.pid, program=holder.program, since=since)


def read_holder(path: Path) -> Holder | None:
    """What the lock file says, or ``None`` when it says nothing readable."""
    with contextlib.suppress(OSError, msgspec.DecodeError, OverflowError, UnicodeDecodeError):
        return msgspec.json.decode(path.read_bytes()[:4096], type=Holder)
    return None


def write_marker(folder: Path, *, wal: bool) -> None:
    """Say that the case file is open. Raises ``OSError``."""
    write_file(folder / MARKER_NAME, msgspec.json.encode(Marker(wal, Holder.here())))


def read_marker(folder: Path) -> Marker | None:
    """The marker; an unreadable one counts as an unclean end that promised nothing."""
    path = folder / MARKER_NAME
    try:
        data = path.read_bytes()[:4096]
    except FileNotFoundError:
        return None
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(data, type=Marker)
    return Marker(wal=False, holder=Holder("", 0, "", 0.0))


def clear_marker(folder: Path) -> None:
    """A clean end."""
    (folder / MARKER_NAME).unlink(missing_ok=True)


def refuse_network_folder(folder: Path) -> None:
    """WAL and locks are not to be trusted across computers. Raises ``UserError``
    ``casefile.network_folder``.
    """
    resolved = folder.resolve()
    if str(resolved).startswith(("\\\\", "//")):
        raise UserError("casefile.network_folder")
    mounts = {Path(part.mountpoint): part for part in psutil.disk_partitions(all=True)}
    mount = next((mounts[place] for place in (resolved, *resolved.parents) if place in mounts), None)
    if mount is not None and (mount.fstype.lower() in _NETWORK or "remote" in mount.opts.split(",")):
        raise UserError("casefile.network_folder")
