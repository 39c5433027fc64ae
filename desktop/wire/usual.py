"""Quick ways to read the headers and payloads that this version writes; ``None`` for anything else.

Read typed, then written again and compared: that proves canonical form as the general way does, in half the
time. What is not of the usual kind, or is wrong, is left to the general way, which also says why.
Values with mappings in them are not usual: the names in those would have to be looked at one by one.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from desktop.wire.canonical import MAX_INTEGER

_HEADER_BYTES = 1024

_Integer = Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
# Depth 8 in all: the payload, an operation, its fields, and in a set the list of value and dots come before.
_Value0 = None | bool | _Integer | str
_Value1 = _Value0 | list[_Value0]
_Value2 = _Value0 | list[_Value1]
_Value3 = _Value0 | list[_Value2]
_Value4 = _Value0 | list[_Value3]
_Given = bool | _Integer | str | list[_Value4]


class UsualHeader(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The fields of a header as they are named on the wire."""

    a: str
    b: str | None = None
    d: _Integer
    n: _Integer
    o: str
    t: _Integer
    v: _Integer
    x: str | None = None


class _Operation(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    table: str
    row: str


class _Create(_Operation, tag="c"):
    fields: dict[str, _Given]


class _Set(_Operation, tag="s"):
    fields: dict[str, list[_Value4]]


class _Withdrawal(_Operation, tag="w"):
    reason: str | None
    over: list[str]
    seen: list[str]


_headers = msgspec.json.Decoder(UsualHeader)
_payloads = msgspec.json.Decoder(list[_Create | _Set | _Withdrawal])
_encoder = msgspec.json.Encoder(order="sorted")


def usual_header(data_untrusted: bytes) -> UsualHeader | None:
    """A header of known fields alone, in canonical form."""
    return _read(_headers, data_untrusted) if len(data_untrusted) <= _HEADER_BYTES else None


def usual_operations(data_untrusted: bytes) -> list[list[Any]] | None:
    """A payload of creates, sets and withdrawals, in canonical form. Names, ids and limits are to check."""
    found = _read(_payloads, data_untrusted)
    return None if found is None else [_as_list(operation) for operation in found]


def _read(decoder: msgspec.json.Decoder[Any], data_untrusted: bytes) -> Any:
    try:
        found = decoder.decode(data_untrusted)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return found if _encoder.encode(found) == data_untrusted else None


def _as_list(operation: _Create | _Set | _Withdrawal) -> list[Any]:
    if isinstance(operation, _Create):
        return ["c", operation.table, operation.row, operation.fields]
    if isinstance(operation, _Set):
        return ["s", operation.table, operation.row, operation.fields]
    return ["w", operation.table, operation.row, operation.reason, operation.over, operation.seen]
