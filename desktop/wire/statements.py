"""Statements: signed facts about keys and rights. A grow-only set; nothing in it is ever taken back.

A statement is one line, ``canonical JSON TAB signatures LF``; its id is H(statement, JSON). It names the key
set it is signed under (``by``, the id of a ``keys`` statement); the first key set of a city signs itself, and
its id names the network. Knows no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from desktop.wire import canonical
from desktop.wire.faults import WireError
from desktop.wire.groups import is_city, is_group, is_office
from desktop.wire.hashing import digest, is_hash, signing_text
from desktop.wire.ids import device_id
from desktop.wire.signatures import Proofs, SigningKey

MAX_KEYS = 16
_PROOFS = Proofs(65_536)
"""All statements are read whenever a file is opened or grows; a city of many years has some thousands."""

KINDS: frozenset[str] = frozenset(
    {"keys", "grant", "cut", "release", "approve", "clock", "expunge", "region", "recovery"}
)


class Statement(NamedTuple):
    """A statement and the signatures that came with it, as pairs (public key, signature) in hex."""

    body: bytes
    signatures: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """H(statement, body)."""
        return digest("statement", self.body)

    @property
    def value(self) -> dict[str, Any]:
        """The fields; only for statements that :func:`parse_statement` or :func:`compose` made."""
        found: dict[str, Any] = canonical.decode(self.body)
        return found

    def text(self) -> bytes:
        """The line with its line feed."""
        return self.body + b"\t" + canonical.encode([list(pair) for pair in self.signatures]) + b"\n"


def compose(value: Mapping[str, Any], keys: list[SigningKey]) -> Statement:
    """A statement signed by ``keys``. Raises ``WireError`` when the fields are not those of its kind."""
    body = canonical.encode(dict(value))
    _check(canonical.decode(body))
    text = signing_text("statement", body)
    return Statement(body, tuple(sorted((key.public, key.sign(text)) for key in keys)))


def parse_statement(line_untrusted: bytes) -> Statement:
    """Reads a statement line without its line feed. Raises ``WireError``."""
    body, tab, signatures = line_untrusted.partition(b"\t")
    pairs = canonical.decode(signatures) if tab else None
    if not isinstance(pairs, list) or len(pairs) > MAX_KEYS:
        raise WireError("wire.statement")
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(item, str) for item in pair):
            raise WireError("wire.statement")
    _check(canonical.decode(body))
    return Statement(body, tuple(sorted({(pair[0], pair[1]) for pair in pairs})))


def merged(one: Statement, other: Statement) -> Statement:
    """The same statement with the signatures of both: signatures are a grow-only set too."""
    return Statement(one.body, tuple(sorted({*one.signatures, *other.signatures})))


def lean(statement: Statement, key_set: Mapping[str, Any] | None) -> Statement:
    """Without the signatures that can never count: one good one is left for each key of its key set.

    Whoever may send could add signatures to a statement until nobody reads it any more. While the key set is
    not known, any 16 good ones are left.
    """
    text = signing_text("statement", statement.body)
    good: dict[str, str] = {}
    for key, signature in sorted(statement.signatures):
        wanted = key not in good and (key_set is None or key in key_set["keys"])
        if wanted and _PROOFS.verifies(key, signature, text):
            good[key] = signature
    return Statement(statement.body, tuple(sorted(good.items())[:MAX_KEYS]))


def signed_by_enough(statement: Statement, key_set: Mapping[str, Any]) -> bool:
    """True iff at least k different keys of the key set signed the statement."""
    return enough_signed(statement, key_set, int(key_set["k"]))


def enough_signed(statement: Statement, key_set: Mapping[str, Any], need: int) -> bool:
    """True iff at least ``need`` different keys of the key set signed the statement."""
    text = signing_text("statement", statement.body)
    trusted = set(key_set["keys"])
    good = {
        key
        for key, signature in statement.signatures
        if key in trusted and _PROOFS.verifies(key, signature, text)
    }
    return len(good) >= need


def _check(value: object) -> None:
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise WireError("wire.statement")
    by = value.get("by")
    if not (is_hash(by) or (by is None and value["kind"] == "keys")):
        raise WireError("wire.statement")
    if value["kind"] in _FIELDS and not _FIELDS[value["kind"]](value):
        raise WireError("wire.statement")


def _is_keys(value: dict[str, Any]) -> bool:
    keys, need, city = value.get("keys"), value.get("k"), value.get("city")
    return (
        isinstance(keys, list)
        and 1 <= len(keys) <= MAX_KEYS
        and all(map(is_hash, keys))
        and len(set(keys)) == len(keys)
        and type(need) is int
        and 1 <= need <= len(keys)
        and isinstance(city, str)
        and is_office(city)
        and is_city(city)
    )


def _is_grant(value: dict[str, Any]) -> bool:
    keys, slot = value.get("keys"), value.get("slot", 0)
    return (
        is_office(value.get("office"))
        and isinstance(keys, list)
        and len(keys) == 2
        and all(isinstance(key, str) and "\n" not in key for key in keys)
        and value.get("device") == device_id(*keys)
        and type(slot) is int
        and slot >= 0
    )


def _is_cut(value: dict[str, Any]) -> bool:
    groups, kept = value.get("groups"), value.get("kept")
    return (
        isinstance(value.get("device"), str)
        and (groups is None or (isinstance(groups, list) and all(map(is_group, groups))))
        and isinstance(kept, list)
        and all(map(is_hash, kept))
    )


_FIELDS = {"keys": _is_keys, "grant": _is_grant, "cut": _is_cut}
