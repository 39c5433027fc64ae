"""A program of tomorrow, as far as today's can play it: what it writes holds more than today's program knows.

It says more in headers, have-lists and manifests, knows a further table, further fields and a further letter
of operation, and its city states facts of a further kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import Engine

from desktop.changes.journal import Draft, Journal
from desktop.sync import consigning, known
from desktop.wire import canonical
from desktop.wire.entries import Header, Operation
from desktop.wire.ids import new_row_id

TABLE = "gadget.ar"
_MORE = {"tomorrow": {"since": 2, "what": ["more"]}}


@contextmanager
def tomorrow() -> Iterator[None]:
    """What is written and exported inside comes from tomorrow's program."""
    encode, have = Header.encode, known.sign_have
    manifest, needs = consigning.sign_manifest, consigning.own_needs

    def header(self: Header) -> bytes:
        return canonical.encode({**canonical.decode(encode(self)), "q": [1, "more"], "v": 2})

    with (
        mock.patch.object(Header, "encode", header),
        mock.patch.object(known, "sign_have", lambda value, key: have({**value, **_MORE}, key)),
        mock.patch.object(consigning, "sign_manifest", lambda value, key: manifest({**value, **_MORE}, key)),
        mock.patch.object(consigning, "own_needs", lambda *given: [*needs(*given), ["z", "later", {"x": 1}]]),
    ):
        yield


def write(engine: Engine, group: str, operations: list[Operation]) -> str:
    """One entry of tomorrow's program; its id."""
    with tomorrow(), engine.begin() as conn:
        journal = Journal(conn)
        journal.append([Draft("tomorrow.act", group, operations)], "")
        dot: bytes = conn.exec_driver_sql("SELECT id FROM entry ORDER BY no DESC LIMIT 1").scalar_one()
    return dot.hex()


def further(group: str, office: str, person: str, dots: list[str]) -> list[list[Operation]]:
    """Entries of what only tomorrow's program knows: a table of its own with changes and a withdrawal, a
    person with a further field and a correction of it, and operations of a further letter.
    """
    gadget, other = (new_row_id(group, TABLE, office) for _ in range(2))
    fresh = new_row_id(group, "person.ar", office)
    deep: dict[str, Any] = {"a": [1, {"b": [True, "丙"]}]}
    return [
        [["c", TABLE, gadget, {"size": 3, "deep": deep}], ["c", TABLE, other, {"size": 1}]],
        [["c", "person.ar", fresh, {"name": "丁", "shoe_size": 41}]],
        [["s", "person.ar", person, {"shoe_size": [44], "name": ["甲甲", *dots]}]],
        [["s", TABLE, gadget, {"size": [4]}], ["w", TABLE, other, "误登", [], []]],
        [["m", TABLE, gadget, other, {"why": "merged"}]],
        [["c", "person.ar", new_row_id(group, "person.ar", office), {"name": "戊"}], ["m", 1]],
    ]
