"""The audit of reads: who looked at, printed, exported or searched for what, and when.

Rows are only ever added, each hashed together with the one before, so that an edited or missing row shows.
A cut at the end shows against the anchor, the last row known to ``case.db``, which is another file. What was
read is named by record id and field, never by its value. Knows both files of the case file, and no screen.
(docs/decisions/0007)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple, get_args

import msgspec
from sqlalchemy import Connection

from desktop.casefile.casefile import CaseFile
from desktop.casefile.continuity import read_meta, write_meta
from desktop.casefile.verifying import sentences
from desktop.casework import sidefile
from desktop.changes.journal import wall_ms
from desktop.errors import UserError
from desktop.wire import canonical
from desktop.wire.faults import WireError
from desktop.wire.hashing import digest
from desktop.wire.ids import is_row_id

Action = Literal["reveal", "print", "export", "search_number", "city_recovery", "release", "approve", "lift"]
ACTIONS = get_args(Action)
_BROKEN = "broken"
"""The log's own row: what the anchor promised was not there any more."""

NUMBER_FIELDS = frozenset({"id_number", "id_number_claimed", "phone", "family_phone", "credential"})
"""Fields by which a person can be looked up by number: a search in one is noted as ``search_number``."""

MAX_PURPOSE = 200
_ANCHOR = "audit_anchor"
_PAGE = 1000
_WORD = re.compile(r"(?:[a-z][a-z0-9_.]{0,59})?")
_NUMBER = re.compile(r"(?:[0-9０-９][\s-]?){9,}[Xx]?")
"""Longer than a date: a telephone, identity or card number."""
_STORED = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})")
_COLUMNS = "n, at, officer, action, record, what, hash"


_Place = tuple[int, str]
"""A row's number and hash; (0, "") before the first."""


