"""The archive inside a bundle: one lawful form, every other is refused, and stock tools read it."""

from __future__ import annotations

import io
import tarfile
import tracemalloc
from collections.abc import Iterable

import pytest

from desktop.wire.faults import WireError
from desktop.wire.padding import padded_recipients, padded_size
from desktop.wire.ustar import BLOCK, END, LIMITS, Kind, Limits, Source, blocks, footprint, kind_of, read

BLOB_A, BLOB_B = "blobs/" + 64 * "a", "blobs/" + 64 * "b"
CONTENTS = {
    "manifest.json": b'{"v":1}',
    "manifest.sig": 128 * b"0" + b"\n",
    "statements.jsonl": b"",
    "entries/0.jsonl.zst": 700 * b"x",
    "entries/1.jsonl.zst": 512 * b"y",
    BLOB_A: 3000 * b"a",
    BLOB_B: b"",
    "padding": 1000 * b"\0",
}


def _archive(contents: Iterable[tuple[str, bytes]]) -> bytes:
    return b"".join(blocks(Source(name, len(body), io.BytesIO(body)) for name, body in contents))


GOOD = _archive(CONTENTS.items())


def _header(name: bytes, size: int = 0, kind: bytes = b"0", **fields: tuple[int, bytes]) -> bytes:
    """A header made independently, with a right checksum over whatever is put into it."""
    block = bytearray(BLOCK)
    block[: len(name)] = name
    block[100:124] = b"0000600\x000000000\x000000000\x00"
    block[124:148] = b"%011o\x0000000000000\x00" % size
    block[156:157] = kind
    block[257:265] = b"ustar\x0000"
    block[329:345] = b"0000000\x000000000\x00"
    for offset, value in fields.values():
        block[offset : offset + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def _read(data: bytes, limits: Limits = LIMITS) -> tuple[dict[str, bytes], str]:
    """What was read before the end, and the code of the refusal (empty for a lawful end)."""
    found: dict[str, bytes] = {}
    try:
        for member in read(io.BytesIO(data), limits):
            found[member.name] = member.read()
    except WireError as error:
        return found, error.code
    return found, ""


@pytest.mark.parametrize(
    "name",
    [
        b"../../x",
        b"/etc/x",
        b"C:\\x",
        b"CON",
        b"manifest.json\0.exe",
        b"manifest.json.",
        b"manifest.json ",
        b"./manifest.json",
        b"Manifest.json",
        b"",
        100 * b"a",
        "blobs/\u202egnp.exe".encode(),
        b"blobs/" + 64 * b"A",
        b"blobs/" + 63 * b"a",
        b"blobs/../" + 61 * b"a",
        b"entries/00.jsonl.zst",
        b"entries/-1.jsonl.zst",
        b"entries/1234567.jsonl.zst",
        "entries/\uff11.jsonl.zst".encode(),
        b"padding\n",
    ],
)
def test_a_name_outside_the_closed_list_is_refused(name: bytes) -> None:
    assert _read(_header(name) + END) == ({}, "wire.tar_name")


def test_a_name_of_300_characters_cannot_be_smuggled_in_by_the_prefix_or_an_extension() -> None:
    assert _read(_header(b"manifest.json", prefix=(345, 155 * b"a")))[1] == "wire.tar_header"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        info = tarfile.TarInfo(300 * "a")
        assert _read(info.tobuf(form))[1] == "wire.tar_name"


@pytest.mark.parametrize("kind", [b"\0", *(bytes([letter]) for letter in b"123456789ALKxgSVMD")])
def test_links_devices_folders_and_extensions_are_refused(kind: bytes) -> None:
    assert _read(_header(b"manifest.json", kind=kind) + END) == ({}, "wire.tar_header")


@pytest.mark.parametrize(
    "field",
    [
        (100, b"0000755"),
        (108, b"0000001"),
        (136, b"00000000001"),
        (157, b"/etc/passwd"),
        (257, b"ustar  \0"),
        (265, b"root"),
        (329, b"0000001"),
        (500, b"x"),
        (124, b"00000000000 "),
    ],
)
def test_any_field_that_is_not_the_lawful_one_is_refused(field: tuple[int, bytes]) -> None:
    assert _read(_header(b"manifest.json", field=field) + END) == ({}, "wire.tar_header")


@pytest.mark.parametrize(
    "size", [b"+0000000001", b"-0000000001", b"0x000000001", b"         12", b"\x80" + 10 * b"\xff"]
)
def test_a_size_that_is_not_eleven_octal_digits_is_refused(size: bytes) -> None:
    assert _read(_header(b"manifest.json", field=(124, size))) == ({}, "wire.tar_size")


def test_every_flipped_bit_of_a_header_is_refused() -> None:
    for position in range(8 * BLOCK):
        damaged = bytearray(GOOD)
        damaged[position // 8] ^= 1 << position % 8
        assert _read(bytes(damaged))[1], f"bit {position} went unnoticed"


def test_an_archive_cut_anywhere_gives_the_whole_members_before_the_cut() -> None:
    whole = list(CONTENTS.items())
    for length in range(0, len(GOOD), 37):
        found, code = _read(GOOD[:length])
        assert code == "wire.tar_cut"
        assert list(found.items()) == whole[: len(found)]
    assert _read(GOOD[:-1])[1] == "wire.tar_cut"


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["manifest.sig"],
        ["manifest.json", "manifest.json"],
        ["manifest.json", "statements.jsonl"],
        ["manifest.json", "manifest.sig", "padding"],
        ["manifest.json", "manifest.sig", "statements.jsonl", "manifest.json"],
        ["manifest.json", "manifest.sig", "statements.jsonl"],
        ["manifest.json", "manifest.sig", "statements.jsonl", "entries/1.jsonl.zst"],
        ["manifest.json", "manifest.sig", "statements.jsonl", *2 * ["entries/0.jsonl.zst"]],
        ["manifest.json", "manifest.sig", "statements.jsonl", BLOB_A, BLOB_A],
        ["manifest.json", "manifest.sig", "statements.jsonl", BLOB_B, BLOB_A],
        ["manifest.json", "manifest.sig", "statements.jsonl", BLOB_A, "entries/0.jsonl.zst"],
    ],
)
def test_members_missing_twice_or_out_of_order_are_refused_by_reader_and_writer(names: list[str]) -> None:
    for whole in (names, [*names, "padding"]):
        if whole == [*[*CONTENTS][:3], "padding"]:
            continue
        data = b"".join(_header(name.encode()) for name in whole) + END
        assert _read(data)[1] == "wire.tar_order"
        with pytest.raises(WireError, match=r"wire\.tar_order"):
            _archive((name, b"") for name in whole)


