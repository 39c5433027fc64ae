"""Statements at the hub: which are kept, and who may knock by them. They prove themselves.

What they say is the roster's to judge (``desktop.wire.roster``), here as on every desk. The hub keeps all
that can count there whatever else arrives later: what the keys of a key set signed that was reached from the
root, also when that set was ended. So it comes to the same in whatever order statements arrive.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from desktop.wire.faults import WireError
from desktop.wire.hashing import digest
from desktop.wire.roster import Roster
from desktop.wire.statements import MAX_KEYS, Statement, lean, merged, parse_statement
from hub.database import get_word, insert_new, need_word, put_word
from hub.tables import statement

MAX_LINES = 5_000
"""Statement lines in one request."""

MAX_FORGED = 100
"""So many lines that nobody entitled signed, and the rest of a request is not looked at."""

MAX_SIGNATURES = 2 * MAX_KEYS
"""So many signatures of one statement, kept and brought, are looked at in a request."""


class Standing(NamedTuple):
    """Who is enrolled under one set of statements.

    ``mark`` tells one set of kept statements from another; ``root`` is that of those that count as signed: a
    desk with the same statements has the same one.
    """

    mark: str
    root: str
    kept: Mapping[str, Statement]
    roster: Roster
    offices: dict[str, str]
    keys: dict[str, str]
    cut: frozenset[str]

    def colleagues(self, office: str) -> tuple[str, ...]:
        """All devices of an office."""
        return tuple(one for one, its in self.offices.items() if its == office)


class Standings:
    """The standing under the statements kept now; worked out again only when there are others."""

    def __init__(self, network: str) -> None:
        self.network = network
        self._lock = threading.Lock()
        self._last: Standing | None = None

    def now(self, conn: Connection) -> Standing:
        """The standing of this moment."""
        mark = need_word(conn, "root")
        last = self._last
        if last is not None and last.mark == mark:
            return last
        with self._lock:
            if self._last is None or self._last.mark != mark:
                self._last = _standing(self.network, mark, _kept(conn))
            return self._last


def _standing(network: str, mark: str, kept: Mapping[str, Statement]) -> Standing:
    roster = Roster(network, kept.values(), None)
    offices = roster.devices()
    keys = {one: roster.signing_key(one) for one in offices}
    cut = frozenset(filter(roster.is_cut, offices))
    return Standing(mark, root_of(roster.signed), kept, roster, offices, keys, cut)


class Taken(NamedTuple):
    """What became of posted statements."""

    root: str
    kept: int
    dropped: int


def take(conn: Connection, standings: Standings, lines_untrusted: list[bytes]) -> Taken:
    """Keeps the statements that prove themselves; call it in a writing transaction."""
    get_word(conn, "root", lock=True)
    known = standings.now(conn)
    candidates: dict[str, Statement] = {}
    again = malformed = 0
    for line in lines_untrusted:
        try:
            one = parse_statement(line)
        except WireError:
            malformed += 1
            continue
        held = known.kept.get(one.id)
        if held is not None and known.roster.proves(held):
            again += 1
            continue
        before = candidates.get(one.id, held)
        whole = one if before is None else merged(before, one)
        if len(whole.signatures) <= MAX_SIGNATURES:
            candidates[one.id] = whole
    dropped = malformed + len(candidates)
    if not candidates:
        return Taken(known.root, again, dropped)
    roster, proved = _proved(known, candidates)
    for one in proved:
        _keep(conn, one)
    if proved:
        put_word(conn, "root", root_of({*known.kept, *(one.id for one in proved)}))
    return Taken(root_of(roster.signed), again + len(proved), dropped - len(proved))


def root_of(ids: Iterable[str]) -> str:
    """The root of a set of statements, as the format has it."""
    return digest("statements", " ".join(sorted(ids)))


def lines(conn: Connection) -> Iterator[bytes]:
    """All statement lines, by id."""
    for line in conn.execute(select(statement.c.line).order_by(statement.c.id)).scalars():
        yield bytes(line) + b"\n"


def _proved(known: Standing, candidates: Mapping[str, Statement]) -> tuple[Roster, list[Statement]]:
    """Those that prove themselves, and the roster with them; key sets among them count at once."""
    waiting, proved, forged = sorted(candidates.values(), key=_keys_first), [], 0
    kept, roster, progress = dict(known.kept), known.roster, True
    while progress and waiting:
        progress, later = False, []
        for one in waiting:
            issuer = roster.issuer_of(one)
            if issuer is None or forged > MAX_FORGED:
                later.append(one)
            elif roster.proves(one):
                kept[one.id] = lean(one, issuer)
                proved.append(kept[one.id])
                progress = progress or one.value["kind"] == "keys"
            else:
                forged += 1
        waiting = later
        if progress:
            roster = Roster(roster.root, kept.values(), None)
    return (Roster(roster.root, kept.values(), None) if proved else roster), proved


def _keys_first(one: Statement) -> tuple[bool, str]:
    return one.value["kind"] != "keys", one.id


def _keep(conn: Connection, one: Statement) -> None:
    """What an earlier version kept with too few signatures gets the others."""
    line = one.text()[:-1]
    if not insert_new(conn, statement, id=one.id, line=line):
        conn.execute(statement.update().where(statement.c.id == one.id).values(line=line))


def _kept(conn: Connection) -> dict[str, Statement]:
    found = (parse_statement(bytes(line)) for line in conn.execute(select(statement.c.line)).scalars())
    return {one.id: one for one in found}
