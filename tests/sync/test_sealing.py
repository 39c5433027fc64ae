"""Bundle files: hostile and broken ones cost little and say what they are; good ones open everywhere."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import shutil
import subprocess
import threading
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pyrage
import pytest
import zstandard

from desktop.errors import UserError, message
from desktop.sync.sealing import is_recipient, seal, unseal, unzstd, zst
from desktop.wire import agefile, ageheader
from desktop.wire.faults import WireError
from desktop.wire.ustar import END, Source, blocks

OURS = pyrage.x25519.Identity.generate()
OTHER = pyrage.x25519.Identity.generate()
SECRET = "韦彩凤 450923199001011234"
LINES = b"".join(f"{number}\t{SECRET}\n".encode() for number in range(2000))
MEDIUM = os.urandom(3 * 65536)

SMALL: dict[str, bytes] = {
    "manifest.json": b'{"v":1}',
    "manifest.sig": 128 * b"0" + b"\n",
    "statements.jsonl": SECRET.encode(),
    "entries/0.jsonl.zst": zst([LINES]),
}
LARGER: dict[str, bytes] = {
    **SMALL,
    "entries/1.jsonl.zst": zst([MEDIUM]),
    "blobs/" + hashlib.sha256(MEDIUM).hexdigest(): MEDIUM,
}


class _Some:
    """So many bytes that cost no memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int, /) -> bytes:
        found = bytes(min(size, self.left))
        self.left -= len(found)
        return found


def _sources(contents: dict[str, bytes]) -> Iterator[Source]:
    return (Source(name, len(body), io.BytesIO(body)) for name, body in contents.items())


def _sealed(contents: dict[str, bytes], count: int = 1) -> bytes:
    out = io.BytesIO()
    spare = [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(count - 1)]
    seal(out, [str(OURS.to_public()), *spare], _sources(contents))
    return out.getvalue()


def _opened(file: BinaryIO, identity: object = OURS) -> tuple[dict[str, bytes], str]:
    """What was read to its end, and the code of the refusal (empty for a clean end)."""
    found: dict[str, bytes] = {}
    unsealed = unseal(file, str(identity))
    code = ""
    try:
        for member in unsealed:
            found[member.name] = member.read()
    except UserError as error:
        code = error.code
        assert message(code, "zh")
        assert message(code, "en")
    assert unsealed.complete is (code == "")
    found.pop("padding", None)
    return found, code


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.fixture(scope="module")
def small() -> bytes:
    return _sealed(SMALL)


@pytest.fixture(scope="module")
def larger() -> bytes:
    return _sealed(LARGER)


def _positions(data: bytes, step: int) -> Iterable[int]:
    """Every byte of the header, of the nonce after it and of the end; every ``step``-th in between."""
    header = data.index(b"\n--- ") + 49 + 16
    return [*range(header), *range(header, len(data) - 40, step), *range(len(data) - 40, len(data))]


# cut, damaged, for others, hostile


def test_a_bundle_cut_at_any_byte_is_called_cut(small: bytes) -> None:
    for length in _positions(small, 11):
        assert _opened(io.BytesIO(small[:length])) == ({}, "sealing.cut"), length


