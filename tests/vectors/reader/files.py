"""The second reader: age headers, ustar archives, zstd frames. Opens them with stock age, tar and zstd."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from subprocess import PIPE
from typing import NamedTuple

from tests.vectors.reader.plain import Refused, demand

_BASE64 = r"[A-Za-z0-9+/]"
_KEY = f"{_BASE64}{{42}}[AEIMQUYcgkosw048]"
_GREASE = re.compile(r"-> [!-~]{0,64}-grease(?: [!-~]{1,64}){0,16}")
_LARGEST = {
    "manifest.json": 1 << 20,
    "manifest.sig": 1 << 10,
    "statements.jsonl": 16 << 20,
    "entries": 64 << 20,
    "blobs": 2 << 30,
    "later": 512 << 20,
    "padding": 512 << 20,
}
_OUTPUT = 256 << 20
_LINE = 1 << 20


class NotForUs(Refused):
    """Sealed, but not for this key."""


class AgeHeader(NamedTuple):
    """What a header says."""

    recipients: int
    grease: bool
    length: int


def age_header(data: bytes) -> AgeHeader:
    """The header at the start of an age file, of the only shape that bundles have."""
    *lines, _ = data[: 64 << 10].decode("latin-1").split("\n")
    rest = iter(lines)
    demand(next(rest, "") == "age-encryption.org/v1", "no age v1 file")
    recipients, grease = 0, False
    for line in rest:
        if re.fullmatch(f"-> X25519 {_KEY}", line):
            recipients += 1
            demand(recipients <= 256 and re.fullmatch(_KEY, next(rest, "")), "stanza")
        elif _GREASE.fullmatch(line) and not grease:
            grease = True
            _skip_body(rest)
        else:
            demand(recipients and re.fullmatch(f"--- {_KEY}", line), "line")
            end = data.index(line.encode("latin-1") + b"\n") + len(line) + 1
            return AgeHeader(recipients, grease, end)
    raise Refused("the file ends in its header")


def _skip_body(rest: Iterator[str]) -> None:
    for _ in range(16):
        line = next(rest, "!")
        if re.fullmatch(f"{_BASE64}{{0,63}}", line):
            return
        demand(re.fullmatch(f"{_BASE64}{{64}}", line), "grease")
    raise Refused("grease")


def opened(data: bytes, identity: str) -> tuple[bytes, bool]:
    """What stock age gives out of a file, and whether it came to the clean end."""
    age_header(data)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "key").write_text(identity + "\n")
        done = subprocess.run(
            ["age", "-d", "-i", "key"], cwd=folder, input=data, capture_output=True, check=False
        )
    if b"no identity matched" in done.stderr:
        raise NotForUs("not for this key")
    return done.stdout, done.returncode == 0


class Member(NamedTuple):
    """One member of an archive."""

    name: str
    data: bytes


def members(archive: bytes) -> Iterator[Member]:
    """The members in order; refuses at the first byte that is not lawful."""
    at, total, count, last = 0, 0, 0, ""
    while last != "padding":
        block = archive[at : at + 512]
        demand(len(block) == 512, "the archive ends in a header")
        name = block[:100].rstrip(b"\0").decode("latin-1")
        kind = _kind(name)
        demand(_follows(last, name, count), "another order")
        demand(re.fullmatch(rb"[0-7]{11}", block[124:135]), "no size")
        size = int(block[124:135], 8)
        demand(block == _header(name, size), "another header")
        count, total = count + 1, total + 512 + size + -size % 512
        demand(size <= _LARGEST[kind] and count <= 100_000 and total <= 4 << 30, "too large")
        data = archive[at + 512 : at + 512 + size]
        filling = archive[at + 512 + size : at + 512 + size + -size % 512]
        at, last = at + 512 + size + -size % 512, name
        if len(data) < size:
            raise CutMember(name, data)
        yield Member(name, data)
        demand(len(filling) == -size % 512 and not any(filling), "the filling is not zero")
    demand(archive[at:] == bytes(1024), "no end, or something after it")


class CutMember(Refused):
    """The archive ends inside a member; what there is of it may still hold whole pieces."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__("the archive ends inside a member")
        self.name = name
        self.data = data