def test_a_member_after_the_padding_is_refused() -> None:
    found, code = _read(GOOD[: -len(END)] + _header(b"padding") + END)
    assert code == "wire.tar_end"
    assert found == CONTENTS
    with pytest.raises(WireError, match=r"wire\.tar_order"):
        _archive([*CONTENTS.items(), ("padding", b"")])


@pytest.mark.parametrize(
    "tail", [b"\0", END, b"x"], ids=["one byte more", "more blocks of zeros", "something else"]
)
def test_anything_after_the_end_is_refused(tail: bytes) -> None:
    assert _read(GOOD + tail)[1] == "wire.tar_end"


def test_filling_that_is_not_zero_is_refused() -> None:
    damaged = bytearray(GOOD)
    damaged[BLOCK + len(CONTENTS["manifest.json"])] = 1
    assert _read(bytes(damaged)) == ({"manifest.json": b'{"v":1}'}, "wire.tar_end")


def test_huge_declared_sizes_are_refused_before_a_byte_of_them_is_read() -> None:
    class Endless:
        taken = 0

        def read(self, size: int, /) -> bytes:
            self.taken += size
            return (_header(b"manifest.json", 8**11 - 1) if self.taken == size else bytes(size))[:size]

    stream = Endless()
    with pytest.raises(WireError, match=r"wire\.tar_size"):
        next(read(stream))
    assert stream.taken == BLOCK


