"""What a city states: under which of its key sets, with which keys, knowing which statements before.

The city's case file keeps some keys, sealed inside; the others are brought as share files. Knows no folder
layout and no screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from desktop.changes.holds import lift_approved
from desktop.changes.journal import Journal
from desktop.changes.pen import get_setting, put_setting
from desktop.changes.quarantine import entry_of
from desktop.changes.store import Changes, note_changes
from desktop.errors import UserError
from desktop.wire import canonical, orders
from desktop.wire.entries import parse_operations
from desktop.wire.faults import WireError
from desktop.wire.groups import city_of, is_city, is_office
from desktop.wire.hashing import is_hash
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import MAX_KEYS, Statement, compose

KEPT = "city_keys"
_ATTACHMENT = "attachment"


class CityRoot(NamedTuple):
    """A fresh key set: the statement and the share files to write (name, bytes)."""

    statement: Statement
    shares: list[tuple[str, bytes]]


class KeySet(NamedTuple):
    """A key set of this city: its id, its fields, and those of its keys that this file keeps."""

    id: str
    value: Mapping[str, Any]
    kept: dict[str, SigningKey]


def root_of(journal: Journal) -> str:
    """The network. Raises ``UserError`` before enrolment."""
    root = journal.root()
    if root is None:
        raise UserError("enrolment.not_enrolled")
    return root


def own_set(journal: Journal) -> KeySet:
    """The key set that this city states under: one that was not ended, the one whose keys are here first.

    Raises ``UserError`` where there is none.
    """
    root_of(journal)
    rights, city = journal.rights(), city_of(journal.pen().office)
    seeds = get_setting(journal.connection, KEPT) or b""
    kept = {key.public: key for key in (SigningKey(seeds[at : at + 32]) for at in range(0, len(seeds), 32))}
    found = [
        KeySet(key_set, value, {public: kept[public] for public in value["keys"] if public in kept})
        for key_set, value in rights.key_sets().items()
        if value["city"] == city and not rights.is_ended(key_set)
    ]
    if not found:
        raise UserError("enrolment.no_key_set")
    return min(found, key=lambda one: (-len(one.kept), one.id))


def need_of(key_set: KeySet, kind: str) -> int:
    """How many keys must sign a statement of this kind."""
    need = int(key_set.value["k"])
    two = kind in orders.TWO_OFFICIALS and len(key_set.value["keys"]) > 1
    return max(need, 2) if two else need


class Signing(NamedTuple):
    """What a statement needs: so many keys, of which so many are kept in this file and the rest brought."""

    need: int
    kept: int
    brought: int


def signing(journal: Journal, kind: str) -> Signing:
    """Whose keys a statement of this kind needs. Raises ``UserError``."""
    key_set = own_set(journal)
    need = need_of(key_set, kind)
    kept = min(need, len(key_set.kept))
    return Signing(need, kept, need - kept)


def keys_missing(journal: Journal, kind: str = "grant") -> int:
    """How many key shares must be brought for a statement of this kind. Raises ``UserError``."""
    return signing(journal, kind).brought


def state(journal: Journal, value: Mapping[str, Any], shares: Sequence[SigningKey] = ()) -> Changes:
    """States something for this city; its effect is there at once. Raises ``UserError``: too few keys."""
    key_set = own_set(journal)
    keys = _signers(key_set, value["kind"], shares)
    made = compose({**value, "by": key_set.id, "parents": tips(journal)}, keys)
    return journal.add_statements([made])


def _signers(key_set: KeySet, kind: str, shares: Sequence[SigningKey]) -> list[SigningKey]:
    brought = {key.public: key for key in shares if key.public in key_set.value["keys"]}
    keys, need = key_set.kept | brought, need_of(key_set, kind)
    if len(keys) < need:
        raise UserError("enrolment.too_few_keys", need=need, have=len(keys))
    return list(keys.values())[:need]


def tips(journal: Journal) -> list[str]:
    """The signed statements that no other one names as known before it."""
    signed = journal.rights().signed
    statements = [one.value | {"id": one.id} for one in journal.statements()]
    named = {parent for one in statements if one["id"] in signed for parent in orders.parents(one)}
    return sorted(signed - named)[: orders.MAX_PARENTS]


# key sets


def make_keys(keys: int, need: int) -> list[SigningKey]:
    """Fresh keys of a set. Raises ``UserError`` for numbers that fit nobody."""
    if not 1 <= need <= keys <= MAX_KEYS:
        raise UserError("enrolment.key_counts", most=MAX_KEYS)
    return [SigningKey.generate() for _ in range(keys)]


def share_file(root: str, key: SigningKey) -> bytes:
    """The bytes of one key share. It is secret: whoever holds k of them is the city."""
    return canonical.encode({"city_key": 1, "root": root, "seed": key.seed.hex()}) + b"\n"


def share_files(key_set: str, made: Sequence[SigningKey]) -> list[tuple[str, bytes]]:
    """All share files of a set, by name."""
    return [
        (f"city-key-{number}-of-{len(made)}.json", share_file(key_set, key))
        for number, key in enumerate(made, 1)
    ]


def keep_keys(journal: Journal, made: Sequence[SigningKey]) -> None:
    """Seals keys inside this file, in place of those it kept before."""
    put_setting(journal.connection, KEPT, b"".join(key.seed for key in made))


def rekey(
    journal: Journal, keys: int, need: int, shares: Sequence[SigningKey] = (), *, apart: bool = False
) -> CityRoot:
    """A new key set that ends the one before: what that signs from now on counts for nothing.

    The old keys sign it. With ``apart`` no new key stays in the file. Raises ``UserError``.
    """
    old = own_set(journal)
    made = make_keys(keys, need)
    value = {
        "kind": "keys",
        "keys": [key.public for key in made],
        "k": need,
        "city": old.value["city"],
        "by": old.id,
        "ends": True,
        "parents": tips(journal),
    }
    statement = compose(value, _signers(old, "keys", shares))
    journal.add_statements([statement])
    keep_keys(journal, [] if apart else made[:need])
    return CityRoot(statement, share_files(statement.id, made))


def admit(journal: Journal, key_set_untrusted: Mapping[str, Any], shares: Sequence[SigningKey] = ()) -> None:
    """Admits another city's key set to the network; only the city of the root can. Raises ``UserError``."""
    pen, root = journal.pen(), root_of(journal)
    value = {name: key_set_untrusted.get(name) for name in ("keys", "k", "city")}
    if journal.rights().key_sets()[root]["city"] != city_of(pen.office):
        raise UserError("enrolment.not_the_roots_city")
    if value["city"] == city_of(pen.office):
        raise UserError("enrolment.own_city")
    try:
        state(journal, {"kind": "keys", **value}, shares)
    except WireError:
        raise UserError("enrolment.no_request") from None


