"""age v1 files for X25519 recipients on the ciphers of ``cryptography``: header keys and payload chunks.

The construction is the age specification's (age-encryption.org/v1): a file key wrapped for each recipient, a
MAC over the header, and a payload in chunks of 64 KiB under ChaCha20-Poly1305 whose nonces count and mark the
last one. Headers come from ``ageheader.scan``, which admits nothing else. Knows raw keys, not whose they are.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 64 * 1024
TAG = 16
SEALED = CHUNK + TAG
"""Bytes of a chunk in the file; only the last may be shorter."""

NONCE = 16
_FILE_KEY = 16
_VERSION = b"age-encryption.org/v1\n"
_X25519 = b"-> X25519 "
_MAC = b"---"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CHECKSUM = 6


def raw_key(text: str) -> bytes:
    """The 32 bytes of a recipient or identity in Bech32 whose checksum was checked before."""
    value = 0
    for letter in text.lower().rpartition("1")[2][:-_CHECKSUM]:
        value = value << 5 | _BECH32.index(letter)
    return (value >> 4).to_bytes(32, "big")


def new_file_key() -> bytes:
    """A fresh file key."""
    return secrets.token_bytes(_FILE_KEY)


def header(file_key: bytes, recipients: Sequence[bytes]) -> bytes:
    """The header that gives the file key to the recipients (raw public keys), in their order."""
    text = _VERSION + b"".join(_stanza(file_key, recipient) for recipient in recipients) + _MAC
    return text + b" " + _base64(_mac(file_key, text).finalize()) + b"\n"


def _stanza(file_key: bytes, recipient: bytes) -> bytes:
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrapped = ChaCha20Poly1305(_wrap_key(shared, share, recipient)).encrypt(bytes(12), file_key, None)
    return _X25519 + _base64(share) + b"\n" + _base64(wrapped) + b"\n"


def unwrapped(scanned: bytes, identity: bytes) -> bytes | None:
    """The file key that a scanned header holds for an identity (raw secret key); ``None`` when it holds none.

    Raises ``ValueError`` when it holds one but is not the header that was made with it.
    """
    key = X25519PrivateKey.from_private_bytes(identity)
    lines = scanned.splitlines()
    for first, body in pairwise(lines):
        if first.startswith(_X25519):
            file_key = _unwrap(key, _unbase64(first[len(_X25519) :]), _unbase64(body))
            if file_key is not None:
                _check_mac(file_key, scanned)
                return file_key
    return None


def _unwrap(key: X25519PrivateKey, share: bytes, wrapped: bytes) -> bytes | None:
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(share))
        wrap_key = _wrap_key(shared, share, key.public_key().public_bytes_raw())
        return ChaCha20Poly1305(wrap_key).decrypt(bytes(12), wrapped, None)
    except (InvalidTag, ValueError):
        # Not for this key; or a share of low order, which nobody makes by chance.
        return None


def _check_mac(file_key: bytes, scanned: bytes) -> None:
    text, _, mac = scanned.rstrip(b"\n").rpartition(b" ")
    try:
        _mac(file_key, text).verify(_unbase64(mac))
    except InvalidSignature:
        raise ValueError("a header that was changed") from None


def _mac(file_key: bytes, text: bytes) -> HMAC:
    found = HMAC(_derived(file_key, b"", b"header"), SHA256())
    found.update(text)
    return found


def _wrap_key(shared: bytes, share: bytes, recipient: bytes) -> bytes:
    return _derived(shared, share + recipient, b"age-encryption.org/v1/X25519")


def _derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def _base64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _unbase64(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4))


class PayloadCipher:
    """Seals and opens the chunks of one payload; ``nonce`` stands before the first."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self.nonce = nonce
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))

    def seal(self, number: int, chunk: bytes | memoryview, *, last: bool) -> bytes:
        """A chunk as it stands in the file. Only the last is shorter than 64 KiB; it is empty only alone."""
        return self._cipher.encrypt(_chunk_nonce(number, last), chunk, None)

    def open(self, number: int, sealed: bytes | memoryview, *, last: bool) -> bytes | None:
        """What a chunk holds; ``None`` when it is not the chunk of this number and place."""
        try:
            return self._cipher.decrypt(_chunk_nonce(number, last), sealed, None)
        except InvalidTag:
            return None


def _chunk_nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def sealed_payload(file_key: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The payload of an age file: its nonce, then its chunks."""
    cipher = PayloadCipher(file_key, secrets.token_bytes(NONCE))
    yield cipher.nonce
    for number, (chunk, last) in enumerate(_with_last(_chunks(pieces))):
        yield cipher.seal(number, chunk, last=last)


def _chunks(pieces: Iterable[bytes]) -> Iterator[memoryview]:
    """The pieces cut anew to 64 KiB; copied only where a chunk spans two of them."""
    rest = b""
    for piece in pieces:
        view = memoryview(piece)
        at = 0
        if rest:
            at = CHUNK - len(rest)
            rest += view[:at]
            if len(rest) < CHUNK:
                continue
            yield memoryview(rest)
        while len(view) - at >= CHUNK:
            yield view[at : at + CHUNK]
            at += CHUNK
        rest = bytes(view[at:])
    if rest:
        yield memoryview(rest)


def _with_last(chunks: Iterator[memoryview]) -> Iterator[tuple[memoryview, bool]]:
    """Each chunk with whether it is the last; an empty payload has one empty chunk."""
    held = next(chunks, memoryview(b""))
    for chunk in chunks:
        yield held, False
        held = chunk
    yield held, True
