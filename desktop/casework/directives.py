"""The city's directives as they stand: answered or not, closed or not, by when, and whose they are.

A directive is open until the city closes it. It is answered when a reply that says it is done has not been
sent back. Nothing of this is kept: it is read from the rows, which may have arrived in any order. Reads only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

import msgspec
from sqlalchemy import Connection

from desktop.casework.parties import Parties
from desktop.casework.printing_words import BEIJING
from desktop.changes.journal import Journal
from desktop.errors import RESOURCES
from desktop.wire.groups import city_of, is_city, may_share, members
from desktop.wire.ids import row_fits, row_text

OPEN, INTERIM, ANSWERED, CLOSED = (
    "directive_open",
    "directive_interim",
    "directive_answered",
    "directive_closed",
)

_SENT_BACK = (
    "EXISTS (SELECT 1 FROM comment AS back WHERE back.subject = answer.id AND back.nature = 'return'"
    " AND back.grp = answer.grp AND back.withdrawn <> 1)"
)
_ANSWER = (
    "EXISTS (SELECT 1 FROM reply AS answer WHERE answer.directive = {0}.id AND answer.grp = {0}.grp"
    " AND answer.withdrawn <> 1"
)


def state_sql(directive: str) -> str:
    """SQL for the state of a directive; ``directive`` is the table or its alias."""
    answer = _ANSWER.format(directive)
    return (
        f"CASE WHEN {directive}.closed_at <> '' THEN '{CLOSED}'"
        f" WHEN {answer} AND answer.final AND NOT {_SENT_BACK}) THEN '{ANSWERED}'"
        f" WHEN {answer}) THEN '{INTERIM}' ELSE '{OPEN}' END"
    )


class Terms(msgspec.Struct, frozen=True):
    """What the office's data say of terms: working days by urgency, and when one is called to mind."""

    version: str
    certainty: str
    soon_days: int
    working_days: Mapping[str, int]


@lru_cache(maxsize=1)
def terms() -> Terms:
    """The terms as the office's data has them."""
    with (RESOURCES / "codes" / "directive_terms.toml").open("rb") as file:
        return msgspec.convert(tomllib.load(file), Terms)


class Standing(msgspec.Struct, frozen=True):
    """A directive that is not closed. ``left`` are natural days until its day is over; ``None`` without one.

    ``own``: this office issued it, and it waits for the others; else it waits for this office.
    """

    id: str
    group: str
    nature: str
    content: str
    urgency: str
    due: str
    left: int | None
    state: str
    own: bool


def standing(conn: Connection, now: datetime | None = None) -> list[Standing]:
    """Directives that are not closed: those without an answer first, then by their day."""
    today = (now or datetime.now().astimezone()).astimezone(BEIJING).date()
    office = Journal(conn).pen().office
    query = (
        "SELECT d.id, d.grp, d.nature, d.content, d.urgency, d.due,"  # noqa: S608 - own words
        f" {state_sql('d')} AS state FROM directive d WHERE d.withdrawn <> 1 AND ifnull(d.closed_at, '') = ''"
    )
    found = []
    for row, group, nature, content, urgency, due, state in conn.exec_driver_sql(query):
        name = row_text(row)
        own = row_fits(name, group, "directive.cr", office)
        last = day_or_none(due)
        found.append(
            Standing(
                name,
                group,
                nature or "",
                content or "",
                urgency or "",
                due or "",
                None if last is None else (last - today).days,
                state,
                own,
            )
        )
    return sorted(found, key=lambda one: (one.state == ANSWERED, one.left is None, one.left or 0, one.id))


def day_or_none(text: object) -> date | None:
    """A day; ``None`` for whatever else another PC may have written there."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def addressees(conn: Connection, language: str) -> list[tuple[str, str]]:
    """The offices that this office can direct, as (id, name): those enrolled below it; none for a county."""
    journal = Journal(conn)
    own = journal.pen().office
    if not is_city(own):
        return []
    parties = Parties(conn, language)
    offices = {code for code in journal.rights().devices().values() if city_of(code) == own and code != own}
    return [(code, parties.office(code)) for code in sorted(offices)]


def addressed(group: str, author: str) -> list[str]:
    """The offices of a group that its city ``author`` can direct there."""
    return [
        office
        for office in members(group)
        if not is_city(office) and city_of(office) == author and may_share(group, author)
    ]
