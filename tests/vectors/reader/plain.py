"""A second reader of the format, from docs/bundle-format.md: canonical JSON, hashes, names, signatures.

Standard library and stock tools only; imports nothing of the program, so that a mistake cannot be made twice.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

MOST_BYTES = 1 << 20
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,15}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_OFFICE = r"[0-9]{6}(?:-[a-z]{1,8})?"
_ROW = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# RFC 8410: what stands before the 32 bytes of an Ed25519 public key in DER.
_DER = bytes.fromhex("302a300506032b6570032100")


class Refused(Exception):  # noqa: N818 - a verdict of this reader, not a fault
    """The format does not allow this."""


def demand(condition: object, why: str) -> None:
    """Refuses when the condition does not hold."""
    if not condition:
        raise Refused(why)


# section 1


def canonical(data: bytes) -> Any:
    """The value of a canonical text: read it, write it again, compare."""
    demand(len(data) <= MOST_BYTES, "more than 1 MiB")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        again = text_of(value).encode("utf-8")
    except (ValueError, RecursionError):
        raise Refused("not JSON, or not all of it can be written") from None
    demand(again == data, "another spelling")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    demand(len({key for key, _ in pairs}) == len(pairs), "a key stands twice")
    return dict(pairs)


def _integer(digits: str) -> int:
    demand(_INTEGER.fullmatch(digits) and abs(int(digits)) < 1 << 53, "not an integer that may stand")
    return int(digits)


def _no_number(digits: str) -> Any:
    raise Refused(f"a number such as {digits[:20]}")


def text_of(value: Any, depth: int = 8) -> str:
    """The one text of a value."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(_ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    demand(depth > 0, "too deep")
    if isinstance(value, list):
        return "[" + ",".join(text_of(item, depth - 1) for item in value) + "]"
    demand(all(key.isascii() for key in value), "a key that is not ASCII")
    return "{" + ",".join(f"{text_of(k)}:{text_of(value[k], depth - 1)}" for k in sorted(value)) + "}"


# section 2


def text(tag: str, *parts: str | bytes) -> bytes:
    """What is hashed and signed."""
    pieces = [("liandong/1/" + tag).encode(), *(p if isinstance(p, bytes) else p.encode() for p in parts)]
    demand(not any(b"\n" in piece for piece in pieces), "a part with a line feed")
    return b"".join(piece + b"\n" for piece in pieces)


def digest(tag: str, *parts: str | bytes) -> str:
    """H(tag, parts)."""
    return hashlib.sha256(text(tag, *parts)).hexdigest()


def is_hash(value: object) -> bool:
    """64 lower hex digits."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


@functools.lru_cache(maxsize=4096)
def signed(key: str, signature: str, data: bytes) -> bool:
    """Whether openssl verifies the Ed25519 signature."""
    if not is_hash(key) or _SIGNATURE.fullmatch(signature) is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        raw = {"key": _DER + bytes.fromhex(key), "sig": bytes.fromhex(signature), "text": data}
        for name, content in raw.items():
            Path(folder, name).write_bytes(content)
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER"]
        command += ["-inkey", "key", "-in", "text", "-sigfile", "sig"]
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


# section 3


def is_office(value: object) -> bool:
    """An office id."""
    return isinstance(value, str) and re.fullmatch(_OFFICE, value, re.ASCII) is not None


def city(office: str) -> str:
    """The city above an office."""
    return office[:4] + "00"


def shares(group: str, office: str) -> bool:
    """Whether an office belongs to a group. Refuses a name that is none."""
    demand(isinstance(group, str), "no group")
    if found := re.fullmatch(f"office:({_OFFICE})", group, re.ASCII):
        return office in (found[1], city(found[1]))
    if (found := re.fullmatch(f"pair:({_OFFICE})\\+({_OFFICE})", group, re.ASCII)) and found[1] < found[2]:
        return office in (found[1], found[2], city(found[1]), city(found[2]))
    if found := re.fullmatch(r"city:([0-9]{4}00)", group, re.ASCII):
        return city(office) == found[1]
    demand(re.fullmatch(r"region:[a-z0-9]{1,32}", group), "no group")
    return True


def is_row(value: object) -> bool:
    """The text form of a UUIDv7."""
    return isinstance(value, str) and _ROW.fullmatch(value) is not None


def row_fits(row: object, group: str, table: str, office: str) -> bool:
    """Whether a row id was made for this group, table and office."""
    if not isinstance(row, str) or not is_row(row):
        return False
    raw = row.replace("-", "")
    return raw[22:] == digest("row", group, table, office, raw[:22])[:10]


def device(keys: object) -> str:
    """The device id of an Ed25519 key and an age recipient. Refuses what is no pair of keys."""
    demand(isinstance(keys, list) and len(keys) == 2 and all(isinstance(key, str) for key in keys), "no keys")
    assert isinstance(keys, list)
    return digest("device", *keys)[:32]
