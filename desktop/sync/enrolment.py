"""Enrolment by file: a city's root, requests, grants, cuts. Knows no folder layout and no screen.

A city's root is a key set of n keys of which k must sign. Every key is written to its own share file for
safekeeping; the city's case file keeps the first k, sealed inside, unless they are to be kept apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from desktop.changes.journal import Journal
from desktop.changes.pen import get_setting, put_setting
from desktop.changes.store import Changes
from desktop.errors import UserError
from desktop.sync.hub_settings import take_told, told_to_others
from desktop.wire import canonical
from desktop.wire.faults import WireError
from desktop.wire.groups import city_of, is_city, is_office
from desktop.wire.hashing import signing_text
from desktop.wire.ids import device_id
from desktop.wire.signatures import SigningKey, verifies
from desktop.wire.statements import MAX_KEYS, Statement, compose, parse_statement, signed_by_enough

_KEPT = "city_keys"


class CityRoot(NamedTuple):
    """A fresh root: the statement and the share files to write (name, bytes)."""

    statement: Statement
    shares: list[tuple[str, bytes]]


class Asker(NamedTuple):
    """Who asks to be granted: device id, office id, and the office's name as that PC claims it."""

    device: str
    office: str
    claimed_name: str


class Device(NamedTuple):
    """A granted PC: its office, its place among the PCs of that office, and whether it was cut off."""

    device: str
    office: str
    slot: int
    cut: bool
    own: bool


def make_root(journal: Journal, keys: int, need: int, *, apart: bool = False) -> CityRoot:
    """Makes the root of this city, trusts it and grants this PC.

    With ``apart`` no key stays in the file: each later grant needs ``need`` shares. Raises ``UserError``.
    """
    pen = journal.pen()
    if not is_city(pen.office):
        raise UserError("enrolment.not_a_city")
    if journal.root() is not None:
        raise UserError("enrolment.has_root")
    if not 1 <= need <= keys <= MAX_KEYS:
        raise UserError("enrolment.key_counts", most=MAX_KEYS)
    made = [SigningKey.generate() for _ in range(keys)]
    value = {"kind": "keys", "keys": [key.public for key in made], "k": need, "city": city_of(pen.office)}
    root = compose(value, made[:need])
    shares = [
        (f"city-key-{number}-of-{keys}.json", share_file(root.id, key)) for number, key in enumerate(made, 1)
    ]
    journal.add_statements([root])
    journal.trust(root.id)
    if not apart:
        put_setting(journal.connection, _KEPT, b"".join(key.seed for key in made[:need]))
    own = _grant_value(root.id, pen.device, pen.office, [pen.signing.public, pen.age_recipient], 0)
    journal.add_statements([compose(own, made[:need])])
    return CityRoot(root, shares)


def share_file(root: str, key: SigningKey) -> bytes:
    """The bytes of one key share. It is secret: whoever holds k of them is the city."""
    return canonical.encode({"city_key": 1, "root": root, "seed": key.seed.hex()}) + b"\n"


def read_share(data_untrusted: bytes) -> SigningKey:
    """Reads a key share. Raises ``UserError``."""
    value = _json(data_untrusted, "enrolment.no_share")
    try:
        return SigningKey(bytes.fromhex(value["seed"]))
    except (KeyError, TypeError, ValueError):
        raise UserError("enrolment.no_share") from None


def request(journal: Journal, name: str) -> bytes:
    """A request of this PC to be granted: public keys, office, signed by itself."""
    pen = journal.pen()
    value = {
        "request": 1,
        "device": pen.device,
        "office": pen.office,
        "name": name[:200],
        "keys": [pen.signing.public, pen.age_recipient],
    }
    body = canonical.encode(value)
    return canonical.encode({**value, "sig": pen.signing.sign(signing_text("request", body))}) + b"\n"


def asker(request_untrusted: bytes) -> Asker:
    """Who wrote a request. Raises ``UserError`` when it is none, or altered."""
    value = _genuine(request_untrusted)
    name = value.get("name")
    return Asker(value["device"], value["office"], name[:200] if isinstance(name, str) else "")


def _genuine(request_untrusted: bytes) -> dict[str, Any]:
    value = _json(request_untrusted, "enrolment.no_request")
    signature = value.pop("sig", "")
    try:
        keys = value["keys"]
        genuine = value["request"] == 1 and value["device"] == device_id(*keys) and is_office(value["office"])
        genuine = genuine and verifies(keys[0], signature, signing_text("request", canonical.encode(value)))
    except (KeyError, TypeError, ValueError, WireError):
        genuine = False
    if not genuine:
        raise UserError("enrolment.no_request")
    return value


def grant(journal: Journal, request_untrusted: bytes, shares: Sequence[SigningKey] = ()) -> bytes:
    """Grants the PC of a request; the answer holds all statements the PC needs. Raises ``UserError``."""
    value = _genuine(request_untrusted)
    keys, office, device = value["keys"], value["office"], value["device"]
    rights = journal.rights()
    taken = rights.office(device)
    if taken is not None and taken != office:
        raise UserError("enrolment.other_office")
    if city_of(office) != city_of(journal.pen().office):
        raise UserError("enrolment.other_city")
    if taken is None:
        used = {rights.slot(other) for other, where in rights.devices().items() if where == office}
        slot = next(number for number in range(len(used) + 1) if number not in used)
        _state(journal, _grant_value(_root(journal), device, office, keys, slot), shares)
    return answer(journal)


