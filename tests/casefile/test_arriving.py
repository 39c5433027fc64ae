"""Attachments in pieces: in any order, over several sittings, on failing disks; whole only when verified."""

from __future__ import annotations

import hashlib
import io
import os
import random
from pathlib import Path

import pytest

from desktop.casefile import arriving
from desktop.casefile.arriving import Arriving, progress
from desktop.casefile.blobs import CHUNK_BYTES, HEADER_BYTES, TAG_BYTES, BlobStore
from desktop.errors import UserError
from tests.casefile.test_files import FailingDisk

MASTER = bytes(range(32))
WHOLE = random.Random(5).randbytes(3 * CHUNK_BYTES + 777)
SHA256 = hashlib.sha256(WHOLE).hexdigest()
OFFSETS = range(0, len(WHOLE), CHUNK_BYTES)


def _store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs", MASTER)


def _piece(offset: int, of: bytes = WHOLE) -> bytes:
    return of[offset : offset + CHUNK_BYTES]


def _put(store: BlobStore, *offsets: int) -> None:
    with Arriving(store, SHA256, len(WHOLE)) as part:
        for offset in offsets:
            part.put(offset, _piece(offset))


def _finish(store: BlobStore) -> bool:
    with Arriving(store, SHA256, len(WHOLE)) as part:
        return part.complete and part.finish()


def test_pieces_in_any_order_over_several_sittings_make_the_whole(tmp_path: Path) -> None:
    store = _store(tmp_path)
    assert progress(store, SHA256) is None
    _put(store, OFFSETS[3], OFFSETS[1])
    found = progress(store, SHA256)
    assert found is not None
    assert found.held == [(CHUNK_BYTES, 2 * CHUNK_BYTES), (3 * CHUNK_BYTES, len(WHOLE))]
    assert (found.size, found.bytes) == (len(WHOLE), CHUNK_BYTES + 777)
    assert not store.has(SHA256)
    assert not _finish(store)
    again = _store(tmp_path)
    _put(again, OFFSETS[1], OFFSETS[0], OFFSETS[2])
    assert _finish(again)
    with again.open(again.name_of(SHA256)) as reader:
        assert reader.readall() == WHOLE
    assert again.size(SHA256) == len(WHOLE)
    assert list((again.folder / arriving.FOLDER_NAME).iterdir()) == []
    assert list(again.names()) == [again.name_of(SHA256)]
    assert progress(again, SHA256) is None


def test_nothing_that_arrives_can_be_read_on_the_disk(tmp_path: Path) -> None:
    store = _store(tmp_path)
    _put(store, OFFSETS[0])
    for path in (store.folder / arriving.FOLDER_NAME).iterdir():
        data = path.read_bytes()
        assert WHOLE[:64] not in data
        assert SHA256.encode() not in data
        assert SHA256 not in path.name


def test_pieces_that_are_not_the_whole_are_dropped_and_said_so(tmp_path: Path) -> None:
    store = _store(tmp_path)
    lie = bytes(CHUNK_BYTES)
    with Arriving(store, SHA256, len(WHOLE)) as part:
        part.put(0, lie)
        for offset in OFFSETS[1:]:
            part.put(offset, _piece(offset))
        with pytest.raises(UserError) as caught:
            part.finish()
    assert caught.value.code == "casefile.blob_false"
    assert not store.has(SHA256)
    assert progress(store, SHA256) is None
    _put(store, *OFFSETS)
    assert _finish(store)


def test_another_size_told_of_the_same_file_blocks_nothing(tmp_path: Path) -> None:
    store = _store(tmp_path)
    with Arriving(store, SHA256, 1 << 36) as part:
        part.put(1 << 35, bytes(CHUNK_BYTES))
    _put(store, OFFSETS[0], OFFSETS[3], OFFSETS[1])
    found = progress(store, SHA256)
    assert found is not None
    assert found.size == len(WHOLE)
    _put(store, OFFSETS[2])
    assert _finish(store)
    assert list((store.folder / arriving.FOLDER_NAME).iterdir()) == []


