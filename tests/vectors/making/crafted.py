"""Files made by hand, so that they can be wrong in one place and come out the same every time.

An age writer with fixed ephemeral keys (age-encryption.org/v1), zstd frames of stored blocks (RFC 8878), and a
ustar writer that takes any header. For test vectors only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.wire.padding import padded_recipients, padded_size
from desktop.wire.ustar import END, footprint
from tests.vectors.making.fixed import Device, secret

_CHUNK = 64 * 1024
VERSION = b"age-encryption.org/v1\n"


def base64_of(data: bytes) -> bytes:
    """As age writes it: without padding."""
    return base64.b64encode(data).rstrip(b"=")


def stanza(number: int) -> bytes:
    """A stanza for nobody, of the right shape."""
    return (
        b"-> X25519 "
        + base64_of(secret(f"share {number}"))
        + b"\n"
        + base64_of(secret(f"b {number}"))
        + b"\n"
    )


def sealed(
    archive: bytes, readers: Sequence[Device], name: str, *, grease: bytes = b"", pad: bool = True
) -> bytes:
    """An age file for ``readers``, filled up with stanzas for nobody as the program does."""
    file_key = secret(f"file key of {name}")[:16]
    shown = padded_recipients(len(readers)) if pad else len(readers)
    stanzas = [_stanza_for(device, file_key, f"{name} {device.id}") for device in readers]
    stanzas += [stanza(number) for number in range(shown - len(readers))]
    header = VERSION + b"".join(sorted(stanzas)) + grease + b"---"
    mac = hmac.new(_derived(file_key, b"", b"header"), header, hashlib.sha256).digest()
    nonce = secret(f"nonce of {name}")[:16]
    cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    chunks = [archive[at : at + _CHUNK] for at in range(0, len(archive), _CHUNK)] or [b""]
    payload = b"".join(
        cipher.encrypt(number.to_bytes(11, "big") + bytes([number == len(chunks) - 1]), chunk, None)
        for number, chunk in enumerate(chunks)
    )
    return header + b" " + base64_of(mac) + b"\n" + nonce + payload


def _stanza_for(device: Device, file_key: bytes, name: str) -> bytes:
    ephemeral = X25519PrivateKey.from_private_bytes(secret(f"ephemeral of {name}"))
    theirs = X25519PrivateKey.from_private_bytes(device.age_secret).public_key().public_bytes_raw()
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(theirs))
    wrap = _derived(shared, share + theirs, b"age-encryption.org/v1/X25519")
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    return b"-> X25519 " + base64_of(share) + b"\n" + base64_of(body) + b"\n"


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt or None, info).derive(key)


# zstd


def stored(data: bytes, *, window: int = 17, repeated: Iterable[tuple[bytes, int]] = ()) -> bytes:
    """A frame of stored blocks, then blocks that repeat one byte so many times; ``window`` as a power of 2."""
    blocks = [(data[at : at + (1 << 17)], None) for at in range(0, len(data), 1 << 17)]
    blocks += [
        (byte, min(1 << 17, times - at)) for byte, times in repeated for at in range(0, times, 1 << 17)
    ]
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes([window - 10 << 3])
    for number, (content, times) in enumerate(blocks or [(b"", None)]):
        last = number >= len(blocks) - 1
        size, kind = (len(content), 0) if times is None else (times, 1)
        frame += (last | kind << 1 | size << 3).to_bytes(3, "little") + content
    return frame


# ustar


def tar_header(name: bytes, length: int, **fields: tuple[int, bytes]) -> bytes:
    """A header with whatever ``fields`` put at an offset, and a right checksum over all of it."""
    block = bytearray(512)
    block[: len(name)] = name
    block[100:124] = b"0000600\x000000000\x000000000\x00"
    block[124:148] = b"%011o\x0000000000000\x00" % length
    block[156:157] = b"0"
    block[257:265] = b"ustar\x0000"
    block[329:345] = b"0000000\x000000000\x00"
    for offset, value in fields.values():
        block[offset : offset + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def tar_member(name: str, data: bytes) -> bytes:
    """A lawful member."""
    return tar_header(name.encode(), len(data)) + data + bytes(-len(data) % 512)


def tar(members: Iterable[tuple[str, bytes]], *, pad: bool = False, start: bytes = b"") -> bytes:
    """An archive with its padding, which begins with ``start``; with ``pad`` filled up as the program does."""
    archive = b"".join(tar_member(name, data) for name, data in members)
    bare = len(archive) + footprint(0) + len(END)
    size = padded_size(bare + len(start) + -len(start) % 512) - bare if pad else len(start)
    return archive + tar_member("padding", start + bytes(size - len(start))) + END
