"""Seals members into a bundle and opens one again, streaming, with the real cause of every failure kept.

A bundle is an ordinary age file around an ordinary tar. Opening is one pass: a worker decrypts into a short
queue, the caller reads members; nothing readable touches a disk. Knows no database.
"""

from __future__ import annotations

import hashlib
import io
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import BinaryIO, cast

import pyrage
import zstandard

from desktop.wire import ageheader, ustar
from desktop.wire.faults import WireError
from desktop.wire.ustar import Member, Readable, Source

RECIPIENT_STEPS = (8, 16, 32, 64, 128)
_QUEUE = 8
_MAX_WINDOW = 8 << 20


def seal(out: BinaryIO, recipients: Sequence[str], members: Iterable[Source]) -> str:
    """Writes a bundle for age recipients; returns the SHA-256 of what was written, in hex.

    The number of recipients is hidden by throw-away ones. Raises what ``out`` or a member's source raises.
    """
    sink = _Hashing(out)
    source = _Pieces(ustar.blocks(members))
    try:
        pyrage.encrypt_io(source, sink, [_recipient(text) for text in padded(recipients)])
    except Exception as error:
        raise (sink.error or source.error or error) from error
    return sink.digest.hexdigest()


def padded(recipients: Sequence[str]) -> list[str]:
    """The recipients with throw-away ones up to the next step, sorted."""
    known = sorted(set(recipients))
    wanted = next((step for step in RECIPIENT_STEPS if step >= len(known)), len(known))
    spare = [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(wanted - len(known))]
    return sorted([*known, *spare])


def padding_for(size: int) -> int:
    """Bytes of padding that bring ``size`` to its bucket: at most an eighth more (Padmé, PURBs 2019)."""
    if size < 1024:
        return 1024 - size
    exponent = size.bit_length() - 1
    low = exponent - (exponent.bit_length())
    return -size % (1 << low)


class Unsealing:
    """An opened bundle: iterate its members once, in a ``with`` block. ``complete`` after a clean end.

    Raises ``WireError``: ``wire.not_a_bundle``, ``wire.header_shape``, ``sealing.not_for_us``,
    ``sealing.damaged`` (cut, or a byte changed; members before it stand), those of the tar; and ``OSError``
    when the carrier goes away.
    """

    def __init__(self, file: BinaryIO, identity: str) -> None:
        start = ageheader.scan(file).consumed
        self.complete = False
        self._pipe = _Pipe()
        self._source = _Restarted(start, file)
        self._worker = threading.Thread(target=self._decrypt, args=(identity,), name="unsealing", daemon=True)
        self._worker.start()

    def __enter__(self) -> Unsealing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipe.stop()
        self._worker.join()

    def __iter__(self) -> Iterator[Member]:
        try:
            yield from ustar.read(self._pipe)
        except WireError as error:
            if error.code == "wire.tar_cut":
                raise WireError("sealing.damaged") from error
            raise
        self.complete = True

    def _decrypt(self, identity: str) -> None:
        try:
            pyrage.decrypt_io(self._source, self._pipe, [pyrage.x25519.Identity.from_str(identity)])
        except Exception as error:
            self._pipe.finish(self._source.error or _cause(error))
        else:
            self._pipe.finish(None)


def _cause(error: Exception) -> Exception:
    if "No matching keys" in str(error):
        return WireError("sealing.not_for_us")
    return WireError("sealing.damaged")


def _recipient(text: str) -> object:
    return pyrage.x25519.Recipient.from_str(text)


class _Hashing(io.RawIOBase):
    """Writes through to a file, hashing; keeps the error that the sealing library would only put in words."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.digest = hashlib.sha256()
        self.error: Exception | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        try:
            self._out.write(data)
        except Exception as error:
            self.error = error
            raise
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here."""


class _Pieces(io.RawIOBase):
    """Reads from an iterator of byte strings."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        try:
            while not self._rest:
                self._rest = next(self._pieces)
        except StopIteration:
            return b""
        except Exception as error:
            self.error = error
            raise
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


class _Restarted(io.RawIOBase):
    """A file whose first bytes were read already."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start = start
        self._rest = rest
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if self._start:
            data, self._start = self._start[:size], self._start[size:]
            return data
        try:
            return self._rest.read(size)
        except Exception as error:
            self.error = error
            raise


class _Stopped(Exception):  # noqa: N818 - ends the worker, nobody sees it
    """The reader went away."""


class _Pipe(io.RawIOBase):
    """A short queue from the worker that decrypts to the reader of members."""

    def __init__(self) -> None:
        self._queue: queue.Queue[bytes | None] = queue.Queue(_QUEUE)
        self._rest = b""
        self._ended = False
        self._stopped = threading.Event()
        self._error: Exception | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        copy = bytes(data)
        while not self._stopped.is_set():
            try:
                self._queue.put(copy, timeout=0.05)
            except queue.Full:
                continue
            return len(copy)
        raise _Stopped

    def flush(self) -> None:
        """Nothing is held back here."""

    def finish(self, error: Exception | None) -> None:
        """The worker's last word."""
        self._error = error
        while not self._stopped.is_set():
            try:
                self._queue.put(None, timeout=0.05)
            except queue.Full:
                continue
            return

    def stop(self) -> None:
        """The reader's last word: the worker ends at its next write."""
        self._stopped.set()

    def read(self, size: int = -1, /) -> bytes:
        while not self._rest and not self._ended:
            piece = self._queue.get()
            if piece is None:
                self._ended = True
            else:
                self._rest = piece
        if not self._rest:
            if self._error is not None:
                raise self._error
            return b""
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def compressed(data: bytes) -> bytes:
    """One zstd frame."""
    return zstandard.ZstdCompressor(level=3, write_checksum=False).compress(data)


def lines(content: Readable, most: int) -> Iterator[bytes]:
    """The lines of a zstd member without their line feeds, read piecewise.

    Raises ``WireError``: ``sealing.bomb`` when more than ``most`` bytes come out or a line is too long,
    ``sealing.damaged`` for anything that is no zstd.
    """
    decoder = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
    rest, total = b"", 0
    try:
        with decoder.stream_reader(cast(BinaryIO, _Reading(content)), read_across_frames=False) as stream:
            while piece := stream.read(1 << 16):
                total += len(piece)
                if total > most or len(rest) > 2 << 20:
                    raise WireError("sealing.bomb")
                *whole, rest = (rest + piece).split(b"\n")
                yield from whole
    except zstandard.ZstdError as error:
        raise WireError("sealing.damaged") from error


class _Reading(io.RawIOBase):
    """A member's content as a file for the decompressor."""

    def __init__(self, source: Readable) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._source.read(size if size >= 0 else 1 << 16)
