"""Enrolment by file: a city's root, requests, grants, cuts. Knows no folder layout and no screen.

A city's root is a key set of n keys of which k must sign. Every key is written to its own share file for
safekeeping; the city's case file keeps the first k, sealed inside, unless they are to be kept apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from desktop.changes.holds import lift_approved
from desktop.changes.journal import Draft, Journal
from desktop.changes.store import Changes, note_changes
from desktop.errors import UserError
from desktop.sync.hub_settings import take_told, told_to_others
from desktop.sync.stating import (
    CityRoot,
    admit,
    keep_keys,
    keys_missing,
    make_keys,
    root_of,
    share_file,
    share_files,
    state,
)
from desktop.sync.vouching import proof_of, receive_proof
from desktop.wire import canonical
from desktop.wire.faults import WireError
from desktop.wire.groups import city_of, is_city, is_office, office_group
from desktop.wire.hashing import signing_text
from desktop.wire.ids import device_id
from desktop.wire.signatures import SigningKey, verifies
from desktop.wire.statements import Statement, compose, parse_statement, signed_by_enough

__all__ = ["CityRoot", "keys_missing", "share_file"]


class Asker(NamedTuple):
    """Who asks to be granted: device id, office id, and the office's name as that PC claims it."""

    device: str
    office: str
    claimed_name: str


class Device(NamedTuple):
    """A PC that may write: its office, its place among the PCs of that office, and whether it was cut off.

    ``vouched``: another PC of its office vouches for it until the city grants it; it has no place yet.
    """

    device: str
    office: str
    slot: int
    cut: bool
    own: bool
    vouched: bool = False


def make_root(journal: Journal, keys: int, need: int, *, apart: bool = False) -> CityRoot:
    """Makes the root of this city, trusts it and grants this PC.

    With ``apart`` no key stays in the file: each later grant needs ``need`` shares. Raises ``UserError``.
    """
    pen = journal.pen()
    if not is_city(pen.office):
        raise UserError("enrolment.not_a_city")
    if journal.root() is not None:
        raise UserError("enrolment.has_root")
    made = make_keys(keys, need)
    value = {"kind": "keys", "keys": [key.public for key in made], "k": need, "city": city_of(pen.office)}
    root = compose(value, made[:need])
    journal.add_statements([root])
    journal.trust(root.id)
    if not apart:
        keep_keys(journal, made[:need])
    own = _grant_value(pen.device, pen.office, [pen.signing.public, pen.age_recipient], 0)
    state(journal, own, made[:need])
    return CityRoot(root, share_files(root.id, made))


def ask_to_join(journal: Journal, keys: int, need: int, *, apart: bool = False) -> CityRoot:
    """Makes keys of this city for the city of a network's root to admit: ``statement`` has no effect by
    itself; its body and a signature by this PC are the request. Raises ``UserError``.
    """
    pen = journal.pen()
    if not is_city(pen.office):
        raise UserError("enrolment.not_a_city")
    if journal.root() is not None:
        raise UserError("enrolment.has_root")
    made = make_keys(keys, need)
    value = {"kind": "keys", "keys": [key.public for key in made], "k": need, "city": city_of(pen.office)}
    statement = compose(value, made[:need])
    if not apart:
        keep_keys(journal, made[:need])
    return CityRoot(statement, share_files(statement.id, made))


def join_request(root: CityRoot) -> bytes:
    """The file of a city that asks to be admitted: its public keys, signed by them."""
    return canonical.encode({"join": 1, "keys": root.statement.text().decode()[:-1]}) + b"\n"


def read_join_request(data_untrusted: bytes) -> dict[str, Any]:
    """The key set that a city asks to have admitted. Raises ``UserError``."""
    value = _json(data_untrusted, "enrolment.no_request")
    try:
        statement = parse_statement(value["keys"].encode())
        found = statement.value
        good = value["join"] == 1 and found["kind"] == "keys" and signed_by_enough(statement, found)
    except (KeyError, TypeError, AttributeError, WireError):
        good = False
    if not good:
        raise UserError("enrolment.no_request")
    return found


def admit_city(journal: Journal, request_untrusted: bytes, shares: Sequence[SigningKey] = ()) -> bytes:
    """Admits another city's keys; the answer is for its PC. Raises ``UserError``."""
    admit(journal, read_join_request(request_untrusted), shares)
    return answer(journal)


def accept_admission(journal: Journal, answer_untrusted: bytes, shares: Sequence[SigningKey] = ()) -> Changes:
    """Takes the answer of the root's city: joins its network with this city's keys, and grants this PC.

    Raises ``UserError`` when the keys admitted there are none of this city's.
    """
    root, statements = _read_answer(answer_untrusted)
    if journal.root() is not None:
        raise UserError("enrolment.has_root")
    changes = journal.add_statements(statements)
    journal.trust(root)
    pen = journal.pen()
    state(journal, _grant_value(pen.device, pen.office, [pen.signing.public, pen.age_recipient], 0), shares)
    return changes


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
        state(journal, _grant_value(device, office, keys, slot), shares)
    return answer(journal)


def answer(journal: Journal) -> bytes:
    """All statements, as the file that ``accept`` reads; and where this city's hub is, if it has one."""
    lines = [statement.text().decode()[:-1] for statement in journal.statements()]
    value = {"answer": 1, "root": root_of(journal), "statements": lines}
    hub = told_to_others(journal.connection)
    return canonical.encode(value if hub is None else {**value, "hub": hub}) + b"\n"