class What(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was read: a kind of record, one of its fields, a form, how many records, and what for."""

    kind: str = ""
    field: str = ""
    form: str = ""
    count: int = 0
    purpose: str = ""


class Note(msgspec.Struct, frozen=True):
    """One row of the audit. ``at`` in ms; ``officer`` and ``record`` are row ids, ``record`` may be empty."""

    n: int
    at: int
    officer: str
    action: str
    record: str
    what: What


class _Row(NamedTuple):
    n: int
    at: int
    officer: str
    action: str
    record: str
    what: str
    hash: str

    def expected(self, previous: str) -> str | None:
        """The hash it should have after ``previous``; ``None`` for content that no row can have."""
        try:
            return digest("audit", previous, canonical.encode(list(self[:-1])))
        except (WireError, TypeError, ValueError, AttributeError):
            return None


class AuditLog:
    """The audit of one case file, opened for writing or only for reading."""

    def __init__(self, casefile: CaseFile, *, clock: Callable[[], int] = wall_ms) -> None:
        self._casefile = casefile
        self._clock = clock

    def note(self, action: Action, *, record: str = "", what: What | None = None) -> int:
        """Notes a read by the officer who opened the file, before it is shown; returns the row's number.

        ``record`` is a row id. Numbers in a purpose are blotted out. Raises ``UserError``:
        ``audit.purpose_missing`` for a reveal without one, ``sidefile.…``, ``environment.…``; and
        ``ValueError`` for what could be a value instead of the name of one: a mistake in the program.
        """
        if action not in ACTIONS or (record and not is_row_id(record)):
            raise ValueError("an audit row names records by id")
        found = _checked(what or What())
        if action == "reveal" and not found.purpose:
            raise UserError("audit.purpose_missing")
        with sidefile.writing(self._casefile) as conn:
            return self._append(conn, action, record, found)

    def attempt(self, action: Action, *, record: str = "", what: What | None = None) -> UserError | None:
        """As ``note``, for reads that go on all the same: returns why it could not be noted, to be said."""
        try:
            self.note(action, record=record, what=what)
        except UserError as fault:
            return fault
        return None

    def list(
        self,
        *,
        before: int | None = None,
        limit: int = 100,
        officer: str | None = None,
        record: str | None = None,
        action: str | None = None,
    ) -> Sequence[Note]:
        """The newest rows first; ``before`` is the number to go on from. Raises ``UserError``."""
        wanted = {"n < ?": before, "officer = ?": officer, "record = ?": record, "action = ?": action}
        given = {text: value for text, value in wanted.items() if value is not None}
        where = " AND ".join(["1", *given])
        query = f"SELECT {_COLUMNS} FROM noted WHERE {where} ORDER BY n DESC LIMIT ?"  # noqa: S608
        with sidefile.reading(self._casefile) as conn:
            rows = [] if conn is None else conn.exec_driver_sql(query, (*given.values(), limit)).all()
        return [_note(_Row(*row)) for row in rows]

    def check(self) -> Sequence[dict[str, Any]]:
        """What does not hold, as findings for the integrity report; empty for a whole log.

        ``edited``: a row is not as it was written; ``missing``: rows are not there any more; ``strange``: the
        log cannot be read at all.
        """
        with self._casefile.reader.connect() as conn:
            anchor = _read_anchor(conn)
        try:
            findings = list(self._chain(anchor))
        except UserError as fault:
            return [_finding(0, "strange", code=fault.code)]
        return findings

    def anchor(self) -> None:
        """Tells ``case.db`` the last row; what an earlier anchor promised and is gone is noted for good.

        For a file opened for writing; the window calls it when it locks and when it ends. What cannot be
        told now is told at the next opening.
        """
        with suppress(UserError), sentences():
            with self._casefile.reader.connect() as conn:
                promised = _read_anchor(conn)
            tip = self._tip(promised)
            if tip != promised:
                with self._casefile.engine.begin() as conn:
                    write_meta(conn, _ANCHOR, f"{tip[0]}:{tip[1]}".encode())

    def _tip(self, promised: _Place) -> _Place:
        with sidefile.reading(self._casefile) as conn:
            if _hash_of(conn, promised[0]) == promised[1]:
                return _last(conn)
        with sidefile.writing(self._casefile) as conn:
            self._append(conn, _BROKEN, "", What(count=promised[0]))
            return _last(conn)

    def _append(self, conn: Connection, action: str, record: str, what: What) -> int:
        n, previous = _last(conn)
        text = canonical.encode(msgspec.to_builtins(what)).decode()
        row = _Row(n + 1, self._clock(), self._casefile.officer, action, record, text, "")
        values = (*row[:-1], row.expected(previous))
        conn.exec_driver_sql(f"INSERT INTO noted ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608
        return row.n

    def _chain(self, anchor: _Place) -> Iterator[dict[str, Any]]:
        n, previous = 0, ""
        while rows := self._page(n):
            for row in rows:
                if row.n != n + 1:
                    yield _finding(n + 1, "missing", last=row.n - 1)
                elif row.hash != row.expected(previous) or (row.n == anchor[0] and row.hash != anchor[1]):
                    yield _finding(row.n, "edited")
                if row.action == _BROKEN:
                    yield _finding(row.n, "missing", last=_note(row).what.count)
                n, previous = row.n, row.hash
        if n < anchor[0]:
            yield _finding(n + 1, "missing", last=anchor[0])

    def _page(self, after: int) -> Sequence[_Row]:
        query = f"SELECT {_COLUMNS} FROM noted WHERE n > ? ORDER BY n LIMIT ?"  # noqa: S608
        with sidefile.reading(self._casefile) as conn:
            return [] if conn is None else [_Row(*row) for row in conn.exec_driver_sql(query, (after, _PAGE))]


def _last(conn: Connection | None) -> _Place:
    query = "SELECT n, hash FROM noted ORDER BY n DESC LIMIT 1"
    row = None if conn is None else conn.exec_driver_sql(query).one_or_none()
    return (0, "") if row is None else (row[0], row[1])


def _hash_of(conn: Connection | None, n: int) -> str:
    query = "SELECT hash FROM noted WHERE n = ?"
    return "" if conn is None else conn.exec_driver_sql(query, (n,)).scalar() or ""


def _read_anchor(conn: Connection) -> _Place:
    found = _STORED.fullmatch((read_meta(conn, _ANCHOR) or b"").decode("ascii", "replace"))
    return (int(found[1]), found[2]) if found else (0, "")


def _checked(what: What) -> What:
    if not all(_WORD.fullmatch(word) for word in (what.kind, what.field, what.form)):
        raise ValueError("an audit row names fields, not values")
    purpose = _NUMBER.sub("…", what.purpose.encode("utf-8", "replace").decode()).strip()
    return msgspec.structs.replace(what, purpose=purpose[:MAX_PURPOSE])


def _note(row: _Row) -> Note:
    try:
        what = msgspec.json.decode(row.what, type=What)
    except (msgspec.DecodeError, TypeError, UnicodeError):
        what = What()
    return Note(row.n, row.at, str(row.officer), str(row.action), str(row.record), what)


def _finding(n: int, fault: str, **more: Any) -> dict[str, Any]:
    return {"finding": "audit", "n": n, "fault": fault, **more}
