"""Ed25519 keys, heads and signed facts. Keys and signatures travel as lower hex; knows no database."""

from __future__ import annotations

import hashlib
import re
import threading
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from desktop.wire import canonical
from desktop.wire.faults import WireError
from desktop.wire.hashing import is_hash, signing_text

_SIGNATURE = re.compile(r"[0-9a-f]{128}")


class SigningKey:
    """A private Ed25519 key that never prints itself."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw().hex()

    @classmethod
    def generate(cls) -> SigningKey:
        """A fresh key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes, for sealing them away."""
        return self._key.private_bytes_raw()

    def sign(self, data: bytes) -> str:
        """The signature over ``data`` as 128 hex digits."""
        return self._key.sign(data).hex()


def verifies(public_untrusted: str, signature_untrusted: str, data: bytes) -> bool:
    """True iff the signature over ``data`` is that of the key; malformed input is simply False.

    Both are lower hex and nothing else: one signature has one spelling.
    """
    if not is_hash(public_untrusted) or not is_signature(signature_untrusted):
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_untrusted))
        key.verify(bytes.fromhex(signature_untrusted), data)
    except (InvalidSignature, ValueError):
        return False
    return True


class Proofs:
    """Which signatures were found good before, so that each is verified once: the oldest are forgotten first.

    Remembered by SHA-256 over key, signature and all that was signed: what differs in one bit is another
    one. False ones are not remembered. For any thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._good: dict[bytes, None] = {}
        self._guard = threading.Lock()

    def verifies(self, public_untrusted: str, signature_untrusted: str, data: bytes) -> bool:
        """What :func:`verifies` says."""
        if not is_hash(public_untrusted) or not is_signature(signature_untrusted):
            return False
        told = bytes.fromhex(public_untrusted + signature_untrusted)
        name = hashlib.sha256(told + data).digest()
        with self._guard:
            if name in self._good:
                return True
        if not verifies(public_untrusted, signature_untrusted, data):
            return False
        with self._guard:
            self._good[name] = None
            if len(self._good) > self._most:
                del self._good[next(iter(self._good))]
        return True


def is_signature(value_untrusted: object) -> bool:
    """True for 128 lower hex digits."""
    return isinstance(value_untrusted, str) and _SIGNATURE.fullmatch(value_untrusted) is not None


class Head(NamedTuple):
    """A signature over (network, log, number, entry id): it proves that entry and every one before it."""

    log: str
    n: int
    id: str
    signature: str

    def text(self) -> bytes:
        """The head line with its line feed."""
        return canonical.encode({"L": self.log, "id": self.id, "n": self.n, "sig": self.signature}) + b"\n"

    def verifies(self, network: str, public: str) -> bool:
        """True iff the key of the log's device signed this head for this network."""
        return verifies(public, self.signature, head_text(network, self.log, self.n, self.id))


def head_text(network: str, log: str, n: int, entry: str) -> bytes:
    """What a head signs: ``liandong/1/head LF network LF L LF n LF id LF``."""
    return signing_text("head", network, log, str(n), entry)


def sign_head(key: SigningKey, network: str, log: str, n: int, entry: str) -> Head:
    """A head by ``key``."""
    return Head(log, n, entry, key.sign(head_text(network, log, n, entry)))


def parse_head(line_untrusted: bytes) -> Head:
    """Reads a head line (without line feed). Raises ``WireError``."""
    value = canonical.decode(line_untrusted)
    if not isinstance(value, dict) or set(value) != {"L", "id", "n", "sig"}:
        raise WireError("wire.head")
    head = Head(value["L"], value["n"], value["id"], value["sig"])
    if not (is_hash(head.log) and is_hash(head.id) and type(head.n) is int and head.n >= 1):
        raise WireError("wire.head")
    if not isinstance(head.signature, str) or len(head.signature) != 128:
        raise WireError("wire.head")
    return head
