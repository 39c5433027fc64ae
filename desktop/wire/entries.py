"""Entries: one act of an officer in one group, as one line that proves all lines before it.

Line: ``header TAB salt TAB payload LF``. c = H(payload, salt, payload); id = H(entry, L, previous id or L,
header, c). An expunged entry is ``header TAB - TAB c``; the chain still verifies. Knows no database.
"""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from typing import Any, NamedTuple

from desktop.wire import canonical
from desktop.wire.canonical import MAX_INTEGER
from desktop.wire.faults import WireError
from desktop.wire.groups import is_city, is_group
from desktop.wire.hashing import begun, digest, digest_from, is_hash
from desktop.wire.ids import is_row_id
from desktop.wire.usual import usual_header, usual_operations

MAX_LINE = 1 << 20
MAX_OPERATIONS = 4096
MAX_TOUCHED = 1024
"""Fields in one operation, dots a set replaces, dots a withdrawal saw."""

MARK = ""
"""The register of a row that holds its withdrawal marks; no field has an empty name."""

_SALT = re.compile(r"[0-9a-f]{32}")
_SALT_BYTES = re.compile(rb"[0-9a-f]{32}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}")
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,40}\.[ac][ri]")
_LETTER = re.compile(r"[a-z]")
_LONGEST_TABLE = 44
_FEW = 64
"""So many field words of one operation are looked up in a memory of those that were good."""

Operation = list[Any]

_HEADER_KEYS = ("a", "n", "o", "t", "d", "v", "x", "b")


class LogDescription(NamedTuple):
    """What makes a log: a PC, a group, an incarnation (32 hex digits), and the entry it was resumed from."""

    device: str
    group: str
    incarnation: str
    resumed: str | None = None

    def value(self) -> dict[str, str]:
        """The canonical value; ``resumed`` is absent when there is none."""
        found = {"device": self.device, "group": self.group, "incarnation": self.incarnation}
        if self.resumed is not None:
            found["resumed"] = self.resumed
        return found

    def id(self) -> str:
        """L = H(log, description)."""
        return digest("log", canonical.encode(self.value()))


class Line(NamedTuple):
    """One entry line, split but not believed. ``salt`` is ``-`` and ``body`` is c when it was expunged."""

    header: bytes
    salt: bytes
    body: bytes

    @property
    def expunged(self) -> bool:
        """True when the payload was removed by order and only its commitment is left."""
        return self.salt == b"-"

    def commitment(self) -> str:
        """c = H(payload, salt, payload), or the c that stands in its place."""
        if self.expunged:
            return self.body.decode("ascii")
        return digest_from(begun("payload"), self.salt, self.body)

    def text(self) -> bytes:
        """The line with its line feed."""
        return b"\t".join(self) + b"\n"


class Header(NamedTuple):
    """Who, when, which act. Times are milliseconds since 1970 (UTC); ``ahead`` is stamp − wall."""

    act: str
    n: int
    officer: str
    wall: int
    ahead: int
    version: int
    act_id: str | None = None
    batch: str | None = None

    @property
    def stamp(self) -> int:
        """max(wall, the log's last stamp + 1): orders shown values, never decides."""
        return self.wall + self.ahead

    def encode(self) -> bytes:
        """The canonical header bytes."""
        value: dict[str, Any] = {
            "a": self.act,
            "d": self.ahead,
            "n": self.n,
            "o": self.officer,
            "t": self.wall,
            "v": self.version,
        }
        if self.act_id is not None:
            value["x"] = self.act_id
        if self.batch is not None:
            value["b"] = self.batch
        return canonical.encode(value)


def new_line(header: Header, operations: list[Operation]) -> Line:
    """A line with a fresh salt. Raises ``WireError`` when the entry would break a limit."""
    body = canonical.encode(operations)
    line = Line(header.encode(), secrets.token_hex(16).encode(), body)
    if len(operations) > MAX_OPERATIONS or sum(map(len, line)) + 3 > MAX_LINE:
        raise WireError("wire.entry_too_large")
    return line


