"""The exchange of bundles as commands, windows and tests see it: writing here, reading there."""

from __future__ import annotations

from desktop.sync.bundles import STOPPED, Read
from desktop.sync.known import had_by_all, make_have
from desktop.sync.reading import import_each, import_folder
from desktop.sync.writing import Sent, export, export_each

__all__ = [
    "STOPPED",
    "Read",
    "Sent",
    "export",
    "export_each",
    "had_by_all",
    "import_each",
    "import_folder",
    "make_have",
]
