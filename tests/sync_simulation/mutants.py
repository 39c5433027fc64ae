"""Merges broken on purpose, each by its name. A simulation that lets one of them pass proves nothing.

``test_worlds.CAUGHT`` says which of them short worlds catch; the others want rarer events.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count
from typing import Any
from unittest import mock

from desktop.changes import outline, plain, rights, rows, store
from desktop.changes.journal import Journal, Received
from desktop.changes.judging import Judge
from desktop.changes.rights import APPLIED, CITY_ONLY, MALFORMED, NOT_ITS_ROW
from desktop.changes.store import Store
from desktop.sync import bundles, consigning
from desktop.sync.hub_client import HubClient
from desktop.sync.hub_round import Round
from desktop.wire import canonical
from desktop.wire.entries import MARK
from desktop.wire.roster import Roster

Patch = Callable[[], AbstractContextManager[Any]]


def _in_place(where: object, name: str, broken: Callable[..., Any]) -> Patch:
    return lambda: mock.patch.object(where, name, broken)


# values


def _without_awaiting(state: Any, dot: Any, name: str, value: Any, over: Any, folded: Any) -> None:
    live = rows._own(state, name)
    for old in over:
        live.pop(old, None)
    live[dot] = value


def _once(state: Any, dot: bytes, value: Any, name: str) -> None:
    if dot in state.awaited.get(name, set()):
        state.awaited[name].discard(dot)
    elif value not in state.live[name].values():
        state.live[name][dot] = value


def _last_to_arrive(state: Any, dot: Any, name: str, value: Any, over: Any, folded: Any) -> None:
    state.live[name] = {dot: value}


def _withdrawn_whatever_was_seen(state: Any) -> int:
    marks = [mark for mark in state.values(MARK).values() if mark[0] is not None]
    return rows.WITHDRAWN if marks else rows.NOT_WITHDRAWN


def _always_plain(operation: Any, row: Any, live: Any) -> bool:
    return row is not None and bool(plain.is_plain) and row.undisturbed


def _first_creation_only(state: Any, dot: bytes, values: Any) -> None:
    if not state.creates:
        _create(state, dot, values)


_create = rows.create


def _highest_stamp_wins(state: Any, dot: Any, name: str, value: Any, over: Any, folded: Any) -> None:
    _replace(state, dot, name, value, [*over, *rows._own(state, name)], folded)


_replace = rows.replace


# rights


def _cut_by_number(self: Judge, cuts: list[frozenset[str]]) -> set[bytes]:
    found = [self._sql("SELECT id, n FROM entry WHERE id = ?", (bytes.fromhex(h),)).first() for h in cuts[0]]
    last = max((n for _, n in filter(None, found)), default=0)
    return set(self._sql("SELECT id FROM entry WHERE n <= ?", (last,)).scalars())


def _quarantine_applied(log: Any, n: int, header: Any, line: Any, of: Any, ghost: Any = None) -> Any:
    verdict, operations = _judge(log, n, header, line, of, ghost)
    if verdict in (NOT_ITS_ROW, CITY_ONLY):
        return APPLIED, canonical.decode(line.body)
    return verdict, operations


def _malformed_applied(log: Any, n: int, header: Any, line: Any, of: Any, ghost: Any = None) -> Any:
    verdict, operations = _judge(log, n, header, line, of, ghost)
    if verdict == MALFORMED:
        return APPLIED, [found for found in canonical.decode(line.body) if found[0] in "csw"]
    return verdict, operations


_judge = rights.judge


def _joined_but_not_judged(self: Journal, statements: Any) -> Any:
    with mock.patch.object(Judge, "since", return_value={}):
        return _add_statements(self, statements)


_add_statements = Journal.add_statements


# the way


def _nothing_above_a_gap(self: Journal, piece: Any) -> Received:
    start = piece.entries[0]
    known = self._sql("SELECT 1 FROM entry WHERE id = ?", (bytes.fromhex(start[2]),)).first()
    if start[0] > 1 and known is None:
        return Received(0, 0, 0, {})
    return _receive(self, piece)


_receive = Journal.receive


def _by_number_not_by_id(self: Journal, log: int, piece: Any) -> tuple[set[str], set[str]]:
    """An entry of a number that is there is taken for known, as if logs never branched."""
    numbers = set(self._sql("SELECT n FROM entry WHERE log = ?", (log,)).scalars())
    return {found for n, found, _, _ in piece.entries if n in numbers}, set()


def _in_order_of_arrival(conn: Any, group: str, shown: Any = None) -> outline.GroupDigest:
    right = _group_digest(conn, group, shown)
    arrived = conn.exec_driver_sql("SELECT id FROM entry WHERE verdict = 'applied' ORDER BY no").scalars()
    inputs = sum(place * int.from_bytes(dot, "big") for place, dot in zip(count(1), arrived, strict=False))
    return right._replace(inputs=f"{inputs % (1 << 256):064x}")


_group_digest = outline.group_digest


def _unknown_forgotten(self: Store, entries: Any, touched: Any, places: Any, before: Any) -> None:
    known = {key: done for key, done in touched.items() if places[key][1] in store.shared_tables()}
    _fold(self, entries, known, places, before)


_fold = Store._fold


def _whatever_was_told(conn: Any, group: str, devices: set[str], own: Any = None) -> Any:
    """Everything ever sent is taken for received: lost sticks are never made good."""
    return {
        log: {tip: last for _, last, tip in parts} for log, parts in outline.segments(conn, group).items()
    }


def _read_to_its_end(self: bundles.BundleReader, carrier: Any, file: Any, identity: str) -> None:
    _read(self, carrier, file, identity)
    with self._engine.begin() as conn:
        bundles.remember_bundle(conn, file.sha256, "read")


_read = bundles.BundleReader.read


# the hub


def _one_number_too_far(self: HubClient, epoch: str, after: int, limit: int) -> Any:
    """The cursor stands above a bundle that was not read."""
    return _mailbox(self, epoch, after + 1, limit)


_mailbox = HubClient.mailbox


MUTANTS: dict[str, Patch] = {
    "awaited kills dropped": _in_place(rows, "replace", _without_awaiting),
    "equal values dropped": _in_place(rows, "_write", lambda s, name, dot, value: _once(s, dot, value, name)),
    "the last to arrive wins": _in_place(rows, "replace", _last_to_arrive),
    "a later write replaces what it did not see": _in_place(rows, "replace", _highest_stamp_wins),
    "every correction is plain": _in_place(store, "is_plain", _always_plain),
    "withdrawn whatever was seen": _in_place(rows, "withdrawal", _withdrawn_whatever_was_seen),
    "cut by number, not by head": _in_place(Judge, "kept", _cut_by_number),
    "another office's row written": _in_place(rights, "judge", _quarantine_applied),
    "the lawful part of an entry applied": _in_place(rights, "judge", _malformed_applied),
    "statements change no verdict": _in_place(Journal, "add_statements", _joined_but_not_judged),
    "clock-off ignored": _in_place(Store, "_declare_clocks", lambda self, entries: None),
    "nothing above a gap": _in_place(Journal, "receive", _nothing_above_a_gap),
    "branches taken for known": _in_place(Journal, "_known", _by_number_not_by_id),
    "digest in order of arrival": _in_place(outline, "group_digest", _in_order_of_arrival),
    "unknown tables forgotten": _in_place(Store, "_fold", _unknown_forgotten),
    "what was sent counts as received": _in_place(consigning, "had_by_all", _whatever_was_told),
    "what an expunged write replaced rises again": _in_place(rows, "vanish", lambda *arguments: None),
    "a key set goes on after its ending": _in_place(Roster, "_outlives", lambda self, key_set, one: True),
    "late releases and expunges change no verdict": _in_place(Roster, "spoken_of", lambda self: {}),
    "a city's word on clocks ignored": _in_place(Judge, "settle_clocks", lambda self: {}),
    "nobody is vouched for": _in_place(Roster, "vouching", lambda self, vouchers: self),
    "a damaged bundle counts as read": _in_place(bundles.BundleReader, "read", _read_to_its_end),
    "a bundle in the mailbox is passed over": _in_place(HubClient, "mailbox", _one_number_too_far),
    "what a hub lost is not offered again": _in_place(Round, "_ask_what_is_lost", lambda self: None),
    "what one copy read counts for all": _in_place(Round, "_notice_gone", lambda self, state, *a, **b: state),
}
