"""A look at the header of an age v1 file before any library parses it.

A header can be made to cost minutes (ten thousand stanzas, one stanza of megabytes), and some shapes that the
age specification forbids are accepted by libraries. This module admits exactly what bundles are made with:
the version line, 1 to 256 X25519 stanzas, at most one ``-grease`` stanza (the age specification asks writers
for it now and then), the MAC line. It knows no key and decrypts nothing; passphrase stanzas never get past.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from desktop.wire.faults import WireError

MAX_HEADER = 64 * 1024
MAX_RECIPIENTS = 256

_VERSION = b"age-encryption.org/v1"
_CHARACTER = rb"[A-Za-z0-9+/]"
# 32 bytes in base64 without padding are 43 characters; the last carries four bits: 16 are lawful there.
_KEY = _CHARACTER + rb"{42}[AEIMQUYcgkosw048]"
_X25519 = re.compile(rb"-> X25519 " + _KEY)
_BODY = re.compile(_KEY)
_MAC = re.compile(rb"--- " + _KEY)
_GREASE = re.compile(rb"-> [!-~]{0,64}-grease(?: [!-~]{1,64}){0,16}")
_FULL_LINE = re.compile(_CHARACTER + rb"{64}")
_LAST_LINE = re.compile(_CHARACTER + rb"{0,63}")
_MAX_GREASE_LINES = 16


class HeaderInfo(NamedTuple):
    """What the header says. ``consumed`` is all that was read from the stream and begins with the header
    (``length`` bytes): put it before the rest of the stream to read the file from its start."""

    recipients: int
    grease: bool
    length: int
    consumed: bytes


def scan(stream_untrusted: BinaryIO) -> HeaderInfo:
    """Reads and checks the header, at most 64 KiB.

    Raises ``WireError``: ``wire.age_version`` (not an age v1 file), ``wire.age_header`` (not the shape of a
    bundle's header), ``wire.age_too_long`` (header or number of stanzas), ``wire.age_cut`` (the file ends in
    it); and what the stream raises.
    """
    lines = _Lines(stream_untrusted.read)
    if lines.next() != _VERSION:
        raise WireError("wire.age_version")
    recipients, grease = 0, False
    while True:
        line = lines.next()
        if _X25519.fullmatch(line):
            recipients += 1
            if recipients > MAX_RECIPIENTS:
                raise WireError("wire.age_too_long")
            if not _BODY.fullmatch(lines.next()):
                raise WireError("wire.age_header")
        elif _GREASE.fullmatch(line) and not grease:
            grease = True
            _skip_grease(lines)
        elif _MAC.fullmatch(line) and recipients:
            return HeaderInfo(recipients, grease, lines.position, bytes(lines.consumed))
        else:
            raise WireError("wire.age_header")


def _skip_grease(lines: _Lines) -> None:
    for _ in range(_MAX_GREASE_LINES):
        line = lines.next()
        if _LAST_LINE.fullmatch(line):
            return
        if not _FULL_LINE.fullmatch(line):
            break
    raise WireError("wire.age_header")


class _Lines:
    """The lines of a stream without line feeds, read in pieces and never beyond the longest header."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self.consumed = bytearray()
        self.position = 0

    def next(self) -> bytes:
        end = self.consumed.find(b"\n", self.position)
        while end < 0:
            self._check_start()
            searched = len(self.consumed)
            if searched >= MAX_HEADER:
                raise WireError("wire.age_too_long")
            piece = self._read(min(4096, MAX_HEADER - searched))
            if not piece:
                raise WireError("wire.age_cut")
            self.consumed += piece
            end = self.consumed.find(b"\n", searched)
        line = bytes(self.consumed[self.position : end])
        self.position = end + 1
        return line

    def _check_start(self) -> None:
        """A file that is not age at all is told at once, and not called too long or cut."""
        start = _VERSION + b"\n"
        if self.consumed[: len(start)] != start[: len(self.consumed)]:
            raise WireError("wire.age_version")
