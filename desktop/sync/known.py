"""What is known of other PCs and of bundles: have-lists, and which bundles were written or read to their end.

Knows the log and this file's own facts, no carrier.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from desktop.casefile.blobs import BlobStore
from desktop.changes.notes import remember
from desktop.changes.outline import Segment, groups, segments
from desktop.changes.pen import Pen, get_setting, put_setting
from desktop.sync.backed import own_backup
from desktop.sync.carried import Lying
from desktop.sync.fetching import fetch_limit
from desktop.sync.lists import Have, lists_of, store_have
from desktop.wire.hashing import is_hash
from desktop.wire.haves import part_of, sign_have
from desktop.wire.manifests import FORMAT


def groups_heard_of(conn: Connection) -> list[str]:
    """Groups that this file holds entries of or was told of by others, sorted.

    A PC brought back from before a group began must say that it has nothing of it, or it would get nothing.
    """
    told = conn.exec_driver_sql("SELECT DISTINCT grp FROM have").scalars()
    return sorted({*groups(conn), *told})


def make_have(conn: Connection, blobs: BlobStore | None, pen: Pen, group: str) -> dict[str, Any]:
    """This PC's have-list of a group, signed and numbered.

    ``backup`` tells which of its lists the last verified backup holds, if there is one; ``fetch`` up to how
    many bytes it wants attachments without asking, and that it knows of pieces.
    """
    key = f"have:{group}"
    counter = int(get_setting(conn, key) or b"0") + 1
    put_setting(conn, key, str(counter).encode())
    held = conn.exec_driver_sql(
        "SELECT DISTINCT sha256 FROM attachment WHERE grp = ? AND sha256 IS NOT NULL ORDER BY sha256",
        (group,),
    ).scalars()
    blob_key = f"have_blobs:{group}"
    named = [found for found in held if blobs is not None and is_hash(found) and blobs.has(found)]
    told, span = part_of(named, (get_setting(conn, blob_key) or b"").decode())
    if span is not None:
        put_setting(conn, blob_key, span[1].encode())
    value = {
        **({} if span is None else {"within": list(span)}),
        "v": FORMAT,
        "device": pen.device,
        "keys": [pen.signing.public, pen.age_recipient],
        "group": group,
        "incarnation": pen.incarnation,
        "counter": counter,
        "time": time.time_ns() // 1_000_000,
        # Two copies whose clocks stand still would else make equal lists, and never hear of each other.
        "salt": secrets.token_hex(8),
        "passes": ["later"],
        "logs": {log: [list(part) for part in parts] for log, parts in segments(conn, group).items()},
        "blobs": told,
        "fetch": fetch_limit(conn),
    }
    saved = own_backup(conn, group, pen.incarnation)
    if saved is not None:
        value["backup"] = saved
    made = sign_have(value, pen.signing)
    store_have(conn, made)
    return made


class Placed(NamedTuple):
    """What lies ready for a PC where nothing gets lost: segments of logs, and whole attachments.

    ``unread`` are attachments and pieces of which it has not spoken since: it does not get them again even if
    it asks for them.
    """

    logs: Mapping[str, list[Segment]]
    blobs: frozenset[str]
    unread: Lying = Lying(frozenset(), frozenset())


def had_by_all(
    conn: Connection,
    group: str,
    devices: set[str],
    own: Mapping[str, list[Segment]] | None = None,
    placed: Mapping[str, Placed] | None = None,
) -> dict[str, dict[str, int]]:
    """For each log the tip that every device, each copy of it, is known to hold with all before it.

    Where the newest have-lists leave a doubt (a gap, no list at all) everything is sent again: sticks are
    lossy and cheap. ``own`` are the segments of the group, when the caller has them already. What is
    ``placed`` for a device counts as if it had it.
    """
    own = segments(conn, group) if own is None else own
    return had_by(conn, lists_with(conn, group, devices, placed or {}), own)


def lists_with(
    conn: Connection, group: str, devices: Collection[str], placed: Mapping[str, Placed]
) -> list[Have]:
    """The have-lists of these devices, as they are once each has read what is ``placed`` for it."""
    found: list[Have] = []
    for device in sorted(devices):
        ready = placed.get(device)
        for have in lists_of(conn, group, [device]):
            found.append(have if ready is None else _with(have, ready))
    return found


def _with(have: Have, ready: Placed) -> Have:
    told = have.get("logs", {})
    logs = {log: [*told.get(log, []), *ready.logs.get(log, [])] for log in {*told, *ready.logs}}
    return {**have, "logs": logs, "blobs": sorted({*have.get("blobs", []), *ready.blobs})}


def had_by(
    conn: Connection, lists: Sequence[Have], own: Mapping[str, list[Segment]]
) -> dict[str, dict[str, int]]:
    """As ``had_by_all``, of have-lists that the caller has already."""
    had: dict[str, dict[str, int]] = {}
    for log, parts in own.items():
        common = _common_tips(
            parts, [_held_tips(conn, log, found.get("logs", {}).get(log, [])) for found in lists]
        )
        if common:
            had[log] = common
    return had


def _held_tips(conn: Connection, log: str, theirs: list[Segment]) -> dict[str, int]:
    """Tips down from which another PC has everything, as far as they are here too."""
    return {
        tip: last
        for first, last, tip in theirs
        if first == 1
        and conn.exec_driver_sql(
            "SELECT 1 FROM entry e JOIN log l ON l.no = e.log WHERE e.id = ? AND l.id = ? AND e.n = ?",
            (bytes.fromhex(tip), log, last),
        ).first()
    }


def _common_tips(parts: list[Segment], lists: list[dict[str, int]]) -> dict[str, int]:
    """What all of ``lists`` reach; of a forked log each branch, with "" while one is not reached."""
    if not all(lists):
        return {}
    if len(parts) == 1:
        last, tip = min(max((last, tip) for tip, last in tips.items()) for tips in lists)
        return {tip: last}
    common = {tip: last for tip, last in lists[0].items() if all(tip in tips for tips in lists)}
    return common if {tip for _, _, tip in parts} <= common.keys() else common | {"": 0}


def remember_bundle(conn: Connection, sha256: str, outcome: str) -> None:
    """Notes what became of a bundle, by the hash of its file."""
    remember(conn, "bundle", sha256, outcome, time.time_ns() // 1_000_000)
