"""What every blob store keeps to, tried on folders and on object stores; and a disk that fails."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest
from obstore.store import LocalStore, MemoryStore

from hub.objects import ObjectStore
from hub.store import FolderStore, Store, blob_key

DATA = os.urandom(700_000)
NAME = hashlib.sha256(DATA).hexdigest()
UPLOAD = "0123456789abcdef"
KEY = blob_key(NAME, UPLOAD)


@pytest.fixture(params=["folder", "memory", "local"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """One of the stores."""
    if request.param == "folder":
        return FolderStore.create(tmp_path / "blobs")
    if request.param == "memory":
        return ObjectStore(MemoryStore())
    return ObjectStore(LocalStore(tmp_path / "bucket", mkdir=True))


def _content(store: Store, start: int = 0) -> bytes:
    return b"".join(store.read(KEY, start, len(DATA)))


def test_chunks_become_a_blob_whose_rest_can_be_read(store: Store) -> None:
    store.write_chunk(UPLOAD, 0, DATA[:300_000])
    store.write_chunk(UPLOAD, 300_000, DATA[300_000:600_000])
    assert list(store.uploads()) == [UPLOAD]
    assert not store.has(KEY)
    assert store.complete(UPLOAD, NAME, len(DATA), 600_000, DATA[600_000:])
    assert store.has(KEY)
    assert _content(store) == DATA
    assert _content(store, 699_999) == DATA[-1:]
    assert [key for key, _ in store.blobs()] == [KEY]
    assert list(store.uploads()) == []


def test_a_blob_in_one_piece(store: Store) -> None:
    assert store.complete(UPLOAD, NAME, len(DATA), 0, DATA)
    assert _content(store) == DATA


def test_the_same_chunk_again_and_chunks_that_overlap_change_nothing(store: Store) -> None:
    store.write_chunk(UPLOAD, 0, DATA[:300_000])
    store.write_chunk(UPLOAD, 0, DATA[:300_000])
    store.write_chunk(UPLOAD, 0, DATA[:400_000])
    store.write_chunk(UPLOAD, 300_000, DATA[300_000:500_000])
    assert store.complete(UPLOAD, NAME, len(DATA), 500_000, DATA[500_000:])
    assert store.complete(UPLOAD, NAME, len(DATA), 500_000, DATA[500_000:])
    assert _content(store) == DATA


@pytest.mark.parametrize("first", [DATA[:300_000], b"x" * 300_000, DATA[:100]])
def test_what_does_not_fit_its_hash_or_has_a_hole_is_no_blob(store: Store, first: bytes) -> None:
    store.write_chunk(UPLOAD, 0, first)
    last = b"y" * 400_000 if first == DATA[:300_000] else DATA[300_000:]
    assert not store.complete(UPLOAD, NAME, len(DATA), 300_000, last)
    assert not store.has(KEY)
    store.drop_upload(UPLOAD)
    assert list(store.uploads()) == []
    assert store.complete(UPLOAD, NAME, len(DATA), 0, DATA)


def test_what_is_not_there_is_said_before_the_first_byte(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        store.read(KEY, 0, 5)
    store.remove(KEY)
    store.drop_upload(UPLOAD)
    store.probe()
    assert list(store.blobs()) == []


def test_a_wrong_last_chunk_beside_a_right_one_never_reaches_the_blob(tmp_path: Path) -> None:
    store = FolderStore.create(tmp_path / "blobs")
    for _ in range(20):
        store.write_chunk(UPLOAD, 0, DATA[:600_000])
        words = (UPLOAD, NAME, len(DATA), 600_000)
        threads = [
            threading.Thread(target=store.complete, args=(*words, last))
            for last in (DATA[600_000:], b"x" * 100_000, DATA[600_000:])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if store.has(KEY):
            assert hashlib.sha256(_content(store)).hexdigest() == NAME
        store.remove(KEY)
        store.drop_upload(UPLOAD)


@pytest.mark.parametrize("call", ["pwrite", "ftruncate", "fsync", "rename"])
def test_a_disk_that_fails_leaves_no_blob_and_the_next_try_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    store = FolderStore.create(tmp_path / "blobs")
    store.write_chunk(UPLOAD, 0, DATA[:600_000])

    def full(*_words: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(Path if call == "rename" else os, call, full)
        with pytest.raises(OSError, match="full"):
            store.complete(UPLOAD, NAME, len(DATA), 600_000, DATA[600_000:])
    assert not store.has(KEY)
    assert store.complete(UPLOAD, NAME, len(DATA), 600_000, DATA[600_000:])
    assert _content(store) == DATA
