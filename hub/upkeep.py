"""What goes, and when: bundles that all have, old ones, broken-off uploads, bytes that belong to nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from hub import accounts, mailbox
from hub.core import Hub
from hub.database import now_ms
from hub.logs import say
from hub.roster import Standing
from hub.tables import bundle, mail, refusal, sending, upload, word

DAY_MS = 86_400_000
EVERY_MS = 3_600_000
"""How often a hub tidies up by itself, all its processes together."""

ORPHAN_S = 86_400.0
"""Bytes without a bundle are left alone for so long: theirs may be about to be noted."""

REFUSAL_DAYS = 90
_BATCH = 500
_HERE = bundle.c.blob.is_not(None)


class Tidied(NamedTuple):
    """How many of each went."""

    handed: int
    outlived: int
    uploads: int
    orphans: int
    forgotten: int


def tidy_if_due(hub: Hub) -> Tidied | None:
    """Tidies up if no process of this hub did in the last hour; ``None`` if it was not due."""
    now = now_ms()
    with hub.database.writing() as conn:
        last = conn.execute(select(word.c.value).where(word.c.key == "tidied").with_for_update()).scalar_one()
        # A clock that was set back does not stop it for ever.
        if 0 <= now - int(last) < EVERY_MS:
            return None
        conn.execute(word.update().where(word.c.key == "tidied").values(value=str(now)))
    return tidy(hub, now)


def tidy(hub: Hub, now: int | None = None) -> Tidied:
    """Tidies up now; each bundle in a transaction of its own."""
    now = now_ms() if now is None else now
    limits = hub.settings.limits
    with hub.database.reading() as conn:
        standing = hub.standings.now(conn)
        handed = list(_handed(conn, standing, now - DAY_MS))
        outlived = list(_names(conn, bundle.c.stored_at < now - limits.keep_days * DAY_MS))
        idle = conn.execute(
            select(upload.c.name, upload.c.device).where(upload.c.at < now - limits.upload_days * DAY_MS)
        ).all()
    done = Tidied(
        sum(_close(hub, name, standing) for name in handed),
        sum(_close(hub, name, None) for name in outlived),
        sum(_drop(hub, name, device) for name, device in idle),
        _orphans(hub),
        _forget(hub, now),
    )
    if any(done):
        say("tidied", **done._asdict())
    return done


class Checked(NamedTuple):
    """How many bundles were read, and how many of them are spoilt or lost."""

    bundles: int
    spoilt: int


def check(hub: Hub) -> Checked:
    """Reads every bundle; the bytes of what does not fit its hash are removed, and senders offer it again."""
    with hub.database.reading() as conn:
        rows = conn.execute(select(bundle.c.name, bundle.c.size, bundle.c.blob).where(_HERE)).all()
    spoilt = [name for name, size, blob in rows if not _is_sound(hub, name, int(size), blob)]
    return Checked(len(rows), sum(_close(hub, name, None) for name in spoilt))


def _is_sound(hub: Hub, name: str, size: int, blob: str) -> bool:
    hashed = hashlib.sha256()
    try:
        for piece in hub.store.read(blob, 0, size):
            hashed.update(piece)
    except FileNotFoundError:
        return False
    return hashed.hexdigest() == name


def _names(conn: Connection, condition: object) -> Iterator[str]:
    query = select(bundle.c.name).where(_HERE, condition)  # type: ignore[arg-type]
    yield from conn.execute(query).scalars()


def _handed(conn: Connection, standing: Standing, before: int) -> Iterator[str]:
    """Bundles that all have who can still come for them, the last of them a day ago."""
    here = mail.join(bundle, (bundle.c.name == mail.c.name) & _HERE)
    waited_for = set(
        conn.execute(
            select(mail.c.name)
            .select_from(here)
            .where(mail.c.done_at.is_(None), mail.c.device.not_in(sorted(standing.cut)))
            .distinct()
        ).scalars()
    )
    rows = conn.execute(
        select(bundle.c.name, func.max(func.coalesce(mail.c.done_at, bundle.c.stored_at)))
        .select_from(bundle.join(mail, mail.c.name == bundle.c.name))
        .where(_HERE)
        .group_by(bundle.c.name)
    ).all()
    for name, last in rows:
        if name not in waited_for and last < before:
            yield name


def _close(hub: Hub, name: str, standing: Standing | None) -> bool:
    """Lets the bytes of a bundle go; with a standing only while nobody waits for them."""
    with hub.database.reading() as conn:
        found = accounts.find_bundle(conn, name)
    if found is None:
        return False
    with hub.database.writing() as conn:
        accounts.account(conn, found.sender)
        held = accounts.find_bundle(conn, name, lock=True)
        if held is None or held.blob is None or held.blob != found.blob:
            return False
        if standing is not None and mailbox.waits(conn, name, standing.cut):
            return False
        accounts.close(conn, held)
    hub.store.remove(held.blob)
    return True


def _drop(hub: Hub, name: str, device: str) -> bool:
    with hub.database.writing() as conn:
        accounts.account(conn, device)
        found = accounts.find_upload(conn, name, device, lock=True)
        if found is None:
            return False
        accounts.forget(conn, found)
    hub.store.drop_upload(found.id)
    return True


def _orphans(hub: Hub) -> int:
    """Blobs and chunks that no row names, a day old: what a crash left between store and database."""
    old = [key for key, age in hub.store.blobs() if age > ORPHAN_S]
    parts = list(hub.store.uploads())
    with hub.database.reading() as conn:
        named = set(conn.execute(select(bundle.c.blob).where(_HERE)).scalars())
        going = set(conn.execute(select(upload.c.id)).scalars())
    removed = 0
    for key in old:
        if key not in named and key.rpartition("-")[2] not in going:
            hub.store.remove(key)
            removed += 1
    for part in parts:
        if part not in going:
            hub.store.drop_upload(part)
            removed += 1
    return removed


def _forget(hub: Hub, now: int) -> int:
    """Names of bundles that went long ago, and counts of refusals."""
    before = now - hub.settings.limits.keep_days * DAY_MS
    removed = 0
    while True:
        with hub.database.writing() as conn:
            old = select(bundle.c.name).where(bundle.c.gone_at < before).limit(_BATCH)
            names = conn.execute(old).scalars().all()
            for table in (mail, sending, bundle):
                conn.execute(table.delete().where(table.c.name.in_(names)))
        removed += len(names)
        if len(names) < _BATCH:
            break
    with hub.database.writing() as conn:
        days = sorted(conn.execute(select(refusal.c.day).distinct()).scalars())[:-REFUSAL_DAYS]
        conn.execute(refusal.delete().where(refusal.c.day.in_(days)))
    return removed
