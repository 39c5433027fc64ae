"""Bundle files: age v1 around the archive of ``wire.ustar``, written and read in one pass and little memory.

Stock tools read them: ``age -d | tar x | zstd -d``. Only X25519 recipients, never a passphrase (a received
file could ask for minutes of work). Knows keys as text, not whose they are; knows nothing of what members
mean. The library reports its callers' faults as text of its own errors, so the readers and writers handed
to it keep the real ones.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import BinaryIO

import pyrage
import zstandard

from desktop.errors import UserError
from desktop.sync.pipe import Pipe
from desktop.wire import ageheader, ustar
from desktop.wire.faults import WireError
from desktop.wire.padding import padded_recipients, padded_size

_CHUNK = 64 * 1024
_TAG = 16
_NONCE = 16
"""age v1: the payload is a nonce and chunks of 64 KiB, each with its tag."""

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


def seal(out: BinaryIO, recipients: Sequence[str], members: Iterable[ustar.Source]) -> str:
    """Writes one bundle file and returns its SHA-256 in hex; ``<that>.bundle`` is its name.

    ``members`` come in the order of ``wire.ustar`` without ``padding``, which is added here; each is read
    when its turn comes. Recipients are mixed with throw-away ones and shuffled: a header shows neither
    their number nor their order. Raises ``ValueError`` for a recipient that is none or more than 256,
    ``WireError`` for a name out of order, and whatever ``members`` and ``out`` raise.
    """
    keys = _padded_keys(recipients)
    reader = _Reader(_Gathered(ustar.blocks(_with_padding(members))).read)
    writer = _Writer(out)
    try:
        pyrage.encrypt_io(reader, writer, keys)
    except (pyrage.EncryptError, OSError) as error:
        fault = reader.fault or writer.fault
        if fault is None:
            raise
        raise fault from error
    return writer.digest.hexdigest()


def unseal(file_untrusted: BinaryIO, identity: str, limits: ustar.Limits = ustar.LIMITS) -> Unsealed:
    """A bundle file to be read in one pass by ``for member in …``; see ``Unsealed``.

    ``identity`` is an ``AGE-SECRET-KEY-1…``. Raises ``ValueError`` when it is not; nothing is read yet.
    """
    try:
        key = pyrage.x25519.Identity.from_str(identity)
    except pyrage.IdentityError:
        raise ValueError("not an X25519 identity") from None
    return Unsealed(file_untrusted, key, limits)


class Unsealed:
    """The members of a bundle file, each given out as soon as its bytes are authenticated.

    Iterating, and reading a member, raises ``UserError``: ``sealing.not_a_bundle``, ``sealing.not_for_us``
    (also when the part of the header that is ours was damaged), ``sealing.damaged``, ``sealing.cut``,
    ``sealing.unlawful`` (whole and for us, but not what a bundle may hold); ``WireError`` from a member cut
    inside a whole file; and ``OSError`` from the file itself. Members given out before that stand.
    ``complete`` is true once the clean end was reached; then ``digest`` is the file's SHA-256 in hex. A
    thread decrypts while the members are read; it has ended when the loop is left, by whatever way.
    """

    def __init__(self, file_untrusted: BinaryIO, key: object, limits: ustar.Limits) -> None:
        self._file = file_untrusted
        self._key = key
        self._limits = limits
        self._pipe = Pipe()
        self._thread: threading.Thread | None = None
        self.complete = False
        self.digest = ""

    def __enter__(self) -> Unsealed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[ustar.Member]:
        if self._thread is not None:
            raise ValueError("a bundle is read once")
        reader = self._after_header()
        self._thread = threading.Thread(target=self._decrypt, args=(reader,), name="unseal", daemon=True)
        self._thread.start()
        try:
            yield from ustar.read(self._pipe, self._limits)
        except WireError as error:
            raise UserError("sealing.unlawful") from error
        else:
            self.complete, self.digest = True, reader.digest.hexdigest()
        finally:
            self.close()

    def close(self) -> None:
        """Stops reading; returns when the thread has ended. Harmless when done before."""
        self._pipe.abandon()
        if self._thread is not None:
            self._thread.join()

    def _after_header(self) -> _Payload:
        try:
            info = ageheader.scan(self._file)
        except WireError as error:
            code = "sealing.cut" if error.code == "wire.age_cut" else "sealing.not_a_bundle"
            raise UserError(code) from error
        return _Payload(info, self._file)

    def _decrypt(self, reader: _Payload) -> None:
        fault: BaseException | None = None
        try:
            pyrage.decrypt_io(reader, self._pipe, [self._key])
        except BaseException as error:  # handed to the reading thread
            fault = reader.fault or _fault_of(error, reader)
        self._pipe.end(fault)


def _fault_of(error: BaseException, payload: _Payload) -> BaseException:
    """What the library's error means. Its kinds hardly tell cut from damaged, and its texts may change."""
    if isinstance(error, pyrage.DecryptError) and "No matching keys" in str(error):
        return UserError("sealing.not_for_us")
    if not isinstance(error, (pyrage.DecryptError, OSError)):
        return error
    # "truncated" is said only of a file cut exactly between two chunks, where a length can look whole.
    cut = "truncated" in str(error) or payload.looks_cut()
    return UserError("sealing.cut" if cut else "sealing.damaged")


