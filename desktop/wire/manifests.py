"""The first member of a bundle: who sends what to whom, what the sender has and needs. No database."""

from __future__ import annotations

from typing import Any

from desktop.wire import canonical
from desktop.wire.faults import WireError
from desktop.wire.groups import is_group
from desktop.wire.hashing import is_hash, signing_text
from desktop.wire.ids import device_id
from desktop.wire.pieces import parse_pieces
from desktop.wire.signatures import SigningKey, verifies

FORMAT = 1
_LISTS = ("to", "runs", "blobs", "need")


def sign_manifest(value: dict[str, Any], key: SigningKey) -> tuple[bytes, bytes]:
    """``manifest.json`` and ``manifest.sig`` (128 hex digits and a line feed)."""
    body = canonical.encode(value)
    return body, key.sign(signing_text("manifest", body)).encode() + b"\n"


def parse_manifest(body_untrusted: bytes, signature_untrusted: bytes) -> dict[str, Any]:
    """Checks the signature by the key inside, then the fields.

    The key is that of the device the manifest names; whether that device is granted is the caller's to ask.
    Raises ``WireError``: ``wire.newer`` for a format this program is too old for.
    """
    value: Any = canonical.decode(body_untrusted)
    if not isinstance(value, dict):
        raise WireError("wire.manifest")
    if type(value.get("v")) is int and value["v"] > FORMAT:
        raise WireError("wire.newer")
    sender = value.get("sender")
    if value.get("v") != FORMAT or not isinstance(sender, list) or len(sender) != 3:
        raise WireError("wire.manifest")
    if not all(isinstance(item, str) and "\n" not in item for item in sender):
        raise WireError("wire.manifest")
    signature = signature_untrusted.decode("ascii", "replace").removesuffix("\n")
    if device_id(sender[1], sender[2]) != sender[0]:
        raise WireError("wire.manifest")
    if not verifies(sender[1], signature, signing_text("manifest", body_untrusted)):
        raise WireError("wire.manifest_signature")
    if not (is_hash(value.get("network")) and is_group(value.get("group")) and is_hash(value.get("root"))):
        raise WireError("wire.manifest")
    if not all(isinstance(value.get(name), list) for name in _LISTS) or not isinstance(
        value.get("have"), dict
    ):
        raise WireError("wire.manifest")
    parse_pieces(value.get("pieces", []))
    return value
