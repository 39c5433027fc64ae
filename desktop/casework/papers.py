"""A paper before it is printed: its data, what it lacks, what is in dispute, and the writes it prints.

An issued document keeps those writes; :func:`issued` tells what was written since. Knows the desk and the
printed forms, no screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import select

from desktop.casework.desk import Desk
from desktop.casework.gaps import Gap, gaps
from desktop.casework.printing import Built, build, marked
from desktop.casework.printing_sources import WITHDRAWN, Place
from desktop.changes.journal import Journal
from desktop.changes.rows import RowState
from desktop.changes.store import chunks
from desktop.errors import UserError
from desktop.forms.catalogue import Unprintable, unprintable
from desktop.models.schema import by_kind
from desktop.wire.entries import MARK
from desktop.wire.ids import row_bytes

_PREFIX = 12
_OWN = "document"
"""Numbers and dates of issue are given after a paper is written: they are no change of what it says."""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A form of one record as it would print now; ``render(form, data)`` gives its pages.

    ``data`` is ``None`` while ``disputes`` stop it; where ``notable``, a typed reason lets it print.
    ``printed`` are the writes that it prints, for ``document.issue``.
    """

    form: str
    kind: str
    subject: str
    data: msgspec.Struct | None
    gaps: list[Gap]
    lost: list[Unprintable]
    disputes: list[Place]
    notable: bool
    printed: list[str]


class Since(msgspec.Struct, frozen=True):
    """What was written since a document was issued, counted in records."""

    changed: int = 0
    added: int = 0
    gone: int = 0

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.gone)


def paper(desk: Desk, form: str, subject: str, *, disputed_reason: str | None = None) -> Paper:
    """The paper ``form`` of a record. Raises ``UserError`` as ``printing.build`` does."""
    built = build(desk, form, subject)
    disputes = built.sources.disputes()
    data = _printable(built, disputed_reason)
    return Paper(
        form=form,
        kind=built.kind,
        subject=subject,
        data=data,
        gaps=gaps(built),
        lost=unprintable(form, built.data if data is None else data),
        disputes=disputes,
        notable=built.notable,
        printed=_printed(desk, built),
    )


def _printable(built: Built, reason: str | None) -> msgspec.Struct | None:
    try:
        return marked(built, reason)
    except UserError as error:
        if error.code != "printing.in_conflict":
            raise
        return None


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """An issued document. ``since`` is ``None`` where it cannot be said what was written since."""

    id: str
    form: str
    number: str
    kind: str
    subject: str
    issued_at: str
    withdrawn: bool
    since: Since | None


def issued(desk: Desk, subject: str, papers: Iterable[Paper] = ()) -> list[Issued]:
    """The documents issued for a record, newest first; withdrawn ones are void and still listed.

    ``papers`` of that record that were built just now are not built again.
    """
    now: dict[str, list[str] | None] = {one.form: one.printed for one in papers if one.subject == subject}
    found = []
    for view in desk.show("document", where={"subject": subject}, newest=True):
        form = view["form"] or ""
        if form not in now:
            now[form] = _printed_now(desk, form, subject)
        found.append(_issued(desk, view, now[form]))
    return found


def _issued(desk: Desk, view: Mapping[str, Any], now: list[str] | None) -> Issued:
    withdrawn = view["withdrawn"] == WITHDRAWN
    return Issued(
        id=view["id"],
        form=view["form"] or "",
        number=view["number"] or "",
        kind=view["subject_kind"] or "",
        subject=view["subject"],
        issued_at=view["issued_at"] or "",
        withdrawn=withdrawn,
        since=None if withdrawn else _since(desk, view, now),
    )


def _printed_now(desk: Desk, form: str, subject: str) -> list[str] | None:
    """What the form would print now: nothing of a withdrawn record; ``None`` when that is not known here."""
    try:
        return _printed(desk, build(desk, form, subject))
    except UserError as error:
        return [] if error.code == "printing.withdrawn" else None


def _since(desk: Desk, view: Mapping[str, Any], now: list[str] | None) -> Since | None:
    kept = [one for one in view["dots"] or [] if isinstance(one, str)]
    if now is None or not kept:
        return None
    if all(":" in one for one in kept):
        return _compared(_by_row(kept), _by_row(now))
    # Issued without knowing what was printed: all that is known is how its record stood.
    (record,) = desk.show(str(view["subject_kind"]), str(view["subject"]))
    return Since(changed=int(record["seen"] not in kept))


def conflict_id(place: Place) -> str:
    """The id of a disagreement about a printed field, as ``desk.conflicts`` gives it."""
    return f"{place.kind}:{place.row}:{MARK if place.field == 'withdrawn' else place.field}"


def _compared(before: Mapping[str, str], now: Mapping[str, str]) -> Since:
    both = before.keys() & now.keys()
    return Since(
        changed=sum(before[row] != now[row] for row in both),
        added=len(now.keys() - before.keys()),
        gone=len(before.keys() - now.keys()),
    )


def _by_row(printed: Iterable[str]) -> dict[str, str]:
    return {row: dots for row, _, dots in (one.partition(":") for one in printed)}


def _printed(desk: Desk, built: Built) -> list[str]:
    """``row:dot.dot…`` for each printed record: the starts of the live writes of its printed fields."""
    fields: dict[tuple[str, str], set[str]] = {}
    for place in built.sources.printed():
        if place.kind != _OWN:
            fields.setdefault((place.kind, place.row), set()).add(place.field)
    states = _states(desk, fields)
    return [f"{row}:{_token(states[row], words)}" for (_, row), words in fields.items()]


def _states(desk: Desk, records: Iterable[tuple[str, str]]) -> dict[str, RowState]:
    rows: dict[str, list[str]] = {}
    for kind, row in records:
        rows.setdefault(kind, []).append(row)
    found: dict[str, RowState] = {}
    with desk.casefile.reader.connect() as conn:
        store = Journal(conn).store
        for kind, ids in rows.items():
            table = by_kind()[kind].table
            for piece in chunks(ids):
                made = conn.execute(select(table.c.id, table.c.dot).where(table.c.id.in_(piece)))
                created = {row_bytes(row): dot for row, dot in made}
                states, _ = store.load(list(created), created)
                found |= {row: states[row_bytes(row)] for row in piece}
    return found


def _token(state: RowState, words: Iterable[str]) -> str:
    dots = {dot for word in (*words, MARK) for dot in state.values(word)}
    return ".".join(sorted(dot.hex()[:_PREFIX] for dot in dots))
