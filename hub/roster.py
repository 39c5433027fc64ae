"""Statements at the hub: which are kept, and who may knock by them. They prove themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from desktop.wire.faults import WireError
from desktop.wire.hashing import digest
from desktop.wire.roster import Roster
from desktop.wire.statements import Statement, lean, merged, parse_statement, signed_by_enough
from hub.database import get_word, insert_new, need_word, put_word
from hub.tables import statement

MAX_LINES = 5_000
"""Statement lines in one request."""

MAX_FORGED = 100
"""So many lines that nobody entitled signed, and the rest of a request is not looked at."""


class Standing(NamedTuple):
    """Who is enrolled under one set of statements."""

    root: str
    offices: dict[str, str]
    keys: dict[str, str]
    cut: frozenset[str]
    key_sets: dict[str, dict[str, Any]]

    def colleagues(self, office: str) -> tuple[str, ...]:
        """All devices of an office."""
        return tuple(one for one, its in self.offices.items() if its == office)


class Standings:
    """The standing under the statements kept now; worked out again only when their root has changed."""

    def __init__(self, network: str) -> None:
        self.network = network
        self._lock = threading.Lock()
        self._last: Standing | None = None

    def now(self, conn: Connection) -> Standing:
        """The standing of this moment."""
        root = need_word(conn, "root")
        last = self._last
        if last is not None and last.root == root:
            return last
        with self._lock:
            if self._last is None or self._last.root != root:
                self._last = standing(self.network, root, _kept(conn))
            return self._last


def standing(network: str, root: str, statements: list[Statement]) -> Standing:
    """Who is enrolled, with which signing key, and whom a cut names."""
    roster = Roster(network, statements, None)
    offices = roster.devices()
    keys: dict[str, str] = {}
    key_sets: dict[str, dict[str, Any]] = {}
    for one in statements:
        value = one.value
        if value["kind"] == "grant" and value["device"] in offices:
            keys[value["device"]] = value["keys"][0]
        elif value["kind"] == "keys" and roster.knows_keys(one.id):
            key_sets[one.id] = value
    return Standing(root, offices, keys, frozenset(filter(roster.is_cut, offices)), key_sets)


class Taken(NamedTuple):
    """What became of posted statements."""

    root: str
    kept: int
    dropped: int


def take(conn: Connection, standings: Standings, lines_untrusted: list[bytes]) -> Taken:
    """Keeps the statements that prove themselves; call it in a writing transaction."""
    get_word(conn, "root", lock=True)
    known = standings.now(conn)
    held = set(conn.execute(select(statement.c.id)).scalars())
    candidates: dict[str, Statement] = {}
    again = malformed = 0
    for line in lines_untrusted:
        try:
            one = parse_statement(line)
        except WireError:
            malformed += 1
            continue
        if one.id in held:
            again += 1
        else:
            candidates[one.id] = merged(candidates[one.id], one) if one.id in candidates else one
    proved = _proved(standings.network, dict(known.key_sets), candidates)
    for one in proved:
        insert_new(conn, statement, id=one.id, line=one.text()[:-1])
    if not proved:
        return Taken(known.root, again, malformed + len(candidates))
    root = root_of(held | {one.id for one in proved})
    put_word(conn, "root", root)
    return Taken(root, again + len(proved), malformed + len(candidates) - len(proved))


def root_of(ids: Iterable[str]) -> str:
    """The root of a set of statements, as the format has it."""
    return digest("statements", " ".join(sorted(ids)))


def lines(conn: Connection) -> Iterator[bytes]:
    """All statement lines, by id."""
    for line in conn.execute(select(statement.c.line).order_by(statement.c.id)).scalars():
        yield bytes(line) + b"\n"


def _proved(
    network: str, key_sets: dict[str, dict[str, Any]], candidates: Mapping[str, Statement]
) -> list[Statement]:
    """Those signed by enough keys of a key set reached from the root; key sets among them count at once."""
    waiting, proved, forged = sorted(candidates.values(), key=_keys_first), [], 0
    progress = True
    while progress and waiting:
        progress, later = False, []
        for one in waiting:
            value = one.value
            signer = value if one.id == network else key_sets.get(value.get("by") or "")
            if signer is None or forged > MAX_FORGED:
                later.append(one)
            elif signed_by_enough(one, signer):
                proved.append(lean(one, signer))
                if value["kind"] == "keys":
                    key_sets[one.id] = value
                    progress = True
            else:
                forged += 1
        waiting = later
    return proved


def _keys_first(one: Statement) -> tuple[bool, str]:
    return one.value["kind"] != "keys", one.id


def _kept(conn: Connection) -> list[Statement]:
    return [parse_statement(bytes(line)) for line in conn.execute(select(statement.c.line)).scalars()]