def test_a_cut_bundle_gives_every_member_that_is_whole_in_authenticated_chunks(larger: bytes) -> None:
    whole = list(LARGER.items())
    header = larger.index(b"\n--- ") + 49 + 16
    seen = set()
    for chunks in range((len(larger) - header) // 65552 + 1):
        for around in (-1, 0, 1, 16, 17, 40000):
            length = header + chunks * 65552 + around
            if not header <= length < len(larger):
                continue
            found, code = _opened(io.BytesIO(larger[:length]))
            assert code == "sealing.cut", length
            assert list(found.items()) == whole[: len(found)]
            seen.add(len(found))
    assert {0, 4, 5} <= seen


def test_a_flipped_bit_anywhere_is_noticed_and_gives_no_false_byte(small: bytes) -> None:
    codes = set()
    for position in _positions(small, 7):
        damaged = bytearray(small)
        damaged[position] ^= 1 << position % 8
        found, code = _opened(io.BytesIO(damaged))
        assert found == {}
        codes.add(code)
    assert codes == {"sealing.not_a_bundle", "sealing.not_for_us", "sealing.damaged"}


def test_damage_in_the_middle_keeps_what_was_authenticated_before_it(larger: bytes) -> None:
    header = larger.index(b"\n--- ") + 49 + 16
    damaged = bytearray(larger)
    damaged[header + 2 * 65552 + 5] ^= 1
    found, code = _opened(io.BytesIO(damaged))
    assert (list(found), code) == (list(SMALL), "sealing.damaged")


@pytest.mark.parametrize("tail", [b"\0", bytes(65552), b"age-encryption.org/v1\n"])
def test_bytes_after_the_end_spoil_the_clean_end(small: bytes, tail: bytes) -> None:
    found, code = _opened(io.BytesIO(small + tail))
    assert code in ("sealing.damaged", "sealing.cut")
    assert found in ({}, SMALL)


def test_chunks_swapped_or_left_out_are_noticed(larger: bytes) -> None:
    start = larger.index(b"\n--- ") + 49 + 16
    first, second = larger[start : start + 65552], larger[start + 65552 : start + 2 * 65552]
    rest = larger[start + 2 * 65552 :]
    for payload in (second + first + rest, first + rest, first + first + rest):
        assert _opened(io.BytesIO(larger[:start] + payload))[1] in ("sealing.damaged", "sealing.cut")


def test_a_bundle_for_others_says_so(small: bytes) -> None:
    assert _opened(io.BytesIO(small), OTHER) == ({}, "sealing.not_for_us")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04" + bytes(5000),
        b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 23\n" + bytes(99),
        b"age-encryption.org/v1\n" + 10_000 * b"-> X25519 A\nB\n",
        bytes(200_000),
    ],
    ids=["nothing", "a zip archive", "a passphrase", "a header of rubbish", "zeros"],
)
def test_what_is_no_bundle_never_reaches_a_cipher(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agefile, "unwrapped", None)
    assert _opened(io.BytesIO(data)) == ({}, "sealing.not_a_bundle" if data else "sealing.cut")


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "C:\\x", "CON", "blobs/\u202egnp", 90 * "a"])
def test_hostile_names_in_a_bundle_for_us_are_unlawful(name: str) -> None:
    good = b"".join(blocks([*_sources(SMALL), Source("padding", 0, io.BytesIO())]))
    hostile = good[: -2 * 512 - len(END)]
    block = bytearray(good[:512])
    block[:100] = name.encode().ljust(100, b"\0")
    data = pyrage.encrypt(hostile + bytes(block), [OURS.to_public()])
    assert _opened(io.BytesIO(data))[1] == "sealing.unlawful"


def test_an_archive_that_ends_early_inside_a_whole_file_is_unlawful() -> None:
    good = b"".join(blocks([*_sources(SMALL), Source("padding", 0, io.BytesIO())]))
    for data in (b"", good[: -len(END)], good + b"\0"):
        assert _opened(io.BytesIO(pyrage.encrypt(data, [OURS.to_public()])))[1] == "sealing.unlawful"
    with unseal(io.BytesIO(pyrage.encrypt(good[:515], [OURS.to_public()])), str(OURS)) as unsealed:
        members = iter(unsealed)
        member = next(members)
        with pytest.raises(WireError, match=r"wire\.tar_cut"):
            member.read()


# faults of the machine