def answer(journal: Journal) -> bytes:
    """All statements, as the file that ``accept`` reads; and where this city's hub is, if it has one."""
    lines = [statement.text().decode()[:-1] for statement in journal.statements()]
    value = {"answer": 1, "root": _root(journal), "statements": lines}
    hub = told_to_others(journal.connection)
    return canonical.encode(value if hub is None else {**value, "hub": hub}) + b"\n"


def accept(journal: Journal, answer_untrusted: bytes) -> Changes:
    """Takes a city's answer: trusts its root and joins its statements.

    Raises ``UserError`` when this PC is not in it, belongs to another office, or trusts another root already.
    """
    value = _json(answer_untrusted, "enrolment.no_answer")
    pen = journal.pen()
    try:
        statements = [parse_statement(line.encode()) for line in value["statements"]]
        root = value["root"]
    except (KeyError, TypeError, AttributeError, WireError):
        raise UserError("enrolment.no_answer") from None
    if journal.root() not in (None, root):
        raise UserError("enrolment.other_root")
    first = next((found for found in statements if found.id == root), None)
    if first is None or first.value["kind"] != "keys" or not signed_by_enough(first, first.value):
        raise UserError("enrolment.no_answer")
    if journal.root() is None:
        granted = [found for found in statements if found.value.get("device") == pen.device]
        offices = {found.value.get("office") for found in granted if found.value["kind"] == "grant"}
        if pen.office not in offices:
            raise UserError("enrolment.not_granted")
    changes = journal.add_statements(statements)
    if journal.root() is None:
        journal.trust(root)
        if journal.rights().office(pen.device) != pen.office:
            raise UserError("enrolment.not_granted")
    take_told(journal.connection, value.get("hub"))
    return changes


def cut(journal: Journal, device: str, after: int | None, shares: Sequence[SigningKey] = ()) -> bytes:
    """Cuts a PC off: what lies above entry number ``after`` of its logs no longer counts, now or later.

    Without ``after`` everything this file knows of the PC stays. Returns the file for the others.
    """
    if journal.rights().office(device) is None:
        raise UserError("enrolment.unknown_device")
    kept = [
        dot.hex()
        for (dot,) in journal.connection.exec_driver_sql(
            "SELECT e.id FROM entry e JOIN log l ON l.no = e.log"
            " WHERE l.device = ? AND (? IS NULL OR e.n <= ?) AND NOT EXISTS"
            " (SELECT 1 FROM entry c WHERE c.previous = e.id AND (? IS NULL OR c.n <= ?))",
            (device, after, after, after, after),
        )
    ]
    value = {"kind": "cut", "device": device, "kept": sorted(kept), "by": _root(journal)}
    _state(journal, value, shares)
    return answer(journal)


def devices(journal: Journal) -> list[Device]:
    """All granted PCs, by office and place."""
    rights, own = journal.rights(), journal.pen().device
    gone = {found["device"] for found in rights.cuts}
    found = [
        Device(device, office, rights.slot(device), device in gone, device == own)
        for device, office in rights.devices().items()
    ]
    return sorted(found, key=lambda item: (item.office, item.slot, item.device))


def keys_missing(journal: Journal) -> int:
    """How many key shares must be brought to grant or cut. Raises ``UserError`` before there is a root."""
    key_set, kept = _key_set(journal)
    return max(0, int(key_set["k"]) - len(kept))


def _grant_value(root: str, device: str, office: str, keys: list[str], slot: int) -> dict[str, Any]:
    return {"kind": "grant", "device": device, "office": office, "keys": keys, "slot": slot, "by": root}


def _state(journal: Journal, value: dict[str, Any], shares: Sequence[SigningKey]) -> None:
    key_set, kept = _key_set(journal)
    keys = kept | {key.public: key for key in shares if key.public in key_set["keys"]}
    if len(keys) < key_set["k"]:
        raise UserError("enrolment.too_few_keys", need=key_set["k"], have=len(keys))
    journal.add_statements([compose(value, list(keys.values())[: key_set["k"]])])


def _key_set(journal: Journal) -> tuple[dict[str, Any], dict[str, SigningKey]]:
    """The root's key set, and those of its keys that this file keeps."""
    root = _root(journal)
    key_set = next(found.value for found in journal.statements() if found.id == root)
    seeds = get_setting(journal.connection, _KEPT) or b""
    keys = [SigningKey(seeds[at : at + 32]) for at in range(0, len(seeds), 32)]
    return key_set, {key.public: key for key in keys if key.public in key_set["keys"]}


def _root(journal: Journal) -> str:
    root = journal.root()
    if root is None:
        raise UserError("enrolment.not_enrolled")
    return root


def _json(data_untrusted: bytes, code: str) -> dict[str, Any]:
    try:
        value = canonical.decode(data_untrusted.removesuffix(b"\n"))
    except WireError:
        raise UserError(code) from None
    if not isinstance(value, dict):
        raise UserError(code)
    return value
