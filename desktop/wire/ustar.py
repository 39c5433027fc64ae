"""The inside of a bundle: a ustar archive (POSIX.1-1988) of a closed list of members in one fixed order.

``manifest.json``, ``manifest.sig``, ``statements.jsonl``, ``entries/<i>.jsonl.zst`` (i = 0, 1, 2, …),
``blobs/<sha256>`` (ascending), ``later/<word>`` (ascending, of a newer program), ``padding``, two blocks of
zeros, end. A header has exactly one lawful form
for a name and a size, so the reader rebuilds it and compares: links, devices, extensions, owners, times and
wrong checksums all fail there. Names are labels, never paths: nothing here opens a file. Knows no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple, Protocol

from desktop.wire.faults import WireError

BLOCK = 512
END = bytes(2 * BLOCK)
MAX_DECLARED = 8**11 - 1
"""Bytes; what the eleven octal digits of a header can say."""

_COPY = 256 * 1024
_FIXED = ("manifest.json", "manifest.sig", "statements.jsonl")
_PADDING = "padding"
_ENTRIES = re.compile(r"entries/(0|[1-9][0-9]{0,5})\.jsonl\.zst", re.ASCII)
_LATER = re.compile(r"later/[a-z0-9][a-z0-9._-]{0,79}", re.ASCII)
_BLOB = re.compile(r"blobs/[0-9a-f]{64}", re.ASCII)


class Readable(Protocol):
    """Anything that gives its bytes in order; an empty answer is the end."""

    def read(self, size: int, /) -> bytes: ...


class Kind(Enum):
    """What a member is; the values are the fixed names and folders."""

    MANIFEST = "manifest.json"
    SIGNATURE = "manifest.sig"
    STATEMENTS = "statements.jsonl"
    ENTRIES = "entries"
    BLOB = "blobs"
    LATER = "later"
    PADDING = "padding"


class Limits(NamedTuple):
    """The largest declared sizes in bytes, and how many members there may be.

    ``total`` counts headers and filling too; a FAT32 stick cannot hold a larger file anyway.
    """

    manifest: int = 1 << 20
    signature: int = 1 << 10
    statements: int = 16 << 20
    entries: int = 64 << 20
    blob: int = 2 << 30
    later: int = 512 << 20
    padding: int = 512 << 20
    members: int = 100_000
    total: int = 4 << 30

    def of(self, kind: Kind) -> int:
        """The largest size of one member of this kind."""
        return {
            Kind.MANIFEST: self.manifest,
            Kind.SIGNATURE: self.signature,
            Kind.STATEMENTS: self.statements,
            Kind.ENTRIES: self.entries,
            Kind.BLOB: self.blob,
            Kind.LATER: self.later,
            Kind.PADDING: self.padding,
        }[kind]


LIMITS = Limits()


class Source(NamedTuple):
    """One member to write: its name, its exact size in bytes, and where its bytes come from."""

    name: str
    size: int
    content: Readable


class Member:
    """One member being read: ``name``, ``kind``, ``size`` in bytes, ``read``. Valid until the next one."""

    def __init__(self, name: str, kind: Kind, size: int, source: Readable) -> None:
        self.name = name
        self.kind = kind
        self.size = size
        self._left = size
        self._source: Readable | None = source

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes of this member (all that is left when negative); empty at its end.

        Raises ``WireError`` ``wire.tar_cut`` when the archive ends inside it, ``ValueError`` once the reader
        has gone on, and what the stream raises.
        """
        if self._source is None:
            raise ValueError("this member has been passed")
        if size < 0:
            return b"".join(iter(lambda: self.read(_COPY), b""))
        wanted = min(size, self._left)
        if not wanted:
            return b""
        piece = self._source.read(wanted)
        if not piece:
            raise WireError("wire.tar_cut")
        self._left -= len(piece)
        return piece

    def finish(self) -> None:
        """Reads the rest and the filling up to the block, and lets go of the stream. Raises ``WireError``."""
        while self.read(_COPY):
            pass
        if self._source is not None:
            _expect_zeros(self._source, -self.size % BLOCK)
        self._source = None


def read(stream_untrusted: Readable, limits: Limits = LIMITS) -> Iterator[Member]:
    """The members of an archive, in one pass; what is left of one is skipped when the next is asked for.

    Raises ``WireError`` at the first byte that is not lawful (the members before it stand), and what the
    stream raises. Ends without an error only at the lawful end of the archive and of the stream.
    """
    order = _Order()
    total = 0
    while not order.finished:
        name, size = _parse_header(_exactly(stream_untrusted, BLOCK))
        kind = order.admit(name)
        total += footprint(size)
        if size > limits.of(kind) or total > limits.total or order.members > limits.members:
            raise WireError("wire.tar_size")
        member = Member(name, kind, size, stream_untrusted)
        yield member
        member.finish()
    _expect_zeros(stream_untrusted, len(END))
    if stream_untrusted.read(1):
        raise WireError("wire.tar_end")


