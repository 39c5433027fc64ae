"""Have-lists: what a device holds, signed and numbered. The newest replaces older ones. Knows no database.

Its ``mark`` is a second, short signature: whoever received the list can show by it, without the list itself,
that it was received. A PC that is shown a mark of its own key on a list it did not make has a copy.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from desktop.wire import canonical
from desktop.wire.faults import WireError
from desktop.wire.groups import is_group
from desktop.wire.hashing import digest, is_hash, signing_text
from desktop.wire.ids import device_id
from desktop.wire.signatures import SigningKey, verifies

MAX_LOGS = 4096


def sign_have(value: dict[str, Any], key: SigningKey) -> dict[str, Any]:
    """The have-list with its signatures under ``mark`` and ``sig``."""
    marked = {**value, "mark": key.sign(_mark_text(receipt_of(value)))}
    return {**marked, "sig": key.sign(signing_text("have", canonical.encode(marked)))}


class Receipt(NamedTuple):
    """That a have-list was received: which one, the hash of what it says, and its mark."""

    group: str
    incarnation: str
    counter: int
    content: str
    mark: str

    def is_signed(self, key: str) -> bool:
        """Whether the mark is by this key."""
        return verifies(key, self.mark, _mark_text(self))


def receipt_of(have: dict[str, Any]) -> Receipt:
    """The receipt for a have-list. One of an older program has no mark, so nobody will believe it."""
    said = {name: item for name, item in have.items() if name not in ("mark", "sig")}
    content = digest("have-content", canonical.encode(said))
    mark = have.get("mark")
    return Receipt(
        have["group"], have["incarnation"], have["counter"], content, mark if isinstance(mark, str) else ""
    )


def _mark_text(receipt: Receipt) -> bytes:
    return signing_text(
        "have-mark", receipt.group, receipt.incarnation, str(receipt.counter), receipt.content
    )


def check_have(value_untrusted: Any) -> dict[str, Any]:
    """Checks shape and signature of a have-list. Raises ``WireError("wire.have")``."""
    if not isinstance(value_untrusted, dict):
        raise WireError("wire.have")
    value = {name: item for name, item in value_untrusted.items() if name != "sig"}
    keys = value.get("keys")
    if not isinstance(keys, list) or len(keys) != 2 or not all(isinstance(key, str) for key in keys):
        raise WireError("wire.have")
    if any("\n" in key for key in keys) or device_id(*keys) != value.get("device"):
        raise WireError("wire.have")
    logs = value.get("logs")
    if not is_group(value.get("group")) or not isinstance(logs, dict) or len(logs) > MAX_LOGS:
        raise WireError("wire.have")
    blobs = value.get("blobs")
    if not isinstance(blobs, list) or not all(map(is_hash, blobs)):
        raise WireError("wire.have")
    if type(value.get("counter")) is not int or not _is_incarnation(value.get("incarnation")):
        raise WireError("wire.have")
    if not all(is_hash(log) and _segments(found) for log, found in logs.items()):
        raise WireError("wire.have")
    if not verifies(keys[0], value_untrusted.get("sig", ""), signing_text("have", canonical.encode(value))):
        raise WireError("wire.have")
    return value_untrusted


def _is_incarnation(found: object) -> bool:
    return isinstance(found, str) and re.fullmatch(r"[0-9a-f]{32}", found) is not None


def _segments(found: object) -> bool:
    return isinstance(found, list) and all(
        isinstance(item, list)
        and len(item) == 3
        and type(item[0]) is int
        and type(item[1]) is int
        and 1 <= item[0] <= item[1]
        and is_hash(item[2])
        for item in found
    )