class _Failing(io.BytesIO):
    """A file whose carrier goes away after so many calls."""

    def __init__(self, data: bytes, after: int, error: BaseException) -> None:
        super().__init__(data)
        self.after = after
        self.error = error

    def _count(self) -> None:
        self.after -= 1
        if self.after < 0:
            raise self.error

    def read(self, size: int | None = -1, /) -> bytes:
        self._count()
        return super().read(size)

    def write(self, data: object, /) -> int:
        self._count()
        return super().write(data)  # type: ignore[arg-type]


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_stick_pulled_while_reading_is_an_os_error_not_damage(larger: bytes, after: int) -> None:
    file = _Failing(larger, after, OSError(errno.EIO, "gone"))
    found: dict[str, bytes] = {}

    def read_all() -> None:
        for member in unseal(file, str(OURS)):
            found[member.name] = member.read()

    with pytest.raises(OSError, match="gone") as gone:
        read_all()
    assert gone.value.errno == errno.EIO
    assert list(found.items()) == list(LARGER.items())[: len(found)]


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), UserError("sealing.cut"), KeyboardInterrupt(), MemoryError()]
)
def test_sealing_raises_what_its_output_raised(after: int, error: BaseException) -> None:
    with pytest.raises(type(error)) as raised:
        seal(_Failing(b"", after, error), [str(OURS.to_public())], _sources(LARGER))
    assert raised.value is error
    assert raised.value.__cause__ is not error


@pytest.mark.parametrize("error", [OSError(errno.EIO, "attachment"), KeyboardInterrupt()])
def test_sealing_raises_what_a_member_raised(error: BaseException) -> None:
    broken = Source("manifest.json", 5, _Failing(b"12345", 0, error))
    with pytest.raises(type(error)) as raised:
        seal(io.BytesIO(), [str(OURS.to_public())], [broken])
    assert raised.value is error


def test_sealing_refuses_members_out_of_order_or_of_another_length() -> None:
    recipients = [str(OURS.to_public())]
    with pytest.raises(WireError, match=r"wire\.tar_order"):
        seal(io.BytesIO(), recipients, [Source("statements.jsonl", 0, io.BytesIO())])
    with pytest.raises(WireError, match=r"wire\.tar_order"):
        seal(io.BytesIO(), recipients, [*_sources(SMALL), Source("padding", 0, io.BytesIO())])
    with pytest.raises(ValueError, match="declared size"):
        seal(io.BytesIO(), recipients, [Source("manifest.json", 9, io.BytesIO(b"1"))])


def test_an_output_that_takes_few_bytes_at_a_time_gets_them_all() -> None:
    class Slow(io.BytesIO):
        def write(self, data: object, /) -> int:
            return super().write(bytes(data)[:1000])  # type: ignore[call-overload]

    out = Slow()
    seal(out, [str(OURS.to_public())], _sources(SMALL))
    assert _opened(io.BytesIO(out.getvalue())) == (SMALL, "")


# leaving early, memory


@pytest.fixture
def eight_mb() -> BinaryIO:
    """A bundle far larger than what is held at a time."""
    out = io.BytesIO()
    body = Source("blobs/" + 64 * "0", 8 << 20, _Some(8 << 20))
    seal(out, [str(OURS.to_public())], [*_sources(SMALL), body])
    out.seek(0)
    return out


def _stop_at_once(members: Iterator[object]) -> None:
    next(members)


def _stop_by_error(members: Iterator[object]) -> None:
    with contextlib.suppress(ZeroDivisionError):
        for _ in members:
            1 / 0  # noqa: B018


def _never_start(members: Iterator[object]) -> None:
    assert members is not None


@pytest.mark.parametrize("leave", [_stop_at_once, _stop_by_error, _never_start])
def test_leaving_early_ends_the_thread_by_whatever_way(
    leave: Callable[[Iterator[object]], None], eight_mb: BinaryIO
) -> None:
    with unseal(eight_mb, str(OURS)) as unsealed:
        members = iter(unsealed)
        leave(members)
        del members
    assert not unsealed.complete
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("hashing")]
    assert eight_mb.tell() < 6 << 20


def test_a_loop_that_is_left_ends_the_thread_without_a_with_block(eight_mb: BinaryIO) -> None:
    unsealed = unseal(eight_mb, str(OURS))
    for member in unsealed:
        if member.name == "manifest.sig":
            break
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("hashing")]
    assert not unsealed.complete


