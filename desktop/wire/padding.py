"""Sizes and numbers that anybody may see, rounded so that they say little.

Lengths follow Padmé (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication
with PURBs", 2019, section 4): at most 12 % more bytes, and a length of n bytes tells O(log log n) bits.
Knows nothing of what is padded.
"""

from __future__ import annotations

SMALLEST_SIZE = 16 * 1024
"""Bytes: a bundle of one changed field and one of thirty look the same."""

_BLOCK_BITS = 9
_RECIPIENTS = (8, 16, 32, 64, 128, 256)


def padded_size(size: int) -> int:
    """The size bucket in bytes, a multiple of 512, that ``size`` bytes are filled up to."""
    if size <= SMALLEST_SIZE:
        return SMALLEST_SIZE
    exponent = size.bit_length() - 1
    loose_bits = max(exponent - exponent.bit_length(), _BLOCK_BITS)
    mask = (1 << loose_bits) - 1
    return (size + mask) & ~mask


def padded_recipients(count: int) -> int:
    """How many recipients a bundle for ``count`` of them shows. Raises ``ValueError`` outside 1 to 256."""
    if count < 1:
        raise ValueError("a bundle without recipients")
    for shown in _RECIPIENTS:
        if count <= shown:
            return shown
    raise ValueError("more recipients than an age header of a bundle may hold")