# orders


def release(journal: Journal, entries: Sequence[str], shares: Sequence[SigningKey] = ()) -> Changes:
    """Lets entries count again that a cut does not keep. Two officials sign. Raises ``UserError``."""
    for entry in entries:
        _of_this_city(journal, entry)
    if not 1 <= len(entries) <= orders.MAX_RELEASED:
        raise UserError("enrolment.no_such_entry")
    return state(journal, {"kind": "release", "entries": sorted(set(entries))}, shares)


def approve(journal: Journal, entry: str, shares: Sequence[SigningKey] = ()) -> Changes:
    """Confirms the mass change of an entry for all PCs of the city. Raises ``UserError``."""
    _of_this_city(journal, entry)
    changes = state(journal, {"kind": "approve", "entry": entry}, shares)
    note_changes(changes, lift_approved(journal))
    return changes


def clock(journal: Journal, log: str, first: int, last: int, shares: Sequence[SigningKey] = ()) -> Changes:
    """Says that entries of a log were written with a wrong clock. Raises ``UserError``."""
    row = journal.connection.exec_driver_sql("SELECT device, grp FROM log WHERE id = ?", (log,)).first()
    office = None if row is None else journal.rights().author_office(row[0], row[1])
    if office is None or city_of(office) != city_of(journal.pen().office):
        raise UserError("enrolment.no_such_log")
    value = {"kind": "clock", "log": log, "from": first, "to": last}
    if orders.clock_range(value) is None:
        raise UserError("enrolment.no_such_entry")
    return state(journal, value, shares)


def expunge(journal: Journal, entry: str, shares: Sequence[SigningKey] = ()) -> Changes:
    """Orders the payload of an entry away, at every PC and for ever. Two officials sign.

    The payload must be here: what is left of it is told from it. Raises ``UserError``.
    """
    found = _of_this_city(journal, entry)
    if found.salt == "-":
        raise UserError("enrolment.expunged_already")
    try:
        operations = parse_operations(found.body)
    except WireError:
        operations = []
    blobs = sorted(_files_named(operations) - _files_named_elsewhere(journal, entry))
    value = {"kind": "expunge", "entry": entry, "ghost": orders.ghost_of(operations), "blobs": blobs}
    return state(journal, value, shares)


def region(
    journal: Journal, cities: Sequence[str], need: int, name: str | None, shares: Sequence[SigningKey] = ()
) -> str:
    """States a region for this city; it counts once ``need`` of its cities did. Returns its group.

    Raises ``UserError``.
    """
    value: dict[str, Any] = {"kind": "region", "cities": sorted(set(cities)), "k": need}
    if name:
        value["name"] = name
    described = orders.region(value)
    lawful = all(is_office(city) and is_city(city) for city in cities)
    if described is None or not lawful or city_of(journal.pen().office) not in described.cities:
        raise UserError("enrolment.no_region")
    state(journal, value, shares)
    return described.group


def _of_this_city(journal: Journal, entry: str) -> Any:
    found = entry_of(journal.connection, entry) if is_hash(entry) else None
    office = None if found is None else journal.rights().author_office(found.device, found.group)
    if found is None or office is None:
        raise UserError("enrolment.no_such_entry")
    if city_of(office) != city_of(journal.pen().office):
        raise UserError("enrolment.other_city")
    return found


def _files_named(operations: Sequence[Sequence[Any]]) -> set[str]:
    found = set()
    for operation in operations:
        if operation[0] in "cs" and operation[1].partition(".")[0] == _ATTACHMENT:
            value = operation[3].get("sha256")
            found.add(value[0] if isinstance(value, list) and value else value)
    return {name for name in found if is_hash(name)}


def _files_named_elsewhere(journal: Journal, entry: str) -> set[str]:
    """Attachments that rows made by other entries name."""
    query = (
        "SELECT DISTINCT a.sha256 FROM attachment a JOIN entry e ON e.no = a.dot"
        " WHERE e.id <> ? AND a.sha256 IS NOT NULL"
    )
    return set(journal.connection.exec_driver_sql(query, (bytes.fromhex(entry),)).scalars())