def test_a_bundle_is_read_once(small: bytes) -> None:
    unsealed = unseal(io.BytesIO(small), str(OURS))
    assert [member.name for member in unsealed] == [*SMALL, "padding"]
    assert (unsealed.complete, unsealed.digest) == (True, hashlib.sha256(small).hexdigest())
    with pytest.raises(ValueError, match="once"):
        next(iter(unsealed))


def test_64_mb_pass_both_ways_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large"
    size = 64 << 20
    body = Source("blobs/" + 64 * "0", size, _Some(size))
    tracemalloc.start()
    with path.open("wb") as out:
        seal(out, [str(OURS.to_public())], [*_sources(SMALL), body])
    sealing = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    total = 0
    with path.open("rb") as file:
        for member in unseal(file, str(OURS)):
            while piece := member.read(65536):
                total += len(piece)
                # Slower than decrypting, so that whatever has no bounds would fill up.
                hashlib.blake2s(4 * piece)
    opening = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total > size
    assert max(sealing, opening) < 8 << 20


# what is good


def test_what_was_sealed_opens_byte_for_byte(larger: bytes) -> None:
    assert _opened(io.BytesIO(larger)) == (LARGER, "")


def test_nothing_of_the_content_can_be_seen(small: bytes) -> None:
    for encoding in ("utf-8", "utf-16-le", "gbk"):
        assert SECRET.encode(encoding) not in small
        assert SECRET.split()[1].encode(encoding) not in small
    assert str(OURS.to_public()).encode() not in small


@pytest.mark.parametrize(("count", "shown"), [(1, 8), (8, 8), (9, 16), (70, 128), (129, 256)])
def test_a_header_shows_a_rounded_number_of_recipients(count: int, shown: int) -> None:
    data = _sealed(SMALL, count)
    assert ageheader.scan(io.BytesIO(data)).recipients == shown
    assert _opened(io.BytesIO(data)) == (SMALL, "")


def test_bundles_of_little_and_less_have_the_same_size() -> None:
    def payload(contents: dict[str, bytes]) -> int:
        data = _sealed(contents)
        return len(data) - ageheader.scan(io.BytesIO(data)).length

    first = dict(list(SMALL.items())[:3])
    assert payload(first) == payload(SMALL)


@pytest.mark.parametrize(
    "text", ["", "age1", "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA", "age1" + 58 * "q", "\0"]
)
def test_only_x25519_recipients_are_taken(text: str) -> None:
    assert not is_recipient(text)
    with pytest.raises(ValueError, match="recipient"):
        seal(io.BytesIO(), [text], _sources(SMALL))
    with pytest.raises(ValueError, match="identity"):
        unseal(io.BytesIO(), text)


def test_a_bundle_for_nobody_or_for_too_many_is_not_written() -> None:
    key = [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(257)]
    assert is_recipient(key[0])
    for recipients in ([], key):
        out = io.BytesIO()
        with pytest.raises(ValueError, match="recipients"):
            seal(out, recipients, _sources(SMALL))
        assert not out.getvalue()


# zstd


def _unzstd(data: bytes, most: int = 1 << 30) -> bytes:
    reader = unzstd(io.BytesIO(data), most)
    return b"".join(iter(lambda: reader.read(65536), b""))


def test_a_bomb_stops_at_the_limit_in_bounded_memory() -> None:
    compressor = zstandard.ZstdCompressor(level=19).compressobj()
    bomb = b"".join(compressor.compress(bytes(1 << 20)) for _ in range(200)) + compressor.flush()
    assert len(bomb) < 20_000
    for step in (4096, 65536, 1 << 30):
        reader = unzstd(io.BytesIO(bomb), 32 << 20)
        sizes: list[int] = []
        tracemalloc.start()
        with pytest.raises(WireError, match=r"wire\.zstd_too_large"):
            sizes.extend(map(len, iter(partial(reader.read, step), b"")))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sum(sizes) <= 32 << 20
        assert peak < 32 << 20


