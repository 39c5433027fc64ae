"""Attachments come out byte for byte, or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import random
import tracemalloc
from pathlib import Path

import pytest

from desktop.casefile.blobs import CHUNK_BYTES, HEADER_BYTES, BlobStore
from desktop.errors import UserError
from tests.casefile.test_files import FailingDisk

MASTER = bytes(range(32))
LARGE = random.Random(3).randbytes(2 * CHUNK_BYTES + 12_345)


def _file(store: BlobStore, name: str) -> Path:
    return store.folder / name[:2] / name


def _fault(store: BlobStore, name: str) -> str:
    with pytest.raises(UserError) as caught:
        store.verify(name)
    return caught.value.code


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_content_of_every_awkward_size_comes_back(tmp_path: Path, size: int) -> None:
    store = BlobStore(tmp_path / "blobs", MASTER)
    content = LARGE[:size]
    ref = store.put(io.BytesIO(content))
    assert (ref.size, ref.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert ref.name == store.name_of(ref.sha256)
    assert ref.sha256 not in ref.name
    with store.open(ref.name) as reader:
        assert reader.readall() == content
    assert store.verify(ref.name) == ref


def test_bytes_at_every_place_are_protected(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs", MASTER)
    ref = store.put(io.BytesIO(LARGE))
    path = _file(store, ref.name)
    good = path.read_bytes()
    places = [0, 20, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + CHUNK_BYTES + 3, len(good) - 1]
    for place in places:
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes([good[place] ^ 1]))
        assert _fault(store, ref.name) == "casefile.blob_damaged"
        path.write_bytes(good)
    for length in (0, 10, HEADER_BYTES, HEADER_BYTES + CHUNK_BYTES + 16, len(good) - 1):
        path.write_bytes(good[:length])
        assert _fault(store, ref.name) == "casefile.blob_damaged"
    path.write_bytes(good + b"\0")
    assert _fault(store, ref.name) == "casefile.blob_damaged"


def test_chunks_cannot_change_places(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs", MASTER)
    ref = store.put(io.BytesIO(LARGE))
    data = _file(store, ref.name).read_bytes()
    step = CHUNK_BYTES + 16
    head, one, two, rest = (
        data[:HEADER_BYTES],
        data[HEADER_BYTES : HEADER_BYTES + step],
        data[HEADER_BYTES + step : HEADER_BYTES + 2 * step],
        data[HEADER_BYTES + 2 * step :],
    )
    _file(store, ref.name).write_bytes(head + two + one + rest)
    assert _fault(store, ref.name) == "casefile.blob_damaged"


def test_files_cannot_be_exchanged_and_strange_names_are_no_paths(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs", MASTER)
    one, two = store.put(io.BytesIO(b"one")), store.put(io.BytesIO(b"two"))
    _file(store, one.name).write_bytes(_file(store, two.name).read_bytes())
    assert _fault(store, one.name) == "casefile.blob_damaged"
    for name_untrusted in ("", "../../../etc/passwd", "a" * 63, "A" * 64, "\0" * 64, "0" * 64):
        assert _fault(store, name_untrusted) == "casefile.blob_missing"
    assert _fault(BlobStore(tmp_path / "blobs", bytes(32)), two.name) == "casefile.blob_damaged"


def test_the_same_content_is_stored_once_and_heals_damage(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs", MASTER)
    first = store.put(io.BytesIO(b"same"))
    before = _file(store, first.name).read_bytes()
    assert store.put(io.BytesIO(b"same")) == first
    assert _file(store, first.name).read_bytes() == before
    assert list(store.names()) == [first.name]
    _file(store, first.name).write_bytes(before[:-1])
    assert store.put(io.BytesIO(b"same")) == first
    assert store.verify(first.name) == first
    assert store.has(first.sha256)
    assert not store.has("00" * 32)


class Trickle:
    """A pipe: gives less than it was asked for."""

    def __init__(self, content: bytes) -> None:
        self._source = io.BytesIO(content)

    def read(self, size: int, /) -> bytes:
        return self._source.read(min(size, 1_000_003))


def test_a_source_that_trickles_is_the_same_content(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs", MASTER)
    assert store.put(Trickle(LARGE)) == store.put(io.BytesIO(LARGE))
    assert len(list(store.names())) == 1


def test_reading_anywhere(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs", MASTER)
    ref = store.put(io.BytesIO(LARGE))
    with store.open(ref.name) as reader:
        for place in (CHUNK_BYTES - 5, 2 * CHUNK_BYTES + 3, 0, len(LARGE) - 4):
            assert reader.seek(place) == reader.tell() == place
            assert reader.read(9) == LARGE[place : place + 9]
        assert reader.seek(-4, os.SEEK_END) == len(LARGE) - 4
        assert reader.seek(4, os.SEEK_CUR) == len(LARGE)
        assert reader.read(1) == b""


class Zeros:
    """A large content that takes no memory itself."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int, /) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


def test_memory_does_not_grow_with_the_content(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs", MASTER)
    tracemalloc.start()
    ref = store.put(Zeros(20 * CHUNK_BYTES))
    store.verify(ref.name)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 7 * CHUNK_BYTES


@pytest.mark.parametrize("fail_at", range(1, 8))
def test_a_failing_disk_stores_nothing_or_all(tmp_path: Path, fail_at: int) -> None:
    store = BlobStore(tmp_path / "blobs", MASTER, FailingDisk(fail_at))
    with pytest.raises(OSError, match="no space"):
        store.put(io.BytesIO(b"content"))
    assert not list(store.folder.rglob("*.part"))
    for name in store.names():
        assert BlobStore(tmp_path / "blobs", MASTER).verify(name).size == 7


def test_a_copy_for_another_master_key_has_other_names_and_the_same_content(tmp_path: Path) -> None:
    old, new = BlobStore(tmp_path / "old", MASTER), BlobStore(tmp_path / "new", bytes(32))
    refs = [old.put(io.BytesIO(content)) for content in (b"", b"one", LARGE)]
    old.copy_to(new)
    assert len(list(new.names())) == 3
    for ref in refs:
        assert new.verify(new.name_of(ref.sha256)).sha256 == ref.sha256
        assert not new.folder.joinpath(ref.name[:2], ref.name).exists()
