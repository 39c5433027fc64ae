"""What is safe in a verified backup: told by a counter in the have-list, remembered by those who receive it.

``backup`` of a have-list is the counter of that PC's last one before its last verified backup began: whatever
that list told is in the backup. Others keep of each PC the newest list up to that counter, and a few later
ones until the counter reaches them. Knows the settings of a case file, no folder.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.changes.pen import get_setting, load_pen, put_setting

Have = dict[str, Any]
_NOTED = "backup_noted"
_MOST_LATER = 6


class Told(msgspec.Struct, frozen=True):
    """What a have-list told, by its counter."""

    counter: int
    logs: dict[str, list[tuple[int, int, str]]]
    blobs: list[str]


class Noted(msgspec.Struct, frozen=True):
    """The counters of this PC's have-lists, by group, when a backup began; of which incarnation."""

    incarnation: str
    counters: dict[str, int]


def counters_now(conn: Connection) -> Noted:
    """To be asked for before a backup begins; ``note_backup`` keeps it once the backup is verified."""
    rows = conn.exec_driver_sql("SELECT key, value FROM setting WHERE substr(key, 1, 5) = 'have:'")
    counters = {key[5:]: int(bytes(value)) for key, value in rows}
    return Noted(load_pen(conn).incarnation, counters)


def note_backup(conn: Connection, noted: Noted) -> None:
    """A verified backup holds what the have-lists up to these counters told."""
    put_setting(conn, _NOTED, msgspec.json.encode(noted))


def own_backup(conn: Connection, group: str, incarnation: str) -> int | None:
    """The ``backup`` of this PC's have-list; ``None`` when there is no backup of this incarnation."""
    found = get_setting(conn, _NOTED)
    if found is None:
        return None
    noted = msgspec.json.decode(found, type=Noted)
    return noted.counters.get(group) if noted.incarnation == incarnation else None


def remember(conn: Connection, have: Have) -> None:
    """Keeps what a checked have-list told, as far as it may be asked for."""
    reached = _reached(have)
    found = [one for one in _told(conn, have) if one.counter != have["counter"]]
    found.append(Told(have["counter"], have["logs"], have["blobs"]))
    found.sort(key=lambda one: one.counter)
    safe = [one for one in found if one.counter <= reached][-1:]
    later = [one for one in found if one.counter > reached]
    kept = safe + (later[:1] + later[1:][-(_MOST_LATER - 1) :])
    put_setting(conn, _key(have), msgspec.json.encode(kept))


def backed_up(conn: Connection, have: Have) -> Have | None:
    """What is in the last verified backup of the hand that signed this list, as a have-list; if known."""
    reached = _reached(have) if have else 0
    safe = [one for one in _told(conn, have) if one.counter <= reached] if reached else []
    if not safe:
        return None
    newest = max(safe, key=lambda one: one.counter)
    return {"logs": newest.logs, "blobs": newest.blobs}


def _reached(have: Have) -> int:
    told = have.get("backup")
    return told if type(told) is int else 0


def _told(conn: Connection, have: Have) -> list[Told]:
    found = get_setting(conn, _key(have))
    return [] if found is None else msgspec.json.decode(found, type=list[Told])


def _key(have: Have) -> str:
    return f"backed:{have['group']}:{have['device']}:{have['incarnation']}"
