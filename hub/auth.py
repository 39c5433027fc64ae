"""Who speaks: a device's signature over a nonce of the hub, the request line and the body. Keeps nothing."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from sqlalchemy import Connection, select

from desktop.wire.hashing import signing_text
from desktop.wire.signatures import verifies
from hub.bundles import Caller
from hub.database import Database, insert_new, now_ms
from hub.faults import Refusal, malformed
from hub.nonces import nonce_is_good
from hub.roster import Standings
from hub.tables import device

SEEN_EVERY_MS = 60_000
"""How exactly the hub notes when a device was last seen."""

_CLAIM = re.compile(
    r'Liandong device="([0-9a-f]{32})", nonce="([0-9a-f.]{1,64})", signature="([0-9a-f]{128})"'
)


class Claim(NamedTuple):
    """What an ``Authorization`` header says; nothing of it is proved yet."""

    device: str
    nonce: str
    signature: str


class Spoken(NamedTuple):
    """What a request signs: the method and the path with its query, as they came."""

    method: str
    target: str


def read_claim(header_untrusted: str | None, secret: bytes) -> Claim:
    """The claim, when its nonce is good. Raises ``Refusal``; costs one MAC, so it comes before the body."""
    found = _CLAIM.fullmatch(header_untrusted or "")
    if found is None:
        raise Refusal(401, "hub.unsigned")
    claim = Claim(found[1], found[2], found[3])
    if not nonce_is_good(secret, claim.nonce, now_ms()):
        raise Refusal(401, "hub.nonce")
    return claim


class Door:
    """Lets devices in that were granted and not cut."""

    def __init__(self, database: Database, standings: Standings) -> None:
        self._database = database
        self._standings = standings

    def enter(self, claim: Claim, spoken: Spoken, body: bytes) -> Caller:
        """The device that speaks. Raises ``Refusal``: stranger, cut, or a signature that is not its own."""
        with self._database.reading() as conn:
            standing = self._standings.now(conn)
            seen = conn.execute(select(device.c.seen_at).where(device.c.id == claim.device)).scalar()
        key = standing.keys.get(claim.device)
        if key is None:
            raise Refusal(403, "hub.stranger")
        if not verifies(key, claim.signature, self._text(claim, spoken, body)):
            raise Refusal(403, "hub.signature")
        if claim.device in standing.cut:
            raise Refusal(403, "hub.cut")
        now = now_ms()
        if seen is None or not 0 <= now - seen < SEEN_EVERY_MS:
            with self._database.writing(durable=False) as conn:
                _note_seen(conn, claim.device, now)
        office = standing.offices[claim.device]
        return Caller(claim.device, office, standing.colleagues(office))

    def _text(self, claim: Claim, spoken: Spoken, body: bytes) -> bytes:
        try:
            return signing_text(
                "hub",
                self._standings.network,
                claim.nonce,
                spoken.method,
                spoken.target,
                hashlib.sha256(body).hexdigest(),
            )
        except ValueError as error:
            raise malformed() from error


def _note_seen(conn: Connection, device_id: str, now: int) -> None:
    insert_new(conn, device, id=device_id, held_bytes=0, held_bundles=0)
    conn.execute(device.update().where(device.c.id == device_id).values(seen_at=now))
