"""Which attachments this PC wants: small ones by themselves, larger ones when an officer asks for them.

The list of attachments comes with the entries; their bytes follow by need. Small enough is what one sets for
this case file; others learn it from the have-list (``fetch``). Knows the log and the attachments' store.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec
from sqlalchemy import Connection

from desktop.casefile import arriving
from desktop.casefile.blobs import BlobStore
from desktop.changes.pen import get_setting, put_setting
from desktop.errors import UserError
from desktop.wire import canonical
from desktop.wire.canonical import MAX_INTEGER
from desktop.wire.hashing import is_hash
from desktop.wire.ids import row_text
from desktop.wire.pieces import Range, missing_ranges

USUAL_LIMIT = 64 << 20
"""Bytes up to which an attachment is fetched by itself, unless the office says otherwise."""

MOST_ASKED = 5000
_LIMIT, _ASKED = "fetch_limit", "fetch_asked"

State = Literal["here", "arriving", "asked", "automatic", "not_asked"]


class Listed(msgspec.Struct, frozen=True):
    """An attachment that records name: ``size`` and ``held`` in bytes; where it stands.

    ``arriving``: some of it is here and the rest is asked for; ``asked``: somebody asked for it;
    ``automatic``: small enough to be asked for by itself.
    """

    id: str
    group: str
    name: str | None
    sha256: str
    size: int
    held: int
    state: State


def fetch_limit(conn: Connection) -> int:
    """Bytes up to which attachments are fetched by themselves."""
    found = get_setting(conn, _LIMIT)
    return USUAL_LIMIT if found is None else int(found)


def set_fetch_limit(conn: Connection, limit: int) -> None:
    """Sets that many bytes; 0: only what is asked for."""
    put_setting(conn, _LIMIT, str(min(max(limit, 0), MAX_INTEGER)).encode())


def asked_for(conn: Connection) -> set[str]:
    """Attachments that somebody asked for (SHA-256), here by now or not."""
    return set(canonical.decode(get_setting(conn, _ASKED) or b"[]"))


def ask_for(conn: Connection, names: Iterable[str]) -> None:
    """Asks for attachments, whatever their size. At most ``MOST_ASKED`` are remembered."""
    asked = sorted({*asked_for(conn), *(name for name in names if is_hash(name))})
    put_setting(conn, _ASKED, canonical.encode(asked[:MOST_ASKED]))


def forget_arrived(conn: Connection, blobs: BlobStore) -> None:
    """Forgets what was asked for and is here."""
    asked = asked_for(conn)
    left = sorted(name for name in asked if not blobs.has(name))
    if len(left) < len(asked):
        put_setting(conn, _ASKED, canonical.encode(left))


class Wanted(msgspec.Struct, frozen=True):
    """An attachment to ask for; ``ranges`` when some of it is here already."""

    sha256: str
    ranges: list[Range] | None


def wanted(conn: Connection, blobs: BlobStore, group: str) -> list[Wanted]:
    """What this PC asks for of a group, small ones first."""
    limit, asked = fetch_limit(conn), asked_for(conn)
    rows = conn.exec_driver_sql(
        "SELECT sha256, max(coalesce(size, 0)) FROM attachment WHERE grp = ? AND withdrawn <> 1"
        " AND sha256 IS NOT NULL GROUP BY sha256 ORDER BY 2, 1",
        (group,),
    )
    found = []
    for name, size in rows:
        if is_hash(name) and (size <= limit or name in asked) and not blobs.has(name):
            part = arriving.progress(blobs, name)
            found.append(Wanted(name, None if part is None else missing_ranges(part.size, part.held)))
    return found


def is_wanted(conn: Connection, name: str) -> bool:
    """Whether pieces of this attachment are kept: those of one that no record names yet are, too."""
    sizes = conn.exec_driver_sql(
        "SELECT coalesce(size, 0) FROM attachment WHERE sha256 = ? AND withdrawn <> 1", (name,)
    ).scalars()
    found = list(sizes)
    return not found or max(found) <= fetch_limit(conn) or name in asked_for(conn)


def listed(conn: Connection, blobs: BlobStore, *, missing: bool = False) -> list[Listed]:
    """All attachments that records name, largest first; with ``missing`` only those that are not here."""
    limit, asked = fetch_limit(conn), asked_for(conn)
    rows = conn.exec_driver_sql(
        "SELECT id, grp, name, sha256, size FROM attachment WHERE withdrawn <> 1 AND sha256 IS NOT NULL"
        " ORDER BY size DESC, id"
    )
    found = []
    for row, group, name, sha256, size in rows:
        if not is_hash(sha256):
            continue
        here = blobs.has(sha256)
        if missing and here:
            continue
        part = None if here else arriving.progress(blobs, sha256)
        state: State = "here" if here else "asked" if sha256 in asked else "not_asked"
        if state == "not_asked" and (size or 0) <= limit:
            state = "automatic"
        if part is not None and state != "not_asked":
            state = "arriving"
        held = (size or 0) if here else part.bytes if part else 0
        found.append(Listed(row_text(row), group, name, sha256, size or 0, held, state))
    return found


def change(
    conn: Connection,
    blobs: BlobStore,
    names: Iterable[str] = (),
    *,
    everything: bool = False,
    limit_mb: int | None = None,
) -> None:
    """Asks for these attachments, or for all that are not here, and sets the limit (MB of 2^20 bytes).

    Raises ``UserError`` ``exchange.no_such_attachment`` for a name that no record has.
    """
    missing = {one.sha256 for one in listed(conn, blobs, missing=True)}
    for name in names:
        if name not in missing and not (is_hash(name) and blobs.has(name)):
            raise UserError("exchange.no_such_attachment")
    ask_for(conn, missing if everything else missing & set(names))
    if limit_mb is not None:
        set_fetch_limit(conn, limit_mb << 20)
