"""What others told of and never arrived here: entries in their have-lists and in the manifests of bundles.

What is told is checked for who signed it, not for truth: a PC may announce what does not exist. Nothing here
ever gives up, and nothing waits for it. Knows the log and this file's own facts.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.changes.outline import Segment
from desktop.changes.pen import get_setting, put_setting
from desktop.wire import canonical
from desktop.wire.canonical import MAX_INTEGER
from desktop.wire.hashing import is_hash

MOST = 1000


class Announced(msgspec.Struct, frozen=True):
    """Entries that others told of: up to number ``last`` of a log, and how many of them are not here.

    ``by`` is the PC that told, ``told_at`` when (ms since 1970: of a have-list by the clock of that PC, of a
    manifest when it came here). ``device`` is the author, ``None`` while the log is not here at all.
    """

    log: str
    last: int
    missing: int
    by: str
    told_at: int | None
    device: str | None = None


class Fork(msgspec.Struct, frozen=True):
    """A log with several branches: a PC that was restored, cloned or copied. All of them count."""

    log: str
    device: str
    tips: list[str]


def note_announced(conn: Connection, manifest: dict[str, Any]) -> None:
    """Keeps what the manifest of a bundle says is inside, until it has come."""
    told = {item[0]: item for item in _noted(conn, manifest["group"])}
    now = time.time_ns() // 1_000_000
    for run in manifest["runs"][:MOST]:
        if not isinstance(run, list) or len(run) != 3 or not is_hash(run[0]) or type(run[2]) is not int:
            continue
        if 1 <= run[2] <= MAX_INTEGER and told.get(run[0], [None, 0])[1] < run[2]:
            told[run[0]] = [run[0], run[2], manifest["sender"][0], now]
    reached = _reached(conn, manifest["group"])
    left = [item for item in told.values() if reached.get(item[0], 0) < item[1]]
    newest = sorted(left, key=lambda item: (-item[3], item[0]))[:MOST]
    put_setting(conn, _key(manifest["group"]), canonical.encode(newest))


def announced(conn: Connection, group: str) -> list[Announced]:
    """What was told of a group and is not here, by log."""
    reached = _reached(conn, group)
    authors: dict[str, str] = dict(
        conn.exec_driver_sql("SELECT id, device FROM log WHERE grp = ?", (group,)).all()
    )
    found: dict[str, Announced] = {}

    def hear(log: str, last: int, missing: int, by: str, at: int | None) -> None:
        before = found.get(log)
        if before is None or before.missing < missing:
            found[log] = Announced(log, last, missing, by, at, authors.get(log))

    for log, last, by, at in _noted(conn, group):
        if reached.get(log, 0) < last:
            hear(log, last, last - reached.get(log, 0), by, at)
    for device, body in conn.exec_driver_sql(
        "SELECT device, body FROM have WHERE grp = ? AND body <> ''", (group,)
    ).all():
        have = canonical.decode(body.encode())
        at = have.get("time")
        for log, stretches in have["logs"].items():
            for _, last, tip in stretches:
                if not _is_here(conn, tip):
                    # Below what is here it is another branch, of which at least this entry lacks.
                    lacks = max(1, last - reached.get(log, 0))
                    hear(log, last, lacks, device, at if type(at) is int else None)
    return [found[log] for log in sorted(found)]


def forks(conn: Connection, own: Mapping[str, list[Segment]]) -> list[Fork]:
    """Logs of which two stretches hold the same number."""
    found = []
    for log, parts in sorted(own.items()):
        ordered = sorted(parts)
        overlap = any(one[1] >= two[0] for one, two in pairwise(ordered))
        if overlap:
            device = conn.exec_driver_sql("SELECT device FROM log WHERE id = ?", (log,)).scalar_one()
            found.append(Fork(log, str(device), sorted(tip for _, _, tip in parts)))
    return found


def _reached(conn: Connection, group: str) -> dict[str, int]:
    return dict(
        conn.exec_driver_sql(
            "SELECT l.id, max(e.n) FROM log l JOIN entry e ON e.log = l.no WHERE l.grp = ? GROUP BY l.no",
            (group,),
        ).all()
    )


def _is_here(conn: Connection, entry: str) -> bool:
    query = "SELECT 1 FROM entry WHERE id = ?"
    return conn.exec_driver_sql(query, (bytes.fromhex(entry),)).first() is not None


def _noted(conn: Connection, group: str) -> list[list[Any]]:
    found: list[list[Any]] = canonical.decode(get_setting(conn, _key(group)) or b"[]")
    return found


def _key(group: str) -> str:
    return f"told:{group}"