def test_ten_gigabytes_declared_in_a_frame_are_not_believed() -> None:
    parameters = zstandard.ZstdCompressionParameters(compression_level=1, write_content_size=True)
    frame = bytearray(zstandard.ZstdCompressor(compression_params=parameters).compress(bytes(1 << 20)))
    honest = zstandard.get_frame_parameters(bytes(frame))
    assert honest.content_size == 1 << 20
    # Frame_Content_Size of 8 bytes, single segment off, window 1 MiB: RFC 8878, section 3.1.1.1.
    start = b"\x28\xb5\x2f\xfd" + bytes([0b11000000, 10 << 3]) + (10 << 30).to_bytes(8, "little")
    block = (1 << 1 | 131072 << 3).to_bytes(3, "little") + b"\0"
    with pytest.raises(WireError, match=r"wire\.zstd_too_large"):
        _unzstd(start + 100_000 * block, 4 << 20)


def test_a_window_above_8_mib_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=24, compression_level=1)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    data = compressor.compress(os.urandom(100_000)) + compressor.flush()
    with pytest.raises(WireError, match=r"wire\.zstd$"):
        _unzstd(data)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data + b"x",
        lambda data: data + data,
        lambda data: b"x" + data,
        lambda data: data[:-1] + b"\0",
    ],
    ids=["a byte after it", "two frames", "a byte before it", "a wrong checksum"],
)
def test_a_frame_that_is_not_exactly_one_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(WireError, match=r"wire\.zstd$"):
        _unzstd(spoil(zst([LINES])))


def test_a_frame_cut_at_any_byte_is_called_cut() -> None:
    data = zst([LINES])
    for length in range(len(data)):
        with pytest.raises(WireError, match=r"wire\.zstd_cut"):
            _unzstd(data[:length])


@pytest.mark.parametrize("pieces", [[], [b""], [LINES], [LINES, b"", LINES], [MEDIUM]])
def test_what_was_compressed_comes_back(pieces: list[bytes]) -> None:
    assert _unzstd(zst(pieces)) == b"".join(pieces)
    assert _unzstd(zst(pieces), len(b"".join(pieces))) == b"".join(pieces)


def test_lines_come_whole_and_bounded() -> None:
    def lines(data: bytes, longest: int = 100) -> list[bytes]:
        return list(unzstd(io.BytesIO(zst([data])), 1 << 30).lines(longest))

    assert lines(LINES) == LINES.splitlines()
    assert lines(b"") == []
    assert lines(b"\n" + 100 * b"a" + b"\n") == [b"", 100 * b"a"]
    for data in (101 * b"a" + b"\n", 200_000 * b"a", b"a\nb"):
        with pytest.raises(WireError, match=r"wire\.line"):
            lines(data)


# stock tools

_TOOLS = [tool for tool in ("age", "tar", "zstd") if shutil.which(tool) is None]
needs_tools = pytest.mark.skipif(bool(_TOOLS), reason=f"not installed: {', '.join(_TOOLS)}")


@needs_tools
def test_stock_age_tar_and_zstd_open_a_bundle(tmp_path: Path, larger: bytes) -> None:
    (tmp_path / "key").write_text(str(OURS))
    (tmp_path / "bundle").write_bytes(larger)
    subprocess.run(["age", "-d", "-i", "key", "-o", "tar", "bundle"], cwd=tmp_path, check=True)
    subprocess.run(["tar", "-x", "-f", "tar"], cwd=tmp_path, check=True)
    for name, body in LARGER.items():
        assert (tmp_path / name).read_bytes() == body
    lines = subprocess.run(
        ["zstd", "-dc", "entries/0.jsonl.zst"], cwd=tmp_path, check=True, capture_output=True
    ).stdout
    assert lines == LINES


@needs_tools
def test_a_bundle_encrypted_by_stock_age_opens_here(tmp_path: Path) -> None:
    archive = b"".join(blocks([*_sources(SMALL), Source("padding", 0, io.BytesIO())]))
    sealed = subprocess.run(
        ["age", "-r", str(OTHER.to_public()), "-r", str(OURS.to_public())],
        input=archive,
        check=True,
        capture_output=True,
    ).stdout
    assert _opened(io.BytesIO(sealed)) == (SMALL, "")
