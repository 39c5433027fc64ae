"""Pieces of attachments that are too long for one part of a bundle: what a manifest says of them.

``pieces`` of a manifest lists ``[sha256 of the whole, bytes of the whole, offset, sha256 of the piece]``.
Their bytes stand in this order at the start of the member ``padding``, which readers that know no pieces
pass over.
An offset is a multiple of ``PIECE``, and every piece but the last of a whole has that length, so that one
whole is cut in the same way by everybody. Knows no key and no file.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from desktop.wire.faults import WireError
from desktop.wire.hashing import is_hash

PIECE = 4 << 20
"""Bytes of a piece: what a reader holds at a time, and how much a pulled stick can cost."""

MAX_WHOLE = 64 << 30
"""Bytes of the largest attachment that travels."""

Range = tuple[int, int]
"""Bytes of a whole: from the first on, up to but without the second."""


class AttachmentPiece(NamedTuple):
    """One piece: of which whole (its SHA-256 and size in bytes), where it begins, its own SHA-256."""

    whole: str
    size: int
    offset: int
    sha256: str

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return min(PIECE, self.size - self.offset)

    def value(self) -> list[Any]:
        """As it stands in a manifest."""
        return list(self)


def parse_pieces(value_untrusted: Any) -> list[AttachmentPiece]:
    """The ``pieces`` of a manifest. Raises ``WireError`` ``wire.manifest``."""
    if not isinstance(value_untrusted, list):
        raise WireError("wire.manifest")
    return [_piece(item) for item in value_untrusted]


def _piece(item: Any) -> AttachmentPiece:
    if not isinstance(item, list) or len(item) != 4 or not (is_hash(item[0]) and is_hash(item[3])):
        raise WireError("wire.manifest")
    whole, size, offset, sha256 = item
    if type(size) is not int or type(offset) is not int or not 0 <= offset < size <= MAX_WHOLE:
        raise WireError("wire.manifest")
    if offset % PIECE:
        raise WireError("wire.manifest")
    return AttachmentPiece(whole, size, offset, sha256)


def missing_ranges(size: int, held: list[Range]) -> list[Range]:
    """What is left of a whole of ``size`` bytes beside the parts that are held (ascending, apart)."""
    found = []
    reached = 0
    for first, last in held:
        if first > reached:
            found.append((reached, first))
        reached = max(reached, last)
    if reached < size:
        found.append((reached, size))
    return found


def offsets_within(size: int, ranges: list[Range]) -> list[int]:
    """Where the pieces begin that hold some byte of these ranges, ascending."""
    wanted: set[int] = set()
    for first, last in ranges:
        start = max(first, 0) // PIECE * PIECE
        wanted.update(range(start, min(last, size), PIECE))
    return sorted(wanted)
