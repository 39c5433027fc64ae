"""Canonical JSON: one value has exactly one text, so that a hash over the text proves the value.

Knows only bytes and values. The rules (docs/bundle-format.md): UTF-8, no white space, ASCII keys sorted and
unique, integers within ±(2^53 − 1), no floats, one escape form, no lone surrogates, text not normalised,
depth at most 8, at most 1 MiB.
"""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.wire.faults import WireError

Value = Any
"""What JSON can say without floats: None, bool, int, str, list and dict with str keys."""

MAX_BYTES = 1 << 20
MAX_DEPTH = 8
MAX_INTEGER = (1 << 53) - 1

_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder()


def encode(value: Value) -> bytes:
    """The canonical bytes of a value.

    Raises ``WireError("wire.not_canonical")`` for anything canonical JSON cannot hold.
    """
    _inspect(value, MAX_DEPTH)
    try:
        data = _encoder.encode(value)
    except (TypeError, ValueError, RecursionError, UnicodeError) as error:
        raise WireError("wire.not_canonical") from error
    if len(data) > MAX_BYTES:
        raise WireError("wire.too_long")
    return data


def decode(data_untrusted: bytes) -> Value:
    """The value of canonical bytes.

    The check is made on the untyped value and by writing it again, so that fields a newer program added
    pass and a second spelling of the same value does not. Raises ``WireError``.
    """
    if len(data_untrusted) > MAX_BYTES:
        raise WireError("wire.too_long")
    try:
        value = _decoder.decode(data_untrusted)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise WireError("wire.not_json") from error
    if encode(value) != data_untrusted:
        raise WireError("wire.not_canonical")
    return value


def written(value: Value) -> bytes:
    """The canonical bytes of a value that came out of canonical bytes, and so is not inspected again."""
    return _encoder.encode(value)


def kept(data: bytes) -> Value:
    """The value of canonical bytes that were decoded before and kept by this program."""
    return _decoder.decode(data)


def _inspect(value: Value, depth: int) -> None:
    """Refuses what canonical JSON cannot hold; ``depth`` levels of lists and mappings are still allowed."""
    kind = type(value)
    if kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise WireError("wire.integer_range")
    elif kind is list or kind is dict:
        if depth == 0:
            raise WireError("wire.too_deep")
        if kind is dict:
            _inspect_keys(value)
            value = value.values()
        for item in value:
            if type(item) is not str:
                _inspect(item, depth - 1)
    elif value is not None and kind is not str and kind is not bool:
        raise WireError("wire.not_canonical")


def _inspect_keys(value: dict[Any, Value]) -> None:
    try:
        ascii_only = "".join(value).isascii()
    except TypeError:
        raise WireError("wire.key") from None
    if not ascii_only:
        raise WireError("wire.key")
