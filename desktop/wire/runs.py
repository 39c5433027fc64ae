"""Runs: a stretch of one log as lines, from a number on, each piece closed by a signed head.

First line ``{"run": log description, "keys": [Ed25519, age], "from": n, "prev": id}``, then entry lines, and
head lines at least every 1,000 entries and at the end. A line with a tab is an entry; others are heads.
Knows no database; yields a piece only when its head is there, so a cut run loses only what no head proves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from desktop.wire import canonical
from desktop.wire.entries import MAX_LINE, Line, LogDescription, entry_id, parse_description, parse_line
from desktop.wire.faults import WireError
from desktop.wire.hashing import is_hash
from desktop.wire.ids import device_id
from desktop.wire.signatures import Head, parse_head

MAX_PIECE_ENTRIES = 1000
MAX_PIECE_BYTES = 4 * MAX_LINE


class RunStart(NamedTuple):
    """What a run begins with: the log, its PC's public keys, the first number and the id before it."""

    log: LogDescription
    signing_key: str
    age_key: str
    first: int
    previous: str

    def text(self) -> bytes:
        """The first line with its line feed."""
        value = {
            "run": self.log.value(),
            "keys": [self.signing_key, self.age_key],
            "from": self.first,
            "prev": self.previous,
        }
        return canonical.encode(value) + b"\n"


class Piece(NamedTuple):
    """Entries under one head: ``entries`` holds (number, id, id before, line) in order."""

    start: RunStart
    log_id: str
    entries: list[tuple[int, str, str, Line]]
    head: Head


def parse_start(line_untrusted: bytes) -> RunStart:
    """Reads the first line. The keys must be those the device id is made of. Raises ``WireError``."""
    value = canonical.decode(line_untrusted)
    if not isinstance(value, dict) or set(value) != {"run", "keys", "from", "prev"}:
        raise WireError("wire.run")
    keys = value["keys"]
    if not isinstance(keys, list) or len(keys) != 2 or not all(isinstance(key, str) for key in keys):
        raise WireError("wire.run")
    start = RunStart(parse_description(value["run"]), keys[0], keys[1], value["from"], value["prev"])
    if type(start.first) is not int or start.first < 1 or not is_hash(start.previous):
        raise WireError("wire.run")
    if any("\n" in key for key in keys) or device_id(*keys) != start.log.device:
        raise WireError("wire.run")
    if (start.first == 1) != (start.previous == start.log.id()):
        raise WireError("wire.run")
    return start


def read_pieces(lines_untrusted: Iterable[bytes]) -> Iterator[Piece]:
    """The pieces of a run, given its lines without line feeds.

    A head must name the log, number and id that the lines before it come to; its signature is the caller's
    to check (it needs to know the network). Raises ``WireError`` at the first line that does not fit: the
    pieces before it stand. Lines after the last head are dropped in silence: a cut run is a lawful run.
    """
    lines = iter(lines_untrusted)
    try:
        start = parse_start(next(lines))
    except StopIteration:
        raise WireError("wire.run") from None
    log = start.log.id()
    number, previous, size = start.first, start.previous, 0
    entries: list[tuple[int, str, str, Line]] = []
    for text in lines:
        if b"\t" in text:
            line = parse_line(text)
            found = entry_id(log, previous, line)
            entries.append((number, found, previous, line))
            number, previous, size = number + 1, found, size + len(text)
            if len(entries) > MAX_PIECE_ENTRIES or size > MAX_PIECE_BYTES:
                raise WireError("wire.piece_too_large")
        else:
            head = parse_head(text)
            if not entries or (head.log, head.n, head.id) != (log, number - 1, previous):
                raise WireError("wire.head")
            yield Piece(start, log, entries, head)
            entries, size = [], 0
