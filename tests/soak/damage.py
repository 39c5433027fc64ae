"""A small bundle cut at every byte, and with every bit flipped: exactly what heads prove, and said so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.soak.target import Target, fast_place


def every_byte_and_bit(stride: int, say: Callable[[str], None]) -> int:
    """Each ``stride``-th byte; how many damaged files were not told from good ones or did harm."""
    with fast_place() as name:
        return _Trial(Target(Path(name))).run(stride, say)


class _Trial:
    """What stands after each damaged file is a part of what stands after the good one."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._before = target.entries()
        assert target.read(target.bundle).outcome == "read"
        self._whole = target.entries()
        target.restore()

    def run(self, stride: int, say: Callable[[str], None]) -> int:
        data, wrong, count = self._target.bundle, 0, 0
        for what, damaged in _damaged(data, stride):
            count += 1
            try:
                self._one(damaged)
            except AssertionError as error:
                wrong += 1
                say(f"{what}: {error}")
            if count % 20_000 == 0:
                say(f"{count} damaged files of {len(data)} bytes, {wrong} wrong")
        say(f"{count} damaged files of {len(data)} bytes, {wrong} wrong")
        return wrong

    def _one(self, damaged: bytes) -> None:
        read = self._target.read(damaged)
        assert read.outcome != "read", "taken for whole"
        held = self._target.entries()
        assert self._before <= held <= self._whole, "holds what is in no good bundle"
        if held != self._before:
            assert not self._target.sound(), "not sound"
            self._target.restore()


def _damaged(data: bytes, stride: int) -> Iterator[tuple[str, bytes]]:
    for at in range(0, len(data), stride):
        yield f"cut at {at}", data[:at]
    for at in range(0, len(data), stride):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[at] ^= 1 << bit
            yield f"bit {bit} of byte {at}", bytes(flipped)