def parse_line(line_untrusted: bytes) -> Line:
    """Splits a line (without its line feed). Raises ``WireError("wire.line")``: such a line ends the run."""
    parts = line_untrusted.split(b"\t")
    if len(line_untrusted) >= MAX_LINE or len(parts) != 3 or b"\n" in line_untrusted or not parts[0]:
        raise WireError("wire.line")
    line = Line(*parts)
    if line.expunged:
        if not re.fullmatch(rb"[0-9a-f]{64}", line.body):
            raise WireError("wire.line")
    elif not _SALT_BYTES.fullmatch(line.salt):
        raise WireError("wire.line")
    return line


def entry_id(log: str, previous: str, line: Line) -> str:
    """id = H(entry, L, id of the previous entry or L, header, c)."""
    return digest_from(begun("entry", log), previous.encode(), line.header, line.commitment().encode())


def parse_header(data_untrusted: bytes) -> Header:
    """Reads a header. Raises ``WireError`` when malformed: the entry has no effect, the chain goes on."""
    usual = usual_header(data_untrusted)
    if usual is None:
        header = _parse_any_header(data_untrusted)
    else:
        header = Header(usual.a, usual.n, usual.o, usual.t, usual.d, usual.v, usual.x, usual.b)
    if header.n < 1 or header.wall < 0 or header.ahead < 0 or header.stamp > MAX_INTEGER:
        raise WireError("wire.header")
    if not is_row_id_or_empty(header.officer):
        raise WireError("wire.header")
    if max(len(header.act), len(header.act_id or ""), len(header.batch or "")) > 64:
        raise WireError("wire.header")
    return header


def _parse_any_header(data_untrusted: bytes) -> Header:
    value: Any = canonical.decode(data_untrusted)
    if not isinstance(value, dict):
        raise WireError("wire.header")
    found: list[Any] = [value.get(key) for key in _HEADER_KEYS]
    header = Header(*found)
    numbers = (header.n, header.wall, header.ahead, header.version)
    if not all(type(number) is int for number in numbers) or not isinstance(header.act, str):
        raise WireError("wire.header")
    if not all(item is None or isinstance(item, str) for item in (header.act_id, header.batch)):
        raise WireError("wire.header")
    return header


def parse_operations(data_untrusted: bytes) -> list[Operation]:
    """Reads a payload. Raises ``WireError`` when any operation is not of a known shape."""
    if len(data_untrusted) > canonical.MAX_BYTES:
        raise WireError("wire.too_long")
    value: Any = usual_operations(data_untrusted) or canonical.decode(data_untrusted)
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_OPERATIONS:
        raise WireError("wire.payload")
    for operation in value:
        if not isinstance(operation, list) or not operation:
            raise WireError("wire.operation")
        if not _is_shaped(operation):
            raise WireError("wire.operation")
    return value


def is_of_later_program(data_untrusted: bytes) -> bool:
    """True for a payload that is malformed here only because some operation is of a letter not known here."""
    try:
        value: Any = canonical.decode(data_untrusted)
    except WireError:
        return False
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_OPERATIONS:
        return False
    if not all(isinstance(operation, list) and operation for operation in value):
        return False
    known = [operation for operation in value if not _is_of_later_letter(operation[0])]
    return len(known) < len(value) and all(_is_shaped(operation) for operation in known)


def _is_of_later_letter(letter: object) -> bool:
    return isinstance(letter, str) and _LETTER.fullmatch(letter) is not None and letter not in _SHAPES


def _is_shaped(operation: Operation) -> bool:
    check = _SHAPES.get(operation[0]) if isinstance(operation[0], str) else None
    return check is not None and check(operation)


def is_row_id_or_empty(value_untrusted: object) -> bool:
    """True for a row id, or for "" (an act of the program itself, before there is an officer)."""
    return value_untrusted == "" or is_row_id(value_untrusted)


