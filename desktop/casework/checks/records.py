"""Findings about records as such: links to what is not there, doubles, disagreements that matter in law.

Merged tables carry no constraint, as a child may come before its parent and a double must be kept; so it is
looked up here instead. Withdrawn records are left alone. Reads only.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from desktop.casework.checks.finding import Finding, Place
from desktop.casework.fields import record_field
from desktop.changes import rows
from desktop.changes.store import Store, chunks
from desktop.errors import RESOURCES
from desktop.models.base import RowId
from desktop.models.schema import SharedTable, by_kind
from desktop.wire.ids import row_text

_DISPUTED = 2


def of_records(conn: Connection) -> Iterator[Finding]:
    """Dangling links, one identity number on several people, doubled lines, disputed legal fields."""
    yield from _dangling(conn)
    yield from _same_identity(conn)
    yield from _same_line(conn)
    yield from _disputed(conn)


def target_of(kind: str, word: str) -> str | None:
    """The kind that a link leads to; ``None`` where the record says it itself (``subject_kind``)."""
    what, _, target = record_field(kind, word).editor.partition(":")
    return target if what in ("record", "records") else None


def _dangling(conn: Connection) -> Iterator[Finding]:
    for kind, shared in by_kind().items():
        for word, column in shared.columns.items():
            target = target_of(kind, word)
            if word == "subject":
                for named in by_kind():
                    yield from _loose(conn, shared, word, named, "AND s.subject_kind = ?", (named,))
            elif target is not None and isinstance(column.type, RowId):
                yield from _loose(conn, shared, word, target)
            elif target is not None:
                yield from _loose_in_list(conn, shared, word, target)


def _loose(
    conn: Connection,
    shared: SharedTable,
    word: str,
    target: str,
    more: str = "",
    values: tuple[str, ...] = (),
) -> Iterator[Finding]:
    column, table = shared.columns[word].name, by_kind()[target].table.name
    query = (
        f'SELECT s.id, s.grp FROM "{shared.table.name}" s WHERE s."{column}" IS NOT NULL'  # noqa: S608 - own names
        f' AND s.withdrawn <> 1 {more} AND NOT EXISTS (SELECT 1 FROM "{table}" t WHERE t.id = s."{column}")'
    )
    for row, group in conn.exec_driver_sql(query, values):
        place = Place(shared.kind, row_text(row), group, word)
        yield place.finding("findings.dangling", "hint")


def _loose_in_list(conn: Connection, shared: SharedTable, word: str, target: str) -> Iterator[Finding]:
    table = by_kind()[target].table.name
    known = set(map(row_text, conn.exec_driver_sql(f'SELECT id FROM "{table}"').scalars()))  # noqa: S608 - own
    column = shared.columns[word].name
    query = f'SELECT id, grp, "{column}" FROM "{shared.table.name}" WHERE withdrawn <> 1'  # noqa: S608 - own
    for row, group, text in conn.exec_driver_sql(query):
        if not set(listed(text)) <= known:
            place = Place(shared.kind, row_text(row), group, word)
            yield place.finding("findings.dangling", "hint")


def listed(text: str | None) -> list[str]:
    """The texts in a field that holds a list; whatever else another PC wrote there is left out."""
    value = json.loads(text) if text else []
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _same_identity(conn: Connection) -> Iterator[Finding]:
    query = (
        "SELECT id, grp, id_number FROM person WHERE withdrawn <> 1 AND id_number IN"
        " (SELECT id_number FROM person WHERE withdrawn <> 1 AND id_number <> ''"
        " GROUP BY id_number HAVING count(*) > 1)"
    )
    yield from same(conn, query, "person", "id_number", "findings.same_identity", "hint")


def _same_line(conn: Connection) -> Iterator[Finding]:
    query = (
        "SELECT i.id, i.grp, i.list, i.line FROM item i JOIN"
        " (SELECT list, line FROM item WHERE withdrawn <> 1 AND list IS NOT NULL AND line IS NOT NULL"
        " GROUP BY list, line HAVING count(*) > 1) d"
        " ON d.list = i.list AND d.line = i.line WHERE i.withdrawn <> 1"
    )
    yield from same(conn, query, "item", "line", "findings.same_line", "amber")


def same(conn: Connection, query: str, kind: str, field: str, code: str, weight: Any) -> Iterator[Finding]:
    """One finding for each row of a query (id, group, then what is the same), naming the rows beside it."""
    alike: dict[tuple[Any, ...], list[tuple[str, str]]] = {}
    for row, group, *what in conn.exec_driver_sql(query):
        alike.setdefault(tuple(what), []).append((row_text(row), group))
    for found in alike.values():
        others = [row for row, _ in found]
        for row, group in found:
            place = Place(kind, row, group, field)
            yield place.finding(code, weight, others, {"count": str(len(found))})


@lru_cache(maxsize=1)
def legal_fields() -> dict[str, frozenset[str]]:
    """The fields by kind that papers and clocks of the law rest on."""
    with (RESOURCES / "codes" / "legal_fields.toml").open("rb") as file:
        return {kind: frozenset(words) for kind, words in tomllib.load(file)["kind"].items()}


def _disputed(conn: Connection) -> Iterator[Finding]:
    store = Store(conn)
    for kind, words in legal_fields().items():
        table = by_kind()[kind].table.name
        query = (
            f'SELECT id, grp, dot, withdrawn FROM "{table}" WHERE conflicts > 0 OR withdrawn = {_DISPUTED}'  # noqa: S608 - own
        )
        for piece in chunks(conn.exec_driver_sql(query).all()):
            states, _ = store.load([row[0] for row in piece], {row[0]: row[2] for row in piece})
            for key, group, _, standing in piece:
                state = states[key]
                fields = [word for word in sorted(words) if rows.in_conflict(state.values(word))]
                fields += ["withdrawn"] if standing == _DISPUTED else []
                for word in fields:
                    yield Place(kind, row_text(key), group, word).finding("findings.disputed", "amber")