def blocks(members: Iterable[Source]) -> Iterator[bytes]:
    """The bytes of an archive; the same members always give the same bytes.

    The last member must be ``padding``. Raises ``WireError`` when names or order are not lawful, and
    ``ValueError`` when a member's content is shorter or longer than its size.
    """
    order = _Order()
    for member in members:
        order.admit(member.name)
        yield _header(member.name, member.size)
        yield from _content(member)
        yield bytes(-member.size % BLOCK)
    if not order.finished:
        raise WireError("wire.tar_order")
    yield END


def footprint(size: int) -> int:
    """The bytes that a member of ``size`` bytes takes up with its header and filling."""
    return BLOCK + size + -size % BLOCK


class _Order:
    """Which names may come next; one object per archive."""

    def __init__(self) -> None:
        self.members = 0
        self.finished = False
        self._entries = 0
        self._blob = ""
        self._later = ""

    def admit(self, name_untrusted: str) -> Kind:
        kind = kind_of(name_untrusted)
        if self.finished or not self._is_next(name_untrusted, kind):
            raise WireError("wire.tar_order")
        self.members += 1
        self.finished = kind is Kind.PADDING
        return kind

    def _is_next(self, name: str, kind: Kind) -> bool:
        if self.members < len(_FIXED):
            return name == _FIXED[self.members]
        if kind is Kind.ENTRIES:
            self._entries += 1
            return not self._blob and not self._later and name == f"entries/{self._entries - 1}.jsonl.zst"
        if kind is Kind.BLOB:
            last, self._blob = self._blob, name
            return last < name and not self._later
        if kind is Kind.LATER:
            last, self._later = self._later, name
            return last < name
        return kind is Kind.PADDING


def kind_of(name_untrusted: str) -> Kind:
    """What a name stands for. Raises ``WireError`` ``wire.tar_name`` for any name outside the closed list."""
    if name_untrusted in _FIXED or name_untrusted == _PADDING:
        return Kind(name_untrusted)
    if _ENTRIES.fullmatch(name_untrusted):
        return Kind.ENTRIES
    if _BLOB.fullmatch(name_untrusted):
        return Kind.BLOB
    if _LATER.fullmatch(name_untrusted):
        return Kind.LATER
    raise WireError("wire.tar_name")


def _header(name: str, size: int) -> bytes:
    """The one lawful header: mode 0600, owner 0, time 0, regular file, no names of owners."""
    if not 0 <= size <= MAX_DECLARED:
        raise ValueError("a size that a ustar header cannot hold")
    start = name.encode("ascii").ljust(100, b"\0") + b"0000600\0" + 2 * b"0000000\0"
    start += b"%011o\0" % size + b"00000000000\0"
    end = b"0" + bytes(100) + b"ustar\x0000" + bytes(64) + 2 * b"0000000\0" + bytes(155 + 12)
    checksum = sum(start) + 8 * ord(" ") + sum(end)
    return start + b"%06o\0 " % checksum + end


def _parse_header(block_untrusted: bytes) -> tuple[str, int]:
    if not any(block_untrusted):
        # An end before ``padding``.
        raise WireError("wire.tar_order")
    name = block_untrusted[:100].rstrip(b"\0").decode("ascii", "replace")
    kind_of(name)
    digits = block_untrusted[124:135]
    if not re.fullmatch(rb"[0-7]{11}", digits):
        raise WireError("wire.tar_size")
    size = int(digits, 8)
    if block_untrusted != _header(name, size):
        raise WireError("wire.tar_header")
    return name, size


def _content(member: Source) -> Iterator[bytes]:
    left = member.size
    while left:
        piece = member.content.read(min(left, _COPY))
        if not piece:
            raise ValueError("a member is shorter than its declared size")
        left -= len(piece)
        yield piece
    if member.content.read(1):
        raise ValueError("a member is longer than its declared size")


def _exactly(stream: Readable, size: int) -> bytes:
    found = b""
    while len(found) < size:
        piece = stream.read(size - len(found))
        if not piece:
            raise WireError("wire.tar_cut")
        found += piece
    return found


def _expect_zeros(stream: Readable, size: int) -> None:
    if any(_exactly(stream, size)):
        raise WireError("wire.tar_end")
