"""age files as the specification has them: written and read alike by pyrage, by stock age and here."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Iterable

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from desktop.errors import UserError
from desktop.sync.sealing import _Payload
from desktop.wire import agefile, ageheader
from desktop.wire.agefile import CHUNK, SEALED, PayloadCipher
from desktop.wire.faults import WireError

OURS = pyrage.x25519.Identity.generate()
OTHERS = [pyrage.x25519.Identity.generate() for _ in range(3)]
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 200_000)


def _written(content: bytes, keys: Iterable[object] = (OURS, *OTHERS)) -> bytes:
    file_key = agefile.new_file_key()
    raw = [agefile.raw_key(str(key.to_public())) for key in keys]  # type: ignore[attr-defined]
    pieces = [content[start : start + 10_007] for start in range(0, len(content), 10_007)]
    return agefile.header(file_key, raw) + b"".join(agefile.sealed_payload(file_key, pieces))


def _read(data: bytes, identity: object = OURS) -> bytes | None:
    """What the file holds for the identity; ``None`` for any refusal."""
    stream = io.BytesIO(data)
    try:
        info = ageheader.scan(stream)
        file_key = agefile.unwrapped(info.consumed[: info.length], agefile.raw_key(str(identity)))
        if file_key is None:
            return None
        return b"".join(_Payload(info.consumed[info.length :], stream.read, file_key).chunks())
    except (WireError, UserError, ValueError):
        return None


def _read_by_library(data: bytes) -> bytes | None:
    try:
        return bytes(pyrage.decrypt(data, [OURS]))
    except pyrage.DecryptError:
        return None


def test_a_raw_key_is_the_one_that_the_text_stands_for() -> None:
    secret = X25519PrivateKey.from_private_bytes(agefile.raw_key(str(OURS)))
    assert secret.public_key().public_bytes_raw() == agefile.raw_key(str(OURS.to_public()))


@pytest.mark.parametrize("size", SIZES)
def test_the_library_opens_what_is_written_here_and_the_other_way_round(size: int) -> None:
    content = os.urandom(size)
    data = _written(content)
    for identity in (OURS, *OTHERS):
        assert pyrage.decrypt(data, [identity]) == content
    theirs = pyrage.encrypt(content, [key.to_public() for key in (*OTHERS, OURS)])
    assert _read(theirs) == _read(data) == content
    assert _read(theirs, pyrage.x25519.Identity.generate()) is None


def test_no_two_files_share_a_key_a_nonce_or_a_share() -> None:
    one, other = _written(b""), _written(b"")
    assert not {*one.splitlines()[1:]} & {*other.splitlines()[1:]}


def _damages(data: bytes, source: random.Random) -> Iterable[bytes]:
    """Flips, cuts, repetitions and swaps anywhere."""
    start = data.index(b"\n--- ") + 49 + agefile.NONCE
    head, chunks = data[:start], [data[at : at + SEALED] for at in range(start, len(data), SEALED)]
    if len(chunks) > 1:
        yield head + b"".join(reversed(chunks))
    yield head + b"".join(chunks[:-1])
    yield head + b"".join(chunks[1:])
    yield head + b"".join([*chunks, chunks[-1]])
    yield head + b"".join([chunks[0], *chunks])
    for _ in range(150):
        damaged = bytearray(data)
        at = source.randrange(start if source.random() < 0.7 else len(data))
        damaged[at] ^= 1 << source.randrange(8)
        yield bytes(damaged)
        yield data[: source.randrange(len(data))]
    yield data + b"\0"


@pytest.mark.parametrize("size", [100, CHUNK, 2 * CHUNK + 5])
def test_damaged_files_are_refused_here_as_by_the_library(size: int) -> None:
    data = _written(os.urandom(size), [OTHERS[0], OURS])
    assert _read(data) == _read_by_library(data)
    for damaged in _damages(data, random.Random(size)):
        assert _read(damaged) is None
        assert _read_by_library(damaged) is None


def test_an_empty_last_chunk_after_another_is_refused() -> None:
    file_key = agefile.new_file_key()
    head = agefile.header(file_key, [agefile.raw_key(str(OURS.to_public()))])
    cipher = PayloadCipher(file_key, os.urandom(agefile.NONCE))
    full = cipher.seal(0, bytes(CHUNK), last=False)
    data = head + cipher.nonce + full + cipher.seal(1, b"", last=True)
    assert _read(data) is None
    assert _read_by_library(data) is None
    assert _read(head + cipher.nonce + full + cipher.seal(1, b"x", last=True)) == bytes(CHUNK) + b"x"


def test_a_share_of_low_order_is_not_for_anybody() -> None:
    share = b"A" * 43
    text = b"age-encryption.org/v1\n-> X25519 " + share + b"\n" + share + b"\n--- " + share + b"\n"
    assert agefile.unwrapped(text, agefile.raw_key(str(OURS))) is None


def test_a_header_made_over_by_one_of_its_readers_is_noticed_by_the_others() -> None:
    """Who knows the file key can write a payload of their own, but the MAC holds the list of readers."""
    data = _written(b"content", [OURS, OTHERS[0]])
    lines = data.split(b"\n")
    swapped = b"\n".join([lines[0], *lines[3:5], *lines[1:3], *lines[5:]])
    assert _read(swapped) is None
    assert _read_by_library(swapped) is None
    info = ageheader.scan(io.BytesIO(swapped))
    with pytest.raises(ValueError, match="changed"):
        agefile.unwrapped(info.consumed[: info.length], agefile.raw_key(str(OURS)))
