"""What the operator sees: offices, devices, what waits, storage, refusals. Reads only."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from hub.roster import Standing
from hub.tables import bundle, device, mail, refusal, upload


class DeviceRow(NamedTuple):
    """One PC. Times in milliseconds since 1970, sizes in bytes."""

    device: str
    office: str
    cut: bool
    seen_at: int | None
    waiting: int
    waiting_bytes: int
    oldest: int | None
    sent_bytes: int


class Totals(NamedTuple):
    """The whole hub."""

    bundles: int
    bytes: int
    waiting: int
    uploads: int
    upload_bytes: int


def totals(conn: Connection) -> Totals:
    """What is held now."""
    here = bundle.c.blob.is_not(None)
    size = func.coalesce(func.sum(bundle.c.size), 0)
    count, held = conn.execute(select(func.count(), size).where(here)).one()
    joined = mail.join(bundle, (bundle.c.name == mail.c.name) & here)
    waiting = conn.execute(
        select(func.count()).select_from(joined).where(mail.c.done_at.is_(None))
    ).scalar_one()
    uploads, arrived = conn.execute(
        select(func.count(), func.coalesce(func.sum(upload.c.offset), 0)).select_from(upload)
    ).one()
    return Totals(count, int(held), waiting, uploads, int(arrived))


def devices(conn: Connection, standing: Standing) -> list[DeviceRow]:
    """Every enrolled device, by office, and those that bundles wait for without being known here."""
    known = {
        row.id: row for row in conn.execute(select(device.c.id, device.c.seen_at, device.c.held_bytes)).all()
    }
    joined = mail.join(bundle, (bundle.c.name == mail.c.name) & bundle.c.blob.is_not(None))
    waiting = {
        row[0]: row[1:]
        for row in conn.execute(
            select(mail.c.device, func.count(), func.sum(bundle.c.size), func.min(mail.c.at))
            .select_from(joined)
            .where(mail.c.done_at.is_(None))
            .group_by(mail.c.device)
        ).all()
    }
    rows = []
    for one in standing.offices.keys() | waiting.keys():
        mine = known.get(one)
        count, size, oldest = waiting.get(one, (0, 0, None))
        rows.append(
            DeviceRow(
                one,
                standing.offices.get(one, ""),
                one in standing.cut,
                None if mine is None else mine.seen_at,
                count,
                int(size),
                oldest,
                0 if mine is None else int(mine.held_bytes),
            )
        )
    return sorted(rows, key=lambda row: (row.office, row.device))


def refusals(conn: Connection, days: int) -> list[tuple[str, str, int]]:
    """Counts of refused requests (day, code, count), the newest days first."""
    newest = sorted(conn.execute(select(refusal.c.day).distinct()).scalars())[-days:]
    rows = conn.execute(
        select(refusal.c.day, refusal.c.code, refusal.c.count).where(refusal.c.day.in_(newest))
    ).all()
    return sorted(((row[0], row[1], int(row[2])) for row in rows), key=lambda row: (row[0], row[2]))[::-1]
