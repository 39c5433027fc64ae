"""SHA-256 beside other work: large pieces are hashed on a thread, one after the other. Knows only bytes."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor

_BATCH = 256 * 1024
"""Bytes handed over at a time: each handing over costs a change of threads."""


class Hashing:
    """``update`` in order, then ``hexdigest``. After ``close`` the thread has ended."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._batch: list[bytes] = []
        self._size = 0
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: Future[None] | None = None

    def update(self, data: bytes) -> None:
        """Adds bytes, which must not change afterwards. Waits for the thread, so that they never pile up."""
        self._batch.append(data)
        self._size += len(data)
        if self._size >= _BATCH:
            self._wait()
            self._pool = self._pool or ThreadPoolExecutor(1, "hashing")
            self._under_way = self._pool.submit(self._add, self._batch)
            self._batch, self._size = [], 0

    def hexdigest(self) -> str:
        """The hash of all bytes so far."""
        self._wait()
        self._add(self._batch)
        self._batch, self._size = [], 0
        return self._digest.hexdigest()

    def close(self) -> None:
        """Ends the thread. Harmless when done before."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def _add(self, batch: list[bytes]) -> None:
        for data in batch:
            self._digest.update(data)

    def _wait(self) -> None:
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None