def vouch(journal: Journal, request_untrusted: bytes, officer: str = "") -> bytes:
    """Vouches for another PC of this office until the city grants it; the file is for that PC.

    Raises ``UserError`` when this PC is not granted itself, or the other is of another office or granted.
    """
    value, pen, rights = _genuine(request_untrusted), journal.pen(), journal.rights()
    root_of(journal)
    if rights.office(pen.device) != pen.office:
        raise UserError("enrolment.vouched_only")
    if value["office"] != pen.office:
        raise UserError("enrolment.vouch_other_office")
    if rights.office(value["device"]) is not None:
        raise UserError("enrolment.granted_already")
    group = office_group(pen.office)
    journal.sign_heads(group)
    asked = canonical.decode(request_untrusted.removesuffix(b"\n"))
    if value["device"] not in rights.vouched():
        operation = ["v", {"keys": value["keys"], "request": asked}]
        journal.append([Draft("enrol.voucher", group, [operation])], officer)
        journal.sign_heads(group)
    proof = proof_of(journal.connection, value["device"], pen.office)
    if proof is None:
        raise UserError("enrolment.vouched_only")
    found = canonical.decode(answer(journal).removesuffix(b"\n"))
    return canonical.encode({**found, "voucher": proof}) + b"\n"


def accept(journal: Journal, answer_untrusted: bytes) -> Changes:
    """Takes a city's answer, or another PC's voucher: trusts its root and joins its statements.

    Raises ``UserError`` when this PC is not in it, belongs to another office, or trusts another root already.
    """
    pen = journal.pen()
    root, statements = _read_answer(answer_untrusted)
    if journal.root() not in (None, root):
        raise UserError("enrolment.other_root")
    value = _json(answer_untrusted, "enrolment.no_answer")
    proof = value.get("voucher")
    if journal.root() is None and proof is None:
        granted = [found for found in statements if found.value.get("device") == pen.device]
        offices = {found.value.get("office") for found in granted if found.value["kind"] == "grant"}
        if pen.office not in offices:
            raise UserError("enrolment.not_granted")
    changes = journal.add_statements(statements)
    note_changes(changes, lift_approved(journal))
    if journal.root() is None:
        journal.trust(root)
        if proof is not None:
            receive_proof(journal, proof)
        if journal.rights().author_office(pen.device, office_group(pen.office)) != pen.office:
            raise UserError("enrolment.not_granted")
    take_told(journal.connection, value.get("hub"))
    return changes


def _read_answer(answer_untrusted: bytes) -> tuple[str, list[Statement]]:
    value = _json(answer_untrusted, "enrolment.no_answer")
    try:
        statements = [parse_statement(line.encode()) for line in value["statements"]]
        root = value["root"]
    except (KeyError, TypeError, AttributeError, WireError):
        raise UserError("enrolment.no_answer") from None
    first = next((found for found in statements if found.id == root), None)
    if first is None or first.value["kind"] != "keys" or not signed_by_enough(first, first.value):
        raise UserError("enrolment.no_answer")
    return root, statements


def cut(journal: Journal, device: str, after: int | None, shares: Sequence[SigningKey] = ()) -> bytes:
    """Cuts a PC off: what lies above entry number ``after`` of its logs no longer counts, now or later.

    Without ``after`` everything this file knows of the PC stays. Returns the file for the others.
    """
    rights = journal.rights()
    if rights.office(device) is None and device not in rights.vouched():
        raise UserError("enrolment.unknown_device")
    kept = _heads(journal, [device], after)
    state(journal, {"kind": "cut", "device": device, "kept": kept}, shares)
    return answer(journal)


def cut_office(journal: Journal, office: str, shares: Sequence[SigningKey] = ()) -> bytes:
    """Cuts every PC of an office off, those that come too; what this file knows of them stays.

    Raises ``UserError`` for an office without PCs, or of another city.
    """
    rights = journal.rights()
    found = [device for device, where in rights.devices().items() if where == office]
    found += [device for device, one in rights.vouched().items() if one.office == office]
    if not found:
        raise UserError("enrolment.unknown_device")
    if city_of(office) != city_of(journal.pen().office):
        raise UserError("enrolment.other_city")
    kept = _heads(journal, found, None)
    state(journal, {"kind": "cut", "device": "", "office": office, "kept": kept}, shares)
    return answer(journal)


def _heads(journal: Journal, devices: Sequence[str], after: int | None) -> list[str]:
    """The tips of what these PCs wrote, up to entry number ``after``."""
    kept: list[str] = []
    for device in devices:
        kept += [
            dot.hex()
            for (dot,) in journal.connection.exec_driver_sql(
                "SELECT e.id FROM entry e JOIN log l ON l.no = e.log"
                " WHERE l.device = ? AND (? IS NULL OR e.n <= ?) AND NOT EXISTS"
                " (SELECT 1 FROM entry c WHERE c.previous = e.id AND (? IS NULL OR c.n <= ?))",
                (device, after, after, after, after),
            )
        ]
    return sorted(kept)


def devices(journal: Journal) -> list[Device]:
    """All granted PCs, by office and place."""
    rights, own = journal.rights(), journal.pen().device
    found = [
        Device(device, office, rights.slot(device), rights.is_cut(device), device == own)
        for device, office in rights.devices().items()
    ]
    found += [
        Device(device, one.office, rights.slot(device), rights.is_cut(device), device == own, vouched=True)
        for device, one in rights.vouched().items()
    ]
    return sorted(found, key=lambda item: (item.office, item.slot, item.device))


def _grant_value(device: str, office: str, keys: list[str], slot: int) -> dict[str, Any]:
    return {"kind": "grant", "device": device, "office": office, "keys": keys, "slot": slot}


def _json(data_untrusted: bytes, code: str) -> dict[str, Any]:
    try:
        value = canonical.decode(data_untrusted.removesuffix(b"\n"))
    except WireError:
        raise UserError(code) from None
    if not isinstance(value, dict):
        raise UserError(code)
    return value
