"""Bulletins as they stand: to whom one may go, who has signed for it and who has not, what waits here.

Whose a row is, its id proves: a receipt that names another office than its author's counts for nobody.
Nothing of this is kept; it is read from the rows. Reads only.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from desktop.casework.parties import Parties
from desktop.changes.journal import Journal
from desktop.models.schema import by_kind
from desktop.wire.groups import city_group, city_of, is_city
from desktop.wire.ids import row_bytes, row_fits, row_text

UNREAD, SIGNED, OWN = "bulletin_unread", "bulletin_signed", "bulletin_own"

_HERE = "(SELECT CAST(value AS TEXT) FROM setting WHERE key = 'office')"
_STATE = (
    "CASE WHEN {own_row} THEN '{own}' WHEN EXISTS (SELECT 1 FROM bulletin_receipt AS mine"
    " WHERE mine.bulletin = {bulletin}.id AND mine.grp = {bulletin}.grp AND mine.withdrawn <> 1"
    " AND mine.office = {here} AND {own_receipt}) THEN '{signed}' ELSE '{unread}' END"
)


def proved_sql(kind: str, row: str, office: str) -> str:
    """SQL for whether the id of ``row``, a record of a kind, was made by an office."""
    return f"row_is_of({row}.id, {row}.grp, '{by_kind()[kind].wire}', {office})"


def state_sql(bulletin: str) -> str:
    """SQL for how a bulletin stands at this office, by what the ids of the rows prove; unread sorts last."""
    return _STATE.format(
        bulletin=bulletin,
        here=_HERE,
        own=OWN,
        signed=SIGNED,
        unread=UNREAD,
        own_row=proved_sql("bulletin", bulletin, _HERE),
        own_receipt=proved_sql("bulletin_receipt", "mine", _HERE),
    )


class Receipt(msgspec.Struct, frozen=True):
    """An office signed for a bulletin: who, and when (as it was written)."""

    id: str
    office: str
    signatory: str
    at: str


def groups_for(journal: Journal) -> list[str]:
    """The groups this office may issue a bulletin to: its city's; for a city, its regions too."""
    own = journal.pen().office
    found = [city_group(city_of(own))]
    if is_city(own):
        rights = journal.rights()
        found += sorted(group for group in rights.regions if rights.shares(group, own))
    return found


def receipts(conn: Connection, bulletin: str, group: str) -> list[Receipt]:
    """Who signed for a bulletin, the first of each office, in the order of their ids."""
    query = (
        "SELECT id, office, signatory, made_at FROM bulletin_receipt AS r"  # noqa: S608 - own names
        " WHERE bulletin = ? AND grp = ? AND withdrawn <> 1"
        f" AND {proved_sql('bulletin_receipt', 'r', 'office')} ORDER BY id"
    )
    found: dict[str, Receipt] = {}
    for row, office, signatory, at in conn.exec_driver_sql(query, (row_bytes(bulletin), group)):
        found.setdefault(office, Receipt(row_text(row), office, signatory or "", at or ""))
    return list(found.values())


def without_receipt(conn: Connection, bulletin: str, group: str) -> list[str]:
    """Offices that a bulletin is for and that have not signed: enrolled, in the group, not cut off."""
    signed = {one.office for one in receipts(conn, bulletin, group)}
    wire = by_kind()["bulletin"].wire
    offices = set(Journal(conn).rights().readers(group).values()) - signed
    return sorted(office for office in offices if not row_fits(bulletin, group, wire, office))


class Signing(msgspec.Struct, frozen=True):
    """A bulletin's issuer, group and receipts in words: whose name is not here is called by its id.

    ``without`` are the offices that have not signed. ``issuer`` is empty when the row's id does not prove it.
    """

    issuer: str
    to: str
    signed: tuple[Receipt, ...]
    without: tuple[str, ...]


def signing(conn: Connection, bulletin: str, group: str, issuer: str | None, language: str) -> Signing:
    """Who issued a bulletin to whom, who signed and who did not, in ``zh`` or ``en``."""
    parties = Parties(conn, language)
    proven = issuer is not None and row_fits(bulletin, group, by_kind()["bulletin"].wire, issuer)
    return Signing(
        parties.office(issuer) if proven and issuer else "",
        parties.group(group),
        tuple(
            msgspec.structs.replace(one, office=parties.office(one.office))
            for one in receipts(conn, bulletin, group)
        ),
        tuple(parties.office(office) for office in without_receipt(conn, bulletin, group)),
    )


def recipients(conn: Connection, language: str) -> list[tuple[str, str]]:
    """The groups this office may issue a bulletin to, as (group, name)."""
    parties = Parties(conn, language)
    return [(group, parties.group(group)) for group in groups_for(Journal(conn))]


def unread(conn: Connection) -> list[str]:
    """Bulletins of others that this office has not signed for, the oldest first."""
    query = (
        "SELECT id FROM opinion_bulletin AS b WHERE withdrawn <> 1"  # noqa: S608 - own names
        f" AND {state_sql('b')} = '{UNREAD}' ORDER BY id"
    )
    return [row_text(row) for row in conn.exec_driver_sql(query).scalars()]
