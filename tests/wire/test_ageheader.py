"""The header of an age file is refused before a library spends time on it."""

from __future__ import annotations

import base64
import io
import os
import time

import pyrage
import pytest

from desktop.wire.ageheader import MAX_HEADER, scan
from desktop.wire.faults import WireError

VERSION = b"age-encryption.org/v1\n"
KEY = base64.b64encode(bytes(range(32))).rstrip(b"=")
STANZA = b"-> X25519 " + KEY + b"\n" + KEY + b"\n"
MAC = b"--- " + KEY + b"\n"


class _Counting(io.BytesIO):
    """A stream that says how much was taken from it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.taken += len(found)
        return found


def _refusal(data: bytes) -> str:
    with pytest.raises(WireError) as refused:
        scan(io.BytesIO(data))
    return refused.value.code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (b"PK\x03\x04 a zip archive", "wire.age_version"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "wire.age_version"),
        (b"age-encryption.org/v2\n" + STANZA + MAC, "wire.age_version"),
        (b"age-encryption.org/v1\r\n" + STANZA + MAC, "wire.age_version"),
        (b"", "wire.age_cut"),
        (VERSION, "wire.age_cut"),
        (VERSION + STANZA + MAC[:-1], "wire.age_cut"),
        (VERSION + MAC, "wire.age_header"),
        (VERSION + b"-> scrypt " + KEY[:22] + b" 23\n" + KEY + b"\n" + MAC, "wire.age_header"),
        (VERSION + STANZA + b"-> ssh-ed25519 AAAA " + KEY + b"\n" + KEY + b"\n" + MAC, "wire.age_header"),
        (VERSION + b"-> X25519 " + KEY + b" more\n" + KEY + b"\n" + MAC, "wire.age_header"),
        (VERSION + b"-> X25519 " + KEY + b"=\n" + KEY + b"\n" + MAC, "wire.age_header"),
        (VERSION + b"-> X25519 " + KEY[:-1] + b"9\n" + KEY + b"\n" + MAC, "wire.age_header"),
        (VERSION + b"-> X25519 " + KEY + b"\n" + KEY + b"=\n" + MAC, "wire.age_header"),
        (VERSION + b"-> X25519 " + KEY + b"\n\n" + MAC, "wire.age_header"),
        (
            VERSION + b"-> X25519 " + KEY + b"\n" + KEY + KEY[:21] + b"\n" + KEY + b"\n" + MAC,
            "wire.age_header",
        ),
        (VERSION + b"-> X25519 " + KEY + b"\r\n" + KEY + b"\r\n" + MAC, "wire.age_header"),
        # Two shapes that the decrypting library is known to let pass though the specification forbids them.
        (VERSION + b"-> X25519 " + KEY + b"\n" + MAC, "wire.age_header"),
        (VERSION + STANZA + b"-> x-grease\n" + 64 * b"A" + b"\n" + MAC, "wire.age_header"),
        (VERSION + STANZA + b"--- " + KEY + b"=\n", "wire.age_header"),
        (VERSION + STANZA + b"---\n", "wire.age_header"),
        (VERSION + STANZA + 2 * b"-> x-grease\n\n" + MAC, "wire.age_header"),
        (VERSION + STANZA + b"-> x-grease\n" + 20 * (64 * b"A" + b"\n") + MAC, "wire.age_header"),
        (VERSION + STANZA + b"-> x-grease " + 100 * b"a" + b"\n\n" + MAC, "wire.age_header"),
        (VERSION + STANZA + b"-> x-grease\nAA AA\n" + MAC, "wire.age_header"),
        (VERSION + 257 * STANZA + MAC, "wire.age_too_long"),
        (VERSION + STANZA + b"-> x" + MAX_HEADER * b"y" + b"-grease\n\n" + MAC, "wire.age_too_long"),
    ],
)
def test_a_header_of_another_shape_is_refused(header: bytes, code: str) -> None:
    assert _refusal(header) == code


@pytest.mark.parametrize(
    "header",
    [
        VERSION + 10_000 * STANZA + MAC,
        VERSION + b"-> X25519 " + KEY + b"\n" + 32_000 * (64 * b"A" + b"\n") + MAC,
        VERSION + b"-> x-grease\n" + 32_000 * (64 * b"A" + b"\n") + MAC,
        VERSION + b"-> " + (2 << 20) * b"a",
        (4 << 20) * b"\n",
        VERSION + (4 << 20) * b"\n",
    ],
    ids=["10,000 stanzas", "2 MB stanza", "2 MB grease", "2 MB line", "no version", "empty lines"],
)
def test_costly_headers_are_refused_at_once_after_at_most_64_kib(header: bytes) -> None:
    stream = _Counting(header)
    start = time.perf_counter()
    with pytest.raises(WireError):
        scan(stream)
    assert time.perf_counter() - start < 0.1
    assert stream.taken <= MAX_HEADER


def test_a_header_cut_at_any_byte_is_called_cut() -> None:
    header = VERSION + STANZA + b"-> x-grease\nAA\n" + STANZA + MAC
    assert {_refusal(header[:length]) for length in range(len(header))} == {"wire.age_cut"}


@pytest.mark.parametrize("count", [1, 2, 8, 256])
def test_what_the_library_writes_passes_and_can_be_read_from_the_start_again(count: int) -> None:
    keys = [pyrage.x25519.Identity.generate().to_public() for _ in range(count)]
    for _ in range(64 // count + 1):
        data = pyrage.encrypt(os.urandom(5000), keys)
        stream = io.BytesIO(data)
        found = scan(stream)
        assert found.recipients == count
        assert found.consumed + stream.read() == data
        assert data[: found.length].endswith(b"\n")
        assert data[: found.length].splitlines()[-1].startswith(b"--- ")


def test_a_stream_that_gives_one_byte_at_a_time_is_read_like_any_other() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(1, size or 0))

    found = scan(Slow(VERSION + STANZA + MAC + b"payload"))
    assert (found.recipients, found.grease) == (1, False)
    assert found.consumed == VERSION + STANZA + MAC
