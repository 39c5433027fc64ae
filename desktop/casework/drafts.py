"""Unsaved forms and grids: what was typed is kept at once, survives kill -9, and is never lost silently.

A draft lies at a place, the window's name for the form or grid (``act:raid.record``, ``grid:<raid id>``).
What a new draft may not replace is set aside there and stays in the list: somebody else's, one that cannot be
read, one of a newer program. Works from any thread. Knows the side file, not what a draft means.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.casefile.casefile import CaseFile
from desktop.casework import sidefile
from desktop.changes.journal import wall_ms
from desktop.errors import UserError

Json = Any
"""What JSON can say."""

FORMAT = 1
"""Of a draft's value; raised when older programs must not open what newer ones keep."""

MAX_BYTES = 64 << 20
_COLUMNS = "place, aside, officer, at, format, value"


class Draft(msgspec.Struct, frozen=True):
    """A kept draft. ``aside``: 0 for the one that the form at ``place`` is working on, else set aside."""

    place: str
    aside: int
    officer: str
    at: int
    value: Json = None
    fault: str | None = None
    """Why the value cannot be read, as a message code; the draft is kept all the same."""


class DraftStore:
    """The drafts of one case file, opened for writing."""

    def __init__(self, casefile: CaseFile, *, clock: Callable[[], int] = wall_ms) -> None:
        """Raises ``UserError`` ``casefile.opened_for_reading``."""
        if not casefile.writable:
            raise UserError("casefile.opened_for_reading")
        self._casefile = casefile
        self._clock = clock

    def keep(self, place: str, value: Json, officer: str) -> int:
        """Keeps what the form at ``place`` holds now; durable when this returns the time (ms).

        Raises ``UserError``: ``sidefile.…``, ``casefile.locked``, ``environment.…``.
        """
        data = _encode(value)
        now = self._clock()
        with sidefile.writing(self._casefile) as conn:
            found = _select(conn, place, 0)
            if found is not None and (found.fault or found.officer != officer):
                _set_aside(conn, place)
            conn.exec_driver_sql(
                f"INSERT OR REPLACE INTO draft ({_COLUMNS}) VALUES (?, 0, ?, ?, ?, ?)",  # noqa: S608
                (place, officer, now, FORMAT, data),
            )
        return now

    def load(self, place: str, aside: int = 0) -> Draft | None:
        """The draft there, with its value or with why that cannot be read. Raises as ``keep`` does."""
        with sidefile.reading(self._casefile) as conn:
            return None if conn is None else _select(conn, place, aside)

    def discard(self, place: str, aside: int = 0) -> None:
        """The form was saved, or the officer said so. Harmless without a draft. Raises as ``keep`` does."""
        with sidefile.writing(self._casefile) as conn:
            conn.exec_driver_sql("DELETE FROM draft WHERE place = ? AND aside = ?", (place, aside))

    def set_aside(self, place: str) -> None:
        """Begin anew at ``place``; the draft so far stays in the list. Raises as ``keep`` does."""
        with sidefile.writing(self._casefile) as conn:
            _set_aside(conn, place)

    def list(self) -> Sequence[Draft]:
        """Every draft, the newest first, without its value. Raises as ``keep`` does."""
        with sidefile.reading(self._casefile) as conn:
            if conn is None:
                return []
            keys = conn.exec_driver_sql("SELECT place, aside FROM draft ORDER BY at DESC, place, aside").all()
            found = [_select(conn, place, aside) for place, aside in keys]
        return [msgspec.structs.replace(draft, value=None) for draft in found if draft is not None]


def _set_aside(conn: Connection, place: str) -> None:
    conn.exec_driver_sql(
        "UPDATE draft SET aside = (SELECT max(aside) + 1 FROM draft WHERE place = ?)"
        " WHERE place = ? AND aside = 0",
        (place, place),
    )


def _select(conn: Connection, place: object, aside: object) -> Draft | None:
    row = conn.exec_driver_sql(
        "SELECT officer, at, format, CASE WHEN length(value) <= ? THEN value END FROM draft"
        " WHERE place = ? AND aside = ?",
        (MAX_BYTES, place, aside),
    ).one_or_none()
    return None if row is None else _draft(place, aside, *row)


def _draft(
    place: object, aside: object, officer: object, at: object, form: object, data_untrusted: object
) -> Draft:
    """A row as it is: SQLite holds any type in any column, and another program may have written it."""
    where = Draft(
        str(place),
        aside if isinstance(aside, int) else 0,
        officer if isinstance(officer, str) else "",
        at if isinstance(at, int) else 0,
    )
    if not isinstance(form, int) or form > FORMAT:
        return msgspec.structs.replace(where, fault="sidefile.draft_newer")
    try:
        if not isinstance(data_untrusted, bytes):
            raise TypeError
        value = json.loads(data_untrusted.decode("utf-8", "surrogatepass"))
        return msgspec.structs.replace(where, value=value)
    except (ValueError, TypeError, RecursionError):
        return msgspec.structs.replace(where, fault="sidefile.draft_unreadable")


def _encode(value: Json) -> bytes:
    """Half a surrogate pair, as a paste may bring one, is kept too: this text is never sent anywhere."""
    data = json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        raise UserError("sidefile.draft_too_large", most=MAX_BYTES >> 20)
    return data