def zst(pieces: Iterable[bytes]) -> bytes:
    """One zstd frame with checksum, for ``entries/<i>.jsonl.zst``; its window stays below 8 MiB."""
    compressor = zstandard.ZstdCompressor(level=6, write_checksum=True).compressobj()
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


def _padded_keys(recipients: Sequence[str]) -> list[object]:
    wanted = sorted(set(recipients))
    if not all(is_recipient(text) for text in wanted):
        raise ValueError("not an X25519 recipient")
    keys: list[object] = [pyrage.x25519.Recipient.from_str(text) for text in wanted]
    while len(keys) < padded_recipients(len(wanted)):
        keys.append(pyrage.x25519.Identity.generate().to_public())
    secrets.SystemRandom().shuffle(keys)
    return keys


def _with_padding(members: Iterable[ustar.Source]) -> Iterator[ustar.Source]:
    total = 0
    for member in members:
        total += ustar.footprint(member.size)
        yield member
    total += ustar.footprint(0) + len(ustar.END)
    yield ustar.Source("padding", padded_size(total) - total, _Zeros(padded_size(total) - total))


class _Zeros:
    """So many bytes of zero."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int, /) -> bytes:
        found = bytes(min(size, self._left))
        self._left -= len(found)
        return found


class _Gathered:
    """A readable over pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._current = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        while not self._current:
            try:
                self._current = memoryview(next(self._pieces))
            except StopIteration:
                return b""
        found, self._current = bytes(self._current[:size]), self._current[size:]
        return found


class _Reader:
    """What the library reads from; ``fault`` is what really went wrong."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self.fault: BaseException | None = None

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._read(size)
        except BaseException as error:
            self.fault = error
            raise


class _Payload(_Reader):
    """A bundle file from its start, after its header was looked at; counts and hashes what is read."""

    def __init__(self, info: ageheader.HeaderInfo, file_untrusted: BinaryIO) -> None:
        super().__init__(self._from_start)
        self._start = memoryview(info.consumed)
        self._file = file_untrusted
        self._header = info.length
        self._ended = False
        self._size = 0
        self.digest = hashlib.sha256()

    def looks_cut(self) -> bool:
        """Whether the file ended where no bundle ends: its archive's length would be in no size bucket."""
        payload = self._size - self._header - _NONCE
        archive = payload - _TAG * -(-payload // (_CHUNK + _TAG))
        lawful = archive > 0 and padded_size(archive) == archive and payload % (_CHUNK + _TAG) != _TAG
        return self._ended and not lawful

    def _from_start(self, size: int) -> bytes:
        if self._start:
            found, self._start = bytes(self._start[:size]), self._start[size:]
        else:
            found = self._file.read(size)
        self.digest.update(found)
        self._size += len(found)
        self._ended = self._ended or not found
        return found


class _Writer:
    """What the library writes to; hashes; ``fault`` is what really went wrong."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.digest = hashlib.sha256()
        self.fault: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._out.write(rest) :]
        except BaseException as error:
            self.fault = error
            raise
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        """The caller flushes: it knows when the bytes must be on the carrier."""
