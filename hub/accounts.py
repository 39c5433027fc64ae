"""What each device has under way at the hub, its uploads and bundles, row by row. Knows no rules.

Locks are taken in one order: the account of the sender, its upload, the bundle, the mailboxes.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from hub import mailbox
from hub.database import insert_new, now_ms
from hub.tables import bundle, device, sending, upload


class Account(NamedTuple):
    """Bytes and number of bundles that count for a sending device."""

    bytes: int
    bundles: int


class Upload(NamedTuple):
    """A bundle on its way from one device."""

    name: str
    device: str
    id: str
    size: int
    offset: int
    recipients: list[str]


class Held(NamedTuple):
    """A bundle that is or was here. ``blob`` is ``None`` when its bytes are gone."""

    name: str
    size: int
    sender: str
    blob: str | None


def account(conn: Connection, device_id: str) -> Account:
    """The account of a device, locked."""
    insert_new(conn, device, id=device_id, held_bytes=0, held_bundles=0)
    query = select(device.c.held_bytes, device.c.held_bundles).where(device.c.id == device_id)
    return Account(*conn.execute(query.with_for_update()).one())


def charge(conn: Connection, device_id: str, size: int, count: int) -> None:
    """Adds to an account, or takes from it."""
    changed = {"held_bytes": device.c.held_bytes + size, "held_bundles": device.c.held_bundles + count}
    conn.execute(device.update().where(device.c.id == device_id).values(**changed))


def bytes_of(conn: Connection, devices: Sequence[str]) -> int:
    """Bytes that count for all these devices together."""
    query = select(func.coalesce(func.sum(device.c.held_bytes), 0)).where(device.c.id.in_(devices))
    return int(conn.execute(query).scalar_one())


def open_uploads(conn: Connection, device_id: str) -> int:
    """How many bundles a device has begun to send."""
    query = select(func.count()).select_from(upload).where(upload.c.device == device_id)
    return conn.execute(query).scalar_one()


def begin(conn: Connection, name: str, device_id: str, size: int, recipients: Sequence[str]) -> None:
    """A new upload; it counts from now on."""
    conn.execute(
        upload.insert().values(
            name=name,
            device=device_id,
            id=secrets.token_hex(8),
            size=size,
            offset=0,
            recipients=json.dumps(sorted(recipients)),
            at=now_ms(),
        )
    )
    charge(conn, device_id, size, 1)


def find_upload(conn: Connection, name: str, device_id: str, *, lock: bool = False) -> Upload | None:
    """The upload of a bundle by a device."""
    query = select(
        upload.c.name, upload.c.device, upload.c.id, upload.c.size, upload.c.offset, upload.c.recipients
    ).where(upload.c.name == name, upload.c.device == device_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else Upload(*row[:5], json.loads(row[5]))


def add_recipients(conn: Connection, found: Upload, recipients: Sequence[str]) -> None:
    """The same bundle announced again: who is named now gets it as well."""
    everyone = json.dumps(sorted({*found.recipients, *recipients}))
    conn.execute(upload.update().where(upload.c.id == found.id).values(recipients=everyone, at=now_ms()))


def advance(conn: Connection, found: Upload, end: int) -> bool:
    """Notes a chunk, unless another one was noted meanwhile."""
    here = (upload.c.id == found.id) & (upload.c.offset == found.offset)
    return conn.execute(upload.update().where(here).values(offset=end, at=now_ms())).rowcount == 1


def forget(conn: Connection, found: Upload) -> None:
    """Ends an upload that did not become a bundle of this device; it counts no more."""
    conn.execute(upload.delete().where(upload.c.id == found.id))
    charge(conn, found.device, -found.size, -1)


def find_bundle(conn: Connection, name: str, *, lock: bool = False) -> Held | None:
    """A bundle that is or was here."""
    query = select(bundle.c.name, bundle.c.size, bundle.c.sender, bundle.c.blob).where(bundle.c.name == name)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else Held(*row)


def keep(conn: Connection, done: Upload, blob: str) -> bool:
    """An upload becomes the bundle, unless another device's already is. The row is locked either way."""
    values = {"size": done.size, "sender": done.device, "blob": blob, "stored_at": now_ms()}
    values |= {"gone_at": None, "unhanded": False}
    if not insert_new(conn, bundle, name=done.name, **values):
        held = find_bundle(conn, done.name, lock=True)
        if held is None or held.blob is not None:
            return False
        conn.execute(bundle.update().where(bundle.c.name == done.name).values(**values))
    conn.execute(upload.delete().where(upload.c.id == done.id))
    return True


def sent(conn: Connection, name: str, device_id: str) -> bool:
    """True when this device has sent the bundle."""
    query = select(sending.c.name).where(sending.c.name == name, sending.c.device == device_id)
    return conn.execute(query).first() is not None


def hand(conn: Connection, name: str, sender: str, recipients: Sequence[str]) -> None:
    """Notes who sent a bundle and puts it into the mailboxes. Its row must be locked."""
    insert_new(conn, sending, name=name, device=sender)
    mailbox.deliver(conn, name, sender, recipients)


def close(conn: Connection, held: Held) -> None:
    """The bytes go; who had them stays known, who did not may be sent them again. Locked by the caller."""
    unhanded = mailbox.withdraw(conn, held.name)
    gone = bundle.update().where(bundle.c.name == held.name)
    conn.execute(gone.values(blob=None, gone_at=now_ms(), unhanded=unhanded))
    charge(conn, held.sender, -held.size, -1)
