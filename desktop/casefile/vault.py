"""The operating system's vault (Credential Manager, Secret Service, KWallet), never trusted to work.

It holds 32 random bytes for each case file, nothing else. Keyrings fail in at least five ways: no backend,
locked (InitError), KWallet's ``None`` for "not unlocked", a wrong value, and a dialogue nobody answers.
Each ends here in "not available" and changes nothing; the caller then asks for the passphrase. Nothing here
ever makes a key because one was not found: that is how other programs lost their users' data.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import queue
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

SERVICE = "liandong"
SECRET_BYTES = 32
TIME_LIMIT_S = 30.0
_T = TypeVar("_T")


class Keyring(Protocol):
    """The three calls of the ``keyring`` library that are used."""

    def get_password(self, service: str, username: str, /) -> str | None: ...

    def set_password(self, service: str, username: str, password: str, /) -> None: ...

    def delete_password(self, service: str, username: str, /) -> None: ...


class Vault:
    """Get, put and delete the bytes of one case file; every call returns within the time limit, and never
    raises.
    """

    def __init__(self, keyring: Keyring | None = None, time_limit_s: float = TIME_LIMIT_S) -> None:
        """``keyring``: anything with the library's three calls; by default the library itself."""
        self._keyring = keyring
        self._limit = time_limit_s

    def get(self, file_id: str) -> bytes | None:
        """The bytes, or ``None``: not available, for whatever reason."""
        found = self._call(lambda keyring: keyring.get_password(SERVICE, file_id))
        return _decoded(found) if isinstance(found, str) else None

    def put(self, file_id: str, secret: bytes) -> bool:
        """Store the bytes and read them back; ``False``: not available."""
        text = base64.b64encode(secret).decode("ascii")

        def store(keyring: Keyring) -> bool:
            keyring.set_password(SERVICE, file_id, text)
            return keyring.get_password(SERVICE, file_id) == text

        return self._call(store) is True

    def delete(self, file_id: str) -> bool:
        """Remove the bytes; ``False``: not available, or nothing was there."""

        def remove(keyring: Keyring) -> bool:
            keyring.delete_password(SERVICE, file_id)
            return True

        return self._call(remove) is True

    def _call(self, work: Callable[[Keyring], _T]) -> _T | None:
        """Run ``work`` on its own thread; one that hangs is left behind (it cannot be stopped) and its
        answer lost.
        """
        answer: queue.SimpleQueue[_T | None] = queue.SimpleQueue()

        def run() -> None:
            try:
                answer.put(work(self._keyring or _system_keyring()))
            except Exception:  # backends raise whatever they like; all of it means "not available"
                answer.put(None)

        threading.Thread(target=run, name="vault", daemon=True).start()
        try:
            return answer.get(timeout=self._limit)
        except queue.Empty:
            return None


class Told(Vault):
    """A vault that has answered already: what it said, once more, without asking it."""

    def __init__(self, secret: bytes) -> None:
        super().__init__()
        self._secret = secret

    def get(self, file_id: str) -> bytes | None:
        return self._secret


def _system_keyring() -> Keyring:
    """Imported on first use, on the vault's thread: choosing a backend may itself hang."""
    library: Keyring = importlib.import_module("keyring")
    return library


def _decoded(text_untrusted: str) -> bytes | None:
    try:
        secret = base64.b64decode(text_untrusted, validate=True)
    except (binascii.Error, ValueError):
        return None
    return secret if len(secret) == SECRET_BYTES else None
