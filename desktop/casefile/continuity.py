"""Is this still the same copy of the case file that this PC had open last? (exchange.md, "Forks, restores,
gaps")

A random token stands inside the database and in the user's state folder, outside the case folder; it
changes at every opening and closing. A restored, cloned or moved-back folder carries another token than the
state folder remembers for that place, and the caller then starts a new incarnation of its logs. A backup's
token is replaced, so that it never matches. The state folder also remembers which key slot opened last, to
try it first.

What lies outside the case folder names neither the folder nor a person. Knows no keys.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from pathlib import Path

import msgspec
import platformdirs
from sqlalchemy import Connection, Engine

from desktop.casefile.database import connect
from desktop.casefile.files import make_folder, write_file

TOKEN = "incarnation_token"  # noqa: S105 - the name of a row, not a secret
_TABLE = "CREATE TABLE casefile_meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID"
_WRITE = "INSERT INTO casefile_meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_READ = "SELECT value FROM casefile_meta WHERE key = ?"


class _Remembered(msgspec.Struct, frozen=True):
    tokens: list[bytes] = []
    slot: str | None = None


def create_meta(connection: Connection) -> None:
    """The one table that this package owns: facts about this copy, never shared with other PCs."""
    connection.exec_driver_sql(_TABLE)
    write_meta(connection, TOKEN, secrets.token_bytes(16))


def read_meta(connection: Connection, key: str) -> bytes | None:
    """A fact about this copy, or ``None``."""
    found = connection.exec_driver_sql(_READ, (key,)).scalar()
    return None if found is None else bytes(found)


def write_meta(connection: Connection, key: str, value: bytes) -> None:
    """Record a fact about this copy, in the caller's transaction."""
    connection.exec_driver_sql(_WRITE, (key, value))


def make_foreign(database: Path, key: bytes) -> None:
    """Give a copy a token that no state folder knows: whoever opens it starts a new incarnation."""
    with contextlib.closing(connect(database, key)) as connection:
        connection.execute(_WRITE, (TOKEN, secrets.token_bytes(16)))


class Continuity:
    """What this user's state folder remembers of the case file at one place."""

    def __init__(self, folder: Path, file_id: str, state: Path | None = None) -> None:
        """``state``: the program's state folder; by default the platform's."""
        self._state = (state or platformdirs.user_state_path("liandong", appauthor=False)) / "casefiles"
        place = f"liandong/1/place\n{file_id}\n{folder.resolve()}"
        self._path = self._state / hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()
        self._remembered = self._read()

    @property
    def last_slot(self) -> str | None:
        """The key slot that opened this file last."""
        return self._remembered.slot

    def recognises(self, token: bytes | None) -> bool:
        """Was a database with this token the one that this PC had open here last?"""
        return token is not None and token in self._remembered.tokens

    def remember(self, tokens: list[bytes], slot: str | None) -> None:
        """Raises ``OSError``."""
        self._remembered = _Remembered(tokens, slot)
        make_folder(self._state)
        write_file(self._path, msgspec.json.encode(self._remembered))

    def forget(self) -> None:
        """Whatever lies at this place now is another copy. Raises ``OSError``."""
        self._path.unlink(missing_ok=True)

    def renew(self, engine: Engine, slot: str | None) -> None:
        """Change the token inside and outside; a kill in between leaves one that is still recognised."""
        with engine.begin() as connection:
            old = read_meta(connection, TOKEN) or b""
            new = secrets.token_bytes(16)
            self.remember([old, new], slot)
            write_meta(connection, TOKEN, new)
        self.remember([new], slot)

    def _read(self) -> _Remembered:
        with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            return msgspec.json.decode(self._path.read_bytes(), type=_Remembered)
        return _Remembered()
