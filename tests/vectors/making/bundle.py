"""One bundle file to be: its parts, each of which a vector may replace, and what must stand afterwards.

Every bundle is sealed for one fixed test key, and read by a PC that trusts the fixed city and holds nothing yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from desktop.wire.haves import sign_have
from desktop.wire.manifests import sign_manifest
from desktop.wire.statements import Statement
from tests.vectors.making.crafted import sealed, stored, tar, tar_member
from tests.vectors.making.fixed import CITY, COUNTY, GROUP, NEIGHBOUR, City, Device, Log, row
from tests.vectors.making.rights import have_value, manifest_value
from tests.vectors.making.vectors import Vector
from tests.vectors.reader.log import entry
from tests.vectors.reader.merge import Placed, dump

US = Device("city desk", CITY)
"""Whose key opens the files; it stands in ``data/identity.txt``."""

ROOT = City()
ONE, TWO, STRANGER = Device("county one", COUNTY), Device("county two", COUNTY), Device("stranger", COUNTY)
FAR = Device("neighbour", NEIGHBOUR)
STATED = [ROOT.root, ROOT.grant(ONE), ROOT.grant(TWO, 1), ROOT.grant(US), ROOT.grant(FAR)]
_NOTHING_TAKEN = ("other_network", "newer", "stranger", "not_for_us")


class Bundle:
    """A bundle, lawful until a part of it is replaced."""

    def __init__(self, name: str, why: str, *runs: bytes, sender: Device = ONE, pad: bool = False) -> None:
        self.name, self.why = name, why
        self.sender, self.pad = sender, pad
        self.frames = [stored(run) for run in runs]
        self.statements = STATED
        self.blobs: dict[str, bytes] = {}
        self.manifest: dict[str, Any] = {}
        self.instead: dict[str, bytes] = {}
        """Members whose bytes are replaced, by name."""
        self.tail: bytes | None = None
        """What follows the attachments, instead of the padding and the end."""
        self.pieces: list[list[Any]] = []
        self.start = b""
        """The pieces that the manifest lists, and what the padding begins with."""
        self.readers = [US, sender]
        self.grease = b""
        self.damage: dict[str, Any] = {}
        self._verdicts: dict[str, str] = {}
        self._placed: list[Placed] = []
        self.signed: list[Statement] | None = None
        """The statements that the digest counts, when not all do."""
        self.off: list[tuple[str, int, int]] = []
        """Ranges of logs that a city calls wrong."""
        self.ghosts: dict[str, list[Any]] = {}
        """What orders leave of entries, by id."""
        self._expect: dict[str, Any] = {"outcome": "read", "blobs": []}

    def refused(self, code: str, outcome: str = "refused") -> Bundle:
        """What it ends with: the word for every reader, and this program's code."""
        self._expect |= {"outcome": outcome, "code": code}
        return self

    def stands(self, *logs: Log, verdict: str = "applied", **others: str) -> Bundle:
        """Logs of which all entries are held afterwards; ``_3="malformed"``: but that one is judged so."""
        for log in logs:
            self.stands_from(log, 1, len(log.lines), verdict, **others)
        return self

    def stands_from(self, log: Log, first: int, last: int, verdict: str = "applied", **others: str) -> Bundle:
        """Entries ``first`` to ``last`` of a log are held afterwards."""
        for n in range(first, last + 1):
            found = entry(log.lines[n - 1][:-1], log.id, log.ids[n - 1], n)
            if found.id not in self._verdicts:
                self._placed.append(Placed(found, log.id, log.description.value()))
            self._verdicts[found.id] = others.get(f"_{n}", verdict)
        return self

    def holds(self, *blobs: bytes) -> Bundle:
        """Attachments that travel and are kept."""
        self.blobs = {hashlib.sha256(blob).hexdigest(): blob for blob in blobs}
        self._expect["blobs"] = sorted(self.blobs)
        return self

    def brings(self, *pieces: tuple[str, int, int, bytes], whole: Sequence[bytes] = ()) -> Bundle:
        """Pieces (whole, its size, offset, bytes) that the padding begins with; which wholes are kept then."""
        self.pieces = [[of, size, at, hashlib.sha256(data).hexdigest()] for of, size, at, data in pieces]
        self.start = b"".join(data for *_, data in pieces)
        self._expect["blobs"] = sorted(hashlib.sha256(blob).hexdigest() for blob in whole)
        return self

    def file(self) -> bytes:
        """The bytes of the file."""
        members = [(name, self.instead.get(name, data)) for name, data in self._members()]
        if self.tail is None:
            archive = tar(members, pad=self.pad, start=self.start)
        else:
            archive = b"".join(tar_member(name, data) for name, data in members) + self.tail
        return sealed(archive, self.readers, self.name, grease=self.grease, pad=self.pad)

    def vector(self, of: str | None = None) -> Vector:
        """The vector, of the file of this name; ``expect`` comes from what was said to stand, not by reading."""
        taken = self._placed and self._expect["outcome"] not in _NOTHING_TAKEN
        counted = self.statements if self.signed is None else self.signed
        stated = [one.id for one in counted] if taken else []
        dumped = dump(stated, self._placed, self._verdicts, self.off, self.ghosts)
        expect = {**self._expect, "verdicts": self._verdicts, "dump": dumped}
        file = f"bundles/{of or self.name}.bundle"
        return {"name": self.name, "why": self.why, "file": file, **self.damage, "expect": expect}

    def _have(self, group: str) -> dict[str, Any]:
        value = {**have_value(self.sender, {}, []), "group": group}
        return sign_have(value, self.sender.signing)

    def _members(self) -> list[tuple[str, bytes]]:
        listed = [[name, len(data)] for name, data in sorted(self.blobs.items())]
        told = {"to": [US.id], "blobs": listed, **self.manifest}
        if self.pieces:
            told["pieces"] = self.pieces
        told.setdefault("have", self._have(told.get("group", GROUP)))
        value = manifest_value(self.sender, ROOT.root.id, self.signed or self.statements, **told)
        body, signature = sign_manifest(value, self.sender.signing)
        lines = b"".join(one.text() for one in sorted(self.statements, key=lambda one: one.id))
        found = [("manifest.json", body), ("manifest.sig", signature), ("statements.jsonl", lines)]
        found += [(f"entries/{number}.jsonl.zst", frame) for number, frame in enumerate(self.frames)]
        return found + [(f"blobs/{name}", data) for name, data in sorted(self.blobs.items())]


def person(number: int, **fields: Any) -> list[Any]:
    """A create of the person with this number."""
    return ["c", "person.ar", row(number, "person.ar"), fields]


def correction(number: int, *over: str, **fields: Any) -> list[Any]:
    """A set of that person's fields over some writes."""
    values = {name: [value, *over] for name, value in fields.items()}
    return ["s", "person.ar", row(number, "person.ar"), values]


def run(log: Log, *heads: int, first: int = 1) -> bytes:
    """A run of the log with heads of the fixed network."""
    return log.run(ROOT.root.id, *heads, first=first)


def three_people(name: str = "plain") -> Log:
    """A log of three people, added one by one."""
    log = Log(ONE, name)
    for number in range(1, 4):
        log.add([person(number, name=f"人员{number}", phone=str(number))])
    return log