def is_table(table_untrusted: object) -> bool:
    """True for ``name.class``: ``a``ny office or ``c``ity creates; ``r``egisters or ``i``nsert-only."""
    if not isinstance(table_untrusted, str) or len(table_untrusted) > _LONGEST_TABLE:
        return False
    return _is_table(table_untrusted)


@lru_cache(maxsize=1024)
def _is_table(name: str) -> bool:
    return _TABLE.fullmatch(name) is not None


def _addressed(operation: Operation) -> bool:
    return is_table(operation[1]) and is_row_id(operation[2])


def _fields(value: object) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= MAX_TOUCHED
        and (_are_known_words(tuple(value)) if len(value) <= _FEW else all(map(_WORD.fullmatch, value)))
    )


def _are_known_words(names: tuple[str, ...]) -> bool:
    try:
        return _are_words(names)
    except ValueError:
        return False


@lru_cache(maxsize=256)
def _are_words(names: tuple[str, ...]) -> bool:
    """True, or ``ValueError``, which the cache does not keep: what is not a word may be a megabyte long."""
    if not all(map(_WORD.fullmatch, names)):
        raise ValueError
    return True


def is_field(word_untrusted: object) -> bool:
    """True for a field word."""
    return isinstance(word_untrusted, str) and _WORD.fullmatch(word_untrusted) is not None


def are_dots(value: object) -> bool:
    """True for a list of entry ids that is not too long."""
    return isinstance(value, list) and len(value) <= MAX_TOUCHED and all(map(is_hash, value))


def _is_create(operation: Operation) -> bool:
    return (
        len(operation) == 4
        and _addressed(operation)
        and _fields(operation[3])
        and None not in operation[3].values()
    )


def _is_set(operation: Operation) -> bool:
    return (
        len(operation) == 4
        and _addressed(operation)
        and operation[1].endswith("r")
        and _fields(operation[3])
        and bool(operation[3])
        and all(isinstance(item, list) and item and are_dots(item[1:]) for item in operation[3].values())
    )


def _is_withdrawal(operation: Operation) -> bool:
    return (
        len(operation) == 6
        and _addressed(operation)
        and (operation[3] is None or isinstance(operation[3], str))
        and are_dots(operation[4])
        and are_dots(operation[5])
    )


def _is_clock_off(operation: Operation) -> bool:
    return (
        len(operation) == 3
        and all(type(n) is int for n in operation[1:])
        and 1 <= operation[1] <= operation[2]
    )


def _is_voucher(operation: Operation) -> bool:
    return len(operation) == 2 and isinstance(operation[1], dict)


_SHAPES = {"c": _is_create, "s": _is_set, "w": _is_withdrawal, "k": _is_clock_off, "v": _is_voucher}

LETTERS = frozenset(_SHAPES)
"""The operations that this program knows."""


def parse_description(value_untrusted: object) -> LogDescription:
    """Reads a log description. Raises ``WireError("wire.log")``."""
    if not isinstance(value_untrusted, dict) or set(value_untrusted) - {"resumed"} != {
        "device",
        "group",
        "incarnation",
    }:
        raise WireError("wire.log")
    found = LogDescription(
        value_untrusted["device"],
        value_untrusted["group"],
        value_untrusted["incarnation"],
        value_untrusted.get("resumed"),
    )
    hexes = (found.device, found.incarnation)
    if not all(isinstance(item, str) and _SALT.fullmatch(item) for item in hexes) or not is_group(
        found.group
    ):
        raise WireError("wire.log")
    if "resumed" in value_untrusted and not is_hash(found.resumed):
        raise WireError("wire.log")
    return found


def author_may(operation: Operation, office: str) -> bool:
    """False when the table's class keeps creation for cities and the author is none."""
    return operation[0] != "c" or operation[1][-2] != "c" or is_city(office)
