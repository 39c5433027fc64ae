"""Finds records by whatever stands in the one search box: numbers, names, pinyin, any words.

The index proposes, best rank first, and each proposal is checked against the record as it is now; rows that
the index does not know yet are looked through themselves, so that what is found never depends on how far the
index is. Reads only; knows no screen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec
from sqlalchemy import Connection

from desktop.casework import search_words as words
from desktop.casework.search_fields import (
    KINDS,
    SUBJECTS,
    Owner,
    Subject,
    by_kind,
    subtitle_of,
    title_of,
)
from desktop.casework.search_index import Record, SearchIndex, by_kinds, records, searched
from desktop.casework.search_proposals import proposals
from desktop.casework.search_waiting import Rows, Standing, behind, load, waiting
from desktop.casework.search_words import Query, Rank
from desktop.errors import Cancelled, UserError
from desktop.wire.ids import row_text

__all__ = ["KINDS", "Hit", "Rank", "SearchIndex", "behind", "find"]


class Hit(msgspec.Struct, frozen=True):
    """A record that was found. ``field`` is the field word that matched, ``rank`` how well (1 is best, see
    ``Rank``), ``withdrawn`` 0 no, 1 yes, 2 disputed. ``upline_claimed`` and ``site_number`` of a person are
    fields of their presence at a raid. Identity numbers in ``subtitle`` are masked.
    """

    kind: str
    id: str
    title: str
    subtitle: str
    field: str
    rank: int
    withdrawn: int


def find(
    conn: Connection,
    text: str,
    *,
    limit: int = 50,
    kinds: Collection[str] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Hit]:
    """At most ``limit`` records that match, best rank first, on any connection, a reader's too.

    ``kinds`` narrows to some of ``KINDS``. Whatever the text holds is text. While rows wait to be indexed
    they are looked through one by one, which takes a second for some 20,000 of them. Raises ``UserError``
    for a kind that is not searched, and ``Cancelled`` soon after ``cancelled`` says so.
    """
    subjects = _chosen(kinds)
    query = words.parse(text)
    if query is None or limit < 1:
        return []
    search = _Search(conn, query, subjects, cancelled)
    standing = load(conn)
    for rows in waiting(conn, standing):
        search.look_at(rows)
    if standing != Standing():
        search.look_up(limit)
    return sorted(search.hits.values(), key=lambda hit: hit.rank)[:limit]


def _chosen(kinds: Collection[str] | None) -> dict[str, Subject]:
    for kind in kinds or ():
        if kind not in KINDS:
            raise UserError("acts.no_such_kind", kind=kind[:40])
    return {
        subject.kind: subject
        for subject in SUBJECTS
        if kinds is None or (subject.owner.kind if subject.owner else subject.kind) in kinds
    }


class _Search:
    """One query under way: ``hits`` by kind and id."""

    def __init__(
        self, conn: Connection, query: Query, subjects: dict[str, Subject], cancelled: Callable[[], bool]
    ) -> None:
        self._conn = conn
        self._query = query
        self._subjects = subjects
        self._cancelled = cancelled
        self.hits: dict[tuple[str, str], Hit] = {}

    def look_at(self, rows: Rows) -> None:
        """Keeps those of these rows that match."""
        if self._cancelled():
            raise Cancelled
        for kind, ids in by_kinds(rows).items():
            if kind in self._subjects:
                self._check(self._subjects[kind], ids)

    def look_up(self, limit: int) -> None:
        """Asks the index, best rank first, until it has found ``limit`` more."""
        enough = len(self.hits) + limit
        statement, values = proposals(self._query, list(self._subjects.values()))
        if not statement:
            return
        with self._conn.exec_driver_sql(statement, values) as proposed:
            for piece in proposed.partitions(limit):
                self.look_at({row: kind for row, kind in piece})  # noqa: C416 - rows of a result, not pairs
                if len(self.hits) >= enough:
                    return

    def _check(self, subject: Subject, ids: list[bytes]) -> None:
        found = dict(records(self._conn, subject.kind, ids))
        matches = [
            (row, found[row], match)
            for row in ids
            if row in found and (match := self._match(subject, found[row]))
        ]
        if subject.owner is None:
            for row, record, (rank, field) in matches:
                self._keep(subject, row, record, rank, field)
        elif matches:
            self._check_owners(subject, subject.owner, matches)

    def _match(self, subject: Subject, record: Record) -> tuple[Rank, str] | None:
        """The best rank of all fields, and the first field that has it."""
        best: tuple[Rank, str] | None = None
        for field, role, value in searched(subject, record):
            rank = words.rank(role, value, self._query)
            if rank is not None and (best is None or rank < best[0]):
                best = rank, field
        return best

    def _check_owners(
        self, subject: Subject, owner: Owner, matches: list[tuple[bytes, Record, tuple[Rank, str]]]
    ) -> None:
        """The hit is the row's owner; without one that is here, the row itself."""
        ids = {record[owner.field] for _, record, _ in matches} - {None}
        owners = dict(records(self._conn, owner.kind, sorted(ids)))
        for row, record, (rank, field) in matches:
            if (other := record[owner.field]) in owners:
                self._keep(by_kind()[owner.kind], other, owners[other], rank, field)
            else:
                self._keep(subject, row, record, rank, field)

    def _keep(self, subject: Subject, row: bytes, record: Record, rank: Rank, field: str) -> None:
        key = subject.kind, row_text(row)
        if key not in self.hits or rank < self.hits[key].rank:
            title, subtitle = title_of(subject, record), subtitle_of(subject, record)
            self.hits[key] = Hit(*key, title, subtitle, field, int(rank), record["withdrawn"])
