"""Blobs in an object store (S3 and what speaks like it), through obstore.

Chunks of an upload are objects of their own, since objects cannot grow; the whole is put together when the
last one is there. Loaded only where a hub's settings name a bucket.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from desktop.errors import UserError
from hub.settings import S3
from hub.store import PIECE, blob_key

if TYPE_CHECKING:
    from obstore.store import ObjectStore as Bucket

_CHUNK = re.compile(r"parts/[0-9a-f]{16}/([0-9]{14})-([0-9]{10})")


class ObjectStore:
    """A store in a bucket; a key is ``blobs/<key>``, a chunk ``parts/<upload>/<offset>-<length>``."""

    def __init__(self, bucket: Bucket) -> None:
        import obstore

        self._do = obstore
        self._bucket = bucket

    def write_chunk(self, upload: str, offset: int, data: bytes) -> None:
        self._do.put(self._bucket, f"parts/{upload}/{offset:014d}-{len(data):010d}", data)

    def complete(self, upload: str, name: str, size: int, offset: int, data: bytes) -> bool:
        key = blob_key(name, upload)
        if self.has(key) and self._hash_of(key) == name:
            return True
        if offset == 0:
            if hashlib.sha256(data).hexdigest() != name:
                return False
            self._do.put(self._bucket, f"blobs/{key}", data)
            return True
        self.write_chunk(upload, offset, data)
        hashed = hashlib.sha256()
        for piece in self._whole(upload, size):
            hashed.update(piece)
        if hashed.hexdigest() != name:
            return False
        with self._do.open_writer(self._bucket, f"blobs/{key}") as out:
            for piece in self._whole(upload, size):
                out.write(piece)
        if self._hash_of(key) != name:
            self.remove(key)
            return False
        self.drop_upload(upload)
        return True

    def drop_upload(self, upload: str) -> None:
        for path in list(self._paths(f"parts/{upload}")):
            self._delete(path)

    def has(self, key: str) -> bool:
        try:
            self._do.head(self._bucket, f"blobs/{key}")
        except FileNotFoundError:
            return False
        return True

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        self._do.head(self._bucket, f"blobs/{key}")

        def pieces() -> Iterator[bytes]:
            for at in range(start, end, PIECE):
                yield self._range(f"blobs/{key}", at, min(end, at + PIECE))

        return pieces()

    def remove(self, key: str) -> None:
        self._delete(f"blobs/{key}")

    def blobs(self) -> Iterator[tuple[str, float]]:
        now = datetime.now(UTC)
        for page in self._do.list(self._bucket, "blobs"):
            for found in page:
                age = (now - found["last_modified"]).total_seconds()
                yield found["path"].removeprefix("blobs/"), age

    def uploads(self) -> Iterator[str]:
        seen = {path.split("/")[1] for path in self._paths("parts")}
        yield from sorted(seen)

    def probe(self) -> None:
        path = f"probe/{secrets.token_hex(8)}"
        self._do.put(self._bucket, path, b"probe")
        self._delete(path)

    def _whole(self, upload: str, size: int) -> Iterator[bytes]:
        """The bytes of an upload from its chunks, which may overlap where one was sent twice."""
        chunks = []
        for path in self._paths(f"parts/{upload}"):
            if found := _CHUNK.fullmatch(path):
                chunks.append((int(found[1]), int(found[2]), path))
        reached = 0
        for offset, length, path in sorted(chunks):
            if offset > reached:
                return
            for at in range(reached - offset, length, PIECE):
                yield self._range(path, at, min(length, at + PIECE))
            reached = max(reached, offset + length)
            if reached >= size:
                return

    def _hash_of(self, key: str) -> str:
        hashed = hashlib.sha256()
        size = self._do.head(self._bucket, f"blobs/{key}")["size"]
        for piece in self.read(key, 0, size):
            hashed.update(piece)
        return hashed.hexdigest()

    def _range(self, path: str, start: int, end: int) -> bytes:
        return bytes(self._do.get_range(self._bucket, path, start=start, end=end))

    def _paths(self, prefix: str) -> Iterator[str]:
        for page in self._do.list(self._bucket, prefix):
            for found in page:
                yield found["path"]

    def _delete(self, path: str) -> None:
        try:
            self._do.delete(self._bucket, path)
        except FileNotFoundError:
            return


def open_bucket(settings: S3) -> Bucket:
    """The bucket that the settings name. Raises ``UserError`` when the library for it is not installed."""
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise UserError("hub.no_obstore") from error
    return S3Store(
        settings.bucket,
        prefix=settings.prefix or None,
        config={
            "region": settings.region,
            **({} if settings.endpoint is None else {"endpoint": settings.endpoint}),
        },
        client_options={"allow_http": settings.plain},
    )
