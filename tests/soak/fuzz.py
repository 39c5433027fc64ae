"""The reader of bundles against altered ones: bytes of the file, of the archive inside, of single members,
values of the manifest, of lines and of statements, signed and sealed again by an enrolled PC gone bad.

Whatever comes: no error but a sentence, little time, the file sound, what stood before still there.
"""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import zstandard

from desktop.sync.sealing import zst
from desktop.wire import agefile, canonical, ustar
from desktop.wire.entries import Line, LogDescription, entry_id
from desktop.wire.faults import WireError
from desktop.wire.haves import sign_have
from desktop.wire.manifests import sign_manifest
from desktop.wire.signatures import sign_head
from tests.soak.target import Members, Target, fast_place

MOST_MEMORY = 64 << 20
_MEASURED = 40
"""Each so many bundles one is read under tracemalloc, which makes it several times slower."""

_STRANGE: list[Any] = [
    None, True, 0, -1, 1, 2**53 - 1, -(2**53), "", "x", "0" * 64, "a" * 32, "office:450923", "region:x", [],
    {}, [[]], ["e", "0" * 64, 1, 2], [1, 2, 3], {"a": {"b": [None]}}, "\n", "\t", "汉" * 300, 10**30, 1.5,
]  # fmt: skip


def alter(seconds: float, seed: int, say: Callable[[str], None]) -> int:
    """So many processor seconds; how many bundles did what none may."""
    with fast_place() as name:
        target = Target(Path(name))
        fuzzer, count, wrong = Fuzzer(target), 0, 0
        outcomes: dict[str, int] = {}
        began = time.process_time()
        while time.process_time() - began < seconds:
            chance = Random(f"{seed} {count}")
            try:
                outcome = fuzzer.one(chance, measured=count % _MEASURED == 0)
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
            except Exception as error:
                wrong += 1
                say(f"bundle {seed} {count} by {fuzzer.way}: {type(error).__name__}: {str(error)[:200]}")
                target.restore()
            count += 1
            if count % 5000 == 0:
                say(f"{count} bundles, {time.process_time() - began:.0f} s, {wrong} wrong")
        say(f"{count} bundles: " + ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items())))
    return wrong