def test_numbers_and_sums_are_bounded_too() -> None:
    assert _read(GOOD, Limits(members=len(CONTENTS) - 1))[1] == "wire.tar_size"
    assert _read(GOOD, Limits(total=len(GOOD) - len(END) - 1))[1] == "wire.tar_size"
    assert _read(GOOD, Limits(blob=2999))[0].keys() == set(list(CONTENTS)[:5])
    assert _read(GOOD, Limits(members=len(CONTENTS), total=len(GOOD) - len(END)))[1] == ""


def test_what_is_written_is_read_and_is_the_same_every_time() -> None:
    assert _read(GOOD) == (CONTENTS, "")
    assert _archive(CONTENTS.items()) == GOOD
    assert [member.kind for member in read(io.BytesIO(GOOD))] == [kind_of(name) for name in CONTENTS]
    assert kind_of(BLOB_A) is Kind.BLOB
    assert sum(footprint(len(body)) for body in CONTENTS.values()) + len(END) == len(GOOD)


def test_stock_readers_of_archives_agree() -> None:
    with tarfile.open(fileobj=io.BytesIO(GOOD), mode="r:") as archive:
        found = {info.name: archive.extractfile(info).read() for info in archive}  # type: ignore[union-attr]
        assert all(info.isreg() and info.mode == 0o600 and not info.mtime for info in archive.getmembers())
    assert found == CONTENTS


def test_members_that_nobody_reads_are_skipped_and_a_passed_one_cannot_be_read() -> None:
    members = read(io.BytesIO(GOOD))
    first = next(members)
    assert first.read(3) == b'{"v'
    assert next(members).name == "manifest.sig"
    with pytest.raises(ValueError, match="passed"):
        first.read(1)
    assert [member.name for member in members] == list(CONTENTS)[2:]


def test_a_stream_that_gives_few_bytes_at_a_time_is_read_like_any_other() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(7, size or 0))

    assert {member.name: member.read() for member in read(Slow(GOOD))} == CONTENTS


@pytest.mark.parametrize("size", [3, 5])
def test_a_source_that_is_not_as_long_as_it_said_stops_the_writing(size: int) -> None:
    with pytest.raises(ValueError, match="declared size"):
        list(blocks([Source("manifest.json", size, io.BytesIO(b"1234"))]))


def test_a_large_member_is_skipped_in_little_memory() -> None:
    class Zeros:
        def __init__(self) -> None:
            names = ["manifest.json", "manifest.sig", "statements.jsonl"]
            self.heads = b"".join(_header(name.encode()) for name in names)
            self.heads += _header(BLOB_A.encode(), 64 << 20)

        def read(self, size: int, /) -> bytes:
            found, self.heads = self.heads[:size], self.heads[size:]
            return found or bytes(size)

    members = read(Zeros())
    for _ in range(4):
        next(members)
    tracemalloc.start()
    with pytest.raises(WireError, match=r"wire\.tar_order"):
        next(members)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 << 20


def test_sizes_fall_into_few_buckets_of_whole_blocks_at_little_cost() -> None:
    sizes = range(1, 4 << 20, 4093)
    shown = [padded_size(size) for size in sizes]
    assert all(have >= size and have % BLOCK == 0 for have, size in zip(shown, sizes, strict=True))
    assert all(have <= 1.12 * size for have, size in zip(shown, sizes, strict=True) if size > 16384)
    assert [padded_size(have) for have in shown] == shown
    assert len(set(shown)) < 200
    assert padded_size(1) == padded_size(16384) == 16384


def test_the_number_of_recipients_is_one_of_six() -> None:
    assert [padded_recipients(count) for count in (1, 8, 9, 17, 64, 65, 128, 129, 256)] == [
        8, 8, 16, 32, 64, 128, 128, 256, 256,
    ]  # fmt: skip
    for count in (0, 257):
        with pytest.raises(ValueError, match="recipients"):
            padded_recipients(count)
