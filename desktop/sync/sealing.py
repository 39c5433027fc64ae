"""Bundle files: age v1 around the archive of ``wire.ustar``, written and read in one pass and little memory.

Stock tools read them: ``age -d | tar x | zstd -d``. Only X25519 recipients, never a passphrase (a received
file could ask for minutes of work). Knows keys as text, not whose they are; knows nothing of what members
mean. What a caller's reader or writer raises goes through as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import BinaryIO, Protocol

import pyrage
import zstandard

from desktop.errors import UserError
from desktop.sync.hashing import Hashing
from desktop.wire import agefile, ageheader, ustar
from desktop.wire.faults import WireError
from desktop.wire.padding import padded_recipients, padded_size

_CHUNK = 64 * 1024
_BLOCK = 4 * agefile.SEALED
"""Bytes asked of a file at a time: enough to be quick, so few that a pulled stick is noticed as one."""

_COMPRESSION = zstandard.ZstdCompressionParameters.from_level(
    6, strategy=zstandard.STRATEGY_BTOPT, target_length=999, write_checksum=True
)
"""Entries are hashes and short texts: searching for the cheapest way to say them saves an eighth, and costs a
second for 15 MB (measured)."""

_MAX_WINDOW = 8 << 20
_SLICE = 256
"""Bytes given to zstd at a time. A block needs 4 bytes for 128 KiB, so one step makes at most 8 MiB."""


def is_recipient(text_untrusted: str) -> bool:
    """Whether this is an X25519 recipient (``age1…``) that a bundle can be sealed for."""
    try:
        pyrage.x25519.Recipient.from_str(text_untrusted)
    except pyrage.RecipientError:
        return False
    return True


class Start(Protocol):
    """What stands at the start of the padding: so many bytes."""

    size: int

    def read(self, size: int, /) -> bytes:
        """The next bytes; empty at the end."""


def seal(
    out: BinaryIO,
    recipients: Sequence[str],
    members: Iterable[ustar.Source],
    start: Start | None = None,
) -> None:
    """Writes one bundle file. Whoever puts it on a carrier hashes it there: its name is its SHA-256.

    ``members`` come in the order of ``wire.ustar`` without ``padding``, which is added here and begins with
    ``start``; each is read when its turn comes. Recipients are mixed with throw-away ones and shuffled: a
    header shows neither their number nor their order. Raises ``ValueError`` for a recipient that is none or
    more than 256, ``WireError`` for a name out of order, and whatever ``members`` and ``out`` raise.
    """
    keys = _padded_keys(recipients)
    file_key = agefile.new_file_key()
    _write_all(out, agefile.header(file_key, keys))
    for piece in agefile.sealed_payload(file_key, ustar.blocks(_with_padding(members, start))):
        _write_all(out, piece)


def _write_all(out: BinaryIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[out.write(rest) :]


def unseal(file_untrusted: BinaryIO, identity: str, limits: ustar.Limits = ustar.LIMITS) -> Unsealed:
    """A bundle file to be read in one pass by ``for member in …``; see ``Unsealed``.

    ``identity`` is an ``AGE-SECRET-KEY-1…``. Raises ``ValueError`` when it is not; nothing is read yet.
    """
    try:
        pyrage.x25519.Identity.from_str(identity)
    except pyrage.IdentityError:
        raise ValueError("not an X25519 identity") from None
    return Unsealed(file_untrusted, agefile.raw_key(identity), limits)


class Unsealed:
    """The members of a bundle file, each given out as soon as its bytes are authenticated.

    Iterating, and reading a member, raises ``UserError``: ``sealing.not_a_bundle``, ``sealing.not_for_us``
    (also when the part of the header that is ours was damaged), ``sealing.damaged``, ``sealing.cut``,
    ``sealing.unlawful`` (whole and for us, but not what a bundle may hold); ``WireError`` from a member cut
    inside a whole file; and ``OSError`` from the file itself. Members given out before that stand.
    ``complete`` is true once the clean end was reached; then ``digest`` is the file's SHA-256 in hex. A
    thread hashes while the members are read; it has ended when the loop is left, by whatever way.
    """

    def __init__(self, file_untrusted: BinaryIO, key: bytes, limits: ustar.Limits) -> None:
        self._file = file_untrusted
        self._key = key
        self._limits = limits
        self._hashing = Hashing()
        self._begun = False
        self.complete = False
        self.digest = ""

    def __enter__(self) -> Unsealed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[ustar.Member]:
        if self._begun:
            raise ValueError("a bundle is read once")
        self._begun = True
        try:
            yield from ustar.read(_Gathered(self._opened()), self._limits)
        except WireError as error:
            raise UserError("sealing.unlawful") from error
        else:
            self.complete, self.digest = True, self._hashing.hexdigest()
        finally:
            self.close()

    def close(self) -> None:
        """Stops reading; returns when the thread has ended. Harmless when done before."""
        self._hashing.close()

    def _opened(self) -> Iterator[bytes]:
        """The payload's bytes, each chunk authenticated before it is given out."""
        try:
            info = ageheader.scan(self._file)
        except WireError as error:
            code = "sealing.cut" if error.code == "wire.age_cut" else "sealing.not_a_bundle"
            raise UserError(code) from error
        try:
            file_key = agefile.unwrapped(info.consumed[: info.length], self._key)
        except ValueError:
            raise UserError("sealing.damaged") from None
        if file_key is None:
            raise UserError("sealing.not_for_us")
        self._hashing.update(info.consumed)
        return _Payload(info.consumed[info.length :], self._read, file_key).chunks()

    def _read(self, size: int) -> bytes:
        found = self._file.read(size)
        self._hashing.update(found)
        return found