class Fuzzer:
    """Makes altered bundles of one good one and has them read."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._members = target.members()
        self._before = target.entries()
        self.way = ""
        self._ways: list[Callable[[Random], bytes]] = [
            self._file_bytes,
            self._archive_bytes,
            self._member_bytes,
            self._order,
            self._manifest,
            self._lines,
            self._lines,
            self._statements,
            self._compressed,
        ]

    def one(self, chance: Random, *, measured: bool) -> str:
        """One altered bundle; its outcome. Raises for whatever must not happen."""
        made = chance.choice(self._ways)
        self.way = made.__name__
        data = made(chance)
        if measured:
            gc.collect()
            tracemalloc.start()
        try:
            outcome = self._target.read(data).outcome
            if measured:
                peak = tracemalloc.get_traced_memory()[1]
                assert peak < MOST_MEMORY, f"{peak >> 20} MiB"
        finally:
            tracemalloc.stop()
        held = self._target.entries()
        assert held >= self._before, "entries are gone"
        if held != self._before or chance.random() < 0.05:
            findings = self._target.sound()
            assert not findings, f"not sound: {findings[:1]}"
            self._target.restore()
        return outcome

    # the file and the archive

    def _file_bytes(self, chance: Random) -> bytes:
        return _spoilt(self._target.bundle, chance)

    def _archive_bytes(self, chance: Random) -> bytes:
        archive = _archive([*self._members, ("padding", bytes(chance.randrange(2000)))])
        return self._sealed_archive(_spoilt(archive, chance))

    def _member_bytes(self, chance: Random) -> bytes:
        at = chance.randrange(len(self._members))
        name, data = self._members[at]
        return self._sealed([*self._members[:at], (name, _spoilt(data, chance)), *self._members[at + 1 :]])

    def _order(self, chance: Random) -> bytes:
        """Members left out, doubled or in another order."""
        some = [chance.choice(self._members) for _ in range(chance.randint(0, 6))]
        return self._sealed(
            some if chance.random() < 0.5 else chance.sample(self._members, len(self._members))
        )

    def _sealed(self, members: Members) -> bytes:
        """Seals members in whatever order, with padding after them."""
        return self._sealed_archive(_archive([*members, ("padding", bytes(600))]))

    def _sealed_archive(self, archive: bytes) -> bytes:
        file_key = agefile.new_file_key()
        keys = [agefile.raw_key(key) for key in self._target.readers]
        return agefile.header(file_key, keys) + b"".join(agefile.sealed_payload(file_key, [archive]))

    # values, signed again

    def _manifest(self, chance: Random) -> bytes:
        value = json.loads(self._members[0][1])
        if chance.random() < 0.5:
            have = {name: item for name, item in value["have"].items() if name not in ("sig", "mark")}
            have = _altered(have, chance)
            try:
                value["have"] = sign_have(have, self._target.pen.signing)
            except (KeyError, TypeError, ValueError, WireError, AttributeError):
                value["have"] = have
        else:
            value = _altered(value, chance)
        return self._resigned(value, self._members[2:])

    def _resigned(self, value: Any, rest: Members) -> bytes:
        try:
            body, signature = sign_manifest(value, self._target.pen.signing)
        except (WireError, TypeError, ValueError):
            body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
            signature = self._members[1][1]
        return self._sealed([("manifest.json", body), ("manifest.sig", signature), *rest])

    def _lines(self, chance: Random) -> bytes:
        """Lines of a run altered, chained and signed anew."""
        members = dict(self._members)
        name = chance.choice([name for name in members if name.startswith("entries/")])
        lines = zstandard.ZstdDecompressor().decompressobj().decompress(members[name]).split(b"\n")[:-1]
        start = json.loads(lines[0])
        if chance.random() < 0.15:
            start = _altered(start, chance)
        texts = [line.split(b"\t") for line in lines[1:] if b"\t" in line]
        at = chance.randrange(len(texts))
        texts[at] = self._line(texts[at], chance)
        data = zst([piece + b"\n" for piece in self._chained(start, texts)])
        return self._sealed([*((n, data if n == name else d) for n, d in self._members)])

    @staticmethod
    def _line(parts: list[bytes], chance: Random) -> list[bytes]:
        place = chance.choice([0, 2, 2])
        try:
            value = _altered(json.loads(parts[place]), chance)
            new = canonical.encode(value)
        except (WireError, ValueError, TypeError):
            new = _spoilt(parts[place], chance).replace(b"\n", b"").replace(b"\t", b"")
        return [*parts[:place], new, *parts[place + 1 :]]

    def _chained(self, start: Any, texts: list[list[bytes]]) -> list[bytes]:
        lines = [json.dumps(start, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()]
        try:
            log = LogDescription(
                *(start["run"].get(name) for name in ("device", "group", "incarnation", "resumed"))
            )
            previous, first, log_id = start["prev"], start["from"], log.id()
            for parts in texts:
                line = Line(*parts)
                previous = entry_id(log_id, previous, line)
                lines.append(b"\t".join(parts))
            n = first + len(texts) - 1
            head = sign_head(self._target.pen.signing, self._target.network, log_id, n, previous)
            lines.append(head.text().removesuffix(b"\n"))
        except (WireError, TypeError, ValueError, AttributeError, KeyError, IndexError):
            lines += [b"\t".join(parts) for parts in texts]
        return lines

    def _statements(self, chance: Random) -> bytes:
        rest = []
        for name, data in self._members[2:]:
            if name == "statements.jsonl":
                lines = data.split(b"\n")[:-1]
                at = chance.randrange(len(lines))
                body, _, signatures = lines[at].partition(b"\t")
                try:
                    body = canonical.encode(_altered(json.loads(body), chance))
                    signatures = canonical.encode(_altered(json.loads(signatures), chance))
                except (WireError, ValueError, TypeError):
                    body = _spoilt(body, chance)
                lines.insert(at, body + b"\t" + signatures)
                data = b"".join(line + b"\n" for line in lines)
            rest.append((name, data))
        return self._sealed([*self._members[:2], *rest])

    def _compressed(self, chance: Random) -> bytes:
        """Frames that promise much, hold much or hold other things."""
        content = chance.choice(
            [b"\n" * 3_000_000, bytes(20_000_000), b'{"a":' * 100_000, b"\t" * 5000 + b"\n"]
        )
        data = zstandard.ZstdCompressor(level=1).compress(content)
        members = [(n, data if n.startswith("entries/") else d) for n, d in self._members]
        return self._sealed(members)


def _archive(members: Members) -> bytes:
    """An archive that the writer might refuse for its order or its names."""
    parts = [ustar._header(name, len(data)) + data + bytes(-len(data) % 512) for name, data in members]
    return b"".join([*parts, ustar.END])


def _spoilt(data: bytes, chance: Random) -> bytes:
    """Some bytes changed, cut out, doubled or put in."""
    out = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 8])):
        at = chance.randrange(len(out) + 1)
        what = chance.randrange(5)
        if what == 0 and at < len(out):
            out[at] ^= 1 << chance.randrange(8)
        elif what == 1:
            del out[at : at + chance.choice([1, 16, 512, 70_000])]
        elif what == 2:
            out[at:at] = chance.randbytes(chance.choice([1, 4, 512]))
        elif what == 3:
            out[at:at] = out[at : at + chance.choice([1, 64, 512])]
        else:
            out[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"9999", b"\n\n\t\t"])
    return bytes(out)


def _altered(value: Any, chance: Random) -> Any:
    """One place of a value, at any depth, put to something else, left out or doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice(sorted(value))
        rest = {key: item for key, item in value.items() if key != name}
        what = chance.random()
        if what < 0.1:
            return rest
        if what < 0.2:
            return value | {"later": chance.choice(_STRANGE)}
        return rest | {name: _altered(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        what = chance.random()
        if what < 0.1:
            return value[:at] + value[at + 1 :]
        if what < 0.2:
            return value[:at] + [value[at]] * chance.choice([2, 50]) + value[at:]
        return [*value[:at], _altered(value[at], chance), *value[at + 1 :]]
    if isinstance(value, int) and chance.random() < 0.4:
        return value + chance.choice([-1, 1, 2**40])
    return chance.choice(_STRANGE)
