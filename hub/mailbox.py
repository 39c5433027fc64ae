"""Mailboxes: for each device a list of bundles under numbers that only rise.

A number is given by raising the device's counter, whose row stays locked until the transaction ends: the
next number cannot be seen, nor even given, before the smaller one is. So a reader never passes over a bundle
that is committed later, on PostgreSQL either.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from hub.database import insert_new, now_ms
from hub.tables import box, bundle, mail

MAX_GONE = 10_000
"""Bundles that went, in one page."""


class Item(NamedTuple):
    """One line of a mailbox. Sizes in bytes, times in milliseconds since 1970."""

    no: int
    name: str
    size: int
    sender: str
    at: int


class Gone(NamedTuple):
    """A bundle that was in the mailbox until its bytes went, because the device had noted it as read."""

    no: int
    name: str


class Page(NamedTuple):
    """Some items, whether more follow, how many bundles wait for the device in all, and what went."""

    items: list[Item]
    more: bool
    held: int
    gone: list[Gone]


def deliver(conn: Connection, name: str, sender: str, recipients: Sequence[str]) -> None:
    """Puts a bundle into mailboxes that have not had it. The bundle's row must be locked by the caller."""
    for one in without(conn, name, recipients):
        values = {"name": name, "sender": sender, "at": now_ms()}
        conn.execute(mail.insert().values(device=one, no=_next_number(conn, one), **values))


def without(conn: Connection, name: str, recipients: Sequence[str]) -> list[str]:
    """Those who were never given this bundle, ascending."""
    had = select(mail.c.device).where(mail.c.name == name, mail.c.device.in_(recipients))
    return sorted(set(recipients) - set(conn.execute(had).scalars()))


def has(conn: Connection, name: str, device: str) -> bool:
    """True when the bundle was put into the mailbox of this device."""
    found = select(mail.c.no).where(mail.c.name == name, mail.c.device == device)
    return conn.execute(found).first() is not None


def page(conn: Connection, device: str, after: int, limit: int) -> Page:
    """Bundles for a device with numbers above ``after`` whose bytes are here, ascending."""
    here = mail.join(bundle, (bundle.c.name == mail.c.name) & bundle.c.blob.is_not(None))
    rows = conn.execute(
        select(mail.c.no, mail.c.name, bundle.c.size, mail.c.sender, mail.c.at)
        .select_from(here)
        .where(mail.c.device == device, mail.c.no > after)
        .order_by(mail.c.no)
        .limit(limit + 1)
    ).all()
    held = conn.execute(
        select(func.count()).select_from(here).where(mail.c.device == device, mail.c.done_at.is_(None))
    ).scalar_one()
    more = len(rows) > limit
    gone = _gone(conn, device, after, rows[limit - 1][0] if more else None)
    return Page([Item(*row) for row in rows[:limit]], more, held, gone)


def _gone(conn: Connection, device: str, after: int, up_to: int | None) -> list[Gone]:
    """What is not here any more of the numbers above ``after``, ascending; of very much only the newest."""
    listed = mail.outerjoin(bundle, bundle.c.name == mail.c.name)
    query = select(mail.c.no, mail.c.name).select_from(listed)
    query = query.where(mail.c.device == device, mail.c.no > after, bundle.c.blob.is_(None))
    query = query if up_to is None else query.where(mail.c.no <= up_to)
    rows = conn.execute(query.order_by(mail.c.no.desc()).limit(MAX_GONE)).all()
    return [Gone(*row) for row in reversed(rows)]


def done(conn: Connection, device: str, up_to: int) -> int:
    """Notes that a device read everything up to a number; says how many were not noted before."""
    return conn.execute(
        mail.update()
        .where(mail.c.device == device, mail.c.no <= up_to, mail.c.done_at.is_(None))
        .values(done_at=now_ms())
    ).rowcount


def waits(conn: Connection, name: str, cut: Collection[str]) -> bool:
    """True while somebody who may still come for a bundle has not noted it as read."""
    waiting = (mail.c.name == name) & mail.c.done_at.is_(None) & mail.c.device.not_in(sorted(cut))
    return conn.execute(select(mail.c.no).where(waiting)).first() is not None


def withdraw(conn: Connection, name: str) -> bool:
    """Takes the lines of who never had it out, as its bytes go; True when there were any."""
    waiting = (mail.c.name == name) & mail.c.done_at.is_(None)
    return conn.execute(mail.delete().where(waiting)).rowcount > 0


def _next_number(conn: Connection, device: str) -> int:
    raised = (
        box.update().where(box.c.device == device).values(last_no=box.c.last_no + 1).returning(box.c.last_no)
    )
    number = conn.execute(raised).scalar_one_or_none()
    if number is None:
        insert_new(conn, box, device=device, last_no=0)
        number = conn.execute(raised).scalar_one()
    return int(number)