class _Payload:
    """The chunks of a payload; ``start`` is what was read of it together with the header."""

    def __init__(self, start: bytes, read: Callable[[int], bytes], file_key: bytes) -> None:
        self._start = start
        self._read = read
        self._file_key = file_key
        self._size = 0

    def chunks(self) -> Iterator[bytes]:
        """What the chunks hold, up to the clean end; see ``Unsealed`` for what is raised."""
        nonce = self._exactly(agefile.NONCE)
        if len(nonce) < agefile.NONCE:
            raise UserError("sealing.cut")
        cipher = agefile.PayloadCipher(self._file_key, nonce)
        # A chunk is held back until it is known whether another follows.
        held, number = memoryview(self._exactly(agefile.SEALED)), 0
        while block := self._exactly(_BLOCK):
            view = memoryview(block)
            for at in range(0, len(block), agefile.SEALED):
                yield self._sound(cipher.open(number, held, last=False))
                held, number = view[at : at + agefile.SEALED], number + 1
        yield from self._last(cipher, number, held)

    def _exactly(self, size: int) -> bytes:
        """The next bytes: so many, fewer only at the end."""
        found, self._start = self._start[:size], self._start[size:]
        while len(found) < size and (piece := self._read(size - len(found))):
            found = found + piece if found else piece
        self._size += len(found)
        return found

    def _last(self, cipher: agefile.PayloadCipher, number: int, sealed: memoryview) -> Iterator[bytes]:
        found = cipher.open(number, sealed, last=True)
        if found is None and len(sealed) == agefile.SEALED:
            # A file cut exactly between two chunks: what is there is sound, and not the end.
            yield self._sound(cipher.open(number, sealed, last=False))
            raise UserError("sealing.cut")
        found = self._sound(found, at_end=True)
        if number and not found:
            raise UserError("sealing.damaged")
        yield found

    def _sound(self, found: bytes | None, *, at_end: bool = False) -> bytes:
        if found is None:
            raise UserError("sealing.cut" if at_end and self._looks_cut() else "sealing.damaged")
        return found

    def _looks_cut(self) -> bool:
        """Whether the file ended where no bundle ends: its archive's length would be in no size bucket."""
        payload = self._size - agefile.NONCE
        archive = payload - agefile.TAG * -(-payload // agefile.SEALED)
        lawful = archive > 0 and padded_size(archive) == archive and payload % agefile.SEALED != agefile.TAG
        return not lawful


def zst(pieces: Iterable[bytes]) -> bytes:
    """One zstd frame with checksum, for ``entries/<i>.jsonl.zst``; its window stays below 8 MiB."""
    compressor = zstandard.ZstdCompressor(compression_params=_COMPRESSION).compressobj()
    parts = [compressor.compress(piece) for piece in pieces]
    return b"".join([*parts, compressor.flush()])


def unzstd(source_untrusted: ustar.Readable, max_output: int) -> Unzstd:
    """What one zstd frame holds, at most ``max_output`` bytes, as a readable; see ``Unzstd``."""
    return Unzstd(source_untrusted, max_output)


class Unzstd:
    """Reads one zstd frame with a window of at most 8 MiB, holding about 16 MiB at the worst.

    ``read`` and ``lines`` raise ``WireError``: ``wire.zstd`` (not zstd, damaged, a wider window, bytes after
    the frame), ``wire.zstd_cut``, ``wire.zstd_too_large`` (more than ``max_output`` bytes); and whatever the
    source raises. Bytes given out before that stand.
    """

    def __init__(self, source_untrusted: ustar.Readable, max_output: int) -> None:
        self._source = source_untrusted
        self._left = max_output
        self._frame = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompressobj()
        self._input = memoryview(b"")
        self._ready = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """At least one and at most ``size`` bytes; empty at the end of the frame and of the source."""
        while not self._ready:
            self._ready = memoryview(self._step())
            if not self._ready and self._frame.eof:
                self._check_end()
                return b""
        found, self._ready = bytes(self._ready[:size]), self._ready[size:]
        return found

    def lines(self, max_line: int) -> Iterator[bytes]:
        """The lines without their line feeds. A line longer than ``max_line`` bytes, or a last one without a
        line feed, raises ``WireError`` ``wire.line``."""
        rest = b""
        while piece := self.read(_CHUNK):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                if len(line) > max_line:
                    raise WireError("wire.line")
                yield line
            if len(rest) > max_line:
                raise WireError("wire.line")
        if rest:
            raise WireError("wire.line")

    def _step(self) -> bytes:
        if self._frame.eof:
            return b""
        if not self._input:
            self._input = memoryview(self._source.read(_CHUNK))
            if not self._input:
                raise WireError("wire.zstd_cut")
        slice_, self._input = self._input[:_SLICE], self._input[_SLICE:]
        try:
            found: bytes = self._frame.decompress(slice_)
        except zstandard.ZstdError as error:
            raise WireError("wire.zstd") from error
        self._left -= len(found)
        if self._left < 0:
            raise WireError("wire.zstd_too_large")
        return found

    def _check_end(self) -> None:
        if self._frame.unused_data or self._input or self._source.read(1):
            raise WireError("wire.zstd")


def _padded_keys(recipients: Sequence[str]) -> list[bytes]:
    wanted = sorted(set(recipients))
    if not all(is_recipient(text) for text in wanted):
        raise ValueError("not an X25519 recipient")
    keys = [agefile.raw_key(text) for text in wanted]
    while len(keys) < padded_recipients(len(wanted)):
        keys.append(agefile.raw_key(str(pyrage.x25519.Identity.generate().to_public())))
    secrets.SystemRandom().shuffle(keys)
    return keys


def _with_padding(members: Iterable[ustar.Source], start: Start | None) -> Iterator[ustar.Source]:
    total = 0
    for member in members:
        total += ustar.footprint(member.size)
        yield member
    used = 0 if start is None else start.size
    bare = total + ustar.footprint(0) + len(ustar.END)
    size = padded_size(bare + used + -used % ustar.BLOCK) - bare
    yield ustar.Source("padding", size, _Padding(start, size - used))


class _Padding:
    """What padding begins with, then so many bytes of zero."""

    def __init__(self, start: Start | None, zeros: int) -> None:
        self._start = start
        self._left = zeros

    def read(self, size: int, /) -> bytes:
        if self._start is not None:
            if found := self._start.read(size):
                return found
            self._start = None
        found = bytes(min(size, self._left))
        self._left -= len(found)
        return found


class _Gathered:
    """A readable over pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = b""
        self._at = 0

    def read(self, size: int, /) -> bytes:
        while self._at == len(self._piece):
            self._piece, self._at = next(self._pieces, b""), 0
            if not self._piece:
                return b""
        if not self._at and size >= len(self._piece):
            found, self._piece = self._piece, b""
            return found
        found = self._piece[self._at : self._at + size]
        self._at += len(found)
        return found