def test_a_chunk_damaged_on_the_disk_is_asked_for_again(tmp_path: Path) -> None:
    store = _store(tmp_path)
    _put(store, *OFFSETS)
    (path,) = [path for path in (store.folder / arriving.FOLDER_NAME).iterdir() if path.suffix != ".map"]
    with path.open("r+b") as file:
        file.seek(HEADER_BYTES + CHUNK_BYTES + TAG_BYTES + 5)
        file.write(b"x")
    assert not _finish(store)
    found = progress(store, SHA256)
    assert found is not None
    assert found.held == [(0, CHUNK_BYTES), (2 * CHUNK_BYTES, len(WHOLE))]
    _put(store, OFFSETS[1])
    assert _finish(store)


@pytest.mark.parametrize("which", ["", ".map"])
@pytest.mark.parametrize("how", [b"", b"rubbish" * 40, None], ids=["empty", "rubbish", "gone"])
def test_a_file_or_map_that_is_spoilt_begins_anew(tmp_path: Path, which: str, how: bytes | None) -> None:
    store = _store(tmp_path)
    _put(store, *OFFSETS[:2])
    (path,) = [path for path in (store.folder / arriving.FOLDER_NAME).iterdir() if path.suffix == which]
    if how is None:
        path.unlink()
    else:
        path.write_bytes(how)
    _put(store, *OFFSETS[2:])
    found = progress(store, SHA256)
    assert found is not None
    assert found.held == [(2 * CHUNK_BYTES, len(WHOLE))]
    _put(store, *OFFSETS)
    assert _finish(store)


def test_a_map_is_bound_to_its_file(tmp_path: Path) -> None:
    store = _store(tmp_path)
    _put(store, *OFFSETS)
    with Arriving(store, "00" * 32, len(WHOLE)) as part:
        part.put(0, _piece(0))
    one, two = sorted((store.folder / arriving.FOLDER_NAME).glob("*.map"))
    one.write_bytes(two.read_bytes())
    assert None in [progress(store, SHA256), progress(store, "00" * 32)]


@pytest.mark.parametrize(("offset", "length"), [(1, 5), (0, 5), (CHUNK_BYTES * 3, 778), (CHUNK_BYTES * 4, 0)])
def test_a_piece_that_does_not_fit_is_refused(tmp_path: Path, offset: int, length: int) -> None:
    store = _store(tmp_path)
    with Arriving(store, SHA256, len(WHOLE)) as part, pytest.raises(ValueError, match="fit"):
        part.put(offset, bytes(length))


def test_a_failing_disk_at_any_step_loses_no_more_than_was_not_settled(tmp_path: Path) -> None:
    steps = 0
    for fail_at in range(1, 60):
        folder = tmp_path / str(fail_at)
        good = BlobStore(folder, MASTER)
        _put(good, OFFSETS[2])
        broken = BlobStore(folder, MASTER, FailingDisk(fail_at))
        try:
            _put(broken, OFFSETS[0], OFFSETS[1])
            _put(broken, OFFSETS[3])
            assert _finish(broken)
        except OSError:
            steps += 1
        else:
            break
        found = progress(good, SHA256)
        if not good.has(SHA256):
            assert found is not None
            assert (2 * CHUNK_BYTES, 3 * CHUNK_BYTES)[0] in [
                place for first, last in found.held for place in range(first, last, CHUNK_BYTES)
            ]
            _put(good, *OFFSETS)
            assert _finish(good)
        assert good.verify(good.name_of(SHA256)).size == len(WHOLE)
        assert not list(folder.rglob(".*.part"))
    assert steps > 12


def test_sizes_are_told_by_the_length_of_the_file(tmp_path: Path) -> None:
    store = _store(tmp_path)
    for size in (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES):
        content = os.urandom(size)
        assert store.size(store.put(io.BytesIO(content)).sha256) == size
    assert store.size("00" * 32) is None
