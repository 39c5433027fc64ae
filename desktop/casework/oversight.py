"""What stands beside a record: the city's comments, directives, the county's replies; what can be done.

Reads only; who may do what is decided by the acts, here only what is worth offering. Knows no screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.casework.desk import Desk
from desktop.casework.directives import ANSWERED, CLOSED, addressed, state_sql
from desktop.changes.journal import Journal
from desktop.models.schema import by_kind
from desktop.wire.groups import is_city
from desktop.wire.ids import row_bytes, row_fits, row_text

_MOST = 50
_APART = frozenset({"comment", "reply", "bulletin", "bulletin_receipt"})
"""Kinds that nobody comments on."""


class Note(msgspec.Struct, frozen=True):
    """One line: a comment, a directive or a reply. ``what`` is the word of its kind, ``by`` who signed it.

    ``depth`` counts how often it answers what stands before. ``offer`` is an act on just this line.
    """

    kind: str
    id: str
    what: str
    content: str
    by: str = ""
    at: str = ""
    due: str = ""
    state: str = ""
    depth: int = 0
    offer: tuple[str, Mapping[str, Any]] | None = None


class Beside(msgspec.Struct, frozen=True):
    """The notes on a record, oldest first, and the acts worth offering with the values they begin with.

    ``own``: the record is this office's, which alone may correct or withdraw it.
    """

    notes: tuple[Note, ...]
    offers: tuple[tuple[str, Mapping[str, Any]], ...]
    own: bool


def beside(desk: Desk, kind: str, view: Mapping[str, Any]) -> Beside:
    """What stands beside a record of ``kind`` as ``show`` gave it."""
    record, group = view["id"], view["group"]
    with desk.casefile.reader.connect() as conn:
        office = Journal(conn).pen().office
        own = row_fits(record, group, by_kind()[kind].wire, office)
        city = is_city(office)
        notes = _comments(conn, record)
        if kind == "directive":
            state = _state(conn, record)
            notes += _replies(conn, record, group, returns=city and own and state != CLOSED)
            offers = _of_directive(view, state, city=city, own=own)
        else:
            notes += _directives(conn, record)
            offers = _of_record(kind, view, office) if city and kind not in _APART else []
    return Beside(tuple(notes), tuple(offers) if not view["withdrawn"] else (), own)


def _of_record(kind: str, view: Mapping[str, Any], office: str) -> list[tuple[str, Mapping[str, Any]]]:
    about = {"subject_kind": kind, "subject": view["id"]}
    whom = addressed(view["group"], office)
    offers: list[tuple[str, Mapping[str, Any]]] = [("comment.write", about)]
    if whom:
        offers.append(("directive.issue", {**about, "office": whom[0]}))
    return offers


def _of_directive(
    view: Mapping[str, Any], state: str, *, city: bool, own: bool
) -> list[tuple[str, Mapping[str, Any]]]:
    if state == CLOSED:
        return []
    if own and city:
        close = ("directive.close", {"directive": view["id"], "seen": view["seen"]})
        comment = ("comment.write", {"subject_kind": "directive", "subject": view["id"]})
        return [close, comment] if state == ANSWERED else [comment, close]
    return [] if city else [("directive.answer", {"directive": view["id"]})]


def _rows(conn: Connection, query: str, *values: Any) -> list[Mapping[str, Any]]:
    return [dict(row) for row in conn.exec_driver_sql(query, values).mappings()]


def _comments(conn: Connection, record: str) -> list[Note]:
    query = (
        "SELECT id, nature, content, signatory, made_at FROM comment WHERE subject = ? AND withdrawn <> 1"
        " ORDER BY id LIMIT ?"
    )
    return [_comment(row) for row in _rows(conn, query, row_bytes(record), _MOST)]


def _comment(row: Mapping[str, Any]) -> Note:
    return Note(
        "comment",
        row_text(row["id"]),
        row["nature"] or "",
        row["content"] or "",
        row["signatory"] or "",
        row["made_at"] or "",
    )


def _directives(conn: Connection, record: str) -> list[Note]:
    query = (
        f"SELECT d.*, {state_sql('d')} AS state FROM directive d WHERE d.subject = ? AND d.withdrawn <> 1"  # noqa: S608 - own words
        f" ORDER BY d.id LIMIT {_MOST}"
    )
    found = []
    for row in _rows(conn, query, row_bytes(record)):
        found.append(
            Note(
                "directive",
                row_text(row["id"]),
                row["nature"] or "",
                row["content"] or "",
                row["signatory"] or "",
                row["issued_at"] or "",
                row["due"] or "",
                row["state"],
            )
        )
        found += _replies(conn, row_text(row["id"]), row["grp"], returns=False)
    return found


def _replies(conn: Connection, directive: str, group: str, *, returns: bool) -> list[Note]:
    query = (
        "SELECT id, content, final, signatory, made_at FROM reply WHERE directive = ? AND grp = ?"
        " AND withdrawn <> 1 ORDER BY id LIMIT ?"
    )
    found: list[Note] = []
    for row in _rows(conn, query, row_bytes(directive), group, _MOST):
        reply = row_text(row["id"])
        back = [msgspec.structs.replace(one, depth=2) for one in _comments(conn, reply)]
        sent_back = any(one.what == "return" for one in back)
        found.append(
            Note(
                "reply",
                reply,
                "reply_final" if row["final"] else "reply_interim",
                row["content"] or "",
                row["signatory"] or "",
                row["made_at"] or "",
                depth=1,
                offer=("directive.return", {"reply": reply}) if returns and not sent_back else None,
            )
        )
        found += back
    return found


def _state(conn: Connection, directive: str) -> str:
    query = f"SELECT {state_sql('d')} FROM directive d WHERE d.id = ?"  # noqa: S608 - own words
    return str(conn.exec_driver_sql(query, (row_bytes(directive),)).scalar())
