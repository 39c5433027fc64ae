"""What the figures depend on besides the program: processor, system, versions, where the files lie."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from sqlcipher3 import dbapi2

_PACKAGES = ("SQLAlchemy", "msgspec", "pyrage", "zstandard", "cryptography", "reportlab")


def machine() -> str:
    """Cores, processor and Python, in one line."""
    return f"{os.cpu_count()} cores {_processor()}, Python {platform.python_version()}"


def versions() -> str:
    """The libraries that the figures depend on."""
    connection = dbapi2.connect(":memory:")
    cipher = connection.execute("PRAGMA cipher_version").fetchone()[0]
    connection.close()
    parts = [
        f"SQLCipher {cipher} (SQLite {dbapi2.sqlite_version})",
        f"Python's SQLite {sqlite3.sqlite_version}",
    ]
    return ", ".join([*parts, *(f"{name} {version(name)}" for name in _PACKAGES)])


def place(folder: Path) -> str:
    """The file system below ``folder``, and how much memory there is."""
    mounts = [part for part in psutil.disk_partitions(all=True) if folder.is_relative_to(part.mountpoint)]
    kind = max(mounts, key=lambda part: len(part.mountpoint)).fstype if mounts else "unknown"
    memory = psutil.virtual_memory().total / 1e9
    return f"files on {kind}, {memory:.0f} GB of memory, load {os.getloadavg()[0]:.1f}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
