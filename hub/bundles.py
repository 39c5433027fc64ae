"""Bundles at the hub: announcing, receiving, reading. Knows transactions and the store, no HTTP.

Everything may be repeated, by the same device through another process too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from hub import accounts, mailbox
from hub.accounts import Held, Upload
from hub.database import Database
from hub.faults import Refusal, malformed, not_there, too_large
from hub.settings import Limits
from hub.store import Store, blob_key
from hub.tables import bundle, sending


class Caller(NamedTuple):
    """The device that speaks, its office, and all devices of that office."""

    device: str
    office: str
    colleagues: tuple[str, ...]


class Progress(NamedTuple):
    """How much of a bundle is here, and whether it is whole."""

    offset: int
    done: bool


class Bundles:
    """The bundles of one hub."""

    def __init__(self, database: Database, store: Store, limits: Limits) -> None:
        self._database = database
        self._store = store
        self._limits = limits

    def offer(self, caller: Caller, name: str, size: int, to: Iterable[str]) -> Progress:
        """Announces a bundle for some devices. Raises ``Refusal``: nobody, too large, quota, another size."""
        wanted = sorted(set(to) - {caller.device})
        if not wanted:
            raise malformed()
        if size > self._limits.bundle:
            raise too_large()
        with self._database.reading() as conn:
            known = accounts.find_bundle(conn, name) is not None
        # Only what is promised must outlive a power cut: an announcement is simply made again.
        found = self._announce(caller, name, size, wanted, durable=known)
        return found or self._announce(caller, name, size, wanted, durable=True) or Progress(0, False)

    def _announce(
        self, caller: Caller, name: str, size: int, wanted: list[str], *, durable: bool
    ) -> Progress | None:
        """``None`` when the bundle turns out to be here and the transaction is not durable."""
        with self._database.writing(durable=durable) as conn:
            accounts.account(conn, caller.device)
            mine = accounts.find_upload(conn, name, caller.device, lock=True)
            held = accounts.find_bundle(conn, name, lock=True)
            if held is not None and not durable:
                return None
            if held is not None and (held.blob is not None or not mailbox.without(conn, name, wanted)):
                if held.size != size:
                    raise Refusal(422, "hub.hash")
                accounts.hand(conn, name, caller.device, wanted)
                if mine is not None:
                    accounts.forget(conn, mine)
                progress, dropped = Progress(size, True), mine
            elif mine is not None and mine.size == size:
                accounts.add_recipients(conn, mine, wanted)
                progress, dropped = Progress(mine.offset, False), None
            else:
                if mine is not None:
                    accounts.forget(conn, mine)
                self._check_quota(conn, caller, size)
                accounts.begin(conn, name, caller.device, size, wanted)
                progress, dropped = Progress(0, False), mine
        if dropped is not None:
            self._store.drop_upload(dropped.id)
        return progress

    def receive(self, caller: Caller, name: str, offset: int, data: bytes) -> Progress:
        """Takes a chunk. Raises ``Refusal``: not announced, another offset, too much, wrong hash."""
        with self._database.reading() as conn:
            mine = accounts.find_upload(conn, name, caller.device)
            held = accounts.find_bundle(conn, name)
            if mine is None:
                return _already(conn, held, caller)
        if held is not None and held.blob is not None:
            return self._join(caller, name)
        if offset != mine.offset:
            raise Refusal(409, "hub.offset", {"offset": mine.offset})
        if not data:
            raise malformed()
        end = offset + len(data)
        if end > mine.size:
            raise too_large()
        if end == mine.size:
            return self._complete(caller, mine, data)
        self._store.write_chunk(mine.id, offset, data)
        with self._database.writing(durable=False) as conn:
            if not accounts.advance(conn, mine, end):
                now = accounts.find_upload(conn, name, caller.device)
                if now is None:
                    return _already(conn, accounts.find_bundle(conn, name), caller)
                raise Refusal(409, "hub.offset", {"offset": now.offset})
        return Progress(end, False)

    def find(self, caller: Caller, name: str) -> Held:
        """A bundle whose bytes are here, for who sent it or is to have it. Raises ``Refusal``."""
        with self._database.reading() as conn:
            held = accounts.find_bundle(conn, name)
            if held is None or held.blob is None:
                raise not_there()
            if not (accounts.sent(conn, name, caller.device) or mailbox.has(conn, name, caller.device)):
                raise not_there()
            return held

    def read(self, held: Held, start: int, end: int) -> Iterator[bytes]:
        """Its bytes [start, end) in pieces. Raises ``Refusal`` if they are lost: to be sent again."""
        try:
            return self._store.read(held.blob or "", start, end)
        except FileNotFoundError as error:
            with self._database.writing() as conn:
                accounts.account(conn, held.sender)
                now = accounts.find_bundle(conn, held.name, lock=True)
                if now is not None and now.blob == held.blob:
                    accounts.close(conn, now)
            raise not_there() from error

    def lacks(self, caller: Caller, names: Iterable[str]) -> list[str]:
        """Which of these the caller should offer again."""
        asked = sorted(set(names))
        mine = (sending.c.name == bundle.c.name) & (sending.c.device == caller.device)
        fine = (
            select(bundle.c.name)
            .join(sending, mine)
            .where(bundle.c.name.in_(asked), bundle.c.blob.is_not(None) | ~bundle.c.unhanded)
        )
        with self._database.reading() as conn:
            known = set(conn.execute(fine).scalars())
        return [name for name in asked if name not in known]

    def _complete(self, caller: Caller, mine: Upload, data: bytes) -> Progress:
        if not self._store.complete(mine.id, mine.name, mine.size, mine.offset, data):
            with self._database.writing() as conn:
                accounts.account(conn, caller.device)
                now = accounts.find_upload(conn, mine.name, caller.device, lock=True)
                if now is not None and now.id == mine.id:
                    accounts.forget(conn, now)
            self._store.drop_upload(mine.id)
            raise Refusal(422, "hub.hash")
        key = blob_key(mine.name, mine.id)
        with self._database.writing() as conn:
            accounts.account(conn, caller.device)
            now = accounts.find_upload(conn, mine.name, caller.device, lock=True)
            if now is None or now.id != mine.id:
                # Another process was told the same chunk and was faster: it kept what both of us stored.
                return _already(conn, accounts.find_bundle(conn, mine.name), caller)
            kept = accounts.keep(conn, now, key)
            if not kept:
                accounts.forget(conn, now)
            accounts.hand(conn, mine.name, caller.device, now.recipients)
        if not kept:
            self._store.remove(key)
        return Progress(mine.size, True)

    def _join(self, caller: Caller, name: str) -> Progress:
        """Another device's upload became the bundle first: no more bytes are needed of this one."""
        with self._database.writing() as conn:
            accounts.account(conn, caller.device)
            mine = accounts.find_upload(conn, name, caller.device, lock=True)
            held = accounts.find_bundle(conn, name, lock=True)
            if mine is None:
                return _already(conn, held, caller)
            if held is None or held.blob is None:
                raise Refusal(409, "hub.offset", {"offset": mine.offset})
            accounts.forget(conn, mine)
            accounts.hand(conn, name, caller.device, mine.recipients)
        self._store.drop_upload(mine.id)
        return Progress(held.size, True)

    def _check_quota(self, conn: Connection, caller: Caller, size: int) -> None:
        now, limits = accounts.account(conn, caller.device), self._limits
        if (
            accounts.open_uploads(conn, caller.device) >= limits.open_uploads
            or now.bundles >= limits.device_bundles
            or now.bytes + size > limits.device_bytes
            or accounts.bytes_of(conn, caller.colleagues) + size > limits.office_bytes
        ):
            raise Refusal(507, "hub.quota")


def _already(conn: Connection, held: Held | None, caller: Caller) -> Progress:
    """A chunk for which no upload is open: fine if the bundle is whole and this device has sent it."""
    if held is not None and accounts.sent(conn, held.name, caller.device):
        return Progress(held.size, True)
    raise Refusal(409, "hub.unannounced")
