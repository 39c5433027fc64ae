"""The second reader: a whole bundle file in one pass, and what stands afterwards. Nothing of the program."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from typing import Any

from tests.vectors.reader.files import CutMember, Member, NotForUs, extracted, lines, members, opened, unzstd
from tests.vectors.reader.log import Piece, pieces
from tests.vectors.reader.merge import Held, guests_of
from tests.vectors.reader.plain import Refused, demand
from tests.vectors.reader.rights import Newer, Rights, have_list, manifest, statement


class OtherNetwork(Refused):
    """Of another city."""


class Stranger(Refused):
    """The sender has no grant that counts, or does not share the group."""


def read_bundle(data: bytes, identity: str, root: str) -> dict[str, Any]:
    """What becomes of a bundle at a PC that trusts ``root`` and holds nothing yet."""
    reading = _Reading(root)
    outcome = "read"
    try:
        archive, clean = opened(data, identity)
        try:
            for member in members(archive):
                reading.take(member)
        except CutMember as cut:
            reading.take_start(cut)
            raise
        demand(clean, "the file was cut or damaged")
        demand(
            extracted(archive) == {one.name: one.data for one in members(archive)}, "tar reads it otherwise"
        )
        reading.end()
    except Refused as refusal:
        outcome = _OUTCOMES.get(type(refusal), "refused")
    return {
        "outcome": outcome,
        "blobs": sorted(reading.blobs),
        "verdicts": reading.held.verdicts(),
        "dump": reading.held.dump(),
    }


_OUTCOMES = {NotForUs: "not_for_us", Newer: "newer", OtherNetwork: "other_network", Stranger: "stranger"}


class _Reading:
    def __init__(self, root: str) -> None:
        self.held = Held(root)
        self.blobs: set[str] = set()
        self._body = b""
        self._arriving: dict[tuple[str, int], dict[int, bytes]] = {}
        self._manifest: dict[str, Any] = {}

    def take(self, member: Member) -> None:
        if member.name == "manifest.json":
            self._body = member.data
        elif member.name == "manifest.sig":
            self._manifest = manifest(self._body, member.data)
            if self._manifest["network"] != self.held.root:
                raise OtherNetwork("another network")
        elif member.name == "statements.jsonl":
            self._statements(member.data)
        elif member.name.startswith("entries/"):
            self._run(unzstd(member.data))
        elif member.name.startswith("blobs/"):
            demand(hashlib.sha256(member.data).hexdigest() == member.name[6:], "another content")
            self.blobs.add(member.name[6:])
        elif member.name == "padding":
            self._pieces(member.data)

    def _pieces(self, data: bytes) -> None:
        """What the padding begins with: pieces of attachments, as the manifest lists them."""
        at = 0
        for whole, size, offset, name in self._manifest.get("pieces", []):
            length = min(4 << 20, size - offset)
            piece = data[at : at + length]
            demand(len(piece) == length and hashlib.sha256(piece).hexdigest() == name, "another piece")
            self._arriving.setdefault((whole, size), {})[offset] = piece
            at += length

    def take_start(self, cut: CutMember) -> None:
        """Whole pieces in the start of a run stand, even where the file was cut inside it."""
        if cut.name.startswith("entries/"):
            self._run(unzstd(cut.data))

    def _statements(self, data: bytes) -> None:
        found = [statement(line) for line in data.split(b"\n") if line]
        sender, group = self._manifest["sender"][0], self._manifest["group"]
        rights = self.held.rights(found)
        proof = self._proof(rights) if rights.office(sender, group) is None else []
        for piece in proof:
            rights.guests |= guests_of(piece, rights)
        office = rights.office(sender, group)
        if office is None or not rights.shares(group, office):
            raise Stranger("the sender may not send this")
        self.held.join(found)
        for piece in proof:
            self.held.take(piece)

    def _proof(self, rights: Rights) -> list[Piece]:
        """The voucher that a sender without a grant brings; nothing when it proves nothing."""
        told = self._manifest.get("voucher")
        if not isinstance(told, list) or len(told) != 3 or not all(isinstance(line, str) for line in told):
            return []
        try:
            found = list(pieces(line.encode() for line in told))
        except (Refused, UnicodeEncodeError):
            return []
        good = [piece for piece in found if piece.head.verifies(self.held.root, piece.key)]
        return [piece for piece in good if piece.description["device"] in rights.offices]

    def _run(self, frame: Iterator[bytes]) -> None:
        for piece in pieces(lines(frame)):
            demand(piece.description["group"] == self._manifest["group"], "a run of another group")
            demand(piece.head.verifies(self.held.root, piece.key), "a head that is not signed")
            self.held.take(piece)

    def end(self) -> None:
        have = have_list(self._manifest["have"])
        same = (have["device"], have["group"]) == (self._manifest["sender"][0], self._manifest["group"])
        demand(same, "a have-list of somebody else")
        for (whole, size), parts in self._arriving.items():
            data = b"".join(parts[offset] for offset in sorted(parts))
            if len(data) == size:
                demand(hashlib.sha256(data).hexdigest() == whole, "the pieces are another file")
                self.blobs.add(whole)


def file_name(data: bytes) -> str:
    """The name of a bundle file, by stock sha256sum."""
    done = subprocess.run(["sha256sum"], input=data, capture_output=True, check=True)
    return done.stdout.split()[0].decode() + ".bundle"
