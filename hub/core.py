"""A hub put together: its database, store, limits and who may knock. No HTTP.

Nothing here is more than a cache or a measure: any number of processes may run over the same database.
"""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import text

from hub import settings as hub_settings
from hub.auth import Door
from hub.bundles import Bundles
from hub.database import Database, need_word
from hub.meters import Meters
from hub.objects import ObjectStore, open_bucket
from hub.roster import Standings
from hub.settings import Settings
from hub.store import FolderStore, Store


class Hub:
    """One process of a hub."""

    def __init__(self, folder: Path) -> None:
        self.settings = hub_settings.load(folder)
        self.folder = folder
        self.database = open_database(folder, self.settings)
        with self.database.reading() as conn:
            self.network = need_word(conn, "network")
            self.secret = bytes.fromhex(need_word(conn, "secret"))
        self.store = open_store(folder, self.settings)
        self.standings = Standings(self.network)
        self.door = Door(self.database, self.standings)
        self.bundles = Bundles(self.database, self.store, self.settings.limits)
        self.meters = Meters(self.database)
        self._health: tuple[float, dict[str, str]] | None = None

    def health(self) -> dict[str, str]:
        """What works now: ``ok`` or ``failed`` for each part; looked at once in five seconds at most."""
        now = time.monotonic()
        if self._health is None or now - self._health[0] > 5:
            self._health = (now, {"database": self._try_database(), "store": self._try_store()})
        return self._health[1]

    def close(self) -> None:
        """Lets the database go."""
        self.database.close()

    def _try_database(self) -> str:
        try:
            with self.database.reading() as conn:
                conn.execute(text("SELECT 1"))
                need_word(conn, "network")
        except Exception:
            return "failed"
        return "ok"

    def _try_store(self) -> str:
        try:
            self.store.probe()
        except Exception:
            return "failed"
        return "ok"


def open_database(folder: Path, settings: Settings) -> Database:
    """The database that the settings name; by default a file in the folder."""
    return Database(settings.database or (folder / hub_settings.DATABASE_FILE))


def open_store(folder: Path, settings: Settings) -> Store:
    """The store that the settings name; by default a folder in the folder."""
    if settings.s3 is not None:
        return ObjectStore(open_bucket(settings.s3))
    return FolderStore(folder / hub_settings.BLOBS_FOLDER)
