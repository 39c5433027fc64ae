"""Whether this PC's own acts do not count for now: its grant hangs on statements that are not here.

New keys of a city end the old ones and name what those had stated before. Who hears of the new keys first,
and not yet of all that they knew, cannot tell whether a grant by the old ones stands. Reads only.
"""

from __future__ import annotations

import msgspec

from desktop.changes.journal import Journal
from desktop.changes.rights import NO_GRANT
from desktop.errors import message
from desktop.wire import orders
from desktop.wire.groups import office_group


class Apart(msgspec.Struct, frozen=True):
    """This PC was granted and its grant does not count: so many ``entries`` of its own are held apart.

    ``statements`` are those that others name as known before them and that are not here: all count again
    when they come. With none the city changed its keys without knowing the grant: it must grant this PC anew.
    """

    entries: int
    statements: int

    @property
    def code(self) -> str:
        """The message that says what is so, why, and what to do."""
        return "exchange.apart_waits" if self.statements else "exchange.apart_anew"

    def sentence(self, language: str | None = None) -> str:
        """That message; without an argument in the language of the session."""
        return message(self.code, language, **msgspec.structs.asdict(self))


def apart(journal: Journal) -> Apart | None:
    """How much is held apart; ``None`` for a PC whose grant counts, or that was never granted."""
    pen, rights = journal.pen(), journal.rights()
    if journal.root() is None or rights.author_office(pen.device, office_group(pen.office)) is not None:
        return None
    held = {one.id: one.value for one in journal.statements()}
    signed = [held[one] for one in rights.signed]
    if not any(value["kind"] == "grant" and value["device"] == pen.device for value in signed):
        return None
    named = {parent for value in signed for parent in orders.parents(value)}
    query = (
        "SELECT count(*) FROM entry e JOIN log l ON l.no = e.log WHERE l.device = ? AND e.verdict = ?"
        " AND e.verdict <> 'applied'"
    )
    entries = journal.connection.exec_driver_sql(query, (pen.device, NO_GRANT)).scalar_one()
    return Apart(int(entries), len(named - held.keys()))
