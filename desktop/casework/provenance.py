"""Where the values of a record come from: who wrote each, on which PC, in which bundle it came, its proof.

The whole history of each field, decisions with their reasons among it. Reads only; knows the desk, no screen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.casework.acts.catalogue import ACTS
from desktop.casework.conflicts import WITHDRAWN
from desktop.casework.desk import Desk
from desktop.casework.titles import title_of
from desktop.changes import history
from desktop.changes.journal import Journal
from desktop.changes.notes import arrival_of
from desktop.changes.proof import stretch_of
from desktop.changes.rows import in_conflict
from desktop.errors import UserError, session_language
from desktop.models.schema import by_kind
from desktop.wire.entries import MARK
from desktop.wire.ids import is_row_id, row_bytes

_BEIJING = dt.timezone(dt.timedelta(hours=8))
_LATEST_MS = 253_402_214_400_000
"""The end of the year 9999: a clock may say anything."""


class Came(msgspec.Struct, frozen=True):
    """In which bundle an entry came: the hash its file was named by, the PC that wrote it, when it was read.

    ``read_at`` is ms since 1970 by this PC's clock; ``whole``: the file was read to its clean end.
    """

    bundle: str
    sender: str
    read_at: int
    whole: bool


class Proof(msgspec.Struct, frozen=True):
    """The signature that proves an entry: a head above it, by the key of the PC that wrote it."""

    number: int
    entry: str
    key: str
    signature: str


class Written(msgspec.Struct, frozen=True):
    """One write: what, who, when, in which act and entry, how it came, and what proves it.

    ``at`` is ms since 1970 by the author's clock, ``time`` the same in Beijing; ``standing`` says ``shown``,
    ``beside`` (live, another is shown), ``replaced``, or why it does not count. ``reason`` is that of a
    decision. ``came`` is ``None`` for what was written on this PC, ``proof`` while no head was signed.
    """

    value: Any
    standing: str
    officer: str
    officer_name: str
    device: str
    office: str
    office_name: str
    at: int
    time: str
    clock_off: bool
    act: str
    act_name: str
    entry: str
    number: int
    log: str
    replaced: list[Any]
    here: bool
    came: Came | None = None
    proof: Proof | None = None
    reason: str | None = None


class FieldHistory(msgspec.Struct, frozen=True):
    """A field with all its writes, newest first."""

    field: str
    value: Any
    conflict: bool
    writes: list[Written]


class Provenance(msgspec.Struct, frozen=True):
    """A record with the history of its fields. ``network`` is what heads are signed for."""

    kind: str
    id: str
    title: str
    group: str
    network: str | None
    fields: list[FieldHistory]


def kind_of(conn: Connection, row: str) -> str:
    """The kind of a record by its id. Raises ``UserError`` for one that is not there."""
    if is_row_id(row):
        for kind, shared in by_kind().items():
            query = f'SELECT 1 FROM "{shared.table.name}" WHERE id = ?'  # noqa: S608 - own table names
            if conn.exec_driver_sql(query, (row_bytes(row),)).first():
                return kind
    raise UserError("evidence.no_such_record")


def explain(desk: Desk, row: str, field: str | None = None, language: str | None = None) -> Provenance:
    """Where a record's values come from; with ``field`` only that one. Raises ``UserError``."""
    spoken = language or session_language()
    with desk.casefile.reader.connect() as conn:
        kind = kind_of(conn, row)
        (view,) = desk.show(kind, row)
        names = _Names(desk, conn, spoken)
        found = _fields(conn, row, names)
        order = {word: place for place, word in enumerate([*by_kind()[kind].columns, WITHDRAWN])}
        found.sort(key=lambda one: order.get(one.field, len(order)))
        root = Journal(conn).root()
    if field is not None and field not in {*by_kind()[kind].columns, *(one.field for one in found)}:
        raise UserError("acts.unknown_field", field=field[:40])
    chosen = [one for one in found if field in (None, one.field)]
    return Provenance(kind, row, title_of(kind, view, spoken), view["group"], root, chosen)


def _fields(conn: Connection, row: str, names: _Names) -> list[FieldHistory]:
    reasons = {
        (no, field): reason
        for no, field, reason in conn.exec_driver_sql(
            "SELECT dot, field, reason FROM decision WHERE subject = ?", (row_bytes(row),)
        )
    }
    fields: dict[str, list[history.Write]] = {}
    for write in history.history(conn, row):
        fields.setdefault(write.field, []).append(write)
    return [
        FieldHistory(
            field=name or WITHDRAWN,
            value=next((write.value for write in writes if write.shown), None),
            conflict=name != MARK and in_conflict({w.entry.id.encode(): w.value for w in writes if w.live}),
            writes=[names.written(write, writes, reasons) for write in writes],
        )
        for name, writes in fields.items()
    ]


class _Names:
    """Names of officers, offices and acts, and what is noted of entries; each looked up once."""

    def __init__(self, desk: Desk, conn: Connection, language: str) -> None:
        self._conn = conn
        self._language = language
        journal = Journal(conn)
        self._rights = journal.rights()
        self._own = journal.pen()
        self._offices = {view["code"]: view["name"] or "" for view in desk.show("office")}
        self._officers = {view["id"]: view["name"] or "" for view in desk.show("officer")}
        self._proofs: dict[int, Proof | None] = {}

    def written(
        self, write: history.Write, all_writes: Iterable[history.Write], reasons: dict[tuple[int, str], str]
    ) -> Written:
        entry = write.entry
        header = entry.header
        office = self._rights.office(entry.device) or (
            self._own.office if entry.device == self._own.device else ""
        )
        act = header.act if header else ""
        came = arrival_of(self._conn, entry.no)
        values = {other.entry.id: other.value for other in all_writes}
        at = header.wall if header else 0
        return Written(
            value=write.value,
            standing=_standing(write),
            officer=header.officer if header else "",
            officer_name=self._officers.get(header.officer, "") if header else "",
            device=entry.device,
            office=office,
            office_name=self._offices.get(office, ""),
            at=at,
            time=_time(at),
            clock_off=entry.clock_off,
            act=act,
            act_name=self._act_name(act),
            entry=entry.id,
            number=entry.n,
            log=entry.log,
            replaced=[values[dot] for dot in write.replaced if dot in values],
            here=came is None and entry.device == self._own.device,
            came=None if came is None else Came(came.bundle, came.sender, came.at, came.whole),
            proof=self._proof(entry.no),
            reason=reasons.get((entry.no, write.field or WITHDRAWN)),
        )

    def _act_name(self, act: str) -> str:
        kind = ACTS.get(act)
        return act if kind is None else kind.title_zh if self._language == "zh" else kind.title_en

    def _proof(self, no: int) -> Proof | None:
        if no not in self._proofs:
            found = stretch_of(self._conn, no)
            self._proofs[no] = found and Proof(
                found.head.n, found.head.id, found.start.signing_key, found.head.signature
            )
        return self._proofs[no]


def _standing(write: history.Write) -> str:
    if write.entry.verdict != "applied":
        return write.entry.verdict
    return "shown" if write.shown else "beside" if write.live else "replaced"


def _time(at: int) -> str:
    """The moment in Beijing, to the second; empty for what no calendar holds."""
    if not 0 < at < _LATEST_MS:
        return ""
    return dt.datetime.fromtimestamp(at / 1000, _BEIJING).isoformat(sep=" ", timespec="seconds")