def _kind(name: str) -> str:
    if name in _LARGEST and name not in ("entries", "blobs", "later"):
        return name
    if re.fullmatch(r"entries/(?:0|[1-9][0-9]{0,5})\.jsonl\.zst", name, re.ASCII):
        return "entries"
    if re.fullmatch(r"later/[a-z0-9][a-z0-9._-]{0,79}", name, re.ASCII):
        return "later"
    demand(re.fullmatch(r"blobs/[0-9a-f]{64}", name), "a name that is none of ours")
    return "blobs"


def _follows(last: str, name: str, count: int) -> bool:
    start = ("manifest.json", "manifest.sig", "statements.jsonl")
    if count < 3:
        return name == start[count]
    if name.startswith("entries/"):
        return not last.startswith(("blobs/", "later/")) and name == f"entries/{count - 3}.jsonl.zst"
    if name.startswith("blobs/"):
        return not last.startswith("later/") and (not last.startswith("blobs/") or last < name)
    if name.startswith("later/"):
        return not last.startswith("later/") or last < name
    return name == "padding"


def _header(name: str, size: int) -> bytes:
    fields = [
        (name.encode(), 100), (b"0000600", 8), (b"0000000", 8), (b"0000000", 8), (b"%011o" % size, 12),
        (b"00000000000", 12), (b" " * 8, 8), (b"0", 1), (b"", 100), (b"ustar\x0000", 8), (b"", 64),
        (b"0000000", 8), (b"0000000", 8), (b"", 167),
    ]  # fmt: skip
    block = b"".join(content.ljust(length, b"\0") for content, length in fields)
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def extracted(archive: bytes) -> dict[str, bytes]:
    """What stock tar makes of an archive: for lawful ones, the same names and bytes."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "-x", "-f", "-"], cwd=folder, input=archive, check=True, capture_output=True)
        found = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def frame_length(data: bytes) -> int:
    """How long the one zstd frame at the start is (RFC 8878, 3.1.1); more than there is when it was cut.

    Refuses what is no frame, and a window above 8 MiB.
    """
    demand(data[:4] == b"\x28\xb5\x2f\xfd"[: len(data)], "no zstd frame")
    return _end_of_blocks(data, *_frame_header(data + bytes(18)))


def _frame_header(data: bytes) -> tuple[int, int]:
    flags = data[4]
    single = flags >> 5 & 1
    size_bytes = (single, 2, 4, 8)[flags >> 6]
    at = 5 + 1 - single + (0, 1, 2, 4)[flags & 3]
    size = int.from_bytes(data[at : at + size_bytes], "little") + (256 if size_bytes == 2 else 0)
    base = 1 << (10 + (data[5] >> 3))
    demand((size if single else base + base // 8 * (data[5] & 7)) <= 8 << 20, "a window above 8 MiB")
    return at + size_bytes, 4 * (flags >> 2 & 1)


def _end_of_blocks(data: bytes, at: int, checksum: int) -> int:
    while at + 3 <= len(data):
        block = int.from_bytes(data[at : at + 3], "little")
        at += 3 + (1 if block >> 1 & 3 == 1 else block >> 3)
        if block & 1:
            return at + checksum
    return len(data) + 1


def unzstd(data: bytes, most: int = _OUTPUT) -> Iterator[bytes]:
    """What stock zstd gives out of the first frame, piece by piece; then refuses unless that was all."""
    length = frame_length(data)
    with tempfile.TemporaryFile() as source:
        source.write(data[:length])
        source.seek(0)
        command = ["zstd", "-dcq", "--memory=8MB"]
        with subprocess.Popen(command, stdin=source, stdout=PIPE, stderr=PIPE) as process:
            assert process.stdout is not None
            total = 0
            try:
                while piece := process.stdout.read(1 << 16):
                    total += len(piece)
                    demand(total <= most, "too much comes out")
                    yield piece
            except BaseException:
                process.kill()
                raise
    demand(length == len(data), "not exactly one frame")
    demand(process.returncode == 0, "a frame that zstd does not open")


def lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines without line feeds, each at most 1 MiB; refuses a last one without its line feed."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            demand(len(line) <= _LINE, "a line above 1 MiB")
            yield line
        demand(len(rest) <= _LINE, "a line above 1 MiB")
    demand(not rest, "a last line without its line feed")
